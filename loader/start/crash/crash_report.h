// SPDX-License-Identifier: MIT
// crash_report.h: what is said of a program that an unhandled exception ends.
#pragma once

#include <ntdll-emu/ps/process.h>

#include <string>

namespace oriel::start {

/// As a dump's name: PROGRAM.PID.dmp in the folder where oriel was started.
inline constexpr const char* dump_by_name = "true"; // what CLI11 makes of an option without its value

struct CrashOptions {
    std::string json; ///< a file for the facts as JSON; "-": stderr, instead of the text; empty: none
    std::string dump; ///< a file for a minidump; empty: none
};

/// ps::Process::on_crash: text on stderr, and what the options ask for. Never throws: where memory is short, less is said.
void report_crash(ps::Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record, const nt::Context64& context, const CrashOptions& options);

} // namespace oriel::start
