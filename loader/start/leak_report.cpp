// SPDX-License-Identifier: MIT
// leak_report.cpp: whose a block is, the stack tells.
//
// Going out from ntdll's heap through the builtin DLLs, one comes to the function that the program called. If that is an
// allocating one (malloc, HeapAlloc, LocalAlloc, ...), the block is the program's to free. If it is another (fopen,
// LoadLibrary), or the program is not on the stack at all, a DLL keeps the block for reasons of its own.
#include "leak_report.h"

#include "fault_text.h"
#include "symbols/call_site.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace oriel::start {
namespace {

constexpr std::string_view allocating[] = {
    "RtlAllocateHeap", "RtlpAllocateHeap", "RtlReAllocateHeap", "HeapAlloc", "HeapReAlloc", "LocalAlloc", "LocalReAlloc", "GlobalAlloc", "GlobalReAlloc",
    "malloc", "calloc", "realloc", "_recalloc", "_expand", "_aligned_malloc", "_aligned_realloc", "_aligned_offset_malloc",
    "_strdup", "strdup", "_wcsdup", "wcsdup", "_mbsdup", "_getcwd", "_wgetcwd", "_fullpath", "_wfullpath", "_tempnam", "_wtempnam",
    "_dupenv_s", "_wdupenv_s", "??2@YAPEAX_K@Z", "??_U@YAPEAX_K@Z", "??2@YAPAXI@Z", "??_U@YAPAXI@Z", "SysAllocString",
    "SysAllocStringLen", "SysAllocStringByteLen", "SysReAllocString", "SysReAllocStringLen", "CoTaskMemAlloc", "CoTaskMemRealloc",
    "CommandLineToArgvW", "GetEnvironmentStrings", "GetEnvironmentStringsA", "GetEnvironmentStringsW",
};

bool allocates(const std::string& symbol) { return std::find(std::begin(allocating), std::end(allocating), symbol) != std::end(allocating); }

std::string blocks_text(std::uint64_t n) { return std::to_string(n) + (n == 1 ? " block" : " blocks"); }
std::string bytes_text(std::uint64_t n) { return std::to_string(n) + (n == 1 ? " byte" : " bytes"); }

} // namespace

LeakReport::Owner LeakReport::owner_of(ps::Process& process, const std::vector<std::uint64_t>& frames) {
    std::string outermost; // function of a builtin DLL, seen from the block
    for (const std::uint64_t frame : frames) {
        const Place place = caller_place(process, frame);
        if (place.builtin) {
            outermost = place.symbol;
            continue;
        }
        // A function that ends by a jump to another is not on the stack, but the call names it.
        const auto target = called_at(frame);
        const Place called = target ? place_of(process, *target) : Place{};
        const bool is_known = called.builtin && called.symbol_offset == 0 && !called.symbol.empty();
        return allocates(is_known ? called.symbol : outermost) ? Owner::Program : Owner::System;
    }
    return Owner::System; // also without a stack: ntdll itself, before it can walk one
}

void LeakReport::add(ps::Process& process, const nt::LeakGroupRecord& group) {
    constexpr std::size_t most_groups = 100'000; // the guest could tell any number
    if (m_groups.size() >= most_groups) return;
    std::vector<std::uint64_t> frames = without_ntdll_inside(process, frames_of(group.allocated), false);
    const Owner owner = owner_of(process, frames);
    m_groups.push_back({group, std::move(frames), owner});
}

void LeakReport::write_text(ps::Process& process, Owner owner, const char* title) const {
    std::uint64_t blocks = 0, bytes = 0;
    std::size_t places = 0;
    for (const Group& group : m_groups) {
        if (group.owner != owner) continue;
        blocks += group.record.blocks;
        bytes += group.record.bytes;
        ++places;
    }
    std::fprintf(stderr, "oriel: %s: %s%s in %s, from %zu %s\n", program_name(process).c_str(), title, bytes_text(bytes).c_str(),
                 blocks_text(blocks).c_str(), places, places == 1 ? "place" : "places");
    for (const Group& group : m_groups) {
        if (group.owner != owner) continue;
        std::fprintf(stderr, "  %s in %s, the first at %s (allocation %llu)\n    %s\n", bytes_text(group.record.bytes).c_str(),
                     blocks_text(group.record.blocks).c_str(), hex(group.record.first_block).c_str(),
                     static_cast<unsigned long long>(group.record.first_serial),
                     group.frames.empty() ? "no stack" : stack_text(process, group.frames, true).c_str());
    }
}

void LeakReport::write_json(ps::Process& process, const std::string& file) const {
    nlohmann::ordered_json groups = nlohmann::ordered_json::array();
    for (const Group& group : m_groups) {
        groups.push_back({{"owner", group.owner == Owner::Program ? "program" : "system"},
                          {"blocks", group.record.blocks},
                          {"bytes", group.record.bytes},
                          {"heap", hex(group.record.heap)},
                          {"first", {{"block", hex(group.record.first_block)}, {"size", group.record.first_size}, {"serial", group.record.first_serial}}},
                          {"thread", group.record.allocated.thread},
                          {"stack", stack_json(process, group.frames)}});
    }
    const nlohmann::ordered_json report = {{"program", program_name(process)}, {"leaks", std::move(groups)}};
    std::FILE* const out = std::fopen(file.c_str(), "we");
    if (out == nullptr) {
        std::fprintf(stderr, "oriel: cannot write the leaks to %s\n", file.c_str());
        return;
    }
    std::fputs((report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n").c_str(), out);
    std::fclose(out);
}

void LeakReport::write(ps::Process& process, const FaultOptions& options) {
    m_written = true;
    std::stable_sort(m_groups.begin(), m_groups.end(), [](const Group& a, const Group& b) {
        return a.record.bytes != b.record.bytes ? a.record.bytes > b.record.bytes : a.record.first_serial < b.record.first_serial;
    });
    write_text(process, Owner::Program, "alive at the end: ");
    if (options.leaks_of_system) write_text(process, Owner::System, "kept by Windows' DLLs: ");
    if (!options.leaks_json.empty()) write_json(process, options.leaks_json);
}

} // namespace oriel::start
