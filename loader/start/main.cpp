// SPDX-License-Identifier: MIT
// main.cpp: oriel.
#include "crash/crash_report.h"
#include "doctor.h"
#include "end.h"
#include "fault_reports.h"
#include "first_process.h"
#include "observe_run.h"
#include "observe_running.h"
#include "options.h"
#include "trace_output.h"

#include <ntdll-emu/hal/log.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>

namespace {

using namespace oriel;
using namespace oriel::start;

void set_log_level(const std::string& level) {
    if (level == "quiet") hal::set_log_level(hal::LogLevel::Quiet);
    if (level == "debug") hal::set_log_level(hal::LogLevel::Debug);
}

/// Never destroyed: the host process ends with the guest, whose other threads may still run.
[[noreturn]] void run_program(const Options& options) {
    const Program program = find_program(options.program);
    require_runnable(program);
    auto* session = new Session(options, program);
    session->process().on_crash = [&options](ps::Thread& thread, const auto& record, const nt::Context64& context) {
        report_crash(thread, record, context, {.json = options.crash_json, .dump = options.crash_dump});
    };
    if (options.command == Command::Trace) start_trace(options);
    watch_faults(session->process(), options.faults);
    if (options.command == Command::Heap || options.command == Command::Memory) start_observing(options, *session);
    session->load(program);
    session->run([&](Status exit_status) {
        finish_trace();
        finish_fault_reports();
        end_host_process(static_cast<std::uint32_t>(exit_status), options.exit_code_file);
    });
    std::abort(); // the process has ended above
}

} // namespace

int main(int argc, char** argv) {
    try {
        const Parsed parsed = parse_options(argc, argv);
        if (parsed.exit_code) return *parsed.exit_code;
        set_log_level(parsed.options.log_level);
        if (parsed.options.command == Command::Doctor) return run_doctor(parsed.options);
        if (parsed.options.observed_process) {
            observe_running(parsed.options);
            return 0;
        }
        run_program(parsed.options);
    } catch (const StartError& error) {
        std::fprintf(stderr, "oriel: %s\n", error.what());
        return error.exit_code();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "oriel: %s\n", error.what());
        return exit_oriel_failed;
    }
}
