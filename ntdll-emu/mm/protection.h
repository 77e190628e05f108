// SPDX-License-Identifier: MIT
// protection.h: what a page may be used for, in NT's terms.
//
// A PAGE_* constant is one of eight kinds of access and three modifiers. The constants are decoded here,
// once; from then on a Protection is valid by construction, and the policy code asks it questions.
//
// WriteCopy is "may be written, but the writer gets a copy of his own": of an image's data, of a view mapped
// for copying. After the first write NT reports such a page as ReadWrite (page_state.h, `copied`).
//
// Source: "Memory Protection Constants", Microsoft documentation.
#pragma once

#include <ntdll-emu/hal/host_memory.h>
#include <oriel/nt_result.h>

#include <cstdint>

namespace oriel::mm {

enum class PageAccess : std::uint8_t {
    NoAccess,
    ReadOnly,
    ReadWrite,
    WriteCopy,
    Execute,
    ExecuteRead,
    ExecuteReadWrite,
    ExecuteWriteCopy,
};

/// What the CPU tried to do.
enum class FaultAccess : std::uint8_t { Read, Write, Execute };

/// Whether every readable page may also be executed: 32-bit programs without NXCOMPAT (NT's "opt-in"
/// policy for data execution prevention).
enum class DataExecution : std::uint8_t { Prevented, Allowed };

class Protection {
public:
    constexpr Protection() = default;
    constexpr explicit Protection(PageAccess access) : m_access(access) {}

    /// Exactly one access bit; PAGE_GUARD, PAGE_NOCACHE and PAGE_WRITECOMBINE exclude each other and
    /// PAGE_NOACCESS. The bits about control-flow guard are accepted and carry no meaning here.
    /// Statuses: InvalidPageProtection.
    static NtResult<Protection> decode(std::uint32_t page_constants);
    [[nodiscard]] std::uint32_t encode() const;

    [[nodiscard]] constexpr PageAccess access() const { return m_access; }
    [[nodiscard]] constexpr bool is_guard() const { return m_modifier == Modifier::Guard; }
    [[nodiscard]] constexpr bool has_modifier() const { return m_modifier != Modifier::None; }
    [[nodiscard]] constexpr bool is_no_cache() const { return m_modifier == Modifier::NoCache; }

    [[nodiscard]] bool is_readable() const { return m_access != PageAccess::NoAccess; }
    [[nodiscard]] bool is_executable() const { return m_access >= PageAccess::Execute; }
    /// Write-copy counts: the write succeeds.
    [[nodiscard]] bool is_writable() const { return is_shared_writable() || is_write_copy(); }
    [[nodiscard]] bool is_shared_writable() const {
        return m_access == PageAccess::ReadWrite || m_access == PageAccess::ExecuteReadWrite;
    }
    [[nodiscard]] bool is_write_copy() const {
        return m_access == PageAccess::WriteCopy || m_access == PageAccess::ExecuteWriteCopy;
    }
    [[nodiscard]] bool allows(FaultAccess access, DataExecution execution) const;

    [[nodiscard]] constexpr Protection with_access(PageAccess access) const {
        Protection other = *this;
        other.m_access = access;
        return other;
    }
    [[nodiscard]] constexpr Protection with_guard() const {
        Protection other = *this;
        other.m_modifier = Modifier::Guard;
        return other;
    }
    [[nodiscard]] constexpr Protection without_guard() const {
        Protection other = *this;
        if (is_guard()) other.m_modifier = Modifier::None;
        return other;
    }
    /// With the other's PAGE_NOCACHE or PAGE_WRITECOMBINE, if it has one and this has no modifier.
    [[nodiscard]] Protection with_caching_of(Protection other) const;
    /// ReadWrite becomes WriteCopy (an image's pages are never written in place) ...
    [[nodiscard]] Protection copying_on_write() const;
    /// ... and WriteCopy becomes ReadWrite once the copy is made.
    [[nodiscard]] Protection after_copy() const;

    /// Whether a view mapped with (or a section made with) this protection may have pages of `wanted`.
    /// Reading includes copying on write; writing in place does not follow from anything else.
    [[nodiscard]] bool covers(Protection wanted) const;

    constexpr bool operator==(const Protection&) const = default;

private:
    enum class Modifier : std::uint8_t { None, Guard, NoCache, WriteCombine };

    PageAccess m_access = PageAccess::NoAccess;
    Modifier m_modifier = Modifier::None;
};

} // namespace oriel::mm
