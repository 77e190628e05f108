# SPDX-License-Identifier: MIT
# Exceptions and unwinding. The unwinder itself is header-only templates, which the host and the tests
# instantiate on their own memory readers: RTL_UNWIND_NATIVE_SOURCES is empty.
set(RTL_EXCEPTION_SOURCES
    ntdll-emu/rtl/exception/break_points.cpp
    ntdll-emu/rtl/exception/dispatch.cpp
    ntdll-emu/rtl/exception/extended_context.cpp
    ntdll-emu/rtl/exception/raise.cpp
    ntdll-emu/rtl/exception/unhandled.cpp)
set(RTL_EXCEPTION_SOURCES64
    ntdll-emu/rtl/exception/c_specific_handler.cpp
    ntdll-emu/rtl/exception/context_x64.S
    ntdll-emu/rtl/exception/entries_x64.S
    ntdll-emu/rtl/exception/frame_handlers_x64.cpp
    ntdll-emu/rtl/exception/function_lookup.cpp
    ntdll-emu/rtl/exception/handler_calls_x64.S
    ntdll-emu/rtl/exception/raise_x64.S
    ntdll-emu/rtl/exception/search_frames_x64.cpp
    ntdll-emu/rtl/exception/unwind_entry_x64.S
    ntdll-emu/rtl/exception/unwind_exports.cpp
    ntdll-emu/rtl/exception/unwind_x64.cpp)
set(RTL_EXCEPTION_SOURCES32
    ntdll-emu/rtl/exception/context_i386.S
    ntdll-emu/rtl/exception/entries_i386.S
    ntdll-emu/rtl/exception/handler_calls_i386.S
    ntdll-emu/rtl/exception/search_frames_i386.cpp
    ntdll-emu/rtl/exception/unwind_i386.cpp)
set(RTL_UNWIND_NATIVE_SOURCES)
