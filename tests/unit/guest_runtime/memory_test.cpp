// SPDX-License-Identifier: MIT
// The guest's memory functions under other names, against the host's.
#define memcpy guest_memcpy
#define memmove guest_memmove
#define memset guest_memset
#define memcmp guest_memcmp
#include <dlls/guest_runtime/memory.cpp>
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

namespace {

std::vector<std::uint8_t> random_bytes(std::size_t count) {
    static std::mt19937 random(1);
    std::vector<std::uint8_t> bytes(count);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

const std::size_t sizes[] = {0,  1,  2,  3,  4,  7,  8,   9,   15,  16,  17,  31,
                             32, 33, 47, 63, 64, 65, 100, 767, 768, 769, 5000};

} // namespace

TEST(GuestMemory, Copies_of_every_size_at_every_alignment) {
    for (const std::size_t size : sizes) {
        for (std::size_t to = 0; to < 20; to += 3) {
            for (std::size_t from = 0; from < 20; from += 5) {
                const auto source = random_bytes(size + 40);
                auto target = random_bytes(size + 40);
                auto expected = target;
                std::memcpy(expected.data() + to, source.data() + from, size);
                EXPECT_EQ(guest_memcpy(target.data() + to, source.data() + from, size), target.data() + to);
                ASSERT_EQ(target, expected) << size;
            }
        }
    }
}

TEST(GuestMemory, Overlapping_moves_in_both_directions) {
    for (const std::size_t size : sizes) {
        for (const std::ptrdiff_t distance : {-700, -33, -16, -5, -1, 0, 1, 5, 16, 33, 700}) {
            auto bytes = random_bytes(size + 2000);
            auto expected = bytes;
            std::memmove(expected.data() + 1000 + distance, expected.data() + 1000, size);
            guest_memmove(bytes.data() + 1000 + distance, bytes.data() + 1000, size);
            ASSERT_EQ(bytes, expected) << size << " by " << distance;
            // memcpy does the same, as on Windows.
            bytes = random_bytes(size + 2000);
            expected = bytes;
            std::memmove(expected.data() + 1000 + distance, expected.data() + 1000, size);
            guest_memcpy(bytes.data() + 1000 + distance, bytes.data() + 1000, size);
            ASSERT_EQ(bytes, expected) << size << " by " << distance;
        }
    }
}

TEST(GuestMemory, Fills_and_comparisons) {
    for (const std::size_t size : sizes) {
        auto bytes = random_bytes(size + 10);
        auto expected = bytes;
        std::memset(expected.data() + 5, 0xA5, size);
        guest_memset(bytes.data() + 5, 0x1A5, size);
        ASSERT_EQ(bytes, expected);
        EXPECT_EQ(guest_memcmp(bytes.data(), expected.data(), bytes.size()), 0);
        for (std::size_t at = 0; at < bytes.size(); at += 7) {
            auto other = bytes;
            other[at] ^= 0x80;
            const int order = guest_memcmp(bytes.data(), other.data(), bytes.size());
            EXPECT_EQ(order < 0, std::memcmp(bytes.data(), other.data(), bytes.size()) < 0);
            EXPECT_NE(order, 0);
        }
    }
}
