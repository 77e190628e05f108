// SPDX-License-Identifier: MIT
// address_space_fault.cpp: what a page fault means.
//
// The host's mappings allow less than NT does where mm must see the first access: guard pages, pages that are copied
// on write, clean pages under write watch, pages that another view committed. Those faults are resolved here, and the
// program never learns of them. The rest is news for the program.
//
// The order of the questions is NT's: is there a committed page; is it a guard page; is the access allowed.
#include <ntdll-emu/mm/address_space.h>

#include <new>

namespace oriel::mm {

namespace {

using Kind = FaultOutcome::Kind;

/// What becomes of a page's state when it is written.
PageState written_state(const Vad& vad, const PageState& state) {
    PageState next = state;
    if (state.protection.is_write_copy()) {
        next.protection = state.protection.after_copy();
        next.copied = true;
    }
    if (vad.write_watched) next.written = true;
    return next;
}

FaultOutcome outcome_of(const NtResult<>& done) {
    // A copy or a mapping that the host has no room for: NT raises STATUS_IN_PAGE_ERROR when it cannot bring a page
    // in.
    return {done.ok() ? Kind::Resolved : Kind::InPageError, Address()};
}

} // namespace

FaultOutcome AddressSpace::handle_fault(const Fault& fault, const StackBounds* stack) try {
    return m_vads.with([&](VadTree& vads) -> FaultOutcome {
        Vad* const vad = vads.find(fault.address);
        if (!vad) return {Kind::AccessViolation, Address()};
        if (!adopt_commitment(*vad).ok()) return {Kind::InPageError, Address()};
        return resolve(*vad, fault, stack);
    });
} catch (const std::bad_alloc&) {
    return {Kind::InPageError, Address()};
}

FaultOutcome AddressSpace::resolve(Vad& vad, const Fault& fault, const StackBounds* stack) {
    const std::uint64_t page = vad.page_of(fault.address);
    const PageState state = vad.pages.at(page);
    if (!state.committed) return {Kind::AccessViolation, Address()};
    if (state.protection.is_guard()) return guard_hit(vad, page, stack);
    if (!state.protection.allows(fault.access, m_options.execution)) return {Kind::AccessViolation, Address()};
    if (fault.cause == FaultCause::Paging) return {Kind::InPageError, Address()};
    if (fault.access == FaultAccess::Write)
        return outcome_of(
            m_changer.change(vad, page, 1, [&](const PageState& one) { return written_state(vad, one); }));
    // Another thread resolved the same fault, or made the page accessible, while this one was on its way here.
    return {Kind::Resolved, Address()};
}

FaultOutcome AddressSpace::guard_hit(Vad& vad, std::uint64_t page, const StackBounds* stack) {
    const auto unguarded = [](const PageState& state) {
        PageState next = state;
        next.protection = state.protection.without_guard();
        return next;
    };
    if (const auto done = m_changer.change(vad, page, 1, unguarded); !done.ok()) return outcome_of(done);
    const Address address = vad.address_of(page);
    if (stack && address >= stack->deallocation && address < stack->base) return grow_stack(vad, page, *stack);
    if (vad.kind == VadKind::Stack) return grow_stack(vad, page, {vad.range.base(), address, vad.range.end(), 0});
    return {Kind::GuardPage, Address()};
}

NtResult<> AddressSpace::prepare_for_host(Address address, std::uint64_t bytes, FaultAccess access) {
    if (bytes == 0) return {};
    const auto range = PageRange::covering(address, bytes);
    if (!range) return Status::AccessViolation;
    return m_vads.with([&](VadTree& vads) -> NtResult<> {
        for (Address at = range->base(); at < range->end();) {
            Vad* const vad = vads.find(at);
            if (!vad) return Status::AccessViolation;
            TRY(adopt_commitment(*vad));
            const PageRun run = vad->pages.run_at(vad->page_of(at));
            const Address end = std::min(vad->range_of(run).end(), range->end());
            if (!run.value.committed) return Status::AccessViolation;
            if (run.value.protection.is_guard()) {
                if (resolve(*vad, {at, access}, nullptr).kind != Kind::StackGrown) return Status::GuardPageViolation;
                continue; // the stack has grown: look at the page again
            }
            if (!run.value.protection.allows(access, m_options.execution)) return Status::AccessViolation;
            if (access == FaultAccess::Write)
                TRY(m_changer.change(*vad, vad->page_of(at), (end - at) / page_size,
                                     [&](const PageState& state) { return written_state(*vad, state); }));
            at = end;
        }
        return {};
    });
}

NtResult<> AddressSpace::prepare_for_host_write(Address address, std::uint64_t bytes) {
    return prepare_for_host(address, bytes, FaultAccess::Write);
}

NtResult<> AddressSpace::prepare_for_host_read(Address address, std::uint64_t bytes) {
    return prepare_for_host(address, bytes, FaultAccess::Read);
}

} // namespace oriel::mm
