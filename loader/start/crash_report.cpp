// SPDX-License-Identifier: MIT
// crash_report.cpp: the exception in words, and the stack through .pdata.
//
// The stack is walked by the same unwinder that ntdll uses (symbols.h).
#include "crash_report.h"

#include "host_text.h"
#include "symbols.h"

#include <ntdll-emu/services/status_names.h>

#include <cstdio>

namespace oriel::start {
namespace {

constexpr unsigned most_frames = 24;

std::u16string last_component(const std::u16string& path) { return path.substr(path.rfind(u'\\') + 1); }

std::string access_sentence(const nt::EXCEPTION_RECORD<nt::Nt64>& record) {
    if (record.NumberParameters < 2) return {};
    if (record.ExceptionCode != Status::AccessViolation && record.ExceptionCode != Status::InPageError
        && record.ExceptionCode != Status::GuardPageViolation) return {};
    const char* verb = record.ExceptionInformation[0] == nt::access_violation::write     ? "writing"
                       : record.ExceptionInformation[0] == nt::access_violation::execute ? "executing"
                                                                                         : "reading";
    return std::string(", ") + verb + " " + hex(record.ExceptionInformation[1]);
}

} // namespace

void report_crash(ps::Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record, const nt::Context64& context) {
    ps::Process& process = thread.process();
    const auto code = static_cast<std::uint32_t>(record.ExceptionCode);
    std::string report = "oriel: " + printable(last_component(process.image.dos_path)) + " was ended by an unhandled exception\n";
    report += "  code:  " + hex(code) + " " + std::string(services::status_name(record.ExceptionCode)) + access_sentence(record) + "\n";
    const Place where = place_of(process, record.ExceptionAddress.value);
    report += "  where: " + (where.module.empty() ? where.text() : where.module + "+" + hex(where.offset))
              + ", thread " + std::to_string(thread.id()) + "\n";
    report += "  stack:";
    unsigned count = 0;
    for (const std::uint64_t frame : walk_stack(process, context, most_frames)) {
        const Place place = count == 0 ? place_of(process, frame) : caller_place(process, frame);
        report += (count == 0 ? " " : count % 4 == 0 ? "\n         < " : " < ") + place.text();
        ++count;
    }
    report += "\n";
    std::fputs(report.c_str(), stderr);
}

} // namespace oriel::start
