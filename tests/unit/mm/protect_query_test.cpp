// SPDX-License-Identifier: MIT
#include <tests/unit/mm/address_space_fixture.h>

#include <nt/memory.h>

namespace oriel::test {

class Protect : public AddressSpaceTest {};
class Query : public AddressSpaceTest {};

TEST(Protection, Decodes_what_it_encodes) {
    for (const std::uint32_t access : {1u, 2u, 4u, 8u, 0x10u, 0x20u, 0x40u, 0x80u})
        EXPECT_EQ(mm::Protection::decode(access).value().encode(), access);
    EXPECT_EQ(mm::Protection::decode(nt::PAGE_READWRITE | nt::PAGE_GUARD).value().encode(), 0x104u);
}
TEST(Protection, Is_one_access_and_at_most_one_modifier) {
    for (const std::uint32_t wrong : {0u, 3u, nt::PAGE_GUARD, 0x1002u, nt::PAGE_NOACCESS | nt::PAGE_GUARD,
                                      nt::PAGE_READONLY | nt::PAGE_GUARD | nt::PAGE_NOCACHE})
        EXPECT_STATUS(mm::Protection::decode(wrong), InvalidPageProtection) << wrong;
}
TEST(Protection, Reading_covers_copying_on_write_but_not_writing) {
    EXPECT_TRUE(read_only.covers(write_copy));
    EXPECT_TRUE(write_copy.covers(read_only));
    EXPECT_FALSE(read_only.covers(read_write));
    EXPECT_FALSE(write_copy.covers(read_write));
    EXPECT_FALSE(read_write.covers(execute_read));
    EXPECT_TRUE(execute_read_write.covers(write_copy));
    EXPECT_TRUE(read_only.covers(no_access));
}

TEST_F(Protect, Answers_the_first_pages_old_protection) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x3000)));
    ASSERT_OK(space.protect(pages(0x101000, 1), read_only));
    EXPECT_EQ(space.protect(pages(0x101000, 2), no_access).value(), read_only);
    EXPECT_EQ(space.protect(pages(0x100000, 3), read_write).value(), read_write);
}
TEST_F(Protect, A_reserved_page_in_the_range_is_not_committed) {
    ASSERT_OK(space.reserve(at(0x100000, 0x3000)));
    ASSERT_OK(space.commit(pages(0x100000, 2), read_write));
    EXPECT_STATUS(space.protect(pages(0x101000, 2), read_only), NotCommitted);
    EXPECT_EQ(write(0x101000), FaultKind::Resolved);
}
TEST_F(Protect, Outside_one_reservation_it_is_a_conflict) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x10000)));
    EXPECT_STATUS(space.protect(pages(0x10F000, 2), read_only), ConflictingAddresses);
    EXPECT_STATUS(space.protect(pages(0x200000, 1), read_only), ConflictingAddresses);
}
TEST_F(Protect, Private_pages_are_not_copied_on_write) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x1000)));
    EXPECT_STATUS(space.protect(pages(0x100000, 1), write_copy), InvalidPageProtection);
}
TEST_F(Protect, Equal_neighbours_are_one_host_call) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x10000)));
    ASSERT_OK(space.protect(pages(0x104000, 1), read_only));
    const int calls = host.calls();
    ASSERT_OK(space.protect(pages(0x100000, 16), no_access));
    EXPECT_EQ(host.calls(), calls + 1);
}
TEST_F(Protect, When_the_host_refuses_half_way_it_is_as_before) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x5000)));
    ASSERT_OK(space.protect(pages(0x102000, 1), read_only));
    host.fail_call(2);
    EXPECT_STATUS(space.protect(pages(0x100000, 5), read_only), InsufficientResources);
    EXPECT_EQ(write(0x100000), FaultKind::Resolved);
    EXPECT_EQ(space.query(Address(0x100000)).protection, read_write);
}

TEST_F(Query, Of_a_free_region_reaches_to_the_next_reservation) {
    ASSERT_OK(space.reserve(at(0x200000, 0x1000)));
    const auto info = space.query(Address(0x123456));
    EXPECT_EQ(info.range, PageRange(Address(0x123000), 0x200000 - 0x123000));
    EXPECT_EQ(info.state, mm::RegionState::Free);
    EXPECT_EQ(info.protection, no_access);
    EXPECT_EQ(space.query(Address(0x300000)).range.end(), Address(0x7FFF0000));
}
TEST_F(Query, Begins_at_the_page_and_ends_where_something_changes) {
    ASSERT_OK(space.reserve(at(0x100000, 0x10000)));
    ASSERT_OK(space.commit(pages(0x104000, 4), read_only));
    EXPECT_EQ(space.query(Address(0x101234)).range, pages(0x101000, 3));
    const auto info = space.query(Address(0x105000));
    EXPECT_EQ(info.range, pages(0x105000, 3));
    EXPECT_EQ(info.allocation_base, Address(0x100000));
    EXPECT_EQ(info.allocation_protection, read_write);
    EXPECT_EQ(info.protection, read_only);
    EXPECT_EQ(info.type, mm::RegionType::Private);
}
TEST_F(Query, Two_neighbouring_reservations_are_two_regions) {
    ASSERT_OK(space.reserve(at(0x100000, 0x10000)));
    ASSERT_OK(space.reserve(at(0x110000, 0x10000)));
    EXPECT_EQ(space.query(Address(0x100000)).range, pages(0x100000, 16));
}
TEST_F(Query, Pages_written_and_not_written_under_watch_are_one_region) {
    auto request = committed_at(0x100000, 0x4000);
    request.write_watch = mm::WriteWatch::On;
    ASSERT_OK(space.reserve(request));
    ASSERT_EQ(write(0x101000), FaultKind::Resolved);
    EXPECT_EQ(space.query(Address(0x100000)).range, pages(0x100000, 4));
}
TEST_F(Query, Beyond_the_arena_everything_is_taken) {
    FakeHostMemory small({PageRange(Address(0x10000), 0x100000), PageRange(Address(0x200000), 0x100000)});
    mm::AddressSpace around(small, charge, {.end = Address(0x7FFF0000)});
    EXPECT_EQ(around.query(Address(0x110000)).state, mm::RegionState::Reserved);
    EXPECT_EQ(around.query(Address(0x110000)).range, PageRange(Address(0x110000), 0xF0000));
    EXPECT_STATUS(around.reserve(at(0x110000, 0x1000)), ConflictingAddresses);
    EXPECT_STATUS(around.free(Address(0x110000), 0, mm::FreeKind::Release), MemoryNotAllocated);
    EXPECT_STATUS(around.protect(pages(0x7FF00000, 1), read_only), ConflictingAddresses);
}

} // namespace oriel::test
