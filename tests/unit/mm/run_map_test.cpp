// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/run_map.h>

#include <gtest/gtest.h>

#include <random>

namespace oriel::test {

using Map = mm::RunMap<int>;

TEST(RunMap, Begins_as_one_run) {
    const Map map(10, 7);
    EXPECT_EQ(map.run_at(5), (Map::Run{0, 10, 7}));
    EXPECT_EQ(map.fault(), nullptr);
}
TEST(RunMap, A_change_in_the_middle_makes_three_runs_and_undoing_it_one) {
    Map map(10, 0);
    map.reserve_for_change();
    map.set(3, 2, 1);
    EXPECT_EQ(map.run_count(), 3u);
    EXPECT_EQ(map.run_at(6), (Map::Run{5, 5, 0}));
    map.reserve_for_change();
    map.set(3, 2, 0);
    EXPECT_EQ(map.run_count(), 1u);
}
TEST(RunMap, A_slice_is_numbered_from_zero) {
    Map map(10, 0);
    map.set(3, 4, 1);
    const Map part = map.slice(2, 4);
    EXPECT_EQ(part.pages(), 4u);
    EXPECT_EQ(part.run_at(0), (Map::Run{0, 1, 0}));
    EXPECT_EQ(part.run_at(1), (Map::Run{1, 3, 1}));
    EXPECT_EQ(part.fault(), nullptr);
}
TEST(RunMap, Visits_clipped_runs) {
    Map map(10, 0);
    map.set(3, 4, 1);
    std::vector<Map::Run> seen;
    map.for_each(2, 3, [&](const Map::Run& run) { seen.push_back(run); });
    EXPECT_EQ(seen, (std::vector<Map::Run>{{2, 1, 0}, {3, 2, 1}}));
    map.for_each(5, 0, [&](const Map::Run&) { FAIL() << "an empty range has no runs"; });
}
TEST(RunMap, Does_what_an_array_does) {
    std::mt19937 random(1);
    constexpr std::uint64_t pages = 64;
    Map map(pages, 0);
    std::vector<int> array(pages, 0);
    for (int step = 0; step < 20000; ++step) {
        const std::uint64_t first = random() % pages;
        const std::uint64_t count = random() % (pages - first + 1);
        const int value = static_cast<int>(random() % 3);
        map.reserve_for_change();
        map.change(first, count, [&](int old) { return value == 2 ? 1 - old : value; });
        for (std::uint64_t i = first; i < first + count; ++i) array[i] = value == 2 ? 1 - array[i] : value;
        ASSERT_EQ(map.fault(), nullptr) << "step " << step;
        for (std::uint64_t i = 0; i < pages; ++i)
            ASSERT_EQ(map.at(i), array[i]) << "page " << i << " after step " << step;
    }
}

} // namespace oriel::test
