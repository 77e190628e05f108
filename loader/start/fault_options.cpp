// SPDX-License-Identifier: MIT
// fault_options.cpp: gflags' words.
//
// Source: "GFlags Flag Table", "GFlags and PageHeap", Microsoft documentation.
#include "fault_options.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <sstream>

namespace oriel::start {
namespace {

struct GlobalFlagName {
    const char* name;
    std::uint32_t value;
};
constexpr GlobalFlagName global_flag_names[] = {
    {"soe", 0x1},       {"sls", 0x2},       {"dic", 0x4},        {"shg", 0x8},        {"htc", 0x10},       {"hfc", 0x20},
    {"hpc", 0x40},      {"hvc", 0x80},      {"vrf", 0x100},      {"ptg", 0x400},      {"htg", 0x800},      {"ust", 0x1000},
    {"kst", 0x2000},    {"otl", 0x4000},    {"htd", 0x8000},     {"dse", 0x10000},    {"d32", 0x20000},    {"ksl", 0x40000},
    {"dps", 0x80000},   {"scb", 0x100000},  {"dhc", 0x200000},   {"ece", 0x400000},   {"eel", 0x800000},   {"eot", 0x1000000},
    {"hpa", 0x2000000}, {"dwl", 0x4000000}, {"ddp", 0x8000000},  {"cse", 0x10000000}, {"ltd", 0x20000000}, {"bhd", 0x40000000},
    {"dpd", 0x80000000},
};

constexpr std::uint32_t flag_verifier = 0x100, flag_stack_traces = 0x1000, flag_page_heap = 0x2000000;
constexpr std::uint32_t page_heap_full = 0x01, page_heap_traces = 0x02, page_heap_backwards = 0x10, page_heap_unaligned = 0x20;

bool parse_number(const std::string& text, std::uint32_t& value) {
    std::size_t used = 0;
    try {
        const unsigned long long number = std::stoull(text, &used, 0);
        if (number > 0xFFFFFFFF) return false;
        value = static_cast<std::uint32_t>(number);
    } catch (const std::exception&) {
        return false;
    }
    return used == text.size();
}

std::vector<std::string> pieces(const std::string& text, char separator) {
    std::vector<std::string> list;
    std::istringstream in(text);
    for (std::string piece; std::getline(in, piece, separator);) list.push_back(piece);
    return list;
}

/// "full", "normal", and how full ones lie.
bool parse_page_heap(const std::string& text, FaultOptions& options) {
    std::uint32_t flags = page_heap_full | page_heap_traces;
    for (std::string word : pieces(text, ',')) {
        if (word.starts_with('/')) word.erase(0, 1); // as gflags writes them
        if (word == "full") flags |= page_heap_full;
        else if (word == "normal") flags &= ~page_heap_full;
        else if (word == "backwards") flags |= page_heap_full | page_heap_backwards;
        else if (word == "unaligned") flags |= page_heap_full | page_heap_unaligned;
        else return false;
    }
    options.global_flags |= flag_page_heap;
    options.image_options[u"PageHeapFlags"] = flags;
    return true;
}

bool parse_leaks(const std::string& text, FaultOptions& options) {
    for (const std::string& word : pieces(text, ',')) {
        if (word == "all") options.leaks_of_system = true;
        else if (word.starts_with("json:") && word.size() > 5) options.leaks_json = word.substr(5);
        else if (word != "text") return false;
    }
    options.leaks = true;
    options.global_flags |= flag_stack_traces;
    options.image_options[u"OrielHeapLeaks"] = 1;
    return true;
}

bool parse_image_option(const std::string& text, FaultOptions& options) {
    const std::size_t equals = text.find('=');
    std::uint32_t value = 0;
    if (equals == std::string::npos || equals == 0 || !parse_number(text.substr(equals + 1), value)) return false;
    const std::u16string name(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals));
    options.image_options[name] = value;
    if (name == u"GlobalFlag") options.global_flags = value;
    return true;
}

/// For CLI11: what `parse` does not understand is an error with this sentence.
template<class Parse>
auto or_error(const char* option, const char* sentence, Parse parse) {
    return [=](const std::string& text) {
        if (!parse(text)) throw CLI::ValidationError(std::string(option) + " cannot be \"" + text + "\" (" + sentence + ")");
    };
}

} // namespace

std::string parse_global_flags(const std::string& text, std::uint32_t& flags) {
    std::uint32_t number = 0;
    if (parse_number(text, number)) {
        flags = number;
        return {};
    }
    for (std::size_t at = 0; at < text.size();) {
        bool set = true;
        while (at < text.size() && (text[at] == '+' || text[at] == '-' || text[at] == ',' || text[at] == ' ')) {
            if (text[at] == '+' || text[at] == '-') set = text[at] == '+';
            ++at;
        }
        const std::size_t end = std::min(text.find_first_of("+-, ", at), text.size());
        const std::string word = text.substr(at, end - at);
        at = end;
        if (word.empty()) continue;
        std::uint32_t value = 0;
        for (const auto& each : global_flag_names)
            if (word == each.name) value = each.value;
        if (value == 0 && !parse_number(word, value)) return word;
        flags = set ? flags | value : flags & ~value;
    }
    return {};
}

bool parse_refusal(const std::string& text, FaultOptions& options) {
    std::vector<std::string> words = pieces(text, ':');
    bool heap = true, memory = true;
    if (!words.empty() && (words[0] == "heap" || words[0] == "vm")) {
        (words[0] == "heap" ? memory : heap) = false;
        words.erase(words.begin());
    }
    RefusalRule rule;
    if (words.size() == 2 && words[0] == "every") {
        if (!parse_number(words[1], rule.every) || rule.every == 0) return false;
    } else if (words.size() == 2 && words[0] == "nth") {
        if (!parse_number(words[1], rule.nth) || rule.nth == 0) return false;
    } else if (words.size() == 3 && words[0] == "seed" && words[2].ends_with('%')) {
        char* end = nullptr;
        const double percent = std::strtod(words[2].c_str(), &end);
        if (!parse_number(words[1], rule.seed) || *end != '%' || !(percent > 0 && percent <= 100)) return false;
        rule.per_million = std::max(1u, static_cast<std::uint32_t>(std::lround(percent * 10'000)));
    } else {
        return false;
    }
    options.global_flags |= flag_verifier; // ntdll says when the program begins
    if (memory) options.memory_refusals = rule;
    if (!heap) return true;
    options.heap_refusals = rule;
    options.image_options[u"OrielFailEvery"] = rule.every;
    options.image_options[u"OrielFailNth"] = rule.nth;
    options.image_options[u"OrielFailSeed"] = rule.seed;
    options.image_options[u"OrielFailPerMillion"] = rule.per_million;
    return true;
}

void add_fault_options(CLI::App& app, FaultOptions& options) {
    static constexpr const char* group = "Memory faults made visible";
    app.add_option("--gflags", "Global flags as gflags names them: +htc+hfc (tail and free checks), +hpa (page heap), +ust, ... or a number")
        ->each([&options](const std::string& text) {
            const std::string unknown = parse_global_flags(text, options.global_flags);
            if (!unknown.empty()) throw CLI::ValidationError("there is no global flag \"" + unknown + "\"");
        })
        ->type_name("FLAGS")
        ->group(group);
    app.add_flag("--page-heap{full}", options.page_heap,
                 "[=full|normal][,backwards][,unaligned]  Watch every heap block. full: it ends where its page ends and the next page\n"
                 "cannot be touched, so an overrun stops at the instruction; freed blocks stay untouchable for a while.\n"
                 "normal: patterns around it, looked at when it is freed. backwards: guard its beginning; unaligned: to the byte")
        ->each(or_error("--page-heap", "full or normal; with full: backwards, unaligned",
                        [&options](const std::string& text) { return parse_page_heap(text, options); }))
        ->group(group);
    app.add_flag("--heap-leaks{text}", options.leak_report,
                 "[=json:FILE][,all]  At the end, list the blocks still alive by the place that allocated them;\n"
                 "all: also those that Windows' own DLLs keep")
        ->each(or_error("--heap-leaks", "json:FILE, all, or nothing", [&options](const std::string& text) { return parse_leaks(text, options); }))
        ->group(group);
    app.add_option("--fail-alloc",
                   "[heap:|vm:]RULE  Make allocations fail: every:1000, nth:5000, or seed:42:1% (at random, the same in each run).\n"
                   "Counted from the program's entry point; heap: HeapAlloc and malloc, vm: VirtualAlloc; without either, both")
        ->each(or_error("--fail-alloc", "every:N, nth:N or seed:N:P%, with heap: or vm: before it",
                        [&options](const std::string& text) { return parse_refusal(text, options); }))
        ->allow_extra_args(false)
        ->type_name("RULE")
        ->group(group);
    app.add_option("--image-option", "A number of the program's \"Image File Execution Options\": PageHeapFlags=0x13 (repeatable)")
        ->each(or_error("--image-option", "NAME=NUMBER",
                        [&options](const std::string& text) { return parse_image_option(text, options); }))
        ->allow_extra_args(false)
        ->type_name("NAME=NUMBER")
        ->group(group);
    app.add_option("--fault-json", options.report_json, "Write each report of a memory fault to this file too, one JSON object a line")
        ->type_name("FILE")
        ->group(group);
    app.add_flag_callback("--heap-report", [&options] { options.image_options[u"OrielHeapReport"] = 1; },
                          "When HeapValidate answers FALSE, say what it found")
        ->group(group);
}

} // namespace oriel::start
