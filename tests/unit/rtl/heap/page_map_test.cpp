// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/page_map.h>

#include <gtest/gtest.h>

using namespace oriel;
using namespace oriel::rtl::heap;

namespace {
constexpr std::uint64_t base = 0x123400000000; // nothing of the test's lies there: the map never looks
int thing, other;
} // namespace

TEST(PageMap, An_unknown_address_belongs_to_nobody) {
    EXPECT_EQ(page_map().find(Address(0)), nullptr);
    EXPECT_EQ(page_map().find(Address(0xdeadbe00)), nullptr);
    EXPECT_EQ(page_map().find(Address(~std::uint64_t{0})), nullptr);
    EXPECT_EQ(page_map().find(Address(0x800000000000)), nullptr);
}

TEST(PageMap, Every_address_of_a_range_finds_it_and_the_neighbours_do_not) {
    const PageRange range(Address(base), 3 * allocation_granularity);
    ASSERT_TRUE(page_map().insert(range, &thing).ok());
    EXPECT_EQ(page_map().find(Address(base)), &thing);
    EXPECT_EQ(page_map().find(Address(base + 0x2FFFF)), &thing);
    EXPECT_EQ(page_map().find(Address(base + 0x30000)), nullptr);
    EXPECT_EQ(page_map().find(Address(base - 1)), nullptr);
    page_map().remove(range);
    EXPECT_EQ(page_map().find(Address(base)), nullptr);
}

TEST(PageMap, A_range_across_two_leaves_is_found_on_both_sides) {
    constexpr std::uint64_t leaf_bytes = std::uint64_t{1} << (16 + 15);
    const PageRange range(Address(leaf_bytes * 1000 - allocation_granularity), 2 * allocation_granularity);
    ASSERT_TRUE(page_map().insert(range, &other).ok());
    EXPECT_EQ(page_map().find(range.base()), &other);
    EXPECT_EQ(page_map().find(range.end() - 1), &other);
    page_map().remove(range);
}

TEST(PageMap, A_range_that_ends_inside_a_granule_owns_the_whole_granule) {
    const PageRange range(Address(base), page_size); // reservations never share a granule
    ASSERT_TRUE(page_map().insert(range, &thing).ok());
    EXPECT_EQ(page_map().find(Address(base + 0xFFFF)), &thing);
    page_map().remove(range);
}
