// SPDX-License-Identifier: MIT
// memory_refusals.h: virtual memory that is refused because the tester wants it (--fail-alloc).
#pragma once

#include <ntdll-emu/ps/process.h>
#include <nt/fault_event.h>
#include <oriel/refusal_rule.h>

#include <functional>

namespace oriel::start {

/// From the program's entry on, NtAllocateVirtualMemory answers STATUS_NO_MEMORY where the rule says so, before it has
/// done anything. Whoever listens to the services already goes on listening.
void refuse_memory(const RefusalRule& rule, std::function<void(ps::Thread&, const nt::RefusalRecord&)> on_refusal);
/// The program begins; before refuse_memory it does nothing.
void begin_memory_refusals();

} // namespace oriel::start
