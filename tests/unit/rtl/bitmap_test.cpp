// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/bitmap.h>

#include <gtest/gtest.h>

#include <random>
#include <vector>

using namespace oriel::rtl;

namespace {

struct Bits : testing::Test {
    Bitmap make(std::uint32_t size) {
        words.assign(size / 32 + 1, 0);
        Bitmap map;
        map.SizeOfBitMap = size;
        map.Buffer = words.data();
        return map;
    }
    std::vector<std::uint32_t> words;
};

} // namespace

TEST_F(Bits, Runs_across_words_are_written_and_found) {
    Bitmap map = make(100);
    write_bits(map, 20, 50, true);
    EXPECT_EQ(count_set(map), 50u);
    EXPECT_TRUE(all_bits_are(map, 20, 50, true));
    EXPECT_FALSE(all_bits_are(map, 19, 2, true));
    EXPECT_TRUE(all_bits_are(map, 70, 30, false));
    const BitRun run = next_run(map, 0, true);
    EXPECT_EQ(run.start, 20u);
    EXPECT_EQ(run.length, 50u);
    EXPECT_EQ(longest_run(map, false).start, 70u);
}

TEST_F(Bits, The_search_begins_at_the_hint_and_comes_round) {
    Bitmap map = make(64);
    write_bits(map, 0, 64, true);
    write_bits(map, 4, 6, false);
    write_bits(map, 40, 4, false);
    EXPECT_EQ(find_run(map, 4, 20, false), 40u);
    EXPECT_EQ(find_run(map, 5, 20, false), 4u);
    EXPECT_EQ(find_run(map, 7, 0, false), no_bit);
    EXPECT_EQ(find_run(map, 2, 6, false), 6u);
}

TEST_F(Bits, Bits_beyond_the_size_do_not_count) {
    Bitmap map = make(10);
    words[0] = ~0u;
    EXPECT_EQ(count_set(map), 10u);
    EXPECT_EQ(next_run(map, 0, true).length, 10u);
    EXPECT_FALSE(test_bit(map, 10));
    write_bits(map, 5, 6, false); // does not fit: nothing happens
    EXPECT_EQ(count_set(map), 10u);
}

TEST_F(Bits, Random_writes_agree_with_a_vector_of_bools) {
    std::mt19937 random(1);
    Bitmap map = make(333);
    std::vector<bool> model(333);
    for (int i = 0; i < 2000; ++i) {
        const std::uint32_t start = random() % 333, length = random() % (333 - start) + 1;
        const bool value = random() % 2;
        write_bits(map, start, length, value);
        for (std::uint32_t bit = start; bit < start + length; ++bit) model[bit] = value;
        for (std::uint32_t bit = 0; bit < 333; ++bit) ASSERT_EQ(test_bit(map, bit), model[bit]);
    }
}
