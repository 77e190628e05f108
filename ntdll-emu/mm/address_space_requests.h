// SPDX-License-Identifier: MIT
// address_space_requests.h: what an address space is asked, and what it answers. Data only.
#pragma once

#include <ntdll-emu/mm/placement.h>
#include <ntdll-emu/mm/section.h>

#include <cstdint>
#include <vector>

namespace oriel::mm {

struct AddressSpaceOptions {
    Address lowest{0x10000};
    /// Exclusive. 0x7FFFFFFF0000 for 64-bit programs; 0x7FFF0000 or 0xFFFF0000 for 32-bit ones.
    Address end{0x7FFFFFFF0000};
    /// Where images go that cannot lie at their preferred base, if there is room: apart from heaps and stacks, where
    /// 64-bit Windows 7 had its DLLs. Null: anywhere.
    Address image_area{0x7FE00000000};
    DataExecution execution = DataExecution::Prevented;
};

enum class Commitment : std::uint8_t { ReserveOnly, ReserveAndCommit };
enum class WriteWatch : std::uint8_t { Off, On };
enum class PageSize : std::uint8_t { Small, Large };
/// VirtualAlloc2: MEM_RESERVE_PLACEHOLDER, MEM_REPLACE_PLACEHOLDER.
enum class PlaceholderUse : std::uint8_t { None, Make, Replace };

/// NtAllocateVirtualMemory with MEM_RESERVE. A given base is rounded down to 64 KiB, and the end up to a page.
struct ReserveRequest {
    Address base; ///< null: anywhere inside the limits
    std::uint64_t bytes = 0;
    Protection protection;
    PlacementLimits limits;
    Commitment commitment = Commitment::ReserveOnly;
    WriteWatch write_watch = WriteWatch::Off;
    VadKind kind = VadKind::Private;
    PageSize page_size = PageSize::Small;
    PlaceholderUse placeholder = PlaceholderUse::None;
};

enum class FreeKind : std::uint8_t { Decommit, Release };

struct StackRequest {
    std::uint64_t reserve = 0x100000; ///< bytes; rounded up to 64 KiB
    std::uint64_t commit = 0x1000;    ///< bytes; at least a page
    PlacementLimits limits;
};

/// As the TEB has them, from low to high: DeallocationStack <= StackLimit < StackBase.
struct StackBounds {
    Address deallocation;               ///< where the reservation begins
    Address limit;                      ///< the lowest page in use
    Address base;                       ///< the end; the first push goes below
    std::uint64_t guaranteed_bytes = 0; ///< TEB.GuaranteedStackBytes: kept free for a handler of the overflow
};

struct ViewRequest {
    Address base; ///< null: anywhere (an image: preferably at its base)
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0; ///< 0: to the section's end
    Protection protection;
    PlacementLimits limits;
    std::uint64_t commit_bytes = 0; ///< from the view's start, of a section that is committed page by page
    PlaceholderUse placeholder = PlaceholderUse::None;
    bool no_change = false; ///< SEC_NO_CHANGE
};
enum class UnmapTo : std::uint8_t { Free, Placeholder };

struct MappedView {
    PageRange range;
    Status status = Status::Success; ///< or ImageNotAtBase
};

enum class RegionState : std::uint8_t { Free, Reserved, Committed };
enum class RegionType : std::uint8_t { None, Private, Mapped, Image };

/// MEMORY_BASIC_INFORMATION, before it is encoded.
struct RegionInfo {
    PageRange range; ///< from the page that was asked for, to where something changes
    Address allocation_base;
    Protection allocation_protection;
    RegionState state = RegionState::Free;
    Protection protection; ///< meaningful when Committed
    RegionType type = RegionType::None;
};

/// MEMORY_REGION_INFORMATION: the whole reservation or view.
struct AllocationInfo {
    PageRange range;
    Protection protection;
    VadKind kind = VadKind::Private;
    SectionKind section_kind = SectionKind::PageFile; ///< of a view
    std::uint64_t committed_bytes = 0;
    bool is_placeholder = false;
};

/// One reservation or view, with all its runs: what `oriel vm` shows.
struct Listing {
    struct Run {
        PageRange range;
        bool committed = false;
        Protection protection; ///< of committed pages
        bool copied = false;   ///< a view's pages that are this process's own by now
        std::uint64_t locked_pages = 0;
    };
    AllocationInfo allocation;
    bool write_watched = false;
    bool large_pages = false;
    ob::Ref<Section> section;         ///< of a view; its backing() has the file's name. Null otherwise
    std::uint64_t section_offset = 0; ///< of the view's first byte
    std::vector<Run> runs;            ///< ascending, without gaps
};

/// MEMORY_WORKING_SET_EX_BLOCK.
struct PageInfo {
    bool valid = false; ///< in the working set: touching it would not fault
    bool shared = false;
    bool locked = false;
    bool large = false;
    Protection protection;
};

/// A page of the working set.
struct ResidentPage {
    Address address;
    PageInfo info;
};

/// In pages. The minimum bounds how much can be locked; the maximum is kept for whoever asks.
struct WorkingSetLimits {
    std::uint64_t minimum = 50; ///< what a process has until it asks for other limits
    std::uint64_t maximum = 345;
    bool hard_minimum = false; ///< QUOTA_LIMITS_HARDWS_MIN_ENABLE
    bool hard_maximum = false;
};

/// A page of a window and the frame that goes there; 0: none.
struct WindowPage {
    Address address;
    std::uint64_t frame = 0;
};

struct FramesFreed {
    std::uint64_t count = 0; ///< from the beginning
    Status status = Status::Success;
};

enum class FaultCause : std::uint8_t {
    Protection, ///< SIGSEGV: the host's mapping does not allow it
    Paging,     ///< SIGBUS: the page's content could not be had
};

struct Fault {
    Address address;
    FaultAccess access = FaultAccess::Read;
    FaultCause cause = FaultCause::Protection;
};

struct FaultOutcome {
    enum class Kind : std::uint8_t {
        Resolved,        ///< the instruction can be repeated
        StackGrown,      ///< so too; TEB.StackLimit becomes new_stack_limit
        GuardPage,       ///< STATUS_GUARD_PAGE_VIOLATION; the guard is gone
        StackOverflow,   ///< STATUS_STACK_OVERFLOW; TEB.StackLimit becomes new_stack_limit
        InPageError,     ///< STATUS_IN_PAGE_ERROR
        AccessViolation, ///< STATUS_ACCESS_VIOLATION
    };
    Kind kind = Kind::AccessViolation;
    Address new_stack_limit;
};

} // namespace oriel::mm
