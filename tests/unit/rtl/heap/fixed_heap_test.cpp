// SPDX-License-Identifier: MIT
// Heaps with a maximum size: the limits that Windows' documentation and tests on Windows name.
#include "heap_fixture.h"

namespace oriel::rtl::heap {

namespace {
CreateRequest fixed(std::size_t bytes, std::size_t commit = 0) {
    return {.flags = 0, .reserve = bytes, .commit = commit};
}
constexpr std::size_t word = pointer_bytes;
} // namespace

TEST_F(HeapTest, Sixty_four_KiB_do_not_fit_into_a_heap_of_sixty_four_KiB) {
    // "HeapCreate function" (Microsoft documentation), remarks.
    make(fixed(0x10000));
    EXPECT_EQ(get(0x10000), nullptr);
    EXPECT_NE(get(0xF000), nullptr);
}

TEST_F(HeapTest, What_a_fixed_heap_can_give_is_what_Windows_gives) {
    for (const std::size_t bytes : {0x20000ul, 0x40000ul}) {
        make(fixed(bytes));
        EXPECT_EQ(get(bytes - (0x200 + 0x80 * word)), nullptr);
        EXPECT_NE(get(bytes - (0x400 + 0x100 * word)), nullptr);
        destroy(*heap);
        heap = nullptr;
    }
}

TEST_F(HeapTest, A_fixed_heap_refuses_what_a_header_cannot_say) {
    // Less than 0x7FFF8 bytes (x86); a little less than 1,024 KB (x64), however large the heap is.
    make(fixed(std::size_t{8} << 20));
    EXPECT_EQ(get(0x20000 * word), nullptr);
    EXPECT_EQ(get(max_units * unit), nullptr);
    EXPECT_NE(get(max_units * unit - header_bytes), nullptr);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, A_fixed_heap_gives_several_of_the_largest_blocks) {
    make(fixed(std::size_t{8} << 20));
    int count = 0;
    while (get(max_units * unit - header_bytes) != nullptr) ++count;
    EXPECT_EQ(count, 7); // the structure takes a little of the eighth
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, A_fixed_heap_grows_a_block_to_twice_its_size) {
    make(fixed(std::size_t{8} << 20));
    void* const data = get(0x8000 * word);
    ASSERT_NE(data, nullptr);
    EXPECT_NE(reallocate(*heap, 0, data, 0x10000 * word).data, nullptr);
}

TEST_F(HeapTest, A_fixed_heap_is_never_larger_than_it_was_made) {
    make(fixed(0x30000));
    while (get(100) != nullptr) {}
    EXPECT_EQ(pages.reserved, 0x30000u);
    EXPECT_EQ(pages.committed, 0x30000u);
    EXPECT_TRUE(sound());
}

TEST_F(HeapTest, A_maximum_below_the_initial_size_is_raised_to_it) {
    make(fixed(0x1000, 0x20000));
    EXPECT_EQ(pages.reserved, 0x20000u);
    EXPECT_EQ(pages.committed, 0x20000u);
}

TEST_F(HeapTest, A_maximum_of_no_whole_pages_is_rounded_up) {
    make(fixed(0x12345));
    EXPECT_EQ(pages.reserved, 0x13000u);
}

} // namespace oriel::rtl::heap
