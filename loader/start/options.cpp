// SPDX-License-Identifier: MIT
// options.cpp: oriel's own options end where the program's name begins.
#include "options.h"

#include <CLI/CLI.hpp>

#include <cstdlib>

namespace oriel::start {
namespace {

#include "observe_help.inc"

constexpr const char* log_variable = "ORIEL_LOG";

constexpr const char* about =
    "Runs a Windows console program.\n"
    "  oriel [options] PROGRAM.exe [arguments...]        run it; the exit code is the program's (low 8 bits)\n"
    "  oriel trace [options] PROGRAM.exe [arguments...]  run it and print every NT service it calls\n"
    "  oriel heap [options] PROGRAM.exe [arguments...]   run it and show its heaps when it ends; oriel heap --help\n"
    "  oriel vm [options] PROGRAM.exe [arguments...]     run it and show its address space when it ends; oriel vm --help\n"
    "  oriel heap PID, oriel vm PID                      the same of a program that is running\n"
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
        ->transform(CLI::AsSizeValue(false))
        ->option_text("SIZE");
    app.add_option("--carrier", options.carrier, "What guest threads run on: threads (the host's), or fibers on one host thread")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, CarrierKind>{{"threads", CarrierKind::Threads}, {"fibers", CarrierKind::Fibers}}))
        ->option_text("KIND");
    app.add_option_function<std::string>(
           "--contract",
           [&options](const std::string& value) { options.documented_contract = value == "documented"; },
           "observed: as Windows does (default); documented: nothing more than its documentation promises")
        ->check(CLI::IsMember({"observed", "documented"}))
        ->option_text("WHICH");
    app.add_option("--log", options.log_level, "What oriel says of itself on stderr: quiet, warning, debug (or ORIEL_LOG in the environment)")
        ->check(CLI::IsMember({"quiet", "warning", "debug"}))
        ->envname(log_variable)
        ->option_text("LEVEL");
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
        ->option_text("FORMAT");
    app.add_option("--output,-o", options.trace_output, "Write the trace to this file (default: stderr)")->type_name("FILE");
    app.add_option("--only", options.trace_families, "Only these families of services: file, virtual_memory, section, sync, ...")
        ->delimiter(',')
        ->type_name("FAMILY,...")
        ->allow_extra_args(false);
}

Moment moment_from(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::string kind = text.substr(0, colon);
    std::string rest = colon == std::string::npos ? "" : text.substr(colon + 1);
    Moment moment;
    if (kind == "exit") moment.kind = MomentKind::Exit;
    else if (kind == "crash") moment.kind = MomentKind::Crash;
    else if (kind == "ctrl-break") moment.kind = MomentKind::Break;
    else if (kind == "debug-text") moment.kind = MomentKind::DebugText;
    else if (kind == "service") moment.kind = MomentKind::Service;
    else throw CLI::ValidationError("--at", "exit, crash, ctrl-break, debug-text:TEXT or service:NtName[:N]");
    const bool named = moment.kind == MomentKind::DebugText || moment.kind == MomentKind::Service;
    if (named == rest.empty()) throw CLI::ValidationError("--at", named ? kind + " needs a name behind a colon" : kind + " takes nothing behind it");
    const std::size_t count = rest.rfind(':');
    if (count != std::string::npos && count + 1 < rest.size() && rest.find_first_not_of("0123456789", count + 1) == std::string::npos) {
        moment.count = std::max(1ull, std::stoull(rest.substr(count + 1)));
        rest.resize(count);
    }
    moment.name = rest;
    return moment;
}

void add_observe_options(CLI::App& app, Options& options) {
    app.add_option("--pid", options.observed_process, "Look at this running process (the host's id, or NT's)")->type_name("N");
    app.add_option_function<std::vector<std::string>>(
           "--at",
           [&options](const std::vector<std::string>& texts) {
               for (const std::string& text : texts) options.moments.push_back(moment_from(text));
           },
           "When (repeatable): exit, crash (both are the default), ctrl-break, debug-text:TEXT[:N], service:NtName[:N]")
        ->type_name("MOMENT")
        ->allow_extra_args(false);
    app.add_flag("--json", options.as_json, "Write JSON instead of text");
    app.add_option("--html", options.html_output, "Write a page with maps to look at")->type_name("FILE");
    app.add_option("--output,-o", options.snapshot_output, "Write to this file (default: stderr; of a running process stdout)")->type_name("FILE");
    if (options.command != Command::Heap) return;
    app.add_flag("--blocks", options.all_blocks, "List every block, as !heap -a");
    app.add_option_function<std::string>(
           "--heap", [&options](const std::string& text) { options.only_heap = std::stoull(text, nullptr, 0); },
           "Only this heap: its number, or its handle as 0x...")
        ->check(CLI::Number)
        ->type_name("HEAP");
}

const char* about_command(Command command) {
    if (command == Command::Heap) return about_heap;
    return command == Command::Memory ? about_memory : about;
}

/// "oriel heap 4711": a number alone is a process.
bool takes_as_process(Options& options, const std::vector<std::string>& rest) {
    if (rest.size() != 1 || rest[0].find_first_not_of("0123456789") != std::string::npos || rest[0].size() > 9) return false;
    options.observed_process = static_cast<std::uint32_t>(std::stoul(rest[0]));
    return true;
}

} // namespace

Parsed parse_options(int argc, char** argv) {
    Parsed parsed;
    Options& options = parsed.options;
    std::vector<std::string> words(argv + 1, argv + argc);
    if (!words.empty() && words[0] == "trace") options.command = Command::Trace;
    if (!words.empty() && words[0] == "doctor") options.command = Command::Doctor;
    if (!words.empty() && words[0] == "heap") options.command = Command::Heap;
    if (!words.empty() && words[0] == "vm") options.command = Command::Memory;
    const bool observes = options.command == Command::Heap || options.command == Command::Memory;
    if (options.command != Command::Run) words.erase(words.begin());

    // Without an option there is nothing to parse: what CLI11 needs for that would be a tenth of a short program's run.
    if (options.command == Command::Run && !words.empty() && !words[0].starts_with('-') && !std::getenv(log_variable)) {
        options.program = std::move(words[0]);
        options.arguments.assign(std::make_move_iterator(words.begin() + 1), std::make_move_iterator(words.end()));
        return parsed;
    }

    CLI::App app(about_command(options.command), "oriel");
    app.set_version_flag("--version", "oriel " ORIEL_VERSION);
    app.prefix_command();
    add_run_options(app, options);
    add_fault_options(app, options.faults);
    if (options.command == Command::Trace) add_trace_options(app, options);
    if (observes) add_observe_options(app, options);
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
    if (observes && takes_as_process(options, rest)) rest.clear();
    if (observes && options.observed_process) return parsed;
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
