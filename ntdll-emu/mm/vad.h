// SPDX-License-Identifier: MIT
// vad.h: a Virtual Address Descriptor: one reservation or view, and what its pages are.
//
// In NT the VAD says what a range is for, and the page tables say how each page is. Here both are together,
// since our page tables (the host's mappings) are derived from them and can be made again at any time.
//
// Source: "Windows Internals", part 1, chapter 5, "Virtual address descriptors".
#pragma once

#include <ntdll-emu/mm/page_state.h>
#include <ntdll-emu/mm/section.h>
#include <ntdll-emu/mm/view.h>
#include <ntdll-emu/ob/ref.h>
#include <oriel/page_range.h>

#include <iosfwd>
#include <memory>

namespace oriel::mm {

enum class VadKind : std::uint8_t {
    Private,      ///< NtAllocateVirtualMemory
    Stack,        ///< a thread's stack: Private, and its guard page makes it grow
    Physical,     ///< a window for the frames of NtAllocateUserPhysicalPages (MEM_PHYSICAL)
    View,         ///< of a data file or of a pagefile-backed section
    Image,        ///< a view of an image section
    System,       ///< a page that the host writes and the guest reads (KUSER_SHARED_DATA)
    Inaccessible, ///< not ours to give: beyond the arena, or a mapping of the host's
};

/// What MEM_RESERVE_PLACEHOLDER and its kin made of a VAD (address_space_placeholder.cpp).
enum class PlaceholderRole : std::uint8_t {
    None,
    Waiting,  ///< a placeholder: reserved, and to be replaced by an allocation or a view
    Replaced, ///< took a placeholder's place, and can be freed back to one
};

/// Of a View or Image.
struct SectionView {
    ob::Ref<Section> section;
    std::uint64_t offset = 0; ///< of the view's first byte in the section
    std::shared_ptr<const ViewLayout> layout;
};

class SharedPages;

struct Vad {
    Vad(PageRange range, VadKind kind, Protection protection, PageRuns pages)
        : range(range), kind(kind), protection(protection), pages(std::move(pages)) {}

    PageRange range;
    VadKind kind;
    Protection protection; ///< AllocationProtect: what was asked for when it was made
    PageRuns pages;
    SectionView view;
    std::shared_ptr<SharedPages> frames; ///< of a Physical VAD that has had a frame mapped: where the frames lie
    PlaceholderRole placeholder = PlaceholderRole::None;
    bool write_watched = false;
    bool large_pages = false; ///< MEM_LARGE_PAGES: committed and freed as a whole
    bool no_change = false;   ///< SEC_NO_CHANGE: the view keeps the protection that it was mapped with
    RunMap<bool> locked{};    ///< NtLockVirtualMemory; empty until first used

    [[nodiscard]] bool is_private() const { return kind == VadKind::Private || kind == VadKind::Stack; }
    /// Made by NtAllocateVirtualMemory, and gone with NtFreeVirtualMemory.
    [[nodiscard]] bool is_reservation() const { return is_private() || kind == VadKind::Physical; }
    /// Whether the host has something other than the arena's own memory laid over the range.
    [[nodiscard]] bool is_laid_over() const { return view.layout != nullptr || kind == VadKind::Physical; }
    [[nodiscard]] bool is_placeholder() const { return placeholder == PlaceholderRole::Waiting; }
    [[nodiscard]] bool is_view() const { return kind == VadKind::View || kind == VadKind::Image; }
    /// The number of the page that `address` lies in.
    [[nodiscard]] std::uint64_t page_of(Address address) const { return (address - range.base()) / page_size; }
    [[nodiscard]] Address address_of(std::uint64_t page) const { return range.base() + page * page_size; }
    [[nodiscard]] PageRange range_of(const PageRun& run) const {
        return PageRange(address_of(run.first), run.count * page_size);
    }
    /// Whether a page in this state is charged to the process (commit_charge.h).
    [[nodiscard]] bool is_charged(const PageState& state) const;
    [[nodiscard]] std::uint64_t charged_pages() const;
    [[nodiscard]] std::uint64_t committed_pages() const;

    /// Null, or the sentence that is not true.
    [[nodiscard]] const char* fault() const;
};

/// A line for the VAD and one for each run, like WinDbg's !vad and !vprot.
std::ostream& operator<<(std::ostream& out, const Vad& vad);

} // namespace oriel::mm
