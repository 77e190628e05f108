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

/// Makes the guest go on with the groups that context.ContextFlags names; the thread must leave the gate by
/// Exit::Full. Privileged flags are masked as NT does.
/// Statuses: InvalidParameter for an instruction pointer that no x64 CPU accepts.
NtResult<> apply_context(gate::Thread& thread, const nt::Context64& context);

} // namespace oriel::ps
