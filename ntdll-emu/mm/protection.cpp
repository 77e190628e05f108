// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/protection.h>

#include <nt/memory.h>

#include <bit>

namespace oriel::mm {

NtResult<Protection> Protection::decode(std::uint32_t page_constants) {
    constexpr std::uint32_t access_bits = 0xFF;
    constexpr std::uint32_t modifiers = nt::PAGE_GUARD | nt::PAGE_NOCACHE | nt::PAGE_WRITECOMBINE;
    const std::uint32_t access = page_constants & access_bits;
    const std::uint32_t modifier = page_constants & modifiers;
    if (!std::has_single_bit(access)) return Status::InvalidPageProtection;
    if ((page_constants & ~(access_bits | modifiers | nt::PAGE_TARGETS_INVALID)) != 0)
        return Status::InvalidPageProtection;
    if (std::popcount(modifier) > 1) return Status::InvalidPageProtection;
    if (modifier != 0 && access == nt::PAGE_NOACCESS) return Status::InvalidPageProtection;

    Protection protection(static_cast<PageAccess>(std::countr_zero(access)));
    if (modifier == nt::PAGE_GUARD) protection.m_modifier = Modifier::Guard;
    if (modifier == nt::PAGE_NOCACHE) protection.m_modifier = Modifier::NoCache;
    if (modifier == nt::PAGE_WRITECOMBINE) protection.m_modifier = Modifier::WriteCombine;
    return protection;
}

std::uint32_t Protection::encode() const {
    const std::uint32_t access = 1u << static_cast<unsigned>(m_access);
    switch (m_modifier) {
    case Modifier::None:
        return access;
    case Modifier::Guard:
        return access | nt::PAGE_GUARD;
    case Modifier::NoCache:
        return access | nt::PAGE_NOCACHE;
    case Modifier::WriteCombine:
        return access | nt::PAGE_WRITECOMBINE;
    }
    return access;
}

bool Protection::allows(FaultAccess access, DataExecution execution) const {
    switch (access) {
    case FaultAccess::Read:
        return is_readable();
    case FaultAccess::Write:
        return is_writable();
    case FaultAccess::Execute:
        return is_executable() || (execution == DataExecution::Allowed && is_readable());
    }
    return false;
}

Protection Protection::with_caching_of(Protection other) const {
    Protection with = *this;
    const bool is_about_caching = other.m_modifier == Modifier::NoCache || other.m_modifier == Modifier::WriteCombine;
    if (is_about_caching && m_modifier == Modifier::None && m_access != PageAccess::NoAccess) with.m_modifier = other.m_modifier;
    return with;
}

Protection Protection::copying_on_write() const {
    if (m_access == PageAccess::ReadWrite) return with_access(PageAccess::WriteCopy);
    if (m_access == PageAccess::ExecuteReadWrite) return with_access(PageAccess::ExecuteWriteCopy);
    return *this;
}

Protection Protection::after_copy() const {
    if (m_access == PageAccess::WriteCopy) return with_access(PageAccess::ReadWrite);
    if (m_access == PageAccess::ExecuteWriteCopy) return with_access(PageAccess::ExecuteReadWrite);
    return *this;
}

bool Protection::covers(Protection wanted) const {
    if (wanted.m_access == PageAccess::NoAccess) return true;
    const bool reads = is_readable() && m_access != PageAccess::Execute;
    const bool wants_reading = wanted.m_access != PageAccess::Execute;
    if (wants_reading && !reads) return false;
    if (wanted.is_executable() && !is_executable()) return false;
    return !wanted.is_shared_writable() || is_shared_writable();
}

} // namespace oriel::mm
