// SPDX-License-Identifier: MIT
// crash_report.cpp: the facts of a crash as about fifteen lines of text.
#include "crash_report.h"

#include "crash_facts.h"
#include "crash_json.h"
#include "minidump.h"

#include <oriel/debugger_probe.h>

#include <atomic>
#include <cstdio>
#include <new>

namespace oriel::start {
namespace {

using namespace crash;

// A long stack is shown from both ends.
constexpr std::size_t first_frames = 10, last_frames = 3;
constexpr std::size_t line_width = 108;

std::string place(const Frame& frame) {
    return frame.module.base.is_null() ? hex(frame.pc) : frame.module.name + "+" + hex(frame.pc - frame.module.base.value());
}

std::string source(const Frame& frame) {
    std::string text = frame.function;
    if (frame.from_table) text += "+" + hex(frame.offset);
    if (!frame.file.empty()) text += " at " + frame.file + ":" + std::to_string(frame.line);
    return text;
}

std::string register_lines(const nt::Context64& context) {
    constexpr const char* names[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"};
    std::string text, line;
    for (unsigned i = 0; i < std::size(names); ++i) {
        const std::string word = (line.empty() ? "" : " ") + std::string(names[i]) + "=" + hex(context.general(i));
        if (line.size() + word.size() > line_width) text += "  " + line + "\n", line = word.substr(1);
        else line += word;
    }
    return text + "  " + line + "\n";
}

/// The frames that are shown; the gap, if there is one, lies behind the first of them.
std::vector<Frame*> shown(CrashFacts& facts) {
    std::vector<Frame*> frames;
    const std::size_t count = facts.frames.size();
    const bool all = count <= first_frames + last_frames + 1;
    for (std::size_t i = 0; i < count; ++i)
        if (all || i < first_frames || i >= count - last_frames) frames.push_back(&facts.frames[i]);
    return frames;
}

/// With JSON, more of them have names: all of an ordinary stack.
std::vector<Frame*> named(CrashFacts& facts, const std::vector<Frame*>& shown_ones, bool with_json) {
    constexpr std::size_t most_named = 256;
    if (!with_json || facts.frames.size() > most_named) return shown_ones;
    std::vector<Frame*> frames;
    for (Frame& frame : facts.frames) frames.push_back(&frame);
    return frames;
}

std::string text_of(const CrashFacts& facts, const std::vector<Frame*>& frames) {
    std::string report = "oriel: " + facts.program + " was ended by an unhandled exception in thread " + std::to_string(facts.thread_id) + "\n";
    report += "  code:  " + hex(static_cast<std::uint32_t>(facts.record.ExceptionCode));
    if (!facts.code_name.empty()) report += " " + facts.code_name;
    if (!facts.sentence.empty()) report += ": " + facts.sentence;
    report += "\n";
    if (!facts.address.empty()) report += "  there: " + facts.address + "\n";
    report += "  where: " + hex(facts.record.ExceptionAddress.value) + (facts.bytes.empty() ? "" : ", the bytes " + facts.bytes) + "\n";
    report += register_lines(facts.context);
    report += "  stack:\n";
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto number = static_cast<std::size_t>(frames[i] - facts.frames.data());
        if (i == first_frames && number != i)
            report += "     ... " + std::to_string(number - i) + (facts.frames_cut ? " frames and more\n" : " frames\n");
        char head[64];
        std::snprintf(head, sizeof head, "  %4zu ", number);
        std::string line = head + place(*frames[i]);
        if (const std::string words = source(*frames[i]); !words.empty()) line.resize(std::max<std::size_t>(line.size() + 2, 34), ' '), line += words;
        report += line + "\n";
    }
    return report;
}

void write_file(const std::string& path, const std::string& content) {
    std::FILE* const out = path == "-" ? stderr : std::fopen(path.c_str(), "we");
    if (!out) {
        std::fprintf(stderr, "oriel: cannot write %s\n", path.c_str());
        return;
    }
    std::fputs(content.c_str(), out);
    if (out != stderr) std::fclose(out);
}

} // namespace

void report_crash(ps::Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record, const nt::Context64& context,
                  const CrashOptions& options) try {
    // One report is enough. A thread that crashes meanwhile stands still until the process has ended: that the dump may
    // wait for it, and that its end does not cut the report off.
    static std::atomic<bool> reporting = false;
    if (reporting.exchange(true)) {
        (void)thread.ke().suspend();
        return thread.ke().wait_while_suspended();
    }
    debugger_probe::crash(static_cast<std::uint32_t>(record.ExceptionCode));
    CrashFacts facts = collect_facts(thread, record, context);
    const std::vector<Frame*> frames = shown(facts);
    add_source_lines(named(facts, frames, !options.json.empty()));
    if (options.json != "-") std::fputs(text_of(facts, frames).c_str(), stderr);
    if (!options.json.empty()) write_file(options.json, json_of(facts));
    if (options.dump.empty()) return;
    const std::string path = options.dump == dump_by_name ? facts.program + "." + std::to_string(facts.process_id) + ".dmp" : options.dump;
    const bool dumped = write_minidump(path, thread, record, context);
    if (options.json != "-" || !dumped) std::fprintf(stderr, dumped ? "  dump:  %s\n" : "oriel: cannot write the dump %s\n", path.c_str());
} catch (const std::exception&) {
    std::fprintf(stderr, "oriel: the program was ended by an unhandled exception, code 0x%08X at 0x%llX; no memory to tell more\n",
                 static_cast<unsigned>(record.ExceptionCode), static_cast<unsigned long long>(record.ExceptionAddress.value));
}

} // namespace oriel::start
