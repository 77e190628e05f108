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
        if (heap.front_end_at != 0) purposes[heap.front_end_at & ~granularity_mask] = {RegionUse::Heap, name + ", front end"};
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

RegionType type_of(mm::VadKind kind) {
    if (kind == mm::VadKind::View) return RegionType::Mapped;
    return kind == mm::VadKind::Image ? RegionType::Image : RegionType::Private;
}

Purpose purpose_of(const mm::Listing& vad, const Purposes& known) {
    if (const auto found = known.find(vad.allocation.range.base().value()); found != known.end()) return found->second;
    switch (vad.allocation.kind) {
    case mm::VadKind::Stack: return {RegionUse::Stack, "of a thread that has ended"};
    case mm::VadKind::Physical: return {RegionUse::PhysicalWindow, {}};
    case mm::VadKind::Image: return {RegionUse::Image, {}};
    case mm::VadKind::System: return {RegionUse::System, "shared with the system"};
    case mm::VadKind::Inaccessible: return {RegionUse::Inaccessible, "the host's"};
    case mm::VadKind::View: return {vad.section->backing() ? RegionUse::MappedFile : RegionUse::SharedMemory, {}};
    default: return {RegionUse::Other, vad.allocation.is_placeholder ? "placeholder" : ""};
    }
}

/// The PE sections that begin in, or reach into, [from, end) of an image, both counted from its base.
std::string image_sections(const mm::ImageLayout& layout, std::uint64_t from, std::uint64_t end) {
    std::string names = from == 0 ? "header" : "";
    for (const mm::ImageSection& section : layout.sections) {
        const std::uint64_t until = align_up(std::uint64_t{section.rva} + std::max(section.virtual_size, 1u), page_size);
        if (section.rva < end && until > from) names += (names.empty() ? "" : " ") + section.name;
    }
    return names;
}

/// As mm charges it: private pages, and those of a view that are or may become private.
bool is_charged(const mm::Listing& vad, const mm::Listing::Run& run) {
    if (!run.committed) return false;
    const mm::VadKind kind = vad.allocation.kind;
    const bool view = kind == mm::VadKind::View || kind == mm::VadKind::Image;
    return view ? run.copied || run.protection.is_write_copy() : kind == mm::VadKind::Private || kind == mm::VadKind::Stack;
}

bool look_alike(const mm::Listing::Run& a, const mm::Listing::Run& b) {
    return a.committed == b.committed && a.copied == b.copied && (!a.committed || a.protection == b.protection);
}

Region region_of(const mm::Listing& vad, const mm::Listing::Run& run, const Purpose& purpose) {
    const PageRange whole = vad.allocation.range;
    Region region;
    region.base = run.range.base().value();
    region.bytes = run.range.bytes();
    region.allocation_base = whole.base().value();
    region.state = run.committed ? RegionState::Committed : RegionState::Reserved;
    region.type = type_of(vad.allocation.kind);
    region.use = purpose.use;
    region.note = purpose.note;
    region.protection = run.committed ? run.protection.encode() : 0;
    region.allocation_protection = vad.allocation.protection.encode();
    region.charged = is_charged(vad, run) ? region.bytes : 0;
    region.locked = run.locked_pages * page_size;
    region.copied = run.copied;
    region.write_watched = vad.write_watched;
    if (vad.section && vad.section->backing()) region.file = printable(vad.section->backing()->nt_name());
    if (vad.section && vad.section->image()) {
        const std::uint64_t from = run.range.base() - whole.base();
        region.section = image_sections(*vad.section->image(), from, from + region.bytes);
    }
    if (run.committed && run.protection.is_guard()) region.note += region.note.empty() ? "guard" : ", guard";
    return region;
}

void add_vad(std::vector<Region>& regions, const mm::Listing& vad, const Purpose& purpose) {
    std::vector<mm::Listing::Run> runs;
    for (const mm::Listing::Run& run : vad.runs) {
        if (runs.empty() || !look_alike(runs.back(), run)) {
            runs.push_back(run);
            continue;
        }
        mm::Listing::Run& last = runs.back();
        last.range = PageRange(last.range.base(), last.range.bytes() + run.range.bytes());
        last.locked_pages += run.locked_pages;
    }
    for (const mm::Listing::Run& run : runs) regions.push_back(region_of(vad, run, purpose));
}

bool is_of(const mm::Listing& vad, const ps::Thread* thread) {
    const Address base = vad.allocation.range.base();
    return thread && (base == thread->stack_allocation || base == thread->teb());
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
    for (const mm::Listing& vad : process.address_space.list()) {
        if (is_of(vad, observer)) continue;
        const PageRange whole = vad.allocation.range;
        if (whole.base() > at) regions.push_back(free_region(at, whole.base()));
        add_vad(regions, vad, purpose_of(vad, purposes));
        at = whole.end();
    }
    const Address end = process.address_space.highest_user_address() + 1;
    if (at < end) regions.push_back(free_region(at, end));
    return regions;
}

} // namespace oriel::start
