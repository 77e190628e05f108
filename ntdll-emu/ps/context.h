// SPDX-License-Identifier: MIT
// context.h: between the gate's saved registers and NT's CONTEXT.
#pragma once

#include <loader/gate/gate.h>
#include <nt/context.h>
#include <oriel/nt_result.h>

namespace oriel::ps {

/// The guest's registers where it entered the gate; `flags` (ContextFlags) says which groups to fill. At a
/// service entry the volatile registers have no meaning, as on NT, and RAX is what the service will answer.
nt::Context64 capture_context(gate::Thread& thread, std::uint32_t flags);

/// The same of a thread of a 32-bit program, with its own flags and structure. capture_context serves it too, for the
/// host's own use: the registers widened.
nt::Context32 capture_context32(gate::Thread& thread, std::uint32_t flags);

/// Makes the guest go on with the groups that context.ContextFlags names; the thread must leave the gate by
/// Exit::Full. Privileged flags are masked as NT does.
/// Statuses: InvalidParameter for an instruction pointer that no x64 CPU accepts.
NtResult<> apply_context(gate::Thread& thread, const nt::Context64& context);
/// For a thread of a 32-bit program. Segment registers are the system's affair, as under WOW64. Statuses: none.
NtResult<> apply_context(gate::Thread& thread, const nt::Context32& context);

/// For services that are templates on the ABI.
template<class Abi>
nt::CONTEXT<Abi> capture_context_of(gate::Thread& thread, std::uint32_t flags) {
    if constexpr (Abi::is_64) return capture_context(thread, flags);
    else return capture_context32(thread, flags);
}

} // namespace oriel::ps
