// SPDX-License-Identifier: MIT
#include <ntdll-emu/services/memory_arguments.h>
#include <tests/unit/support/fake_host_memory.h>
#include <tests/unit/support/nt_status_matchers.h>

namespace oriel::test {

using nt::Status;

TEST(ZeroBits, Count_the_high_bits_of_a_32_bit_address) {
    const auto end = [](std::uint64_t bits) {
        return services::limits_from_zero_bits(bits, Status::InvalidParameter3).value().end.value();
    };
    EXPECT_EQ(end(0), ~std::uint64_t{0});
    EXPECT_EQ(end(1), 0x80000000u);
    EXPECT_EQ(end(21), 0x800u);
}
TEST(ZeroBits, From_32_on_are_a_mask) {
    const auto end = [](std::uint64_t bits) {
        return services::limits_from_zero_bits(bits, Status::InvalidParameter3).value().end.value();
    };
    EXPECT_EQ(end(0x1AAAAAAA), 0x20000000u);
    EXPECT_EQ(end(32), 64u);
    EXPECT_EQ(end(0x7FFFFFFFFFF), 0x80000000000u);
    EXPECT_EQ(end(~std::uint64_t{0}), ~std::uint64_t{0});
}
TEST(ZeroBits, Between_are_wrong) {
    EXPECT_STATUS(services::limits_from_zero_bits(22, Status::InvalidParameter3), InvalidParameter3);
    EXPECT_STATUS(services::limits_from_zero_bits(31, Status::InvalidParameter4), InvalidParameter4);
}

class UserRange : public testing::Test {
protected:
    FakeHostMemory host;
    mm::CommitCharge charge{1};
    mm::AddressSpace space{host, charge, {.end = Address(0x7FFF0000)}};

    NtResult<> check(std::uint64_t base, std::uint64_t bytes,
                     services::EmptyRange empty = services::EmptyRange::Refused) {
        return services::check_user_range(space, {Address(base), bytes}, empty,
                                          {Status::InvalidParameter2, Status::InvalidParameter4});
    }
};

TEST_F(UserRange, Ends_with_the_highest_user_address) {
    EXPECT_OK(check(0x7FFEF000, 0x1000));
    EXPECT_STATUS(check(0x7FFEF000, 0x1001), InvalidParameter4);
    EXPECT_STATUS(check(0x7FFF0000, 1), InvalidParameter2);
    EXPECT_STATUS(check(0x10000, ~std::uint64_t{0}), InvalidParameter4);
    EXPECT_STATUS(check(~std::uint64_t{0}, 1), InvalidParameter2);
}
TEST_F(UserRange, May_be_empty_only_where_that_means_something) {
    EXPECT_STATUS(check(0x10000, 0), InvalidParameter4);
    EXPECT_OK(check(0x10000, 0, services::EmptyRange::Allowed));
}

TEST(Requirements, Are_checked) {
    const Address highest(0x7FFFFFFEFFFF);
    const auto limits = [&](std::uint64_t lowest, std::uint64_t last, std::uint64_t alignment) {
        return services::limits_from_requirements(Address(lowest), Address(last), alignment, highest);
    };
    EXPECT_OK(limits(0, 0, 0));
    EXPECT_EQ(limits(0x20000, 0x3FFFF, 0x20000).value().end, Address(0x40000));
    EXPECT_STATUS(limits(0x21000, 0, 0), InvalidParameter);
    EXPECT_STATUS(limits(0, 0x40000, 0), InvalidParameter);
    EXPECT_STATUS(limits(0, 0, 0x8000), InvalidParameter);
    EXPECT_STATUS(limits(0, 0, 0x30000), InvalidParameter);
    EXPECT_STATUS(limits(0x40000, 0x2FFFF, 0), InvalidParameter);
    EXPECT_STATUS(limits(0, 0x7FFFFFFFFFFF, 0), InvalidParameter);
}

} // namespace oriel::test
