// SPDX-License-Identifier: MIT
// placeholder.h: finding and making placeholders; what they are is in address_space_placeholder.cpp.
#pragma once

#include <ntdll-emu/mm/vad_tree.h>
#include <oriel/nt_result.h>

namespace oriel::mm {

/// The placeholder that covers exactly `range`. Statuses: ConflictingAddresses.
inline NtResult<> placeholder_at(const VadTree& vads, PageRange range) {
    const Vad* const vad = vads.find(range.base());
    if (!vad || !vad->is_placeholder() || !(vad->range == range)) return Status::ConflictingAddresses;
    return {};
}

/// A VAD that waits to be replaced.
inline Vad waiting_placeholder(PageRange range) {
    Vad vad(range, VadKind::Private, Protection(PageAccess::NoAccess), PageRuns(range.pages(), PageState::reserved()));
    vad.placeholder = PlaceholderRole::Waiting;
    return vad;
}

} // namespace oriel::mm
