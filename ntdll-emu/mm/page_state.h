// SPDX-License-Identifier: MIT
// page_state.h: what NT knows of one page of a reservation.
//
// NT keeps this in the page table entry (or, before there is one, in the VAD). Neighbours are mostly equal,
// so a VAD holds its pages as runs of equal state (run_map.h).
#pragma once

#include <ntdll-emu/mm/protection.h>
#include <ntdll-emu/mm/run_map.h>

#include <cstdint>

namespace oriel::mm {

struct PageState {
    bool committed = false;
    /// Of a reserved page: without meaning, and NoAccess.
    Protection protection;
    /// The page of a view was written while WriteCopy: it is this process's own now.
    bool copied = false;
    /// Written since the last reset; only in a write-watched reservation.
    bool written = false;
    /// Of an image's shared section: written in place, never copied.
    bool shared = false;
    /// Of a committed page in a physical window (physical_frames.h): its frame's number minus the page's own, so that
    /// consecutive frames under consecutive pages are one run.
    std::int64_t frame_shift = 0;

    bool operator==(const PageState&) const = default;

    static PageState reserved() { return {}; }
    static PageState committed_with(Protection protection) { return {.committed = true, .protection = protection}; }
};

/// The pages of one VAD, numbered from its base.
using PageRuns = RunMap<PageState>;
using PageRun = PageRuns::Run;

} // namespace oriel::mm
