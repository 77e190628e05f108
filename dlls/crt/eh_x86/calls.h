// SPDX-License-Identifier: MIT
// calls.h: the few things about frames that only assembly can say (calls.S).
//
// On i386 a filter, a __finally block, a catch block and a funclet that destroys an object are not functions: they are
// pieces of the function that they stand in, and find its variables through EBP. So they are called with that
// function's EBP; EBX, ESI and EDI they may change.
#pragma once

#include <nt/rtl_exception.h>

namespace oriel::crt::eh {

/// What fs:[0] leads to: the innermost frame with a handler. Compilers put more behind it.
struct Registration {
    Registration* next;
    void* handler;
};

inline Registration* first_registration() {
    Registration* first;
    asm volatile("movl %%fs:0, %0" : "=r"(first));
    return first;
}
inline void set_first_registration(Registration* first) { asm volatile("movl %0, %%fs:0" : : "r"(first) : "memory"); }

/// Takes its registration off the chain again, unless an unwind has.
class Registered {
public:
    explicit Registered(Registration& registration) : m_registration(registration) {
        m_registration.next = first_registration();
        set_first_registration(&m_registration);
    }
    ~Registered() { set_first_registration(m_registration.next); }
    Registered(const Registered&) = delete;
    Registered& operator=(const Registered&) = delete;

private:
    Registration& m_registration;
};

inline bool is_unwinding(const NtExceptionRecord& record) { return (record.ExceptionFlags & nt::exception_flag::unwind_mask) != 0; }

using Handler = nt::Disposition (*)(NtExceptionRecord*, Registration*, NtContext*, Registration** dispatcher);

} // namespace oriel::crt::eh

extern "C" {
/// Calls a piece of the function whose EBP is `frame`; answers its EAX.
std::uint32_t oriel_eh_call(const void* piece, void* frame);
/// Goes on in that function, for good; of its stack pointer only that it may be used is known.
[[noreturn]] void oriel_eh_continue(const void* place, void* frame);
/// The same, with the stack pointer that it kept.
[[noreturn]] void oriel_eh_continue_at(const void* place, void* frame, std::uint32_t stack);
/// RtlUnwind of this thread down to `target`, whose handler is not called.
void oriel_eh_unwind(oriel::crt::eh::Registration* target, NtExceptionRecord* record);
}
