# SPDX-License-Identifier: MIT
# rtl: what ntdll does by itself. RTL_NATIVE_SOURCES compile natively too, for the tests (with ORIEL_GUEST
# defined, and tests/unit/rtl/platform_native.cpp in place of platform_guest.cpp).
set(RTL_NATIVE_SOURCES
    ntdll-emu/rtl/bitmap.cpp
    ntdll-emu/rtl/environment.cpp
    ntdll-emu/rtl/errors.cpp
    ntdll-emu/rtl/fls.cpp
    ntdll-emu/rtl/heap/allocate.cpp
    ntdll-emu/rtl/heap/blocks.cpp
    ntdll-emu/rtl/heap/debug/block_information.cpp
    ntdll-emu/rtl/heap/debug/block_table.cpp
    ntdll-emu/rtl/heap/debug/corruption.cpp
    ntdll-emu/rtl/heap/debug/debug_heap.cpp
    ntdll-emu/rtl/heap/debug/delayed_frees.cpp
    ntdll-emu/rtl/heap/debug/fault_report.cpp
    ntdll-emu/rtl/heap/debug/leaks.cpp
    ntdll-emu/rtl/heap/debug/page_runs.cpp
    ntdll-emu/rtl/heap/debug/refusals.cpp
    ntdll-emu/rtl/heap/debug/settings.cpp
    ntdll-emu/rtl/heap/debug/trace_database.cpp
    ntdll-emu/rtl/heap/debug/watched_calls.cpp
    ntdll-emu/rtl/heap/free_lists.cpp
    ntdll-emu/rtl/heap/front_end/front_end.cpp
    ntdll-emu/rtl/heap/front_end/subsegments.cpp
    ntdll-emu/rtl/heap/heap.cpp
    ntdll-emu/rtl/heap/heap_walk.cpp
    ntdll-emu/rtl/heap/large_blocks.cpp
    ntdll-emu/rtl/heap/page_map.cpp
    ntdll-emu/rtl/heap/reallocate.cpp
    ntdll-emu/rtl/heap/registry.cpp
    ntdll-emu/rtl/heap/segment.cpp
    ntdll-emu/rtl/heap/user_info.cpp
    ntdll-emu/rtl/heap/validate.cpp
    ntdll-emu/rtl/path.cpp
    ntdll-emu/rtl/pool/member.cpp
    ntdll-emu/rtl/pool/pool.cpp
    ntdll-emu/rtl/pool/timers.cpp
    ntdll-emu/rtl/strings/text.cpp
    ntdll-emu/rtl/sync/barrier.cpp
    ntdll-emu/rtl/strings/utf8.cpp
    ntdll-emu/rtl/sync/condition_variable.cpp
    ntdll-emu/rtl/sync/critical_section.cpp
    ntdll-emu/rtl/sync/run_once.cpp
    ntdll-emu/rtl/sync/slist.cpp
    ntdll-emu/rtl/sync/srw_lock.cpp
    ntdll-emu/rtl/sync/wait_on_address.cpp
    ntdll-emu/rtl/sync/wait_queue.cpp
    ntdll-emu/rtl/time.cpp)
set(RTL_SOURCES ${RTL_NATIVE_SOURCES} ntdll-emu/rtl/platform_guest.cpp ntdll-emu/rtl/heap/debug/surroundings_guest.cpp
    ntdll-emu/rtl/pool/io.cpp ntdll-emu/rtl/pool/surroundings_guest.cpp ntdll-emu/rtl/pool/waits.cpp)
