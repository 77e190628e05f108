// SPDX-License-Identifier: MIT
// crash_report.h: what a user reads when a program died of an exception: about five lines on stderr.
#pragma once

#include <ntdll-emu/ps/process.h>

namespace oriel::start {

/// ps::Process::on_crash.
void report_crash(ps::Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record, const nt::Context64& context);

} // namespace oriel::start
