// SPDX-License-Identifier: MIT
// crash_report.cpp: the exception in words, and the stack through .pdata.
//
// The stack is walked by the same unwinder that ntdll uses (ntdll-emu/rtl/exception), reading the guest through
// fault-safe copies: a destroyed stack ends the walk, not the host.
#include "crash_report.h"

#include "host_text.h"

#include <ntdll-emu/rtl/exception/frame_walk.h>
#include <ntdll-emu/rtl/exception/function_search.h>
#include <ntdll-emu/services/status_names.h>
#include <oriel/user_ptr.h>

#include <cstdio>

namespace oriel::start {
namespace {

constexpr unsigned most_frames = 24;

struct GuestMemory {
    bool read(std::uint64_t from, void* to, std::size_t bytes) const { return copy_from_guest(to, Address(from), bytes).ok(); }
};

std::string hex(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llX", static_cast<unsigned long long>(value));
    return text;
}

std::u16string last_component(const std::u16string& path) { return path.substr(path.rfind(u'\\') + 1); }

/// The image that an address lies in; null base where it lies in none.
struct Module {
    Address base;
    std::string name;
};
Module module_at(ps::Process& process, std::uint64_t address) {
    const mm::RegionInfo region = process.address_space.query(Address(address));
    if (region.type != mm::RegionType::Image) return {};
    const auto section = process.address_space.section_at(Address(address));
    if (!section.ok() || !section.value()->backing()) return {region.allocation_base, "?"};
    return {region.allocation_base, printable(last_component(section.value()->backing()->nt_name()))};
}

std::string place(ps::Process& process, std::uint64_t address) {
    const Module module = module_at(process, address);
    return module.base.is_null() ? hex(address) : module.name + "+" + hex(address - module.base.value());
}

/// Functions by the table of the image that they lie in.
class GuestFunctions {
public:
    explicit GuestFunctions(ps::Process& process) : m_process(process) {}

    std::optional<rtl::FoundFunction> find(std::uint64_t pc) {
        const GuestMemory memory;
        const Module module = module_at(m_process, pc);
        if (module.base.is_null()) return std::nullopt;
        const auto table = rtl::function_table_of_image(memory, module.base.value());
        return table ? rtl::find_in_table(memory, *table, pc) : std::nullopt;
    }

private:
    ps::Process& m_process;
};

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
    report += "  where: " + place(process, record.ExceptionAddress.value) + ", thread " + std::to_string(thread.id()) + "\n";
    report += "  stack:";
    GuestFunctions functions(process);
    unsigned count = 0;
    rtl::walk_frames(GuestMemory(), functions, context, most_frames, [&](const nt::Context64& frame) {
        report += (count == 0 ? " " : count % 4 == 0 ? "\n         < " : " < ") + place(process, frame.Rip);
        return ++count < most_frames;
    });
    report += "\n";
    std::fputs(report.c_str(), stderr);
}

} // namespace oriel::start
