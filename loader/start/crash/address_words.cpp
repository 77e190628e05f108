// SPDX-License-Identifier: MIT
// address_words.cpp: what lies at an address, by what mm and ps know of it.
#include "crash_facts.h"

#include <loader/start/fault_reports.h>
#include <loader/start/fault_text.h>
#include <loader/start/symbols/guest_memory.h>
#include <nt/peb.h>
#include <nt/teb.h>

#include <algorithm>

namespace oriel::start::crash {
namespace {

constexpr std::uint64_t never_mapped = 0x10000;

std::string near_null(std::uint64_t address) {
    return "nothing: a null pointer" + (address == 0 ? std::string() : " and an offset of " + std::to_string(address));
}

std::string distance(std::uint64_t bytes) { return hex(bytes) + " bytes"; }

/// "thread 8's stack", if it lies in one.
std::string stack_of(ps::Thread& crashed, std::uint64_t address) {
    using Teb = nt::TEB<nt::Nt64>;
    for (const auto& thread : crashed.process().threads()) {
        std::uint64_t low = 0, high = 0;
        if (!copy_from_guest(&low, thread->teb() + offsetof(Teb, DeallocationStack), sizeof low).ok()) continue;
        if (!copy_from_guest(&high, thread->teb() + offsetof(nt::NT_TIB<nt::Nt64>, StackBase), sizeof high).ok()) continue;
        if (address < low || address >= high) continue;
        return thread->id() == crashed.id() ? "this thread's stack" : "the stack of thread " + std::to_string(thread->id());
    }
    return {};
}

/// "heap 0x230000", if an allocation is a heap's first segment: its handle is where it begins.
std::string heap_at(ps::Process& process, Address allocation) {
    using Peb = nt::PEB<nt::Nt64>;
    constexpr std::uint32_t most_heaps = 4096;
    std::uint32_t count = 0;
    std::uint64_t heaps = 0;
    if (!copy_from_guest(&count, process.peb + offsetof(Peb, NumberOfHeaps), sizeof count).ok()) return {};
    if (!copy_from_guest(&heaps, process.peb + offsetof(Peb, ProcessHeaps), sizeof heaps).ok()) return {};
    for (std::uint32_t i = 0; i < std::min(count, most_heaps); ++i) {
        std::uint64_t heap = 0;
        if (!copy_from_guest(&heap, Address(heaps + i * sizeof heap), sizeof heap).ok()) return {};
        if (heap == allocation.value()) return "heap " + hex(heap);
    }
    return {};
}

std::vector<Place> places_of(ps::Process& process, const nt::TraceRecord& trace) {
    std::vector<Place> places;
    for (const std::uint64_t frame : without_ntdll_inside(process, frames_of(trace), false)) places.push_back(caller_place(process, frame));
    return places;
}

/// Who asked: the innermost function that is not one of Windows' own.
std::string asker(const std::vector<Place>& stack) {
    for (const Place& place : stack)
        if (!place.builtin) return place.text();
    return stack.empty() ? "somebody" : stack.back().text();
}

std::string protection_words(mm::Protection protection) {
    if (protection.is_guard()) return "a guard page";
    if (!protection.is_readable()) return "no access";
    std::string words = protection.is_writable() ? "read and write" : "read only";
    if (protection.is_executable()) words += ", execute";
    return words;
}

} // namespace

std::optional<BlockFacts> block_at(ps::Process& process, std::uint64_t address, std::string& words) {
    const auto record = block_accessed_at(address);
    if (!record) return std::nullopt;
    BlockFacts block{.address = record->block, .bytes = record->size, .serial = record->serial, .allocated = places_of(process, record->allocated),
                     .freed = places_of(process, record->freed), .allocated_by = record->allocated.thread, .freed_by = record->freed.thread};
    words = place_in_block(*record, address, "a block of " + std::to_string(block.bytes) + " bytes") + ", allocated by " + asker(block.allocated);
    if (record->freed.count != 0) words += ", freed by " + asker(block.freed) + " in thread " + std::to_string(block.freed_by);
    return block;
}

std::string describe_address(ps::Thread& thread, std::uint64_t address) {
    ps::Process& process = thread.process();
    if (address < never_mapped) return near_null(address);
    if (static_cast<std::int64_t>(address << 16) >> 16 != static_cast<std::int64_t>(address)) return "no address at all: not canonical";
    const mm::RegionInfo region = process.address_space.query(Address(address));
    if (const Module module = module_at(process, address); !module.base.is_null())
        return "in " + module.name + " at " + hex(address - module.base.value()) + " (" + protection_words(region.protection) + ")";
    if (region.state == mm::RegionState::Free) return "free memory";
    const std::uint64_t into = address - region.allocation_base.value();
    std::string owner = distance(into) + " into an allocation at " + hex(region.allocation_base.value());
    if (region.type == mm::RegionType::Mapped) owner = "in a mapped view, " + owner;
    if (const std::string stack = stack_of(thread, address); !stack.empty()) owner = "in " + stack;
    if (const std::string heap = heap_at(process, region.allocation_base); !heap.empty()) owner = distance(into) + " into " + heap;
    if (region.state == mm::RegionState::Reserved) return owner + ", reserved but not committed";
    return owner + " (" + protection_words(region.protection) + ")";
}

} // namespace oriel::start::crash
