// SPDX-License-Identifier: MIT
// source_lines.cpp: functions, files and lines, by LLVM's symbolizer.
//
// It reads what compilers for Windows write: DWARF in the image, PDB files beside it, COFF symbols. It runs as a
// program of its own (package llvm), once for a crash: its library is many times as large as oriel, and whatever
// it makes of damaged debug information stays over there. Without it a report has the names of
// exports and symbol tables, and no lines.
#include "crash_facts.h"

#include <loader/start/symbols/places.h>
#include <loader/start/symbols/short_name.h>
#include <ntdll-emu/hal/host_command.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace oriel::start::crash {
namespace {

constexpr unsigned time_limit_ms = 10'000;
constexpr const char* symbolizers[] = {"llvm-symbolizer", "llvm-symbolizer-19", "llvm-symbolizer-18", "llvm-symbolizer-17", "llvm-symbolizer-16",
                                       "llvm-symbolizer-15", "llvm-symbolizer-14"};

/// A return address belongs to the call before it.
std::uint64_t looked_up(const Frame& frame) { return frame.pc - frame.module.base.value() - (frame.is_return ? 1 : 0); }

std::string ask(const std::string& image, const std::vector<Frame*>& frames) {
    std::vector<std::string> arguments = {"--output-style=JSON", "--relative-address", "--no-inlines", "--demangle", "--obj=" + image};
    for (const Frame* frame : frames) arguments.push_back(hex(looked_up(*frame)));
    for (const char* program : symbolizers)
        if (auto output = hal::output_of_command(program, arguments, time_limit_ms)) return *output;
    return {};
}

void take_answer(const nlohmann::json& answer, Frame& frame) {
    if (!answer.is_object() || !answer.contains("Symbol") || !answer["Symbol"].is_array() || answer["Symbol"].empty()) return;
    const auto& symbol = answer["Symbol"][0];
    if (!symbol.is_object()) return;
    const std::string function = symbol.value("FunctionName", "");
    const bool is_label = function.starts_with('.'); // of assembly code; the symbol table has the function's
    if (!function.empty() && function != "??" && !is_label) {
        frame.function = without_details(function);
        frame.from_table = false;
    }
    frame.line = symbol.value("Line", 0u);
    if (frame.line != 0) frame.file = symbol.value("FileName", "");
}

/// An array with an answer for each address, in their order.
void take_answers(const std::string& output, const std::vector<Frame*>& frames) {
    const auto answers = nlohmann::json::parse(output, nullptr, false);
    if (!answers.is_array()) return;
    for (std::size_t i = 0; i < std::min(answers.size(), frames.size()); ++i) take_answer(answers[i], *frames[i]);
}

} // namespace

void add_source_lines(std::vector<Frame*> frames) {
    std::map<std::string, std::vector<Frame*>> by_image;
    for (Frame* frame : frames) {
        if (frame->module.base.is_null()) continue;
        if (const auto function = function_at(frame->module, frame->pc - (frame->is_return ? 1 : 0))) {
            frame->function = function->name;
            frame->offset = function->offset + (frame->is_return ? 1 : 0);
            frame->from_table = true;
        }
        if (!frame->module.host_path.empty()) by_image[frame->module.host_path].push_back(frame);
    }
    for (const auto& [image, of_image] : by_image) take_answers(ask(image, of_image), of_image);
}

} // namespace oriel::start::crash
