// SPDX-License-Identifier: MIT
// json_model.cpp: there and back.
#include "json_model.h"

#include "figures.h"
#include "packed_blocks.h"
#include "words.h"

#include <stdexcept>

namespace oriel::observe {
namespace {

constexpr std::size_t most_top_sizes = 100;

std::uint64_t number(const Json& text) { return std::stoull(text.get<std::string>(), nullptr, 16); }

/// The value whose word that is.
template<class Enum>
Enum from_word(const Json& text, unsigned count) {
    for (unsigned value = 0; value < count; ++value)
        if (word(static_cast<Enum>(value)) == text.get<std::string>()) return static_cast<Enum>(value);
    throw std::runtime_error("an unknown word in a snapshot");
}

Json json_of_figures(const HeapFigures& f) {
    return {{"reserved", f.reserved},
            {"committed", f.committed},
            {"busy_blocks", f.busy_blocks},
            {"busy_bytes", f.busy_bytes},
            {"busy_overhead", f.busy_overhead},
            {"free_blocks", f.free_blocks},
            {"free_bytes", f.free_bytes},
            {"largest_free", f.largest_free},
            {"front_end_busy_blocks", f.front_busy_blocks},
            {"front_end_busy_bytes", f.front_busy_bytes},
            {"front_end_free_blocks", f.front_free_blocks},
            {"front_end_free_bytes", f.front_free_bytes},
            {"large_blocks", f.large_blocks},
            {"large_bytes", f.large_bytes},
            {"uncommitted_ranges", f.holes},
            {"external_fragmentation", f.external_fragmentation()},
            {"overhead_percent", f.overhead_percent()}};
}

Json json_of_use(const UseFigures& figures) {
    return {{"regions", figures.regions}, {"bytes", figures.bytes}, {"committed", figures.committed}};
}

Block block_from(const Json& json) {
    return {.data = number(json.at(0)),
            .size = json.at(1),
            .overhead = json.at(2),
            .state = from_word<BlockState>(json.at(3), block_states)};
}

Segment segment_from(const Json& json, std::string_view packed, std::size_t& at) {
    Segment segment;
    segment.base = number(json.at("base"));
    segment.committed = json.at("committed");
    segment.uncommitted = json.at("uncommitted");
    for (const Json& hole : json.at("uncommitted_ranges")) segment.holes.push_back({number(hole.at(0)), hole.at(1)});
    const std::size_t bytes = json.at("packed");
    if (bytes > packed.size() - at) throw std::runtime_error("a snapshot's blocks are cut short");
    auto blocks = unpack_blocks(packed.substr(at, bytes), segment.base);
    if (!blocks) throw std::runtime_error("a snapshot's blocks cannot be read");
    segment.blocks = std::move(*blocks);
    at += bytes;
    return segment;
}

Heap heap_from(const Json& json, std::string_view packed, std::size_t& at) {
    Heap heap;
    heap.index = json.at("index");
    heap.handle = number(json.at("handle"));
    heap.flags = static_cast<std::uint32_t>(number(json.at("flags")));
    heap.front_end = json.at("front_end");
    heap.front_end_at = number(json.at("front_end_at"));
    heap.large_threshold = json.at("large_threshold");
    const Json& lock = json.at("lock");
    heap.lock = {.outcome = from_word<LockOutcome>(lock.at("outcome"), 3), .owner = lock.at("owner"), .recursion = lock.at("recursion"), .waiters = lock.at("waiters")};
    heap.trouble = json.at("trouble");
    for (const Json& segment : json.at("segments")) heap.segments.push_back(segment_from(segment, packed, at));
    for (const Json& block : json.at("large")) heap.large.push_back(block_from(block));
    return heap;
}

Region region_from(const Json& json) {
    Region region;
    region.base = number(json.at("base"));
    region.bytes = json.at("bytes");
    region.allocation_base = number(json.at("allocation_base"));
    region.state = from_word<RegionState>(json.at("state"), 3);
    region.type = from_word<RegionType>(json.at("type"), 4);
    region.use = from_word<RegionUse>(json.at("use"), region_uses);
    region.protection = static_cast<std::uint32_t>(number(json.at("protection")));
    region.allocation_protection = static_cast<std::uint32_t>(number(json.at("allocation_protection")));
    region.charged = json.at("charged");
    region.locked = json.at("locked");
    region.copied = json.at("copied");
    region.write_watched = json.at("write_watched");
    region.file = json.at("file");
    region.section = json.at("section");
    region.note = json.at("note");
    return region;
}

} // namespace

Json json_of_process(const Snapshot& snapshot) {
    return {{"format", "oriel-snapshot"},
            {"version", json_version},
            {"program", snapshot.program},
            {"process", snapshot.process},
            {"host_process", snapshot.host_process},
            {"moment", snapshot.moment},
            {"bits", snapshot.bits},
            {"trouble", snapshot.trouble},
            {"commit", {{"used", snapshot.commit_used}, {"peak", snapshot.commit_peak}, {"limit", snapshot.commit_limit}}}};
}

Json json_of_heap(const Heap& heap) {
    Json json = {{"index", heap.index},
                 {"handle", hex(heap.handle)},
                 {"flags", hex(heap.flags)},
                 {"flag_names", heap_flags(heap.flags)},
                 {"front_end", heap.front_end},
                 {"front_end_at", hex(heap.front_end_at)},
                 {"large_threshold", heap.large_threshold},
                 {"lock", {{"outcome", word(heap.lock.outcome)}, {"owner", heap.lock.owner}, {"recursion", heap.lock.recursion}, {"waiters", heap.lock.waiters}}},
                 {"trouble", heap.trouble},
                 {"figures", json_of_figures(figures_of(heap))}};
    Json buckets = Json::array(), classes = Json::array(), sizes = Json::array();
    for (const auto& [bytes, bucket] : front_end_buckets(heap)) buckets.push_back({{"block_bytes", bytes}, {"busy", bucket.busy}, {"free", bucket.free}});
    for (const SizeClass& its : free_classes(heap)) classes.push_back({{"from", its.from}, {"blocks", its.blocks}, {"bytes", its.bytes}});
    for (const RequestedSize& size : top_sizes(heap, most_top_sizes)) sizes.push_back({{"size", size.size}, {"blocks", size.blocks}});
    json["front_end_buckets"] = std::move(buckets);
    json["free_classes"] = std::move(classes);
    json["top_sizes"] = std::move(sizes);
    return json;
}

Json json_of_segment(const Segment& segment) {
    Json holes = Json::array();
    for (const Range& hole : segment.holes) holes.push_back({hex(hole.base), hole.bytes});
    return {{"base", hex(segment.base)},
            {"committed", segment.committed},
            {"uncommitted", segment.uncommitted},
            {"uncommitted_ranges", std::move(holes)},
            {"block_count", segment.blocks.size()}};
}

Json json_of_block(const Block& block) { return {hex(block.data), block.size, block.overhead, word(block.state)}; }

Json json_of_region(const Region& region) {
    return {{"base", hex(region.base)},
            {"bytes", region.bytes},
            {"allocation_base", hex(region.allocation_base)},
            {"state", word(region.state)},
            {"type", word(region.type)},
            {"use", word(region.use)},
            {"protection", hex(region.protection)},
            {"protection_name", protection_name(region.protection)},
            {"allocation_protection", hex(region.allocation_protection)},
            {"charged", region.charged},
            {"locked", region.locked},
            {"copied", region.copied},
            {"write_watched", region.write_watched},
            {"file", region.file},
            {"section", region.section},
            {"note", region.note}};
}

Json json_of_totals(const Snapshot& snapshot) {
    const MemoryFigures figures = figures_of(snapshot.regions);
    Json uses = Json::object(), types = Json::object();
    for (unsigned use = 0; use < region_uses; ++use)
        if (figures.by_use[use].regions != 0) uses[std::string(word(static_cast<RegionUse>(use)))] = json_of_use(figures.by_use[use]);
    for (unsigned type = 0; type < 4; ++type) types[std::string(word(static_cast<RegionType>(type)))] = json_of_use(figures.by_type[type]);
    return {{"committed", figures.committed},
            {"reserved_only", figures.reserved_only},
            {"charged", figures.charged},
            {"largest_free", {hex(figures.largest_free.base), figures.largest_free.bytes}},
            {"by_use", std::move(uses)},
            {"by_type", std::move(types)}};
}

Json pack_snapshot(const Snapshot& snapshot, std::string& packed) {
    Json json = json_of_process(snapshot);
    json["heaps"] = Json::array();
    for (const Heap& heap : snapshot.heaps) {
        Json its = json_of_heap(heap);
        its["segments"] = Json::array();
        for (const Segment& segment : heap.segments) {
            const std::string blocks = pack_blocks(segment.blocks, segment.base);
            Json written = json_of_segment(segment);
            written["packed"] = blocks.size();
            packed += blocks;
            its["segments"].push_back(std::move(written));
        }
        its["large"] = Json::array();
        for (const Block& block : heap.large) its["large"].push_back(json_of_block(block));
        json["heaps"].push_back(std::move(its));
    }
    json["regions"] = Json::array();
    for (const Region& region : snapshot.regions) json["regions"].push_back(json_of_region(region));
    json["totals"] = json_of_totals(snapshot);
    return json;
}

Snapshot unpack_snapshot(const Json& json, std::string_view packed) {
    if (json.at("format") != "oriel-snapshot" || json.at("version") != json_version) throw std::runtime_error("a snapshot of another version of oriel");
    Snapshot snapshot;
    snapshot.program = json.at("program");
    snapshot.process = json.at("process");
    snapshot.host_process = json.at("host_process");
    snapshot.moment = json.at("moment");
    snapshot.bits = json.at("bits");
    snapshot.trouble = json.at("trouble");
    snapshot.commit_used = json.at("commit").at("used");
    snapshot.commit_peak = json.at("commit").at("peak");
    snapshot.commit_limit = json.at("commit").at("limit");
    std::size_t at = 0;
    for (const Json& heap : json.at("heaps")) snapshot.heaps.push_back(heap_from(heap, packed, at));
    for (const Json& region : json.at("regions")) snapshot.regions.push_back(region_from(region));
    return snapshot;
}

} // namespace oriel::observe
