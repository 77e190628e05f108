// SPDX-License-Identifier: MIT
// snapshot_regions.cpp: what NtQueryVirtualMemory would tell page by page, and the names that a debugger finds.
#include "snapshot_regions.h"

#include "host_text.h"

#include <nt/peb.h>
#include <oriel/user_ptr.h>

#include <map>

namespace oriel::start {
namespace {

using observe::Region;
using observe::RegionState;
using observe::RegionType;
using observe::RegionUse;

constexpr std::uint64_t granularity_mask = 0xFFFF;

struct Purpose {
    RegionUse use;
    std::string note;
};
/// By the base of the reservation.
using Purposes = std::map<std::uint64_t, Purpose>;

void name_heaps(Purposes& purposes, const std::vector<observe::Heap>& heaps) {
    for (const observe::Heap& heap : heaps) {
        const std::string name = "heap " + std::to_string(heap.index);
        for (std::size_t i = 0; i < heap.segments.size(); ++i)
            purposes[heap.segments[i].base] = {RegionUse::Heap, name + ", segment " + std::to_string(i)};
        for (const observe::Block& block : heap.large) purposes[block.data & ~granularity_mask] = {RegionUse::LargeBlock, name};
    }
}

void name_threads(Purposes& purposes, ps::Process& process, const ps::Thread* observer) {
    for (const auto& thread : process.threads()) {
        if (thread.get() == observer) continue;
        const std::string name = "thread " + std::to_string(thread->id());
        if (!thread->stack_allocation.is_null()) purposes[thread->stack_allocation.value()] = {RegionUse::Stack, name};
        purposes[thread->teb().value()] = {RegionUse::Teb, name};
    }
    purposes[process.peb.value()] = {RegionUse::Peb, ""};
    const UserPtr<std::uint64_t> parameters(process.peb + offsetof(nt::PEB<nt::Nt64>, ProcessParameters));
    if (const auto at = parameters.capture(); at.ok()) purposes.try_emplace(at.value() & ~granularity_mask, Purpose{RegionUse::Other, "process parameters"});
}

RegionType type_of(const mm::VadDescription& vad) {
    if (vad.kind == mm::VadKind::View) return RegionType::Mapped;
    return vad.kind == mm::VadKind::Image ? RegionType::Image : RegionType::Private;
}

Purpose purpose_of(const mm::VadDescription& vad, const Purposes& known) {
    if (const auto found = known.find(vad.range.base().value()); found != known.end()) return found->second;
    switch (vad.kind) {
    case mm::VadKind::Stack: return {RegionUse::Stack, "of a thread that has ended"};
    case mm::VadKind::Image: return {RegionUse::Image, {}};
    case mm::VadKind::System: return {RegionUse::System, "shared with the system"};
    case mm::VadKind::Inaccessible: return {RegionUse::Inaccessible, "the host's"};
    case mm::VadKind::View: return {vad.section->backing() ? RegionUse::MappedFile : RegionUse::SharedMemory, {}};
    default: return {RegionUse::Other, {}};
    }
}

/// The PE sections that begin in, or reach into, pages [first, end) of an image.
std::string image_sections(const mm::ImageLayout& layout, std::uint64_t first, std::uint64_t end) {
    std::string names = first == 0 ? "header" : "";
    for (const mm::ImageSection& section : layout.sections) {
        const std::uint64_t from = section.rva / page_size;
        const std::uint64_t until = (std::uint64_t{section.rva} + std::max(section.virtual_size, 1u) + page_size - 1) / page_size;
        if (from < end && until > first) names += (names.empty() ? "" : " ") + section.name;
    }
    return names;
}

bool look_alike(const mm::PageState& a, const mm::PageState& b) {
    return a.committed == b.committed && a.copied == b.copied && (!a.committed || a.protection == b.protection);
}

Region region_of(const mm::VadDescription& vad, const mm::PageRun& run, const Purpose& purpose) {
    Region region;
    region.base = vad.range.base().value() + run.first * page_size;
    region.bytes = run.count * page_size;
    region.allocation_base = vad.range.base().value();
    region.state = run.value.committed ? RegionState::Committed : RegionState::Reserved;
    region.type = type_of(vad);
    region.use = purpose.use;
    region.note = purpose.note;
    region.protection = run.value.committed ? run.value.protection.encode() : 0;
    region.allocation_protection = vad.protection.encode();
    region.charged = run.first == 0 ? vad.charged_pages * page_size : 0;
    region.copied = run.value.copied;
    region.write_watched = vad.write_watched;
    if (vad.section && vad.section->backing()) region.file = printable(vad.section->backing()->nt_name());
    if (vad.section && vad.section->image()) region.section = image_sections(*vad.section->image(), run.first, run.first + run.count);
    if (run.value.committed && run.value.protection.is_guard()) region.note += region.note.empty() ? "guard" : ", guard";
    return region;
}

void add_vad(std::vector<Region>& regions, const mm::VadDescription& vad, const Purpose& purpose) {
    std::vector<mm::PageRun> runs;
    for (const mm::PageRun& run : vad.runs) {
        if (!runs.empty() && look_alike(runs.back().value, run.value)) runs.back().count += run.count;
        else runs.push_back(run);
    }
    for (const mm::PageRun& run : runs) regions.push_back(region_of(vad, run, purpose));
}

bool is_of(const mm::VadDescription& vad, const ps::Thread* thread) {
    return thread && (vad.range.base() == thread->stack_allocation || vad.range.base() == thread->teb());
}

Region free_region(Address from, Address to) {
    Region region;
    region.base = from.value();
    region.bytes = to - from;
    return region;
}

} // namespace

std::vector<Region> regions_of(ps::Process& process, const std::vector<observe::Heap>& heaps, const ps::Thread* observer) {
    Purposes purposes;
    name_heaps(purposes, heaps);
    name_threads(purposes, process, observer);
    std::vector<Region> regions;
    Address at = process.address_space.options().lowest;
    for (const mm::VadDescription& vad : process.address_space.describe()) {
        if (is_of(vad, observer)) continue;
        if (vad.range.base() > at) regions.push_back(free_region(at, vad.range.base()));
        add_vad(regions, vad, purpose_of(vad, purposes));
        at = vad.range.end();
    }
    const Address end = process.address_space.highest_user_address() + 1;
    if (at < end) regions.push_back(free_region(at, end));
    return regions;
}

} // namespace oriel::start
