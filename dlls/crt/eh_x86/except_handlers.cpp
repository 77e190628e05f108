// SPDX-License-Identifier: MIT
// except_handlers.cpp: _except_handler3 and _except_handler4_common: the handlers of C functions with __try (i386).
//
// In the search the filters around the place are asked; the first that answers "execute handler" has the frames inside
// unwound, then the __finally blocks of its own frame, and the thread goes on in its __except block, for good. In an
// unwind all __finally blocks of the frame run.
#include <dlls/crt/eh_x86/except_handlers.h>

#include <dlls/crt/crt.h>

namespace oriel::crt::eh {
namespace {

/// While __finally blocks run: an unwind that an exception in one of them begins comes past here first.
struct RunningFinally : Registration {
    TryFrame* frame;
    Scopes scopes;
};

nt::Disposition leave_finally(NtExceptionRecord* record, Registration* registration, NtContext*, Registration** dispatcher) {
    if (!is_unwinding(*record)) return nt::Disposition::ContinueSearch;
    auto& running = *static_cast<RunningFinally*>(registration);
    // That frame is where the new unwind ends: it runs its own blocks then.
    if (*dispatcher == running.frame) return nt::Disposition::ContinueSearch;
    local_unwind(*running.frame, running.scopes, running.scopes.none);
    *dispatcher = running.frame;
    return nt::Disposition::CollidedUnwind;
}

} // namespace

void local_unwind(TryFrame& frame, const Scopes& scopes, std::int32_t stop) {
    RunningFinally running{};
    running.handler = reinterpret_cast<void*>(static_cast<Handler>(leave_finally));
    running.frame = &frame;
    running.scopes = scopes;
    const Registered registered(running);
    // Numbers grow inwards.
    while (frame.level != scopes.none && (stop == scopes.none || frame.level > stop)) {
        const Scope& scope = scopes.first[frame.level];
        frame.level = scope.enclosing; // a block that does not come back does not run twice
        if (scope.filter == nullptr) (void)oriel_eh_call(scope.handler, frame.ebp());
    }
}

nt::Disposition handle(NtExceptionRecord& record, TryFrame& frame, NtContext& context, const Scopes& scopes) {
    if (is_unwinding(record)) {
        local_unwind(frame, scopes, scopes.none);
        return nt::Disposition::ContinueSearch;
    }
    NtExceptionPointers pointers{&record, &context};
    frame.show(&pointers);
    for (std::int32_t level = frame.level; level != scopes.none; level = scopes.first[level].enclosing) {
        const Scope& scope = scopes.first[level];
        if (scope.filter == nullptr) continue;
        const auto answer = static_cast<std::int32_t>(oriel_eh_call(scope.filter, frame.ebp()));
        if (answer < 0) return nt::Disposition::ContinueExecution;
        if (answer == 0) continue;
        oriel_eh_unwind(&frame, &record);
        local_unwind(frame, scopes, level);
        frame.level = scope.enclosing;
        oriel_eh_continue(scope.handler, frame.ebp());
    }
    return nt::Disposition::ContinueSearch;
}

} // namespace oriel::crt::eh

using namespace oriel::crt::eh;

namespace {

Scopes scopes3(const TryFrame& frame) { return {reinterpret_cast<const Scope*>(frame.scope_table), -1}; }
const ScopeTable4& table4(const TryFrame& frame, std::uintptr_t cookie) { return *reinterpret_cast<const ScopeTable4*>(frame.scope_table ^ cookie); }
Scopes scopes4(const TryFrame& frame, std::uintptr_t cookie) { return {table4(frame, cookie).scopes, -2}; }

using CheckCookie = void(__fastcall*)(std::uintptr_t);

void check_cookie(TryFrame& frame, std::int32_t offset, std::int32_t xor_offset, CheckCookie check) {
    auto* const ebp = static_cast<char*>(frame.ebp());
    check(*reinterpret_cast<std::uintptr_t*>(ebp + offset) ^ (reinterpret_cast<std::uintptr_t>(ebp) + static_cast<std::uintptr_t>(xor_offset)));
}

} // namespace

CRT_EXPORT nt::Disposition _except_handler3(NtExceptionRecord* record, TryFrame* frame, NtContext* context, void*) {
    return handle(*record, *frame, *context, scopes3(*frame));
}

/// Called by the program's own _except_handler4 with its security cookie, and its function that ends the process where
/// a cookie is not what it should be.
CRT_EXPORT nt::Disposition _except_handler4_common(const std::uintptr_t* cookie, CheckCookie check, NtExceptionRecord* record, TryFrame* frame,
                                                   NtContext* context, void*) {
    const ScopeTable4& table = table4(*frame, *cookie);
    constexpr std::int32_t no_cookie = -2;
    if (table.gs_cookie_offset != no_cookie) check_cookie(*frame, table.gs_cookie_offset, table.gs_cookie_xor_offset, check);
    check_cookie(*frame, table.eh_cookie_offset, table.eh_cookie_xor_offset, check);
    return handle(*record, *frame, *context, scopes4(*frame, *cookie));
}

CRT_EXPORT void _local_unwind2(TryFrame* frame, std::int32_t stop) { local_unwind(*frame, scopes3(*frame), stop); }
CRT_EXPORT void _local_unwind4(const std::uintptr_t* cookie, TryFrame* frame, std::int32_t stop) { local_unwind(*frame, scopes4(*frame, *cookie), stop); }
CRT_EXPORT void _global_unwind2(Registration* target) { oriel_eh_unwind(target, nullptr); }

/// longjmp calls it for the frame of setjmp: __finally blocks that the jump leaves.
extern "C" void __stdcall oriel_seh_longjmp_unwind(const std::uint32_t* buffer) asm("_oriel_seh_longjmp_unwind");
extern "C" void __stdcall oriel_seh_longjmp_unwind(const std::uint32_t* buffer) {
    constexpr unsigned registration = 6, try_level = 7; // words of a jump buffer (setjmp_x86.cpp)
    auto& frame = *reinterpret_cast<TryFrame*>(buffer[registration]);
    local_unwind(frame, scopes3(frame), static_cast<std::int32_t>(buffer[try_level]));
}
CRT_ALIAS(_seh_longjmp_unwind, oriel_seh_longjmp_unwind);
