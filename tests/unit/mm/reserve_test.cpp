// SPDX-License-Identifier: MIT
#include <tests/unit/mm/address_space_fixture.h>

namespace oriel::test {

class Reserve : public AddressSpaceTest {};
class Commit : public AddressSpaceTest {};
class Free : public AddressSpaceTest {};

TEST_F(Reserve, A_reservation_costs_no_host_call) {
    const int calls = host.calls();
    ASSERT_OK(space.reserve(at(0, 0x100000)));
    EXPECT_EQ(host.calls(), calls);
}
TEST_F(Reserve, Without_a_base_the_lowest_free_granule_is_taken) {
    EXPECT_EQ(space.reserve(at(0, 0x1000)).value().base(), Address(0x10000));
    EXPECT_EQ(space.reserve(at(0, 0x1000)).value().base(), Address(0x20000));
    ASSERT_OK(space.free(Address(0x10000), 0, mm::FreeKind::Release));
    EXPECT_EQ(space.reserve(at(0, 0x10001)).value().base(), Address(0x30000));
    EXPECT_EQ(space.reserve(at(0, 0x1000)).value().base(), Address(0x10000));
}
TEST_F(Reserve, Top_down_the_highest_is_taken) {
    auto request = at(0, 0x11000);
    request.limits.direction = mm::SearchDirection::TopDown;
    EXPECT_EQ(space.reserve(request).value().base(), Address(0x7FFD0000));
    EXPECT_EQ(space.reserve(request).value().base(), Address(0x7FFB0000));
}
TEST_F(Reserve, A_base_is_rounded_down_to_64_KiB_and_the_end_up_to_a_page) {
    EXPECT_EQ(space.reserve(at(0x123456, 0x1000)).value(), PageRange(Address(0x120000), 0x5000));
}
TEST_F(Reserve, What_overlaps_is_a_conflict) {
    ASSERT_OK(space.reserve(at(0x100000, 0x20000)));
    EXPECT_STATUS(space.reserve(at(0x110000, 0x1000)), ConflictingAddresses);
    EXPECT_STATUS(space.reserve(at(0xF0000, 0x10001)), ConflictingAddresses);
    EXPECT_OK(space.reserve(at(0xF0000, 0x10000)));
}
TEST_F(Reserve, When_nothing_is_large_enough_there_is_no_memory) {
    EXPECT_STATUS(space.reserve(at(0, 0x80000000)), NoMemory);
}
TEST_F(Reserve, A_limit_keeps_a_reservation_low) {
    auto request = at(0, 0x10000);
    request.limits.direction = mm::SearchDirection::TopDown;
    request.limits.end = Address(0x1000000);
    EXPECT_EQ(space.reserve(request).value().base(), Address(0xFF0000));
}

TEST_F(Commit, A_reserved_page_faults_and_a_committed_one_is_zero) {
    ASSERT_OK(space.reserve(at(0x100000, 0x10000)));
    EXPECT_EQ(read(0x100000), FaultKind::AccessViolation);
    ASSERT_OK(space.commit(pages(0x101000, 2), read_write));
    EXPECT_EQ(byte_at(0x101000), 0);
    EXPECT_EQ(read(0x100FFF), FaultKind::AccessViolation);
    EXPECT_EQ(read(0x103000), FaultKind::AccessViolation);
}
TEST_F(Commit, Outside_one_reservation_it_is_a_conflict) {
    ASSERT_OK(space.reserve(at(0x100000, 0x10000)));
    ASSERT_OK(space.reserve(at(0x110000, 0x10000)));
    EXPECT_STATUS(space.commit(pages(0x10F000, 2), read_write), ConflictingAddresses);
    EXPECT_STATUS(space.commit(pages(0x200000, 1), read_write), ConflictingAddresses);
}
TEST_F(Commit, Committing_again_keeps_the_content_and_takes_the_new_protection) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x2000)));
    ASSERT_EQ(write(0x100010, 7), FaultKind::Resolved);
    ASSERT_OK(space.commit(pages(0x100000, 2), read_only));
    EXPECT_EQ(byte_at(0x100010), 7);
    EXPECT_EQ(write(0x100010), FaultKind::AccessViolation);
    EXPECT_EQ(charge.used(), 2u);
}
TEST_F(Commit, Charge_is_made_and_given_back) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x4000)));
    EXPECT_EQ(charge.used(), 4u);
    ASSERT_OK(space.free(Address(0x101000), 0x1000, mm::FreeKind::Decommit));
    EXPECT_EQ(charge.used(), 3u);
    ASSERT_OK(space.free(Address(0x100000), 0, mm::FreeKind::Release));
    EXPECT_EQ(charge.used(), 0u);
    EXPECT_TRUE(host.is_untouched());
}
TEST_F(Commit, Beyond_the_limit_nothing_happens) {
    ASSERT_OK(space.reserve(at(0x100000, (commit_limit_pages + 1) * page_size)));
    EXPECT_STATUS(space.commit(pages(0x100000, commit_limit_pages + 1), read_write), CommitmentLimit);
    EXPECT_EQ(charge.used(), 0u);
    EXPECT_EQ(read(0x100000), FaultKind::AccessViolation);
    EXPECT_OK(space.commit(pages(0x100000, commit_limit_pages), read_write));
}
TEST_F(Commit, When_the_host_refuses_nothing_has_changed) {
    ASSERT_OK(space.reserve(at(0x100000, 0x10000)));
    ASSERT_OK(space.commit(pages(0x102000, 1), read_write));
    host.fail_call(2); // the pages before and after the committed one are two calls
    EXPECT_STATUS(space.commit(pages(0x100000, 4), read_write), InsufficientResources);
    EXPECT_EQ(charge.used(), 1u);
    EXPECT_EQ(space.query(Address(0x100000)).state, mm::RegionState::Reserved);
}

TEST_F(Free, A_decommitted_page_is_zero_when_committed_again) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x3000)));
    ASSERT_EQ(write(0x101000, 9), FaultKind::Resolved);
    ASSERT_OK(space.free(Address(0x101000), 1, mm::FreeKind::Decommit));
    EXPECT_EQ(read(0x101000), FaultKind::AccessViolation);
    ASSERT_OK(space.commit(pages(0x101000, 1), read_write));
    EXPECT_EQ(byte_at(0x101000), 0);
}
TEST_F(Free, Of_a_free_address_it_says_so) {
    EXPECT_STATUS(space.free(Address(0x100000), 0, mm::FreeKind::Release), MemoryNotAllocated);
}
TEST_F(Free, Without_a_size_the_base_must_be_the_reservations_own) {
    ASSERT_OK(space.reserve(at(0x100000, 0x10000)));
    EXPECT_STATUS(space.free(Address(0x101000), 0, mm::FreeKind::Release), FreeVmNotAtBase);
    EXPECT_STATUS(space.free(Address(0x101000), 0, mm::FreeKind::Decommit), FreeVmNotAtBase);
    EXPECT_OK(space.free(Address(0x100FFF), 0, mm::FreeKind::Release));
}
TEST_F(Free, Beyond_the_reservation_it_cannot_be_done) {
    ASSERT_OK(space.reserve(at(0x100000, 0x10000)));
    EXPECT_STATUS(space.free(Address(0x100000), 0x10001, mm::FreeKind::Release), UnableToFreeVm);
    EXPECT_STATUS(space.free(Address(0x10F000), 0x2000, mm::FreeKind::Decommit), UnableToFreeVm);
}
TEST_F(Free, A_part_released_in_the_middle_leaves_two_reservations) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x5000)));
    ASSERT_EQ(write(0x104000, 3), FaultKind::Resolved);
    ASSERT_OK(space.free(Address(0x102000), 0x1000, mm::FreeKind::Release));
    EXPECT_EQ(space.query(Address(0x102000)).state, mm::RegionState::Free);
    EXPECT_EQ(space.query(Address(0x101000)).allocation_base, Address(0x100000));
    EXPECT_EQ(space.query(Address(0x104000)).allocation_base, Address(0x103000));
    EXPECT_EQ(byte_at(0x104000), 3);
    EXPECT_EQ(charge.used(), 4u);
}
TEST_F(Free, When_the_host_refuses_the_pages_are_still_there) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x3000)));
    host.fail_call(1);
    EXPECT_STATUS(space.free(Address(0x100000), 0, mm::FreeKind::Release), InsufficientResources);
    EXPECT_EQ(byte_at(0x100000), 0);
    EXPECT_EQ(charge.used(), 3u);
}

} // namespace oriel::test
