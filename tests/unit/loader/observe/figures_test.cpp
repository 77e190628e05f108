// SPDX-License-Identifier: MIT
#include "snapshots.h"

#include <loader/observe/figures.h>

#include <gtest/gtest.h>

using namespace oriel::observe;

TEST(HeapFigures, Busy_bytes_are_what_was_asked_for_large_blocks_included) {
    const HeapFigures f = figures_of(small_heap());
    EXPECT_EQ(f.busy_blocks, 4u);
    EXPECT_EQ(f.busy_bytes, 20u + 100 + 24 + 0x200000);
    EXPECT_EQ(f.busy_overhead, 12u + 12 + 8);
}

TEST(HeapFigures, Free_blocks_of_the_back_end_and_of_the_front_end_are_counted_apart) {
    const HeapFigures f = figures_of(small_heap());
    EXPECT_EQ(f.free_blocks, 2u);
    EXPECT_EQ(f.free_bytes, 0x40u + 0x7C0);
    EXPECT_EQ(f.largest_free, 0x7C0u - 8);
    EXPECT_EQ(f.front_busy_blocks, 1u);
    EXPECT_EQ(f.front_free_blocks, 1u);
    EXPECT_EQ(f.front_free_bytes, 32u);
}

TEST(HeapFigures, A_large_block_counts_with_its_pages_and_its_reservation) {
    const HeapFigures f = figures_of(small_heap());
    EXPECT_EQ(f.committed, 0x2000u + 0x201000);
    EXPECT_EQ(f.reserved, 0x10000u + 0x210000);
}

TEST(HeapFigures, One_free_block_is_no_fragmentation_and_many_small_ones_are) {
    HeapFigures f;
    EXPECT_EQ(f.external_fragmentation(), 0u);
    f.free_bytes = 1000;
    f.largest_free = 992;
    EXPECT_EQ(f.external_fragmentation(), 0u);
    f.largest_free = 92;
    EXPECT_EQ(f.external_fragmentation(), 90u);
}

TEST(HeapFigures, Buckets_and_classes_go_by_whole_blocks) {
    const auto buckets = front_end_buckets(small_heap());
    ASSERT_EQ(buckets.size(), 1u);
    EXPECT_EQ(buckets.at(32).busy, 1u);
    EXPECT_EQ(buckets.at(32).free, 1u);
    const auto classes = free_classes(small_heap());
    ASSERT_EQ(classes.size(), 2u);
    EXPECT_EQ(classes[0].from, 64u);
    EXPECT_EQ(classes[1].from, 1024u);
    EXPECT_EQ(classes[1].bytes, 0x7C0u);
}

TEST(HeapFigures, The_sizes_that_hold_most_come_first) {
    const auto sizes = top_sizes(small_heap(), 2);
    ASSERT_EQ(sizes.size(), 2u);
    EXPECT_EQ(sizes[0].size, 0x200000u);
    EXPECT_EQ(sizes[1].size, 100u);
}

TEST(MemoryFigures, The_parts_add_up_to_the_whole) {
    const Snapshot snapshot = small_snapshot();
    const MemoryFigures f = figures_of(snapshot.regions);
    EXPECT_EQ(f.committed, 0x4000u);
    EXPECT_EQ(f.reserved_only, 0xE000u);
    EXPECT_EQ(f.charged, 0x2000u);
    EXPECT_EQ(f.largest_free.base, 0x10000u);
    EXPECT_EQ(f.by_use[static_cast<unsigned>(RegionUse::Heap)].bytes, 0x10000u);
    EXPECT_EQ(f.by_type[static_cast<unsigned>(RegionType::Image)].regions, 2u);
}
