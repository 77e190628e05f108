// SPDX-License-Identifier: MIT
// crash_facts.h: what is known about a crash, before it is written as text or as JSON.
#pragma once

#include <loader/start/symbols/modules.h>

#include <nt/exception.h>

#include <string>
#include <vector>

namespace oriel::start::crash {

struct Frame {
    std::uint64_t pc = 0;       ///< the faulting instruction, or a return address
    bool is_return = false;     ///< pc is where a call returns to
    Module module;
    std::string function;       ///< empty: not known
    std::uint64_t offset = 0;   ///< into the function, where an export or a symbol table names it
    bool from_table = false;   ///< it has no debug information that names it
    std::string file;           ///< empty: not known
    unsigned line = 0;
};

struct CrashFacts {
    std::string program;
    std::uint32_t process_id = 0, thread_id = 0;
    nt::EXCEPTION_RECORD<nt::Nt64> record{};
    nt::Context64 context{};
    std::string code_name; ///< "STATUS_ACCESS_VIOLATION"; empty: it has none
    std::string sentence;  ///< "it read address 0x8"
    std::string address;   ///< what the address is; empty where there is none
    std::string bytes;     ///< of the instruction
    std::vector<Frame> frames;
    bool frames_cut = false; ///< the stack is longer
};

/// Reads the guest; never faults, may throw std::bad_alloc.
CrashFacts collect_facts(ps::Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record, const nt::Context64& context);

/// Functions, files and lines from the programs' debug information (source_lines.cpp), for as many frames as a report
/// shows.
void add_source_lines(std::vector<Frame*> frames);

/// What an exception means: its code, and for some what its parameters say.
std::string sentence_of(const nt::EXCEPTION_RECORD<nt::Nt64>& record);
/// What lies at an address: free memory, somebody's stack, a module, ...
std::string describe_address(ps::Thread& thread, std::uint64_t address);

} // namespace oriel::start::crash
