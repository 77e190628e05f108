// SPDX-License-Identifier: MIT
// frames_i386.h: the chain of frame handlers (i386).
//
// On i386 nothing is found by tables. A function with handlers puts a registration record on its stack and
// links it at the head of a list that fs:[0] (TEB.ExceptionList) points at; leaving, it takes it off. The
// address of the record is the frame's name. ("A Crash Course on the Depths of Win32 Structured Exception
// Handling", Microsoft Systems Journal, January 1997.)
#pragma once

#include <ntdll-emu/rtl/exception/own_process.h>

namespace oriel::rtl {

struct Registration {
    Registration* next;
    void* handler;
};

inline Registration* const chain_end = reinterpret_cast<Registration*>(nt::exception_chain_end32);

inline Registration* first_registration() {
    return static_cast<Registration*>(nt::current_teb()->NtTib.ExceptionList.get());
}
inline void set_first_registration(Registration* first) { nt::current_teb()->NtTib.ExceptionList = first; }

/// A record must lie on the stack: an overwritten chain must not lead into data.
inline bool is_plausible(const StackBounds& bounds, const Registration* registration) {
    return bounds.contains(reinterpret_cast<std::uintptr_t>(registration));
}

} // namespace oriel::rtl

extern "C" {
// handler_calls_i386.S: calls `handler` with a registration of its own in front, which recognises a nested
// exception or a collided unwind; `reached` then is the registration whose handler is still running.
nt::Disposition oriel_execute_handler_for_exception(NtExceptionRecord*, oriel::rtl::Registration* frame, NtContext*,
                                                    oriel::rtl::Registration** reached, void* handler);
nt::Disposition oriel_execute_handler_for_unwind(NtExceptionRecord*, oriel::rtl::Registration* frame, NtContext*,
                                                 oriel::rtl::Registration** reached, void* handler);
}
