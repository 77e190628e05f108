// SPDX-License-Identifier: MIT
// exception_delivery.h: from the host back to ntdll's dispatchers, with what they need on the guest's stack.
#pragma once

#include <ntdll-emu/ke/apc.h>
#include <ntdll-emu/mm/address_space_requests.h>
#include <ntdll-emu/ps/thread.h>
#include <nt/exception.h>

namespace oriel::ps {

/// The host's own form of a record is the 64-bit one, for all programs.
///
/// Pushes the record and the thread's registers on its stack and makes it go on at
/// ntdll!KiUserExceptionDispatcher (by Exit::Full).
/// Statuses: what the stack said when it could not be written; nothing has changed then.
NtResult<> deliver_exception(Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record);

/// The same for a user APC and ntdll!KiUserApcDispatcher; afterwards the thread goes on where it was, and a
/// service that was interrupted answers `status`.
NtResult<> deliver_apc(Thread& thread, const ke::UserApc& apc);

/// What they are for threads of 32-bit programs (exception_delivery32.cpp).
NtResult<> deliver_exception32(Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record);
NtResult<> deliver_apc32(Thread& thread, const ke::UserApc& apc);

/// What mm makes of a fault of this thread; moves TEB.StackLimit when a stack grew.
mm::FaultOutcome resolve_fault(Thread& thread, const mm::Fault& fault);
[[nodiscard]] bool is_resolved(const mm::FaultOutcome& outcome);

/// gate::Handlers::on_capture_fault: a service touched guest memory that mm may make accessible.
bool on_capture_fault(Address address, bool write);
/// gate::Handlers::on_fault: mm first, then the guest's handlers, and last the end of the process.
gate::Exit on_fault(gate::Thread& thread);
/// gate::Handlers::on_interrupt: ends, suspends, runs APCs.
gate::Exit on_interrupt(gate::Thread& thread);

} // namespace oriel::ps
