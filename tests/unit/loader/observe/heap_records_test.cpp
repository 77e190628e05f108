// SPDX-License-Identifier: MIT
#include <loader/observe/heap_records.h>

#include <nt/rtl_heap.h>
#include <nt/status.h>

#include <gtest/gtest.h>

using namespace oriel::observe;
using nt::observe::Record;
using nt::observe::RecordKind;
namespace entry_flag = nt::heap_entry_flag;

namespace {

Record heap(std::uint64_t handle, std::uint32_t flags = 2) { return {handle, 0xFF000, flags, 0, 0, RecordKind::heap}; }
Record lock(std::uint64_t owner, std::uint16_t outcome = nt::observe::lock_taken) { return {owner, 0, owner ? 1u : 0u, outcome, 0, RecordKind::heap_lock}; }
Record segment(std::uint64_t base, std::uint64_t committed, std::uint32_t pages) { return {base, committed, pages, entry_flag::region, 0, RecordKind::segment}; }
Record block(std::uint64_t data, std::uint64_t size, std::uint16_t flags, std::uint8_t overhead = 8) { return {data, size, 0, flags, overhead, RecordKind::block}; }
Record end(nt::Status status = nt::Status::NoMoreEntries, std::uint64_t at = 0) { return {at, 0, static_cast<std::uint32_t>(status), 0, 0, RecordKind::heap_end}; }
constexpr Record done{0, 0, 1, 0, 0, RecordKind::done};

constexpr std::uint16_t busy_flags = entry_flag::busy | entry_flag::block;

} // namespace

TEST(HeapRecords, A_walk_becomes_a_heap) {
    const Record records[] = {heap(0x230000), lock(0), segment(0x230000, 0x5000, 11), block(0x230748, 100, busy_flags, 12),
                              block(0x2307B8, 64, 0, 32), {0x235000, 0xB000, 0, entry_flag::uncommitted, 0, RecordKind::uncommitted},
                              block(0x540040, 0x200000, busy_flags | entry_flag::committed, 0), end(), done};
    const auto heaps = heaps_of(records, true);
    ASSERT_EQ(heaps.size(), 1u);
    const Heap& its = heaps[0];
    EXPECT_EQ(its.handle, 0x230000u);
    EXPECT_EQ(its.trouble, "");
    ASSERT_EQ(its.segments.size(), 1u);
    EXPECT_EQ(its.segments[0].uncommitted, 0xB000u);
    ASSERT_EQ(its.segments[0].blocks.size(), 2u);
    EXPECT_EQ(its.segments[0].blocks[1].state, BlockState::Free);
    ASSERT_EQ(its.segments[0].holes.size(), 1u);
    ASSERT_EQ(its.large.size(), 1u);
    EXPECT_EQ(its.large[0].size, 0x200000u);
}

TEST(HeapRecords, A_heap_of_fixed_size_has_no_large_blocks) {
    const Record records[] = {heap(0x230000, 0), lock(0), end(), done};
    EXPECT_EQ(heaps_of(records, true)[0].large_threshold, 0u);
}

TEST(HeapRecords, Blocks_of_the_front_end_are_told_apart) {
    const Record records[] = {heap(0x230000), lock(0), segment(0x230000, 0x5000, 11), block(0x230748, 100, busy_flags | entry_flag::front_end),
                              block(0x2307B8, 100, entry_flag::front_end), end(), done};
    const auto blocks = heaps_of(records, true)[0].segments[0].blocks;
    EXPECT_EQ(blocks[0].state, BlockState::FrontBusy);
    EXPECT_EQ(blocks[1].state, BlockState::FrontFree);
}

TEST(HeapRecords, A_busy_block_of_the_front_end_is_as_long_as_its_neighbours) {
    const Record records[] = {heap(0x230000), lock(0), segment(0x230000, 0x5000, 11),
                              block(0x230808, 20, busy_flags | entry_flag::front_end), block(0x230838, 40, busy_flags | entry_flag::front_end),
                              block(0x230868, 32, entry_flag::front_end, 16), block(0x230898, 5, busy_flags | entry_flag::front_end),
                              block(0x230908, 100, busy_flags, 12), end(), done};
    const auto blocks = heaps_of(records, true)[0].segments[0].blocks;
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(blocks[i].bytes(), 0x30u) << i;
    EXPECT_EQ(blocks[4].overhead, 12u);
}

TEST(HeapRecords, Blocks_come_out_in_order_and_in_their_own_segments) {
    const Record records[] = {heap(0x230000), lock(0), segment(0x230000, 0x10000, 0), segment(0x400000, 0x10000, 0),
                              block(0x400100, 8, busy_flags), block(0x230900, 8, busy_flags), block(0x230800, 8, busy_flags), end(), done};
    const auto heaps = heaps_of(records, true);
    ASSERT_EQ(heaps[0].segments[0].blocks.size(), 2u);
    EXPECT_EQ(heaps[0].segments[0].blocks[0].data, 0x230800u);
    ASSERT_EQ(heaps[0].segments[1].blocks.size(), 1u);
}

TEST(HeapRecords, A_lock_that_could_not_be_had_names_its_owner) {
    const Record records[] = {heap(0x230000), lock(12, nt::observe::lock_refused), done};
    EXPECT_EQ(heaps_of(records, true)[0].trouble, "not walked: thread 12 held its lock all the time");
}

TEST(HeapRecords, A_damaged_heap_says_where) {
    const Record records[] = {heap(0x230000), lock(0), segment(0x230000, 0x5000, 11), end(nt::Status::InvalidParameter, 0x230748), done};
    EXPECT_NE(heaps_of(records, true)[0].trouble.find("damaged behind 0x230748"), std::string::npos);
}

TEST(HeapRecords, A_walk_that_did_not_end_says_so) {
    const Record records[] = {heap(0x230000), lock(0), segment(0x230000, 0x5000, 11)};
    EXPECT_EQ(heaps_of(records, false)[0].trouble, "the walk has not come to its end");
}

TEST(HeapRecords, Records_without_a_heap_are_nothing) {
    const Record records[] = {block(1, 2, 3), lock(0), end(), {0, 0, 0, 0, 0, static_cast<RecordKind>(99)}};
    EXPECT_TRUE(heaps_of(records, true).empty());
    const Record odd[] = {heap(0x230000), block(0x10, 1, busy_flags)};
    EXPECT_TRUE(heaps_of(odd, true)[0].segments.empty());
}
