// SPDX-License-Identifier: MIT
// address_space_window.cpp: laying frames into windows (NtMapUserPhysicalPages and its family).
//
//     frames      0x1000  0x1001  0x1002  0x1003  ...        physical_frames.h
//                    |               |
//     window      [ page 0 ][ page 1 ][ page 2 ] ...         a VAD of kind Physical
//
// One request can touch many pages in several windows, and is done as a whole or not at all ("no mapping is done,
// partial or otherwise"): the new states of every window are made first, then carried out window by window, and those
// that were done are undone if a later one fails.
// Source: "MapUserPhysicalPages function", "MapUserPhysicalPagesScatter function", Microsoft documentation.
#include <ntdll-emu/mm/address_space.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace oriel::mm {

namespace {

std::uint64_t frame_of(const PageState& state, std::uint64_t page) {
    return page + static_cast<std::uint64_t>(state.frame_shift);
}

/// Calls use(frame, address) for each mapped page of a window.
template<class Use>
void for_each_frame(const Vad& vad, const PageRuns& pages, Use&& use) {
    pages.for_each([&](const PageRun& run) {
        if (!run.value.committed) return;
        for (std::uint64_t page = run.first; page < run.end(); ++page)
            use(frame_of(run.value, page), vad.address_of(page));
    });
}

PageState window_page(std::uint64_t frame, std::uint64_t page) {
    if (frame == 0) return PageState::reserved();
    PageState state = PageState::committed_with(Protection(PageAccess::ReadWrite));
    state.frame_shift = static_cast<std::int64_t>(frame - page);
    return state;
}

/// The windows that a request touches, with the states that they are to have.
using Wanted = std::map<Vad*, PageRuns>;

NtResult<Wanted> wanted_states(VadTree& vads, std::span<const WindowPage> request) {
    Wanted wanted;
    Vad* vad = nullptr;
    for (std::size_t i = 0; i < request.size();) {
        const Address address = request[i].address.page();
        if (!vad || !vad->range.contains(address)) vad = vads.find(address);
        if (!vad || vad->kind != VadKind::Physical) return Status::InvalidParameter1;
        // Consecutive frames under consecutive pages are set as one.
        std::size_t end = i + 1;
        const auto continues = [&] {
            if (request[end].address.page() != address + (end - i) * page_size) return false;
            return request[end].frame == (request[i].frame == 0 ? 0 : request[i].frame + (end - i));
        };
        while (end < request.size() && continues() && vad->range.contains(request[end].address)) ++end;
        PageRuns& pages = wanted.try_emplace(vad, vad->pages).first->second;
        const std::uint64_t page = vad->page_of(address);
        pages.reserve_for_change();
        pages.set(page, end - i, window_page(request[i].frame, page));
        i = end;
    }
    return wanted;
}

/// What each page of a request shows in the end: by its address, the frame's number or 0.
using Shown = std::unordered_map<std::uint64_t, std::uint64_t>;

Shown shown_after(std::span<const WindowPage> request) {
    Shown shown;
    for (const WindowPage& one : request) shown[one.address.page().value()] = one.frame;
    return shown;
}

/// A frame must be the process's own, and end up at one address only: what it was mapped at before is overwritten by the
/// same request, or it was mapped nowhere.
NtResult<> check_frames(const PhysicalFrames& frames, const Shown& shown, std::span<const WindowPage> request) {
    for (const WindowPage& one : request)
        if (one.frame != 0 && !frames.owns(one.frame)) return Status::InvalidParameter3;
    std::unordered_set<std::uint64_t> used;
    for (const auto& [page, frame] : shown) {
        if (frame == 0) continue;
        const Address before = frames.mapped_at(frame);
        const bool stays = !before.is_null() && !shown.contains(before.value());
        if (stays || !used.insert(frame).second) return Status::InvalidParameter3;
    }
    return {};
}

/// The frames that lie under the pages of a request now.
std::vector<std::uint64_t> frames_under(VadTree& vads, const Shown& shown) {
    std::vector<std::uint64_t> frames;
    for (const auto& [address, frame] : shown) {
        const Vad& vad = *vads.find(Address(address));
        const std::uint64_t page = vad.page_of(Address(address));
        if (const PageState& state = vad.pages.at(page); state.committed) frames.push_back(frame_of(state, page));
    }
    return frames;
}

} // namespace

NtResult<> AddressSpace::map_frames(std::span<const WindowPage> request) {
    return m_vads.with([&](VadTree& vads) { return map_frames_in(vads, request); });
}

NtResult<> AddressSpace::map_frames_in(VadTree& vads, std::span<const WindowPage> request) {
    return m_frames.with([&](PhysicalFrames& frames) -> NtResult<> {
        Wanted wanted = TRY(wanted_states(vads, request));
        const Shown shown = shown_after(request);
        TRY(check_frames(frames, shown, request));
        const std::vector<std::uint64_t> pushed_out = frames_under(vads, shown);
        Wanted before;
        for (const auto& [vad, pages] : wanted) before.emplace(vad, vad->pages);
        for (auto& [vad, pages] : wanted) {
            if (!vad->frames) vad->frames = frames.memory();
            if (const auto done = m_changer.change_to(*vad, std::move(pages)); !done.ok()) {
                put_windows_back(before, vad);
                return done;
            }
        }
        for (const std::uint64_t frame : pushed_out) frames.set_mapped_at(frame, Address());
        for (const auto& [page, frame] : shown)
            if (frame != 0) frames.set_mapped_at(frame, Address(page));
        return {};
    });
}

void AddressSpace::put_windows_back(std::map<Vad*, PageRuns>& before, const Vad* failed) {
    for (auto& [vad, pages] : before) {
        if (vad == failed) return; // it and those after it have not changed
        if (m_changer.change_to(*vad, std::move(pages)).ok()) continue;
        std::fputs("oriel: the host refused to restore a window that it had just changed\n", stderr);
        std::abort();
    }
}

NtResult<std::vector<std::uint64_t>> AddressSpace::allocate_frames(std::uint64_t pages) {
    return m_frames.with([&](PhysicalFrames& frames) { return frames.allocate(pages); });
}

FramesFreed AddressSpace::free_frames(std::span<const std::uint64_t> numbers) {
    return m_vads.with([&](VadTree& vads) -> FramesFreed {
        std::unordered_set<std::uint64_t> seen;
        std::vector<WindowPage> unmapped;
        m_frames.with([&](const PhysicalFrames& frames) {
            for (const std::uint64_t frame : numbers) {
                if (!frames.owns(frame) || !seen.insert(frame).second) break;
                if (const Address at = frames.mapped_at(frame); !at.is_null()) unmapped.push_back({at, 0});
            }
        });
        const auto good = numbers.first(seen.size());
        if (const auto done = map_frames_in(vads, unmapped); !done.ok()) return {0, done.status()};
        const auto freed = m_frames.with([&](PhysicalFrames& frames) { return frames.free(good); });
        if (!freed.ok()) return {0, freed.status()};
        return {good.size(), good.size() == numbers.size() ? Status::Success : Status::ConflictingAddresses};
    });
}

void AddressSpace::forget_frames_in(const Vad& vad) {
    m_frames.with([&](PhysicalFrames& frames) {
        for_each_frame(vad, vad.pages, [&](std::uint64_t frame, Address) { frames.set_mapped_at(frame, Address()); });
    });
}

} // namespace oriel::mm
