// SPDX-License-Identifier: MIT
// address_space_stack.cpp: stacks that grow downwards.
//
//     deallocation                          limit                       base
//     | never used | reserved ...    | guard |  committed, in use ...     |
//
// A stack is reserved whole; its top is committed, and the page below that is a guard page. Touching it makes it
// usable, and the guard moves down. When it would reach the last page, the thread gets STATUS_STACK_OVERFLOW, with
// what is left to handle it: at least a page, and the bytes that SetThreadStackGuarantee asked for. The very
// last page is never committed, so that running over it always ends in an access violation.
// Source: "Thread Stack Size" and "SetThreadStackGuarantee function", Microsoft documentation.
#include <ntdll-emu/mm/address_space.h>

namespace oriel::mm {

namespace {

constexpr auto in_use = [](const PageState&) { return PageState::committed_with(Protection(PageAccess::ReadWrite)); };
constexpr auto guarding = [](const PageState&) {
    return PageState::committed_with(Protection(PageAccess::ReadWrite).with_guard());
};

} // namespace

NtResult<StackBounds> AddressSpace::create_stack(const StackRequest& request) {
    const std::uint64_t reserve = align_up(std::max(request.reserve, 4 * page_size), allocation_granularity);
    // At least one page stays reserved below the guard.
    const std::uint64_t commit =
        std::min(align_up(std::max(request.commit, page_size), page_size), reserve - 2 * page_size);
    return m_vads.with([&](VadTree& vads) -> NtResult<StackBounds> {
        const PageRange range(TRY(place(vads, reserve, inside(request.limits))), reserve);
        PageRuns pages(range.pages(), PageState::reserved());
        const std::uint64_t first_used = range.pages() - commit / page_size;
        pages.reserve_for_change();
        pages.change(first_used, range.pages() - first_used, in_use);
        pages.reserve_for_change();
        pages.change(first_used - 1, 1, guarding);
        auto node =
            VadTree::make_node(Vad(range, VadKind::Stack, Protection(PageAccess::ReadWrite), std::move(pages)));
        TRY(m_changer.establish(node.mapped()));
        vads.insert(std::move(node));
        return StackBounds{range.base(), range.end() - commit, range.end(), 0};
    });
}

FaultOutcome AddressSpace::grow_stack(Vad& vad, std::uint64_t page, const StackBounds& bounds) {
    // The page that was hit is usable already; the guard goes below it, and covers the guaranteed bytes too.
    const std::uint64_t guard_pages = 1 + align_up(bounds.guaranteed_bytes, page_size) / page_size;
    const Address deallocation = std::max(bounds.deallocation.page(), vad.range.base());
    const std::uint64_t lowest_usable = vad.page_of(deallocation) + 1;
    if (page >= lowest_usable + guard_pages) {
        const std::uint64_t guard = page - guard_pages;
        // Only the lowest of them faults first; the pages above it are ordinary.
        const auto grown = m_changer.change(vad, guard, 1, guarding);
        const auto above = grown.ok() ? m_changer.change(vad, guard + 1, page - guard - 1, in_use) : grown;
        if (above.ok()) return {FaultOutcome::Kind::StackGrown, vad.address_of(guard + 1)};
    }
    // No room, or no memory: everything down to the last page becomes usable for the handler.
    if (page > lowest_usable) (void)m_changer.change(vad, lowest_usable, page - lowest_usable, in_use);
    const bool usable = vad.pages.at(lowest_usable).committed && lowest_usable <= page;
    return {FaultOutcome::Kind::StackOverflow, vad.address_of(usable ? lowest_usable : page)};
}

} // namespace oriel::mm
