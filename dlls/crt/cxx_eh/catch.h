// SPDX-License-Identifier: MIT
// catch.h: entering and leaving a catch block.
#pragma once

#include <dlls/crt/cxx_eh/tables.h>
#include <dlls/crt/cxx_eh/thread_state.h>

namespace oriel::crt::cxx {

/// A catch block that is running.
struct ActiveCatch {
    FrameInfo info; ///< first: it is on the thread's list
    NtExceptionRecord* record; ///< of the exception that was caught
    NtExceptionRecord* saved_record; ///< the thread's current exception before
    NtContext* saved_context;
};

/// Everything that leads to a catch block.
struct Choice {
    NtExceptionRecord& record; ///< what is caught: for `throw;`, the exception thrown before
    NtContext& context;
    const TryBlock& block;
    const Handler& handler;
    const CatchableType* type; ///< null: catch (...)
};

/// The activation that catches, as its frame class tells of it.
struct CatchingFrame {
    std::uint64_t image_base;
    void* establisher; ///< as RtlUnwindEx knows it
    char* variables;
    std::int32_t* kept_state; ///< format 3: reset when the block is done; null: nothing to reset
    std::int32_t state_around; ///< format 4: the state of the activation while the block runs
    std::uint64_t (*call)(NtExceptionRecord* request); ///< runs the block, on top of the old stack
};

/// Puts the object where the catch block wants it, leaves all frames inside, and runs the catch block.
[[noreturn]] void run_catch(const CatchingFrame& frame, NtDispatcherContext& dispatcher, const Choice& choice);

/// What `call` is made of: runs the block that the request tells of; answers what it answers.
std::uint64_t call_catch_block(NtExceptionRecord* request);

/// Where run_catch tells the target frame's handler, which destroys objects, what the catch block is.
/// Positions in ExceptionInformation; those that Microsoft's handlers use too have the same meaning.
enum Consolidation : unsigned {
    consolidation_callback = 0,
    consolidation_frame = 1, ///< the parent's frame
    consolidation_handler = 2,
    consolidation_state = 3, ///< destroy down to this state
    consolidation_context = 4,
    consolidation_kept_state = 5, ///< CatchingFrame::kept_state
    consolidation_record = 6, ///< what is caught
    consolidation_establisher = 7,
    consolidation_magic = 8,
    consolidation_state_around = 9,
    consolidation_continuations = 10, ///< two addresses, 0 where there is none
};

} // namespace oriel::crt::cxx
