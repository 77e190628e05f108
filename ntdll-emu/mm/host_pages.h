// SPDX-License-Identifier: MIT
// host_pages.h: what the host must have mapped, derived from what NT says; and making it so.
//
// host_page_for() is the whole truth about the relation: everything else compares two of its answers and does the
// host calls that lead from one to the other, as few as possible. Guard pages, pages that wait for their private
// copy, and clean pages under write watch are more restricted for the host than for NT: touching one
// faults, and mm decides (address_space_fault.cpp).
//
// Always: an operation that fails has left the host as it was.
#pragma once

#include <ntdll-emu/mm/vad_tree.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace oriel::mm {

struct HostPage {
    hal::PageAccess access = hal::PageAccess::None;
    std::optional<hal::FilePlace> place; ///< none: the arena's own zero page
    hal::Sharing sharing = hal::Sharing::Private;
};

/// Whether the host makes the private copy at the first write without telling (address_space_copies.cpp).
bool copies_by_itself(const Vad& vad, const PageState& state);

HostPage host_page_for(const Vad& vad, std::uint64_t page, const PageState& state, DataExecution execution);

/// A run of a VAD's pages that goes from one state to another.
struct PageChange {
    std::uint64_t first;
    std::uint64_t count;
    PageState before;
    PageState after;
};

class HostPages {
public:
    HostPages(hal::HostMemory& host, DataExecution execution) : m_host(host), m_execution(execution) {}

    // Statuses of all: InsufficientResources when the host refuses (too many mappings, no memory).

    /// Makes the host's mappings for a VAD whose range is untouched arena.
    NtResult<> establish(const Vad& vad);
    NtResult<> apply(const Vad& vad, std::span<const PageChange> changes);
    /// Throws the pages' content away; they are to be decommitted.
    NtResult<> discard(PageRange range);
    /// Turns the part `range` of a VAD into untouched arena again.
    NtResult<> dismantle(const Vad& vad, PageRange range);

    /// Gives a page the access that its state demands, whatever it has.
    NtResult<> refresh(const Vad& vad, std::uint64_t page);

    /// None, or a sentence saying where in `range` the host has something else than the VADs demand.
    [[nodiscard]] std::optional<std::string> disagreement(const VadTree& vads, PageRange range);
    [[nodiscard]] DataExecution execution() const { return m_execution; }
    [[nodiscard]] hal::HostMemory& host() { return m_host; }

private:
    hal::HostMemory& m_host;
    DataExecution m_execution;
};

} // namespace oriel::mm
