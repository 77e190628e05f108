// SPDX-License-Identifier: MIT
// fault_text.h: the words of a report, and stacks in text and JSON.
#pragma once

#include "symbols/places.h"

#include <nt/fault_event.h>

#include <nlohmann/json_fwd.hpp>

namespace oriel::start {

struct FaultText {
    std::string name;     ///< for JSON: "overrun"
    std::string headline; ///< "it writes behind the end of a block"
    std::string hint;     ///< what probably happened; may be empty
    std::string stop;     ///< what the verifier calls it, and what the program gets
};
FaultText words_for(const nt::HeapFaultRecord& record);

// Lines of the report, each with its line feed, or empty.
std::string block_line(const nt::HeapFaultRecord& record);
std::string place_line(const nt::HeapFaultRecord& record);
/// "10 bytes into it", "8 bytes behind the end of a block"
std::string place_in_block(const nt::HeapFaultRecord& record, std::uint64_t address, const std::string& block);
std::string neighbour_lines(const nt::HeapFaultRecord& record);
std::string trace_line(ps::Process& process, const char* what, const nt::TraceRecord& trace);

std::string program_name(ps::Process& process);
std::vector<std::uint64_t> frames_of(const nt::TraceRecord& trace);
/// Without the frames of ntdll's own below the function that the program (or another DLL) called.
std::vector<std::uint64_t> without_ntdll_inside(ps::Process& process, const std::vector<std::uint64_t>& frames, bool first_is_exact);
std::string stack_text(ps::Process& process, const std::vector<std::uint64_t>& frames, bool all_are_callers);
nlohmann::ordered_json stack_json(ps::Process& process, const std::vector<std::uint64_t>& frames);
nlohmann::ordered_json trace_json(ps::Process& process, const nt::TraceRecord& trace);

} // namespace oriel::start
