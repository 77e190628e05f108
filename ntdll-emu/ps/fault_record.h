// SPDX-License-Identifier: MIT
// fault_record.h: what the CPU reported, as the EXCEPTION_RECORD that Windows makes of it.
#pragma once

#include <loader/gate/gate.h>
#include <nt/exception.h>

namespace oriel::ps {

/// Describes a fault that mm did not resolve; may move registers.rip as NT does (a breakpoint is reported
/// at the INT3 itself). Reads the faulting instruction through a fault-safe copy.
nt::EXCEPTION_RECORD<nt::Nt64> record_of(const gate::Fault& fault, gate::Thread& thread);

/// NT ends the process without asking any handler: `int 0x29`, which compilers write for __fastfail.
[[nodiscard]] bool is_fast_fail(const nt::EXCEPTION_RECORD<nt::Nt64>& record);

} // namespace oriel::ps
