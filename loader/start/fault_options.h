// SPDX-License-Identifier: MIT
// fault_options.h: the options that make a program's memory faults visible.
#pragma once

#include <oriel/refusal_rule.h>

#include <cstdint>
#include <map>
#include <string>

namespace CLI {
class App;
}

namespace oriel::start {

struct FaultOptions {
    std::uint32_t global_flags = 0;                      ///< NtGlobalFlag
    std::map<std::u16string, std::uint32_t> image_options; ///< "Image File Execution Options"
    RefusalRule heap_refusals, memory_refusals;
    bool leaks = false, leaks_of_system = false;
    std::string leaks_json;  ///< a file; empty: none
    std::string page_heap, leak_report; ///< as written
    std::string report_json; ///< each report also as an object a line
};

/// Adds the options to the command line; they are parsed into `options`.
void add_fault_options(CLI::App& app, FaultOptions& options);

/// gflags' way: "+hpa+ust", "hpa,-ust", "0x02000000". Answers the word that is not understood, or nothing.
std::string parse_global_flags(const std::string& text, std::uint32_t& flags);
/// "every:1000", "nth:5000", "seed:42:1%", with "heap:" or "vm:" before it. False: not understood.
bool parse_refusal(const std::string& text, FaultOptions& options);

} // namespace oriel::start
