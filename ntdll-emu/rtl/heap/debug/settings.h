// SPDX-License-Identifier: MIT
// settings.h: which watching was asked for: NtGlobalFlag and the image's execution options.
//
// `gflags /p /enable prog.exe /full` writes two values under "Image File Execution Options\prog.exe": GlobalFlag with
// FLG_HEAP_PAGE_ALLOCS, and PageHeapFlags. ntdll reads them before it makes the process heap. We do the same; the values
// come from the command line (--gflags, --page-heap, --image-option).
#pragma once

#include <cstddef>
#include <cstdint>

namespace oriel::rtl::heap::debug {

namespace global_flag { // NtGlobalFlag, "Global Flag Reference", Microsoft documentation
inline constexpr std::uint32_t tail_check = 0x10;
inline constexpr std::uint32_t free_check = 0x20;
inline constexpr std::uint32_t validate_parameters = 0x40;
inline constexpr std::uint32_t validate_all = 0x80;
inline constexpr std::uint32_t application_verifier = 0x100;
inline constexpr std::uint32_t user_stack_trace_db = 0x1000;
inline constexpr std::uint32_t disable_coalescing = 0x200000;
inline constexpr std::uint32_t page_allocations = 0x2000000;
} // namespace global_flag

/// With any of these a heap is watched (debug_heap.h).
inline constexpr std::uint32_t watching_flags = global_flag::page_allocations | global_flag::user_stack_trace_db
                                                | global_flag::application_verifier | global_flag::validate_all;

namespace page_heap_flag { // PageHeapFlags
inline constexpr std::uint32_t enable = 0x01; ///< full: pages; without it: patterns
inline constexpr std::uint32_t collect_stack_traces = 0x02;
inline constexpr std::uint32_t catch_backward_overruns = 0x10;
inline constexpr std::uint32_t unaligned_allocations = 0x20;
} // namespace page_heap_flag

enum class Guarding : std::uint8_t {
    None,     ///< the blocks are the ordinary heap's
    Patterns, ///< normal page heap
    Pages,    ///< full page heap
};

struct Settings {
    Guarding guarding = Guarding::None;
    bool backwards = false; ///< the inaccessible page lies before the block
    bool unaligned = false; ///< a block ends exactly where its page ends, whatever its alignment
    bool traces = true;
    std::uint32_t most_guarded_blocks = 0; ///< pages are scarce: above this number blocks get patterns only
};

/// For a heap made under these global flags.
Settings settings_for(std::uint32_t global_flags);

} // namespace oriel::rtl::heap::debug
