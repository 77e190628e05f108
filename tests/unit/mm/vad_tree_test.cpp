// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/vad_tree.h>

#include <gtest/gtest.h>

namespace oriel::test {

class VadTree : public testing::Test {
protected:
    mm::VadTree vads;

    void add(std::uint64_t base, std::uint64_t pages) {
        const PageRange range(Address(base), pages * page_size);
        vads.insert(mm::VadTree::make_node(
            mm::Vad(range, mm::VadKind::Private, mm::Protection(), mm::PageRuns(pages, mm::PageState::reserved()))));
    }
};

TEST_F(VadTree, Finds_the_reservation_that_an_address_lies_in) {
    add(0x10000, 2);
    add(0x20000, 1);
    EXPECT_EQ(vads.find(Address(0x11FFF))->range.base(), Address(0x10000));
    EXPECT_EQ(vads.find(Address(0x12000)), nullptr);
    EXPECT_EQ(vads.find(Address(0x20000))->range.base(), Address(0x20000));
    EXPECT_EQ(vads.find(Address(0xFFFF)), nullptr);
}
TEST_F(VadTree, Names_what_overlaps) {
    add(0x10000, 2);
    add(0x20000, 1);
    EXPECT_EQ(vads.first_overlapping(PageRange(Address(0x12000), 0xE000)), nullptr);
    EXPECT_EQ(vads.first_overlapping(PageRange(Address(0x11000), 0x10000))->range.base(), Address(0x10000));
    EXPECT_EQ(vads.first_overlapping(PageRange(Address(0x12000), 0xF000))->range.base(), Address(0x20000));
}
TEST_F(VadTree, Knows_its_neighbours) {
    add(0x10000, 2);
    add(0x20000, 1);
    EXPECT_EQ(vads.first_above(Address(0x12000))->range.base(), Address(0x20000));
    EXPECT_EQ(vads.first_above(Address(0x21000)), nullptr);
    EXPECT_EQ(vads.last_below(Address(0x20000))->range.base(), Address(0x10000));
    EXPECT_EQ(vads.last_below(Address(0x10000)), nullptr);
}
TEST_F(VadTree, Says_that_two_reservations_overlap) {
    add(0x10000, 2);
    EXPECT_EQ(vads.fault(), nullptr);
    add(0x11000, 2);
    EXPECT_STREQ(vads.fault(), "two VADs overlap");
}

} // namespace oriel::test
