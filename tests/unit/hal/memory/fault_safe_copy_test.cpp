// SPDX-License-Identifier: MIT
#include <tests/unit/hal/memory/linux_arena_fixture.h>
#include <tests/unit/support/nt_status_matchers.h>

#include <oriel/user_ptr.h>

#include <vector>

namespace oriel::test {

class FaultSafeCopy : public LinuxArenaTest {};

TEST_F(FaultSafeCopy, Copies_every_length_exactly) {
    ASSERT_TRUE(host->protect(pages(0, 1), hal::PageAccess::ReadWrite));
    std::vector<std::uint8_t> out(300);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i * 7 + 1);
    for (std::size_t bytes = 0; bytes < 280; ++bytes) {
        ASSERT_OK(copy_to_guest(Address(arena_base + 3), out.data(), bytes));
        std::vector<std::uint8_t> back(bytes + 1, 0xEE);
        ASSERT_OK(copy_from_guest(back.data(), Address(arena_base + 3), bytes));
        ASSERT_TRUE(std::equal(out.begin(), out.begin() + static_cast<long>(bytes), back.begin())) << bytes;
        ASSERT_EQ(back[bytes], 0xEE);
    }
}
TEST_F(FaultSafeCopy, A_fault_is_an_access_violation) {
    ASSERT_TRUE(host->protect(pages(0, 1), hal::PageAccess::Read));
    std::uint64_t value = 0;
    EXPECT_OK(copy_from_guest(&value, Address(arena_base), 8));
    EXPECT_STATUS(copy_to_guest(Address(arena_base), &value, 8), AccessViolation);
    EXPECT_STATUS(copy_from_guest(&value, Address(arena_base + 0xFFC), 8), AccessViolation);
    std::vector<char> large(0x3000);
    EXPECT_STATUS(copy_from_guest(large.data(), Address(arena_base), large.size()), AccessViolation);
}
TEST_F(FaultSafeCopy, Outside_the_arena_nothing_is_touched) {
    std::uint64_t mine = 42;
    std::uint64_t value = 0;
    const Address outside(reinterpret_cast<std::uint64_t>(&mine));
    EXPECT_STATUS(copy_from_guest(&value, outside, 8), AccessViolation);
    EXPECT_STATUS(copy_to_guest(outside, &value, 8), AccessViolation);
    EXPECT_EQ(mine, 42u);
    EXPECT_STATUS(copy_from_guest(&value, Address(0), 8), AccessViolation);
    EXPECT_STATUS(copy_from_guest(&value, arena.end() - 4, 8), AccessViolation);
    EXPECT_STATUS(copy_from_guest(&value, Address(~std::uint64_t{3}), 8), AccessViolation);
}
TEST_F(FaultSafeCopy, Of_nothing_it_asks_nothing) {
    EXPECT_OK(copy_from_guest(nullptr, Address(0), 0));
    EXPECT_OK(copy_to_guest(Address(~std::uint64_t{0}), nullptr, 0));
}
TEST_F(FaultSafeCopy, Goes_on_when_the_fault_was_resolved) {
    on_fault = [&](Address at, bool) {
        return host->protect(PageRange(at.page(), page_size), hal::PageAccess::ReadWrite).ok();
    };
    std::vector<char> large(0x3000, 'x');
    EXPECT_OK(copy_to_guest(Address(arena_base + 0x10), large.data(), large.size()));
    std::vector<char> back(large.size());
    EXPECT_OK(copy_from_guest(back.data(), Address(arena_base + 0x10), back.size()));
    EXPECT_EQ(back, large);
}
TEST_F(FaultSafeCopy, Only_its_own_instructions_are_fixed_up) {
    auto rip = reinterpret_cast<std::uintptr_t>(&hal::is_guest_range);
    EXPECT_FALSE(hal::fix_up_copy_fault(rip));
}

} // namespace oriel::test
