// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/debug/settings.h>

#include <ntdll-emu/rtl/heap/debug/surroundings.h>

namespace oriel::rtl::heap::debug {

namespace {

/// Where neither the host nor an option says how many blocks may have pages of their own.
constexpr std::uint32_t default_guarded_blocks = 20'000;

std::uint32_t option(const char16_t* name, std::uint32_t otherwise) {
    std::uint32_t value = 0;
    return surroundings::execution_option(name, value) ? value : otherwise;
}

} // namespace

Settings settings_for(std::uint32_t global_flags) {
    Settings settings;
    if (global_flags & global_flag::page_allocations) {
        // gflags' /full; NT's default where only the global flag is set.
        const std::uint32_t flags =
            option(u"PageHeapFlags", page_heap_flag::enable | page_heap_flag::collect_stack_traces);
        settings.guarding = flags & page_heap_flag::enable ? Guarding::Pages : Guarding::Patterns;
        settings.backwards = flags & page_heap_flag::catch_backward_overruns;
        settings.unaligned = flags & page_heap_flag::unaligned_allocations;
        settings.traces = flags & (page_heap_flag::collect_stack_traces | page_heap_flag::enable);
    }
    if (global_flags & global_flag::user_stack_trace_db) settings.traces = true;
    settings.most_guarded_blocks = option(u"OrielGuardedBlocks", default_guarded_blocks);
    return settings;
}

} // namespace oriel::rtl::heap::debug
