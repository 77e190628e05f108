// SPDX-License-Identifier: MIT
// crash_facts.cpp: reading a guest that has crashed.
//
// The stack is walked by the unwinder that ntdll uses (ntdll-emu/rtl/exception), through fault-safe copies: a
// destroyed stack ends the walk, not the host.
#include "crash_facts.h"

#include <loader/start/host_text.h>
#include <loader/start/symbols/guest_memory.h>
#include <loader/start/symbols/stacks.h>
#include <ntdll-emu/rtl/exception/frame_walk.h>
#include <ntdll-emu/services/status_names.h>

#include <cstdio>

namespace oriel::start::crash {
namespace {

/// An endless recursion has as many frames as a stack has room for; all of them are counted, to show both ends.
constexpr unsigned most_frames = 20000;
constexpr unsigned instruction_bytes = 8;

bool has_address(const nt::EXCEPTION_RECORD<nt::Nt64>& record) {
    switch (record.ExceptionCode) {
    case Status::AccessViolation:
    case Status::InPageError:
    case Status::GuardPageViolation:
    case Status::StackOverflow: return record.NumberParameters >= 2;
    default: return false;
    }
}

std::string bytes_at(std::uint64_t pc) {
    std::string text;
    for (unsigned i = 0; i < instruction_bytes; ++i) {
        std::uint8_t byte = 0;
        if (!GuestMemory().read(pc + i, &byte, 1)) break;
        char word[4];
        std::snprintf(word, sizeof word, "%02x ", byte);
        text += word;
    }
    if (!text.empty()) text.pop_back();
    return text;
}

/// One module serves many frames: asking mm again for each would be slow in a long stack.
class ModuleMemory {
public:
    explicit ModuleMemory(ps::Process& process) : m_process(process) {}
    Module at(std::uint64_t address) {
        const mm::RegionInfo region = m_process.address_space.query(Address(address));
        if (region.type != mm::RegionType::Image) return {};
        for (const Module& known : m_known)
            if (known.base == region.allocation_base) return known;
        m_known.push_back(module_at(m_process, address));
        return m_known.back();
    }

private:
    ps::Process& m_process;
    std::vector<Module> m_known;
};

} // namespace

CrashFacts collect_facts(ps::Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record, const nt::Context64& context) {
    ps::Process& process = thread.process();
    CrashFacts facts;
    facts.program = printable(last_component(process.image.dos_path));
    facts.process_id = process.id();
    facts.thread_id = thread.id();
    facts.record = record;
    facts.context = context;
    facts.code_name = services::status_name(record.ExceptionCode);
    facts.sentence = sentence_of(record);
    if (has_address(record)) {
        facts.block = block_at(process, record.ExceptionInformation[1], facts.address);
        if (!facts.block) facts.address = describe_address(thread, record.ExceptionInformation[1]);
    }
    facts.bytes = bytes_at(record.ExceptionAddress.value);

    ModuleMemory modules(process);
    GuestFunctions functions(process);
    constexpr std::uint32_t after_call = nt::ContextFlags<nt::Nt64>::unwound_to_call;
    rtl::walk_frames(GuestMemory(), functions, context, most_frames, [&](const nt::Context64& at) {
        Frame frame;
        frame.pc = at.Rip;
        frame.is_return = (at.ContextFlags & after_call) != 0;
        frame.module = modules.at(at.Rip);
        facts.frames.push_back(std::move(frame));
        return true;
    });
    facts.frames_cut = facts.frames.size() == most_frames;
    facts.modules = all_modules(process);
    return facts;
}

} // namespace oriel::start::crash
