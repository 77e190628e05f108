// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/placement.h>
#include <tests/unit/support/nt_status_matchers.h>

namespace oriel::test {

class Placement : public testing::Test {
protected:
    mm::VadTree vads;

    void add(std::uint64_t base, std::uint64_t bytes) {
        vads.insert(
            mm::VadTree::make_node(mm::Vad(PageRange(Address(base), bytes), mm::VadKind::Private, mm::Protection(),
                                           mm::PageRuns(bytes / page_size, mm::PageState::reserved()))));
    }
    NtResult<Address> place(std::uint64_t bytes, std::uint64_t lowest, std::uint64_t end,
                            mm::SearchDirection direction = mm::SearchDirection::BottomUp,
                            std::uint64_t alignment = 0x10000) {
        return mm::place(vads, bytes, {Address(lowest), Address(end), alignment, direction});
    }
};

TEST_F(Placement, Gives_no_granule_that_is_partly_taken) {
    add(0x10000, 0x1000);
    add(0x3F000, 0x1000);
    EXPECT_EQ(place(0x1000, 0x10000, 0x100000).value(), Address(0x20000));
    EXPECT_EQ(place(0x11000, 0x10000, 0x100000).value(), Address(0x40000));
}
TEST_F(Placement, Fills_a_gap_exactly) {
    add(0x10000, 0x10000);
    add(0x40000, 0x10000);
    EXPECT_EQ(place(0x20000, 0x10000, 0x100000).value(), Address(0x20000));
    EXPECT_EQ(place(0x20001 + 0xFFF, 0x10000, 0x100000).value(), Address(0x50000));
}
TEST_F(Placement, Top_down_it_takes_the_highest_gap) {
    add(0xF0000, 0x1000);
    EXPECT_EQ(place(0x1000, 0x10000, 0x100000, mm::SearchDirection::TopDown).value(), Address(0xE0000));
    EXPECT_EQ(place(0x11000, 0x10000, 0x100000, mm::SearchDirection::TopDown).value(), Address(0xD0000));
}
TEST_F(Placement, Keeps_to_its_limits) {
    EXPECT_STATUS(place(0x20000, 0x10000, 0x20000), NoMemory);
    EXPECT_STATUS(place(0x20000, 0x10000, 0x20000, mm::SearchDirection::TopDown), NoMemory);
    EXPECT_STATUS(place(0x20000, 0x20000, 0x10000), NoMemory);
    EXPECT_STATUS(place(~std::uint64_t{0xFFF}, 0x10000, 0x20000, mm::SearchDirection::TopDown), NoMemory);
    EXPECT_EQ(place(0x10000, 0x10000, 0x20000).value(), Address(0x10000));
}
TEST_F(Placement, Aligns_as_far_as_asked) {
    add(0x100000, 0x1000);
    EXPECT_EQ(place(0x1000, 0x10000, 0x1000000, mm::SearchDirection::BottomUp, 0x100000).value(), Address(0x200000));
    EXPECT_EQ(place(0x1000, 0x10000, 0x280000, mm::SearchDirection::TopDown, 0x100000).value(), Address(0x200000));
}

} // namespace oriel::test
