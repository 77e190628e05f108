// SPDX-License-Identifier: MIT
// function_cache_test.cpp: remembers, forgets, and never mixes two answers.
#include <ntdll-emu/rtl/exception/function_cache.h>

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

using namespace oriel::rtl;

namespace {

FoundFunction function_at(std::uint64_t base, std::uint32_t begin) { return {base, base + begin * 12, {begin, begin + 16, begin + 7}}; }

} // namespace

TEST(FunctionCache, Knows_what_it_was_told_for_that_address_and_generation_only) {
    auto cache = std::make_unique<FunctionCache>();
    std::optional<FoundFunction> found;
    EXPECT_FALSE(cache->look_up(0x1000, 2, found));
    cache->remember(0x1000, 2, function_at(0x400000, 0x100));
    ASSERT_TRUE(cache->look_up(0x1000, 2, found));
    EXPECT_EQ(found->image_base, 0x400000u);
    EXPECT_EQ(found->entry.BeginAddress, 0x100u);
    EXPECT_EQ(found->entry.EndAddress, 0x110u);
    EXPECT_EQ(found->entry.UnwindData, 0x107u);
    EXPECT_FALSE(cache->look_up(0x1000, 4, found)); // an image has come or gone
    EXPECT_FALSE(cache->look_up(0x1001, 2, found));
}

TEST(FunctionCache, Remembers_that_there_is_no_function) {
    auto cache = std::make_unique<FunctionCache>();
    std::optional<FoundFunction> found = function_at(0x400000, 1);
    cache->remember(0x2000, 2, std::nullopt);
    ASSERT_TRUE(cache->look_up(0x2000, 2, found));
    EXPECT_FALSE(found.has_value());
}

TEST(FunctionCache, Threads_that_write_the_same_slot_never_make_a_mixed_answer) {
    auto cache = std::make_unique<FunctionCache>();
    std::atomic<unsigned> wrong = 0;
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < 3; ++t) {
        threads.emplace_back([&, t] {
            for (unsigned i = 0; i < 100'000; ++i) {
                const std::uint64_t pc = 0x10000 + (i + t) % 3 * 0x200000; // one slot
                const auto mine = static_cast<std::uint32_t>(pc >> 8);
                std::optional<FoundFunction> found;
                if (!cache->look_up(pc, 2, found)) cache->remember(pc, 2, function_at(pc, mine));
                else if (!found || found->image_base != pc || found->entry.BeginAddress != mine || found->entry.UnwindData != mine + 7) ++wrong;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0u);
}
