// SPDX-License-Identifier: MIT
#include "fault_text.h"

#include "host_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace oriel::start {
namespace {

using nt::HeapFaultKind;
using nt::HeapFaultRecord;

constexpr unsigned most_frames_shown = 12;

std::string ordinal(std::uint64_t n) {
    const char* suffix = n % 100 / 10 == 1 ? "th" : n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
    return std::to_string(n) + suffix;
}

std::string bytes_text(std::uint64_t n) { return std::to_string(n) + (n == 1 ? " byte" : " bytes"); }

const char* verb(const HeapFaultRecord& record) {
    return record.access == 1 ? "writes" : record.access == 8 ? "executes" : "reads";
}

std::string stop_text(std::uint32_t code, const char* exception) {
    std::string text;
    if (code != 0) text = "Application Verifier calls this stop " + hex(code) + "; the";
    else text = "The";
    return text + " program gets " + exception;
}

FaultText access_words(const HeapFaultRecord& record, const char* name, const std::string& where) {
    return {name, std::string("it ") + verb(record) + " " + where, {}, stop_text(0x13, "STATUS_ACCESS_VIOLATION")};
}

FaultText stop_words(const HeapFaultRecord& record, const char* name, const char* headline, const char* hint = "") {
    std::string stop;
    if (record.flags & nt::heap_fault_is_validation) stop = "HeapValidate answers FALSE";
    else if (record.flags & nt::heap_fault_is_corruption) stop = "The program gets STATUS_HEAP_CORRUPTION";
    else stop = stop_text(static_cast<std::uint32_t>(record.kind) & 0xFF, "STATUS_BREAKPOINT");
    return {name, headline, hint, stop};
}

} // namespace

FaultText words_for(const HeapFaultRecord& record) {
    switch (record.kind) {
    case HeapFaultKind::AccessBehind: return access_words(record, "overrun", "behind the end of a block");
    case HeapFaultKind::AccessBefore: return access_words(record, "underrun", "before the beginning of a block");
    case HeapFaultKind::AccessFreed: return access_words(record, "use_after_free", "in a block that was freed");
    case HeapFaultKind::AccessExecute: return access_words(record, "execution", "the data of a block as code");
    case HeapFaultKind::Overrun: return stop_words(record, "overrun", "something was written behind the end of a block");
    case HeapFaultKind::Underrun: return stop_words(record, "underrun", "something was written before the beginning of a block");
    case HeapFaultKind::FreedBlockWritten: return stop_words(record, "use_after_free", "a block was written to after it was freed");
    case HeapFaultKind::DoubleFree: return stop_words(record, "double_free", "a block is freed, or used, that was freed before");
    case HeapFaultKind::WrongHeap: return stop_words(record, "wrong_heap", "a block is freed, or used, with another heap than its own");
    case HeapFaultKind::BadHandle: return stop_words(record, "bad_handle", "what was passed as a heap is none");
    case HeapFaultKind::NotABlock:
        return stop_words(record, "not_a_block", "a pointer is freed, or used, at which no block begins",
                          record.block != 0 ? "the pointer leads into a block: it was changed after the allocation"
                                            : "memory of another allocator, of the stack or of an image; or a block freed long ago");
    case HeapFaultKind::CorruptHeader:
        return stop_words(record, "corrupt_header", "the header before a block was written over",
                                "the block before it was overrun, or this one was freed before");
    case HeapFaultKind::CorruptNeighbour:
        return stop_words(record, "corrupt_neighbour", "the header of a neighbouring block was written over",
                                "this block was overrun, or its neighbour's owner wrote before it");
    case HeapFaultKind::CorruptTail:
        return stop_words(record, "corrupt_tail", "something was written behind the end of a block", "this block was overrun");
    case HeapFaultKind::CorruptFreeBlock:
        return stop_words(record, "corrupt_free_block", "a free block was written to", "a block was used after it was freed");
    case HeapFaultKind::CorruptList:
        return stop_words(record, "corrupt_list", "the heap's own lists do not agree with its blocks", "a free block was written to");
    }
    return {"unknown", "a fault that this oriel does not know", {}, {}};
}

std::string block_line(const HeapFaultRecord& record) {
    if (record.block == 0) return "  heap:      " + hex(record.heap) + "\n";
    std::string text = "  block:     " + hex(record.block) + " of " + bytes_text(record.size);
    if (record.serial != 0) text += ", the " + ordinal(record.serial) + " allocation";
    const std::uint64_t owner = record.owner != 0 ? record.owner : record.heap;
    text += ", of heap " + hex(owner);
    if (record.owner != 0 && record.owner != record.heap) text += " (the call names heap " + hex(record.heap) + ")";
    return text + "\n";
}

std::string place_line(const HeapFaultRecord& record) {
    const std::uint64_t at = record.address != 0 ? record.address : record.pointer;
    if (record.block == 0 || at == record.block) return record.block == 0 ? "  pointer:   " + hex(at) + "\n" : std::string();
    return "  address:   " + hex(at) + ", " + place_in_block(record, at, "it") + "\n";
}

std::string place_in_block(const HeapFaultRecord& record, std::uint64_t address, const std::string& block) {
    if (address < record.block) return bytes_text(record.block - address) + " before " + block;
    if (address - record.block < record.size) return bytes_text(address - record.block) + " into " + block;
    const std::string end = block == "it" ? "its end" : "the end of " + block;
    return bytes_text(address - record.block - record.size) + " behind " + end;
}

std::string neighbour_lines(const HeapFaultRecord& record) {
    const auto line = [](const char* what, std::uint64_t block, std::uint64_t size, std::uint8_t state) -> std::string {
        if (block == 0) return {};
        const char* word = state == 'b' ? "busy" : state == 'f' ? "free" : "not to be told: its header is broken";
        return std::string("  ") + what + hex(block) + (state == 'b' || state == 'f' ? " of " + bytes_text(size) : "") + ", " + word + "\n";
    };
    return line("previous:  ", record.previous, record.previous_size, record.previous_state)
           + line("next:      ", record.next, record.next_size, record.next_state);
}

std::string trace_line(ps::Process& process, const char* what, const nt::TraceRecord& trace) {
    if (trace.count == 0) return {};
    std::string head = std::string("  ") + what + ":";
    head.resize(13, ' ');
    return head + stack_text(process, without_ntdll_inside(process, frames_of(trace), false), true) + "   (thread "
           + std::to_string(trace.thread) + ")\n";
}

std::string program_name(ps::Process& process) {
    const std::u16string& path = process.image.dos_path;
    return printable(path.substr(path.rfind(u'\\') + 1));
}

std::vector<std::uint64_t> frames_of(const nt::TraceRecord& trace) {
    return {trace.frames, trace.frames + std::min(trace.count, nt::most_trace_frames)};
}

std::vector<std::uint64_t> without_ntdll_inside(ps::Process& process, const std::vector<std::uint64_t>& frames, bool first_is_exact) {
    if (first_is_exact) return frames;
    std::size_t own = 0;
    while (own < frames.size() && module_at(process, frames[own]).base == process.ntdll.base) ++own;
    return {frames.begin() + static_cast<std::ptrdiff_t>(own == 0 ? 0 : own - 1), frames.end()};
}

std::string stack_text(ps::Process& process, const std::vector<std::uint64_t>& frames, bool all_are_callers) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(frames.size(), most_frames_shown); ++i) {
        const bool exact = i == 0 && !all_are_callers;
        text += (i == 0 ? "" : " < ") + (exact ? place_of(process, frames[i]) : caller_place(process, frames[i])).text();
    }
    if (frames.empty()) return "no stack";
    return frames.size() > most_frames_shown ? text + " < ..." : text;
}

nlohmann::ordered_json stack_json(ps::Process& process, const std::vector<std::uint64_t>& frames) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const std::uint64_t frame : frames) {
        const Place place = caller_place(process, frame);
        nlohmann::ordered_json object;
        object["address"] = hex(frame);
        if (!place.module.empty()) {
            object["module"] = place.module;
            object["offset"] = hex(place.offset);
        }
        if (!place.symbol.empty()) object["symbol"] = place.symbol;
        list.push_back(std::move(object));
    }
    return list;
}

nlohmann::ordered_json trace_json(ps::Process& process, const nt::TraceRecord& trace) {
    nlohmann::ordered_json object;
    object["thread"] = trace.thread;
    object["stack"] = stack_json(process, without_ntdll_inside(process, frames_of(trace), false));
    return object;
}

} // namespace oriel::start
