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
    if (frame.from_table) out["function_offset"] = hex(frame.offset);
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

json stack_of(const std::vector<Place>& places) {
    json out = json::array();
    for (const Place& place : places) {
        json frame = {{"address", hex(place.address)}};
        if (!place.module.empty()) frame["module"] = place.module, frame["module_offset"] = hex(place.offset);
        if (!place.symbol.empty()) frame["function"] = place.symbol, frame["function_offset"] = hex(place.symbol_offset);
        out.push_back(std::move(frame));
    }
    return out;
}

json block_of(const BlockFacts& block) {
    json out = {{"address", hex(block.address)}, {"size", block.bytes}, {"serial", block.serial}, {"is_freed", !block.freed.empty()}};
    if (!block.allocated.empty()) out["allocated"] = {{"thread", block.allocated_by}, {"stack", stack_of(block.allocated)}};
    if (!block.freed.empty()) out["freed"] = {{"thread", block.freed_by}, {"stack", stack_of(block.freed)}};
    return out;
}

json module_of(const Module& module) {
    json out = {{"base", hex(module.base.value())}, {"name", module.name}, {"builtin", module.builtin}};
    if (!module.host_path.empty()) out["file"] = module.host_path;
    if (module.section) out["size"] = module.section->size();
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
    if (facts.block) out["block"] = block_of(*facts.block);
    out["modules"] = json::array();
    for (const Module& module : facts.modules) out["modules"].push_back(module_of(module));
    out["stack"] = json::array();
    for (const Frame& frame : facts.frames) out["stack"].push_back(frame_of(frame));
    // Names come from the guest: what is not UTF-8 is replaced.
    return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace oriel::start::crash
