// SPDX-License-Identifier: MIT
// catch.h: entering and leaving a catch block.
#pragma once

#include <dlls/crt/cxx_eh/frame.h>

namespace oriel::crt::cxx {

/// A catch block that is running, on its thread's list. It keeps the exception's object alive.
struct ActiveCatch {
    ActiveCatch* outer;
    NtExceptionRecord* record; ///< of the exception that was caught
    NtContext* context;
    void* saved_record; ///< the thread's current exception before
    void* saved_context;
};

/// Everything that leads to a catch block.
struct Choice {
    NtExceptionRecord& record; ///< what is caught: for `throw;`, the exception thrown before
    NtContext& context;
    const TryBlockMapEntry& block;
    const HandlerType& handler;
    const CatchableType* type; ///< null: catch (...)
};

/// Puts the object where the catch block wants it, leaves all frames inside, and runs the catch block.
[[noreturn]] void run_catch(Frame& frame, NtDispatcherContext& dispatcher, const Choice& choice);

/// The exception that is being handled by the innermost catch block of this thread; null: none.
NtExceptionRecord* current_exception();
NtContext* current_context();

/// Where run_catch tells the target frame's handler, which destroys objects, what the catch block is.
/// Positions in ExceptionInformation; those that Microsoft's handlers use too have the same meaning.
enum Consolidation : unsigned {
    consolidation_callback = 0,
    consolidation_frame = 1, ///< the parent's frame
    consolidation_handler = 2,
    consolidation_state = 3, ///< destroy down to this state
    consolidation_context = 4,
    consolidation_function = 5, ///< FuncInfo
    consolidation_record = 6, ///< what is caught
    consolidation_in_catch = 7, ///< 1: the target is itself a catch block
    consolidation_magic = 8,
};

} // namespace oriel::crt::cxx
