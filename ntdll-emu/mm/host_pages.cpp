// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/host_pages.h>

#include <ntdll-emu/mm/host_step.h>
#include <ntdll-emu/mm/physical_frames.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace oriel::mm {

namespace {

hal::PageAccess host_access(const Vad& vad, const PageState& state, DataExecution execution) {
    const Protection protection = state.protection;
    if (!state.committed || protection.is_guard() || !protection.is_readable()) return hal::PageAccess::None;
    const bool executes = protection.is_executable() || execution == DataExecution::Allowed;
    // The first write to such a page must be seen: it makes the copy of a data view's, or is noted for the watcher.
    const bool watched = vad.write_watched && !state.written;
    const bool writes = (protection.is_shared_writable() && !watched) || copies_by_itself(vad, state);
    if (writes) return executes ? hal::PageAccess::ReadWriteExecute : hal::PageAccess::ReadWrite;
    return executes ? hal::PageAccess::ReadExecute : hal::PageAccess::Read;
}

const ViewPiece& piece_of(const Vad& vad, std::uint64_t page) {
    const auto& pieces = vad.view.layout->pieces;
    return *std::partition_point(pieces.begin(), pieces.end(),
                                 [&](const ViewPiece& piece) { return piece.end_page() <= page; });
}

NtResult<> nt_result(const hal::HostResult<>& done) { return done ? Status::Success : Status::InsufficientResources; }

} // namespace

bool copies_by_itself(const Vad& vad, const PageState& state) {
    return vad.kind == VadKind::Image && state.committed && state.protection.is_write_copy() && !state.protection.is_guard();
}

HostPage host_page_for(const Vad& vad, std::uint64_t page, const PageState& state, DataExecution execution) {
    HostPage host{host_access(vad, state, execution), std::nullopt, hal::Sharing::Private};
    if (vad.kind == VadKind::Physical) {
        if (!state.committed) return host;
        const std::uint64_t frame = page + static_cast<std::uint64_t>(state.frame_shift);
        host.place = vad.frames->place_at(frame_offset(frame));
        host.sharing = hal::Sharing::Shared;
        return host;
    }
    if (!vad.view.layout) return host;
    const ViewPiece& piece = piece_of(vad, page);
    host.place = piece.place_of(page);
    const bool own = state.copied || state.protection.is_write_copy();
    host.sharing = own ? hal::Sharing::Private : piece.sharing;
    return host;
}

NtResult<> HostPages::establish(const Vad& vad) {
    const auto done = steps_to_establish(vad, m_execution).run(m_host);
    if (!done) TRY(dismantle(vad, vad.range));
    return nt_result(done);
}

NtResult<> HostPages::apply(const Vad& vad, std::span<const PageChange> changes) {
    // The way back is prepared first: running out of memory half way must not prevent it.
    const HostSteps forward = steps_between(vad, changes, m_execution);
    const HostSteps back = steps_back(vad, changes, m_execution);
    const auto done = forward.run(m_host);
    if (!done && !back.run(m_host)) {
        std::fputs("oriel: the host refused to restore mappings that it had just allowed\n", stderr);
        std::abort();
    }
    return nt_result(done);
}

NtResult<> HostPages::refresh(const Vad& vad, std::uint64_t page) {
    const HostPage wanted = host_page_for(vad, page, vad.pages.at(page), m_execution);
    return nt_result(m_host.protect(PageRange(vad.address_of(page), page_size), wanted.access));
}

NtResult<> HostPages::discard(PageRange range) { return nt_result(m_host.discard(range)); }

NtResult<> HostPages::dismantle(const Vad& vad, PageRange range) {
    if (vad.is_laid_over()) return nt_result(m_host.unmap(range));
    // Only what was committed differs from untouched arena; one call from the first to the last of it.
    const std::uint64_t first = vad.page_of(range.base());
    std::uint64_t from = first + range.pages();
    std::uint64_t to = first;
    vad.pages.for_each(first, range.pages(), [&](const PageRun& run) {
        if (!run.value.committed) return;
        from = std::min(from, run.first);
        to = run.end();
    });
    if (from >= to) return {};
    return discard(PageRange(vad.address_of(from), (to - from) * page_size));
}

} // namespace oriel::mm
