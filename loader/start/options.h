// SPDX-License-Identifier: MIT
// options.h: what the command line asks for.
#pragma once

#include "fault_options.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace oriel::start {

enum class Command { Run, Trace, Doctor, Heap, Memory };
enum class CarrierKind { Threads, Fibers };
enum class TraceFormat { Text, Json };

/// When a snapshot is taken (`oriel heap --at=...`).
enum class MomentKind { Exit, Crash, Break, DebugText, Service };
struct Moment {
    MomentKind kind = MomentKind::Exit;
    std::string name;        ///< of the service; the text
    std::uint64_t count = 1; ///< the how-manieth time
};

struct Options {
    Command command = Command::Run;
    std::string program;                ///< a host path, or a DOS path; may be empty for doctor
    std::vector<std::string> arguments; ///< the program's, without its name
    std::string dll_path;
    std::string exit_code_file;
    std::optional<std::uint64_t> commit_limit; ///< bytes
    CarrierKind carrier = CarrierKind::Threads;
    bool documented_contract = false;
    std::string log_level = "warning";
    std::string environment_file;
    std::vector<std::string> environment; ///< NAME=value
    std::string directory;
    FaultOptions faults;
    std::string crash_json; ///< a file; "-" is stderr
    std::string crash_dump; ///< a file

    TraceFormat trace_format = TraceFormat::Text;
    std::string trace_output; ///< empty: stderr
    std::vector<std::string> trace_families;

    // oriel heap, oriel vm
    std::optional<std::uint32_t> observed_process; ///< a running one
    std::vector<Moment> moments;                   ///< of a program that is run
    bool as_json = false;
    std::string html_output;
    std::string snapshot_output; ///< empty: stderr, or stdout for a running process
    bool all_blocks = false;
    std::optional<std::uint64_t> only_heap; ///< index or handle
};

/// The exit codes that are oriel's own, as shells use them; 125 for its own failures.
inline constexpr int exit_oriel_failed = 125;
inline constexpr int exit_cannot_run = 126;
inline constexpr int exit_not_found = 127;

/// Parses; prints help or an error and answers the exit code where there is nothing to run.
struct Parsed {
    Options options;
    std::optional<int> exit_code;
};
Parsed parse_options(int argc, char** argv);

} // namespace oriel::start
