// SPDX-License-Identifier: MIT
// crash_facts.h: what is known about a crash, before it is written as text or as JSON.
#pragma once

#include <loader/start/symbols/places.h>

#include <nt/exception.h>

#include <optional>
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

/// The block that the accessed address lies in or beside, as a page heap knows it.
struct BlockFacts {
    std::uint64_t address = 0, bytes = 0;
    std::uint64_t serial = 0;       ///< the n-th allocation of the run
    std::vector<Place> allocated;   ///< stacks; empty: not known
    std::vector<Place> freed;       ///< and not freed
    std::uint32_t allocated_by = 0, freed_by = 0; ///< threads
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
    std::optional<BlockFacts> block;
    std::vector<Frame> frames;
    std::vector<Module> modules;
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
/// What a page heap has told of it, and that in words.
std::optional<BlockFacts> block_at(ps::Process& process, std::uint64_t address, std::string& words);

} // namespace oriel::start::crash
