// SPDX-License-Identifier: MIT
// except_handlers.h: a frame with __try blocks, as Microsoft's compiler lays it out for i386.
//
// The compiler counts a function's __try blocks and keeps in the frame the number of the innermost one it is in
// (TryLevel). A table says for each block which one encloses it, its filter (none: a __finally) and its handler.
//
//     EBP - 24  stack pointer      EBP - 16  next      EBP - 8  scope table
//     EBP - 20  the pointers that  EBP - 12  handler   EBP - 4  try level
//               GetExceptionInformation answers        EBP      the caller's EBP
//
// Source: "A Crash Course on the Depths of Win32 Structured Exception Handling" (Microsoft Systems Journal, January
// 1997); for the fourth version what clang emits for the windows-msvc target.
#pragma once

#include <dlls/crt/eh_x86/calls.h>

namespace oriel::crt::eh {

struct Scope {
    std::int32_t enclosing;
    const void* filter; ///< null: `handler` is a __finally block
    const void* handler;
};

struct TryFrame : Registration {
    std::uintptr_t scope_table; ///< of version 4: mixed with the security cookie
    std::int32_t level;

    [[nodiscard]] void* ebp() { return reinterpret_cast<char*>(this) + sizeof(TryFrame); }
    /// What GetExceptionInformation() reads.
    void show(NtExceptionPointers* pointers) { reinterpret_cast<NtExceptionPointers**>(this)[-1] = pointers; }
};
static_assert(sizeof(TryFrame) == 16);

/// Version 4: cookies first, which a buffer overrun would have to guess; levels end with -2 instead of -1.
struct ScopeTable4 {
    std::int32_t gs_cookie_offset; ///< -2: none
    std::int32_t gs_cookie_xor_offset;
    std::int32_t eh_cookie_offset;
    std::int32_t eh_cookie_xor_offset;
    Scope scopes[1];
};

/// A frame's blocks, of either version.
struct Scopes {
    const Scope* first;
    std::int32_t none; ///< the level outside of all
};

/// Runs the __finally blocks from the frame's level outwards, up to `stop`, exclusively.
void local_unwind(TryFrame& frame, const Scopes& scopes, std::int32_t stop);
/// A language handler's work, once it is known where the blocks are.
nt::Disposition handle(NtExceptionRecord& record, TryFrame& frame, NtContext& context, const Scopes& scopes);

} // namespace oriel::crt::eh
