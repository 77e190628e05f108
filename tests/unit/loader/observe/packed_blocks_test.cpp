// SPDX-License-Identifier: MIT
#include "snapshots.h"

#include <loader/observe/message.h>
#include <loader/observe/packed_blocks.h>

#include <gtest/gtest.h>

#include <random>

using namespace oriel::observe;

TEST(PackedBlocks, What_was_packed_comes_out_again) {
    std::mt19937_64 random(7);
    std::vector<Block> blocks;
    std::uint64_t at = 0x230748;
    for (unsigned i = 0; i < 10'000; ++i) {
        const auto overhead = static_cast<std::uint16_t>(random() % 300);
        const std::uint64_t size = random() >> (random() % 40 + 20);
        blocks.push_back({at, size, overhead, static_cast<BlockState>(random() % block_states)});
        at += size + overhead + (random() % 10 == 0 ? random() % 5000 : 0);
    }
    const auto again = unpack_blocks(pack_blocks(blocks, 0x230000), 0x230000);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(*again, blocks);
}

TEST(PackedBlocks, A_block_that_lies_before_the_last_ones_end_survives) {
    const std::vector<Block> blocks = {busy(0x1000, 100, 12), busy(0x1010, 8, 8)};
    EXPECT_EQ(unpack_blocks(pack_blocks(blocks, 0x2000), 0x2000), blocks);
}

TEST(PackedBlocks, Neighbours_take_four_bytes_each) {
    std::vector<Block> blocks;
    for (std::uint64_t i = 0; i < 1000; ++i) blocks.push_back(busy(0x1000 + i * 112, 100, 12));
    EXPECT_LE(pack_blocks(blocks, 0x1000).size(), 4u * blocks.size());
}

TEST(PackedBlocks, Bytes_that_are_cut_short_are_refused) {
    std::string packed = pack_blocks({busy(0x1000, 1000, 12)}, 0);
    packed.pop_back();
    EXPECT_FALSE(unpack_blocks(packed, 0).has_value());
    EXPECT_FALSE(unpack_blocks("\xFF\xFF", 0).has_value());
}

TEST(Message, A_snapshot_arrives_as_it_was_sent) {
    const Snapshot sent = small_snapshot();
    const Snapshot got = snapshot_from(message_of(sent));
    EXPECT_EQ(got.program, sent.program);
    EXPECT_EQ(got.commit_limit, sent.commit_limit);
    EXPECT_EQ(got.regions, sent.regions);
    ASSERT_EQ(got.heaps.size(), 1u);
    EXPECT_EQ(got.heaps[0].segments, sent.heaps[0].segments);
    EXPECT_EQ(got.heaps[0].large, sent.heaps[0].large);
    EXPECT_EQ(got.heaps[0].lock.owner, 8u);
}

TEST(Message, Anything_else_is_refused) {
    EXPECT_ANY_THROW(snapshot_from(""));
    EXPECT_ANY_THROW(snapshot_from("{}\n"));
    EXPECT_ANY_THROW(snapshot_from("hello\nworld"));
    std::string cut = message_of(small_snapshot());
    cut.resize(cut.size() - 5);
    EXPECT_ANY_THROW(snapshot_from(cut));
}
