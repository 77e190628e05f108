// SPDX-License-Identifier: MIT
// crash_json.cpp: a crash for programs (--crash-json): the same facts, complete.
#include "crash_json.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace oriel::start::crash {
namespace {

using nlohmann::json;

json frame_of(const Frame& frame) {
    json out = {{"address", hex(frame.pc)}};
    if (!frame.module.base.is_null()) {
        out["module"] = frame.module.name;
        out["module_offset"] = hex(frame.pc - frame.module.base.value());
    }
    if (!frame.function.empty()) out["function"] = frame.function;
    if (!frame.file.empty()) out["file"] = frame.file, out["line"] = frame.line;
    return out;
}

json registers_of(const nt::Context64& context) {
    constexpr const char* names[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"};
    json out;
    for (unsigned i = 0; i < std::size(names); ++i) out[names[i]] = hex(context.general(i));
    out["rip"] = hex(context.Rip);
    out["eflags"] = hex(context.EFlags);
    return out;
}

} // namespace

std::string json_of(const CrashFacts& facts) {
    json out = {{"program", facts.program},
                {"process", facts.process_id},
                {"thread", facts.thread_id},
                {"code", hex(static_cast<std::uint32_t>(facts.record.ExceptionCode))},
                {"flags", facts.record.ExceptionFlags},
                {"address", hex(facts.record.ExceptionAddress.value)},
                {"instruction", facts.bytes},
                {"registers", registers_of(facts.context)},
                {"stack_is_complete", !facts.frames_cut}};
    if (!facts.code_name.empty()) out["name"] = facts.code_name;
    if (!facts.sentence.empty()) out["meaning"] = facts.sentence;
    if (!facts.address.empty()) out["accessed"] = facts.address;
    out["parameters"] = json::array();
    for (unsigned i = 0; i < std::min(facts.record.NumberParameters, nt::exception_maximum_parameters); ++i)
        out["parameters"].push_back(hex(facts.record.ExceptionInformation[i]));
    out["stack"] = json::array();
    for (const Frame& frame : facts.frames) out["stack"].push_back(frame_of(frame));
    // Names come from the guest: what is not UTF-8 is replaced.
    return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace oriel::start::crash
