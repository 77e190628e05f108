// SPDX-License-Identifier: MIT
// The JSON's shape is a promise to scripts: each key with its type.
#include "snapshots.h"

#include <loader/observe/json.h>

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <sstream>

using namespace oriel::observe;
using nlohmann::json;

namespace {

json written(const Snapshot& snapshot) {
    std::ostringstream out;
    write_json(out, snapshot);
    return json::parse(out.str());
}

/// "text", "count" (a number that is not negative), "hex" (a string "0x..."), "flag", "list", "object".
bool is_of_kind(const json& value, const std::string& kind) {
    if (kind == "text") return value.is_string();
    if (kind == "count") return value.is_number_unsigned();
    if (kind == "hex") return value.is_string() && value.get<std::string>().starts_with("0x");
    if (kind == "flag") return value.is_boolean();
    if (kind == "list") return value.is_array();
    return value.is_object();
}

void expect_shape(const json& object, const std::map<std::string, std::string>& shape) {
    for (const auto& [key, kind] : shape) {
        ASSERT_TRUE(object.contains(key)) << key;
        EXPECT_TRUE(is_of_kind(object[key], kind)) << key << " should be " << kind << ": " << object[key];
    }
    for (const auto& [key, value] : object.items()) EXPECT_TRUE(shape.contains(key)) << key << " is not in the shape";
}

} // namespace

TEST(Json, A_snapshot_has_the_promised_shape) {
    const json snapshot = written(small_snapshot());
    expect_shape(snapshot, {{"format", "text"}, {"version", "count"}, {"program", "text"}, {"process", "count"}, {"host_process", "count"},
                            {"moment", "text"}, {"bits", "count"}, {"trouble", "text"}, {"commit", "object"}, {"block_columns", "list"},
                            {"heaps", "list"}, {"totals", "object"}, {"regions", "list"}});
    EXPECT_EQ(snapshot["format"], "oriel-snapshot");
    expect_shape(snapshot["commit"], {{"used", "count"}, {"peak", "count"}, {"limit", "count"}});
    expect_shape(snapshot["totals"], {{"committed", "count"}, {"reserved_only", "count"}, {"charged", "count"}, {"largest_free", "list"}, {"by_use", "object"}, {"by_type", "object"}});
}

TEST(Json, A_heap_and_a_segment_have_the_promised_shape) {
    const json heap = written(small_snapshot())["heaps"][0];
    expect_shape(heap, {{"index", "count"}, {"handle", "hex"}, {"flags", "hex"}, {"flag_names", "text"}, {"front_end", "count"}, {"front_end_at", "hex"}, {"large_threshold", "count"},
                        {"lock", "object"}, {"trouble", "text"}, {"figures", "object"}, {"front_end_buckets", "list"}, {"free_classes", "list"},
                        {"top_sizes", "list"}, {"segments", "list"}, {"large", "list"}});
    expect_shape(heap["segments"][0], {{"base", "hex"}, {"committed", "count"}, {"uncommitted", "count"}, {"uncommitted_ranges", "list"}, {"block_count", "count"}, {"blocks", "list"}});
    expect_shape(heap["lock"], {{"outcome", "text"}, {"owner", "count"}, {"recursion", "count"}, {"waiters", "count"}});
    for (const auto& [key, value] : heap["figures"].items()) EXPECT_TRUE(value.is_number_unsigned()) << key;
}

TEST(Json, Blocks_are_lists_in_the_order_of_the_columns) {
    const json snapshot = written(small_snapshot());
    EXPECT_EQ(snapshot["block_columns"], json({"address", "size", "overhead", "state"}));
    const json blocks = snapshot["heaps"][0]["segments"][0]["blocks"];
    ASSERT_EQ(blocks.size(), 6u);
    EXPECT_EQ(blocks[0], json({"0x230748", 20, 12, "busy"}));
    EXPECT_EQ(blocks[4][3], "front-end free");
    EXPECT_EQ(snapshot["heaps"][0]["large"][0], json({"0x540040", 0x200000, 0, "busy"}));
}

TEST(Json, A_region_has_the_promised_shape) {
    const json regions = written(small_snapshot())["regions"];
    ASSERT_EQ(regions.size(), 5u);
    for (const json& region : regions)
        expect_shape(region, {{"base", "hex"}, {"bytes", "count"}, {"allocation_base", "hex"}, {"state", "text"}, {"type", "text"}, {"use", "text"},
                              {"protection", "hex"}, {"protection_name", "text"}, {"allocation_protection", "hex"}, {"charged", "count"}, {"locked", "count"},
                              {"copied", "flag"}, {"write_watched", "flag"}, {"file", "text"}, {"section", "text"}, {"note", "text"}});
}

TEST(Json, Each_block_and_each_region_has_a_line_of_its_own) {
    std::ostringstream out;
    write_json(out, small_snapshot());
    std::istringstream lines(out.str());
    unsigned blocks = 0, regions = 0;
    for (std::string line; std::getline(lines, line);) {
        blocks += line.starts_with("[\"0x");
        regions += line.starts_with("{\"base\"") && line.find("\"use\"") != std::string::npos;
    }
    EXPECT_EQ(blocks, 7u);
    EXPECT_EQ(regions, 5u);
}

TEST(Json, A_process_without_heaps_is_written_too) {
    const json snapshot = written(Snapshot{});
    EXPECT_TRUE(snapshot["heaps"].empty());
    EXPECT_TRUE(snapshot["regions"].empty());
}
