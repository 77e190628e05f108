// SPDX-License-Identifier: MIT
// address_words.cpp: what lies at an address, by what mm and ps know of it.
#include "crash_facts.h"

#include <loader/start/symbols/guest_memory.h>

#include <nt/teb.h>

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

std::string protection_words(mm::Protection protection) {
    if (protection.is_guard()) return "a guard page";
    if (!protection.is_readable()) return "no access";
    std::string words = protection.is_writable() ? "read and write" : "read only";
    if (protection.is_executable()) words += ", execute";
    return words;
}

} // namespace

std::string describe_address(ps::Thread& thread, std::uint64_t address) {
    ps::Process& process = thread.process();
    if (address < never_mapped) return near_null(address);
    if (static_cast<std::int64_t>(address << 16) >> 16 != static_cast<std::int64_t>(address)) return "no address at all: not canonical";
    const mm::RegionInfo region = process.address_space.query(Address(address));
    if (const Module module = module_at(process, address); !module.base.is_null())
        return "in " + module.name + " at " + hex(address - module.base.value()) + " (" + protection_words(region.protection) + ")";
    if (region.state == mm::RegionState::Free) return "free memory";
    const std::string offset = distance(address - region.allocation_base.value()) + " into an allocation at " + hex(region.allocation_base.value());
    const std::string stack = stack_of(thread, address);
    const std::string owner = !stack.empty() ? "in " + stack : region.type == mm::RegionType::Mapped ? "in a mapped view, " + offset : offset;
    if (region.state == mm::RegionState::Reserved) return owner + ", reserved but not committed";
    return owner + " (" + protection_words(region.protection) + ")";
}

} // namespace oriel::start::crash
