// SPDX-License-Identifier: MIT
// text_memory.cpp: the address space as !address and !vad show it.
#include "figures.h"
#include "lines.h"
#include "text.h"
#include "words.h"

namespace oriel::observe {
namespace {

std::string last_component(const std::string& path) { return path.substr(path.rfind('\\') + 1); }

std::string description_of(const Region& region) {
    std::string text(word(region.use));
    if (!region.file.empty()) text += "  " + last_component(region.file);
    if (!region.section.empty()) text += " " + region.section;
    if (!region.note.empty()) text += "  " + region.note;
    if (region.copied) text += "  (copied)";
    if (region.locked != 0) text += "  (locked)";
    if (region.write_watched) text += "  (write watch)";
    return text;
}

void write_region(std::ostream& out, const Region& region, unsigned bits) {
    const bool first = region.allocation_base == region.base;
    const char* mark = region.state == RegionState::Free ? " " : first ? "+" : " ";
    line(out, "%s %s %s %12llx  %-8s %-10s %-32s %s", mark, address(region.base, bits).c_str(), address(region.end(), bits).c_str(),
         Wide{region.bytes}, region.type == RegionType::None ? "" : word(region.type).data(), word(region.state).data(),
         protection_name(region.protection).c_str(), description_of(region).c_str());
}

void write_uses(std::ostream& out, const MemoryFigures& figures) {
    line(out, "%-16s %8s %12s %12s", "Use", "regions", "size", "committed");
    for (unsigned use = 0; use < region_uses; ++use) {
        const UseFigures& its = figures.by_use[use];
        if (its.regions == 0) continue;
        line(out, "%-16s %8llu %12s %12s", word(static_cast<RegionUse>(use)).data(), Wide{its.regions}, bytes(its.bytes).c_str(),
             bytes(its.committed).c_str());
    }
}

void write_types(std::ostream& out, const MemoryFigures& figures) {
    line(out, "%-16s %8s %12s %12s", "Type", "regions", "size", "committed");
    for (unsigned type = 1; type < 4; ++type) {
        const UseFigures& its = figures.by_type[type];
        line(out, "%-16s %8llu %12s %12s", word(static_cast<RegionType>(type)).data(), Wide{its.regions}, bytes(its.bytes).c_str(),
             bytes(its.committed).c_str());
    }
}

} // namespace

void write_memory(std::ostream& out, const Snapshot& snapshot) {
    const unsigned bits = snapshot.bits;
    line(out, "Address space of %s (process %u, host process %u), %s", snapshot.program.c_str(), snapshot.process,
         snapshot.host_process, snapshot.moment.c_str());
    if (!snapshot.trouble.empty()) line(out, "Trouble: %s", snapshot.trouble.c_str());
    out.put('\n');
    const int width = bits == 64 ? 16 : 8;
    line(out, "  %*s %*s %12s  %-8s %-10s %-32s %s", width, "base", width, "end", "size", "type", "state", "protection", "use");
    for (const Region& region : snapshot.regions) write_region(out, region, bits);

    const MemoryFigures figures = figures_of(snapshot.regions);
    out.put('\n');
    write_uses(out, figures);
    out.put('\n');
    write_types(out, figures);
    out.put('\n');
    line(out, "Committed            %s", bytes(figures.committed).c_str());
    line(out, "Reserved only        %s", bytes(figures.reserved_only).c_str());
    line(out, "Largest free range   %s at %s", bytes(figures.largest_free.bytes).c_str(), address(figures.largest_free.base, bits).c_str());
    line(out, "Commit charge        %s, at most so far %s, limit %s", bytes(snapshot.commit_used).c_str(),
         bytes(snapshot.commit_peak).c_str(), bytes(snapshot.commit_limit).c_str());
}

} // namespace oriel::observe
