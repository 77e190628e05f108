// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/free_lists.h>

#include <gtest/gtest.h>

#include <memory>
#include <vector>

using namespace oriel::rtl::heap;

namespace {

/// Free blocks in a buffer that is long enough for the largest.
class Lists : public testing::Test {
protected:
    StoredHeader* add(std::size_t units) {
        m_memory.push_back(std::make_unique<FreeBlock>());
        StoredHeader* const block = &m_memory.back()->header;
        BlockHeader header{};
        header.Size = static_cast<std::uint16_t>(units);
        codec.write(block, header);
        lists.insert(block, units);
        return block;
    }
    StoredHeader* find(std::size_t units, FreeLists::Effort effort = FreeLists::Effort::Thorough) {
        return lists.find(units, codec, effort);
    }

    HeaderCodec codec{42};
    FreeLists lists{};

private:
    std::vector<std::unique_ptr<FreeBlock>> m_memory;
};

} // namespace

TEST_F(Lists, Nothing_is_found_in_empty_lists) {
    EXPECT_EQ(find(2), nullptr);
    EXPECT_EQ(find(max_units), nullptr);
    EXPECT_EQ(lists.largest(codec), 0u);
}

TEST_F(Lists, An_exact_size_is_found_before_a_larger_one) {
    add(10);
    StoredHeader* const exact = add(7);
    EXPECT_EQ(find(7), exact);
}

TEST_F(Lists, A_larger_block_serves_where_there_is_no_exact_one) {
    StoredHeader* const block = add(1000);
    EXPECT_EQ(find(2), block);
    EXPECT_EQ(find(63), block);
    EXPECT_EQ(find(64), block);
    EXPECT_EQ(find(1000), block);
    EXPECT_EQ(find(1001), nullptr);
}

TEST_F(Lists, A_removed_block_is_not_found) {
    StoredHeader* const first = add(100);
    StoredHeader* const second = add(100);
    StoredHeader* const third = add(100);
    lists.remove(second, 100);
    lists.remove(third, 100);
    EXPECT_EQ(find(100), first);
    lists.remove(first, 100);
    EXPECT_EQ(find(2), nullptr);
}

TEST_F(Lists, The_thorough_search_finds_the_block_behind_many_that_are_a_little_too_small) {
    StoredHeader* const fitting = add(1023); // the first of a list is the last that was inserted
    for (int i = 0; i < 20; ++i) add(961);
    EXPECT_EQ(find(1023, FreeLists::Effort::Quick), nullptr);
    EXPECT_EQ(find(1023, FreeLists::Effort::Thorough), fitting);
}

TEST_F(Lists, Every_size_is_found_by_every_smaller_request) {
    for (std::size_t units = min_units; units <= max_units; units += units / 7 + 1) {
        StoredHeader* const block = add(units);
        for (std::size_t request = min_units; request <= units; request += request / 3 + 1) {
            EXPECT_EQ(find(request), block) << units << " for " << request;
        }
        EXPECT_EQ(find(units), block);
        EXPECT_EQ(lists.largest(codec), units);
        EXPECT_TRUE(lists.links_are_sound(block, units, [](const void*) { return true; }));
        lists.remove(block, units);
    }
}
