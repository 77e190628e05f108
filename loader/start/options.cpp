// SPDX-License-Identifier: MIT
// options.cpp: oriel's own options end where the program's name begins.
#include "options.h"

#include <CLI/CLI.hpp>

#include <cstdlib>

namespace oriel::start {
namespace {

constexpr const char* log_variable = "ORIEL_LOG";

constexpr const char* about =
    "Runs a Windows console program.\n"
    "  oriel [options] PROGRAM.exe [arguments...]        run it; the exit code is the program's (low 8 bits)\n"
    "  oriel trace [options] PROGRAM.exe [arguments...]  run it and print every NT service it calls\n"
    "  oriel doctor [PROGRAM.exe]                        what this host offers; what a program needs\n"
    "\n"
    "What stands behind PROGRAM.exe is the program's alone. Files are Z:\\ (the host's /) and C:\\.\n"
    "Exit codes of oriel itself: 127 the program was not found, 126 it is no program that can run here,\n"
    "125 oriel failed.";

void add_run_options(CLI::App& app, Options& options) {
    app.add_option("--dll-path", options.dll_path, "Take builtin DLLs from this folder instead of the ones inside oriel")
        ->type_name("DIR");
    app.add_option("--exit-code-file", options.exit_code_file, "Write all 32 bits of the exit code to this file, as 0xC0000005")
        ->type_name("FILE");
    app.add_option("--commit-limit", options.commit_limit, "Memory that the program may commit: 64M, 2G, ...")
        ->transform(CLI::AsSizeValue(false));
    app.add_option("--carrier", options.carrier, "What guest threads run on: threads (the host's), or fibers on one host thread")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, CarrierKind>{{"threads", CarrierKind::Threads}, {"fibers", CarrierKind::Fibers}}))
        ->type_name("KIND");
    app.add_option_function<std::string>(
           "--contract",
           [&options](const std::string& value) { options.documented_contract = value == "documented"; },
           "observed: as Windows does (default); documented: nothing more than its documentation promises")
        ->check(CLI::IsMember({"observed", "documented"}))
        ->type_name("WHICH");
    app.add_option("--log", options.log_level, "What oriel says of itself on stderr: quiet, warning, debug")
        ->check(CLI::IsMember({"quiet", "warning", "debug"}))
        ->envname(log_variable)
        ->type_name("LEVEL");
    app.add_option("--env", options.environment, "Set an environment variable for the program: NAME=value (repeatable)")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    app.add_option("--crash-json", options.crash_json, "Write what is known of a crash to this file as JSON (-: to stderr, instead of the text)")
        ->type_name("FILE");
    app.add_flag("--dump-on-crash", options.crash_dump, "Write a minidump of a crash: =FILE, or PROGRAM.PID.dmp in this folder");
    app.add_option("--directory", options.directory, "Start the program in this folder")->type_name("DIR");
}

void add_trace_options(CLI::App& app, Options& options) {
    app.add_option("--format", options.trace_format, "text, or json: one object a line")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, TraceFormat>{{"text", TraceFormat::Text}, {"json", TraceFormat::Json}}))
        ->type_name("FORMAT");
    app.add_option("--output,-o", options.trace_output, "Write the trace to this file (default: stderr)")->type_name("FILE");
    app.add_option("--only", options.trace_families, "Only these families of services: file, virtual_memory, section, sync, ...")
        ->delimiter(',')
        ->type_name("FAMILY,...")
        ->allow_extra_args(false);
}

} // namespace

Parsed parse_options(int argc, char** argv) {
    Parsed parsed;
    Options& options = parsed.options;
    std::vector<std::string> words(argv + 1, argv + argc);
    if (!words.empty() && words[0] == "trace") options.command = Command::Trace;
    if (!words.empty() && words[0] == "doctor") options.command = Command::Doctor;
    if (options.command != Command::Run) words.erase(words.begin());

    // Without an option there is nothing to parse: what CLI11 needs for that would be a tenth of a short program's run.
    if (options.command == Command::Run && !words.empty() && !words[0].starts_with('-') && !std::getenv(log_variable)) {
        options.program = std::move(words[0]);
        options.arguments.assign(std::make_move_iterator(words.begin() + 1), std::make_move_iterator(words.end()));
        return parsed;
    }

    CLI::App app(about, "oriel");
    app.set_version_flag("--version", "oriel " ORIEL_VERSION);
    app.prefix_command();
    add_run_options(app, options);
    add_fault_options(app, options.faults);
    if (options.command == Command::Trace) add_trace_options(app, options);
    try {
        std::reverse(words.begin(), words.end());
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        parsed.exit_code = code == 0 ? 0 : exit_oriel_failed;
        return parsed;
    }
    std::vector<std::string> rest = app.remaining();
    if (!rest.empty() && rest[0] == "--") rest.erase(rest.begin());
    if (rest.empty() && options.command != Command::Doctor) {
        std::fputs("oriel: which program? usage: oriel [options] PROGRAM.exe [arguments...]   (oriel --help tells more)\n", stderr);
        parsed.exit_code = exit_oriel_failed;
        return parsed;
    }
    if (!rest.empty()) {
        options.program = rest[0];
        options.arguments.assign(rest.begin() + 1, rest.end());
    }
    return parsed;
}

} // namespace oriel::start
