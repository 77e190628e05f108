// SPDX-License-Identifier: MIT
#include <tests/model/mm/reference_memory.h>

#include <utility>

namespace oriel::test {

namespace {

bool looks_alike(const ReferenceMemory::Page& a, const ReferenceMemory::Page& b) {
    return a.reservation == b.reservation && a.committed == b.committed &&
           (!a.committed || a.protection == b.protection);
}

} // namespace

std::size_t ReferenceMemory::committed() const {
    std::size_t count = 0;
    for (const Page& page : m_pages) count += page.committed ? 1 : 0;
    return count;
}

std::size_t ReferenceMemory::reservation_begin(std::size_t index) const {
    while (index > 0 && m_pages[index - 1].reservation == m_pages[index].reservation) --index;
    return index;
}

std::size_t ReferenceMemory::reservation_end(std::size_t index) const {
    const int reservation = m_pages[index].reservation;
    while (index < m_pages.size() && m_pages[index].reservation == reservation) ++index;
    return index;
}

std::size_t ReferenceMemory::region_pages(std::size_t index) const {
    std::size_t end = index;
    while (end < m_pages.size() && looks_alike(m_pages[end], m_pages[index])) ++end;
    return end - index;
}

bool ReferenceMemory::is_one_reservation(std::size_t first, std::size_t count) const {
    if (first + count > m_pages.size() || m_pages[first].reservation == 0) return false;
    for (std::size_t i = first; i < first + count; ++i)
        if (m_pages[i].reservation != m_pages[first].reservation) return false;
    return true;
}

NtResult<std::size_t> ReferenceMemory::reserve(std::optional<std::size_t> first, std::size_t count,
                                               mm::Protection protection, bool commit, Kind kind) {
    const auto is_free = [&](std::size_t from, std::size_t to) {
        if (to > m_pages.size()) return false;
        for (std::size_t i = from; i < to; ++i)
            if (m_pages[i].reservation != 0) return false;
        return true;
    };
    std::size_t base = 0;
    if (first) {
        if (!is_free(*first, *first + count)) return Status::ConflictingAddresses;
        base = *first;
    } else {
        const std::size_t whole = (count + granule_pages - 1) / granule_pages * granule_pages;
        while (base < m_pages.size() && !is_free(base, base + whole)) base += granule_pages;
        if (base >= m_pages.size()) return Status::NoMemory;
    }
    if (commit && committed() + count > m_limit) return Status::CommitmentLimit;
    for (std::size_t i = base; i < base + count; ++i)
        m_pages[i] = {m_next_reservation, commit, commit ? protection : mm::Protection(), 0,
                      kind == Kind::Placeholder ? mm::PlaceholderRole::Waiting : mm::PlaceholderRole::None,
                      kind == Kind::Watched, false};
    ++m_next_reservation;
    return base;
}

bool ReferenceMemory::is_placeholder(std::size_t first, std::size_t count) const {
    return is_one_reservation(first, count) && reservation_begin(first) == first &&
           reservation_end(first) == first + count && m_pages[first].role == mm::PlaceholderRole::Waiting;
}

NtResult<> ReferenceMemory::replace(std::size_t first, std::size_t count, mm::Protection protection, bool commit) {
    if (!is_placeholder(first, count)) return Status::ConflictingAddresses;
    if (commit && committed() + count > m_limit) return Status::CommitmentLimit;
    for (std::size_t i = first; i < first + count; ++i)
        m_pages[i] = {m_next_reservation, commit, commit ? protection : mm::Protection(), 0,
                      mm::PlaceholderRole::Replaced};
    ++m_next_reservation;
    return {};
}

NtResult<> ReferenceMemory::free_to_placeholder(std::size_t first, std::size_t count) {
    if (m_pages[first].reservation == 0) return Status::MemoryNotAllocated;
    if (!is_one_reservation(first, count)) return Status::UnableToFreeVm;
    const mm::PlaceholderRole role = m_pages[first].role;
    if (role == mm::PlaceholderRole::None || is_placeholder(first, count)) return Status::ConflictingAddresses;
    TRY(free(first, count, mm::FreeKind::Release));
    for (std::size_t i = first; i < first + count; ++i)
        m_pages[i] = {m_next_reservation, false, mm::Protection(), 0, mm::PlaceholderRole::Waiting};
    ++m_next_reservation;
    return {};
}

NtResult<> ReferenceMemory::coalesce(std::size_t first, std::size_t count) {
    std::size_t parts = 0;
    for (std::size_t at = first; at < first + count; ++parts) {
        const std::size_t end = at < m_pages.size() && m_pages[at].reservation != 0 ? reservation_end(at) : at;
        if (end == at || end > first + count || !is_placeholder(at, end - at)) return Status::ConflictingAddresses;
        at = end;
    }
    if (parts < 2) return Status::ConflictingAddresses;
    for (std::size_t i = first; i < first + count; ++i) m_pages[i].reservation = m_next_reservation;
    ++m_next_reservation;
    return {};
}

NtResult<std::vector<std::size_t>> ReferenceMemory::take_written(std::size_t first, std::size_t count) {
    if (!is_one_reservation(first, count) || !m_pages[first].watched) return Status::InvalidParameter1;
    std::vector<std::size_t> written;
    for (std::size_t i = first; i < first + count; ++i)
        if (std::exchange(m_pages[i].written, false)) written.push_back(i);
    return written;
}

NtResult<> ReferenceMemory::commit(std::size_t first, std::size_t count, mm::Protection protection) {
    if (!is_one_reservation(first, count)) return Status::ConflictingAddresses;
    if (m_pages[first].role == mm::PlaceholderRole::Waiting) return Status::ConflictingAddresses;
    std::size_t more = 0;
    for (std::size_t i = first; i < first + count; ++i) more += m_pages[i].committed ? 0 : 1;
    if (committed() + more > m_limit) return Status::CommitmentLimit;
    for (std::size_t i = first; i < first + count; ++i) {
        if (!m_pages[i].committed) m_pages[i].content = 0;
        m_pages[i].committed = true;
        m_pages[i].protection = protection;
    }
    return {};
}

NtResult<> ReferenceMemory::free(std::size_t first, std::size_t count, mm::FreeKind kind) {
    if (m_pages[first].reservation == 0) return Status::MemoryNotAllocated;
    if (count == 0) {
        if (reservation_begin(first) != first) return Status::FreeVmNotAtBase;
        count = reservation_end(first) - first;
    }
    if (!is_one_reservation(first, count)) return Status::UnableToFreeVm;
    const std::size_t end = reservation_end(first);
    const bool whole = reservation_begin(first) == first && end == first + count;
    if (kind == mm::FreeKind::Release && m_pages[first].watched && !whole) return Status::FreeVmNotAtBase;
    for (std::size_t i = first; i < first + count; ++i) {
        m_pages[i].committed = m_pages[i].written = false;
        m_pages[i].protection = mm::Protection();
        m_pages[i].content = 0;
        if (kind == mm::FreeKind::Release) m_pages[i] = {};
    }
    // What is left behind a hole is a reservation of its own.
    if (kind == mm::FreeKind::Release) {
        for (std::size_t i = first + count; i < end; ++i) m_pages[i].reservation = m_next_reservation;
        ++m_next_reservation;
    }
    return {};
}

NtResult<mm::Protection> ReferenceMemory::protect(std::size_t first, std::size_t count, mm::Protection protection) {
    if (!is_one_reservation(first, count)) return Status::ConflictingAddresses;
    for (std::size_t i = first; i < first + count; ++i)
        if (!m_pages[i].committed) return Status::NotCommitted;
    if (protection.is_write_copy()) return Status::InvalidPageProtection;
    const mm::Protection old = m_pages[first].protection;
    for (std::size_t i = first; i < first + count; ++i) m_pages[i].protection = protection;
    return old;
}

mm::FaultOutcome::Kind ReferenceMemory::touch(std::size_t index, mm::FaultAccess access, int value) {
    Page& page = m_pages[index];
    if (!page.committed) return mm::FaultOutcome::Kind::AccessViolation;
    if (page.protection.is_guard()) {
        page.protection = page.protection.without_guard();
        return mm::FaultOutcome::Kind::GuardPage;
    }
    if (!page.protection.allows(access, mm::DataExecution::Prevented)) return mm::FaultOutcome::Kind::AccessViolation;
    if (access == mm::FaultAccess::Write) {
        page.content = value;
        page.written = page.watched;
    }
    return mm::FaultOutcome::Kind::Resolved;
}

} // namespace oriel::test
