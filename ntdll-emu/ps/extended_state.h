// SPDX-License-Identifier: MIT
// extended_state.h: registers beyond a CONTEXT (the upper halves of YMM, AVX-512) to the guest and back.
//
// The gate keeps them in a thread's XSAVE area, in the standard format. The guest sees them behind a CONTEXT, by
// its CONTEXT_EX, in whichever format that area's header names (include/nt/xstate.h). What NT pushes with an
// exception is compacted: with AVX-512 that is what makes the frame fit into the 4,096 bytes that Go leaves.
#pragma once

#include <loader/gate/gate.h>
#include <nt/xstate.h>
#include <oriel/address.h>
#include <oriel/nt_result.h>

namespace oriel::ps {

/// The layout on this CPU, as KUSER_SHARED_DATA tells it to programs.
const nt::XSTATE_CONFIGURATION& xstate_configuration();

/// Bytes of an area with room for all features, compacted; 0 on a CPU that has none beyond SSE.
std::uint32_t compacted_xstate_bytes();
/// Writes a compacted area with the thread's extended state to `at`. Statuses: AccessViolation.
NtResult<> push_extended_state(gate::Thread& thread, Address at);

/// Loads what a CONTEXT at `context` (with ContextFlags::xstate) leads to; the features that its header's Mask leaves out
/// get their initial values. The thread must leave the gate by Exit::Full.
/// Statuses: AccessViolation, InvalidParameter for a CONTEXT_EX that makes no sense.
NtResult<> load_extended_state(gate::Thread& thread, Address context);
/// Fills the area that a CONTEXT at `context` leads to, for NtGetContextThread: the features that its header's Mask
/// asks for; afterwards Mask names those not in their initial state. Statuses: as above.
NtResult<> store_extended_state(gate::Thread& thread, Address context);

} // namespace oriel::ps
