// SPDX-License-Identifier: MIT
#include <tests/unit/mm/address_space_fixture.h>

namespace oriel::test {

class GuardPage : public AddressSpaceTest {};
class Stack : public AddressSpaceTest {};
class HostUse : public AddressSpaceTest {};
class Watch : public AddressSpaceTest {};
class SystemPage : public AddressSpaceTest {};

TEST_F(GuardPage, Is_hit_once) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x2000)));
    ASSERT_OK(space.protect(pages(0x101000, 1), read_write.with_guard()));
    EXPECT_EQ(write(0x100FFF), FaultKind::Resolved);
    EXPECT_EQ(read(0x101000), FaultKind::GuardPage);
    EXPECT_EQ(read(0x101000), FaultKind::Resolved);
    EXPECT_EQ(space.query(Address(0x101000)).protection, read_write);
}
TEST_F(GuardPage, Comes_before_the_question_whether_the_access_is_allowed) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x1000)));
    ASSERT_OK(space.protect(pages(0x100000, 1), read_only.with_guard()));
    EXPECT_EQ(write(0x100000), FaultKind::GuardPage);
    EXPECT_EQ(write(0x100000), FaultKind::AccessViolation);
}
TEST_F(GuardPage, In_the_threads_stack_bounds_makes_the_stack_grow) {
    // As RtlCreateUserStack makes a stack out of ordinary services.
    ASSERT_OK(space.reserve(at(0x100000, 0x10000)));
    ASSERT_OK(space.commit(pages(0x10E000, 2), read_write));
    ASSERT_OK(space.protect(pages(0x10E000, 1), read_write.with_guard()));
    const mm::StackBounds bounds{Address(0x100000), Address(0x10F000), Address(0x110000), 0};
    const auto outcome = space.handle_fault({Address(0x10E800), mm::FaultAccess::Write}, &bounds);
    EXPECT_EQ(outcome.kind, FaultKind::StackGrown);
    EXPECT_EQ(outcome.new_stack_limit, Address(0x10E000));
    EXPECT_EQ(space.query(Address(0x10D000)).protection, read_write.with_guard());
}

TEST_F(Stack, Is_committed_at_its_top_with_a_guard_below) {
    const auto stack = space.create_stack({.reserve = 0x10000, .commit = 0x2000}).value();
    EXPECT_EQ(stack.base - stack.deallocation, 0x10000u);
    EXPECT_EQ(stack.base - stack.limit, 0x2000u);
    EXPECT_EQ(write(stack.base.value() - 8), FaultKind::Resolved);
    EXPECT_EQ(space.query(stack.limit - 1).protection, read_write.with_guard());
    EXPECT_EQ(space.query(stack.deallocation).state, mm::RegionState::Reserved);
}
TEST_F(Stack, Grows_page_by_page_and_overflows_before_its_last_page) {
    const auto stack = space.create_stack({.reserve = 0x10000, .commit = 0x1000}).value();
    Address page = stack.limit;
    for (int grown = 0;; ++grown) {
        page = page - page_size;
        const auto outcome = space.handle_fault({page + 8, mm::FaultAccess::Write});
        EXPECT_EQ(outcome.new_stack_limit, page);
        if (outcome.kind == FaultKind::StackOverflow) {
            EXPECT_EQ(grown, 13);
            break;
        }
        ASSERT_EQ(outcome.kind, FaultKind::StackGrown);
    }
    EXPECT_EQ(page, stack.deallocation + page_size);
    EXPECT_EQ(write(page.value()), FaultKind::Resolved);
    EXPECT_EQ(write(stack.deallocation.value()), FaultKind::AccessViolation);
}
TEST_F(Stack, Guaranteed_bytes_are_left_at_an_overflow) {
    const auto stack = space.create_stack({.reserve = 0x10000, .commit = 0x1000}).value();
    mm::StackBounds bounds = stack;
    bounds.guaranteed_bytes = 0x3000;
    mm::FaultOutcome outcome;
    Address page = stack.limit - page_size;
    do {
        outcome = space.handle_fault({page, mm::FaultAccess::Write}, &bounds);
        if (outcome.kind == FaultKind::StackGrown) page = outcome.new_stack_limit - page_size;
    } while (outcome.kind == FaultKind::StackGrown);
    ASSERT_EQ(outcome.kind, FaultKind::StackOverflow);
    EXPECT_GE(page - stack.deallocation, 0x2000u);
    EXPECT_EQ(outcome.new_stack_limit, stack.deallocation + page_size);
    EXPECT_EQ(write(outcome.new_stack_limit.value()), FaultKind::Resolved);
}
TEST_F(Stack, Overflows_when_nothing_can_be_committed) {
    const auto stack = space.create_stack({.reserve = 0x10000, .commit = 0x1000}).value();
    ASSERT_OK(charge.charge(charge.limit() - charge.used()));
    const auto outcome = space.handle_fault({stack.limit - 8, mm::FaultAccess::Write});
    EXPECT_EQ(outcome.kind, FaultKind::StackOverflow);
    EXPECT_EQ(outcome.new_stack_limit, stack.limit - page_size);
}
TEST_F(Stack, An_access_below_the_guard_page_is_a_violation) {
    const auto stack = space.create_stack({.reserve = 0x10000, .commit = 0x1000}).value();
    EXPECT_EQ(write(stack.limit.value() - 0x1008), FaultKind::AccessViolation);
}

TEST_F(HostUse, A_page_that_cannot_be_written_is_refused) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x3000)));
    ASSERT_OK(space.protect(pages(0x102000, 1), read_only));
    EXPECT_OK(space.prepare_for_host_write(Address(0x100800), 0x1000));
    EXPECT_STATUS(space.prepare_for_host_write(Address(0x101FFF), 2), AccessViolation);
    EXPECT_OK(space.prepare_for_host_read(Address(0x101FFF), 2));
    EXPECT_STATUS(space.prepare_for_host_read(Address(0x102000), 0x1001), AccessViolation);
    EXPECT_STATUS(space.prepare_for_host_read(Address(~std::uint64_t{0} - 10), 100), AccessViolation);
}
TEST_F(HostUse, Watched_pages_count_as_written) {
    auto request = committed_at(0x100000, 0x4000);
    request.write_watch = mm::WriteWatch::On;
    ASSERT_OK(space.reserve(request));
    ASSERT_OK(space.prepare_for_host_write(Address(0x101800), 0x1000));
    EXPECT_TRUE(host.store(Address(0x101800), 1));
    EXPECT_EQ(space.written_pages(pages(0x100000, 4), 10).value().size(), 2u);
}
TEST_F(HostUse, A_stack_grows_for_it) {
    const auto stack = space.create_stack({.reserve = 0x10000, .commit = 0x1000}).value();
    ASSERT_OK(space.prepare_for_host_write(stack.limit - 0x800, 0x800));
    EXPECT_TRUE(host.store(stack.limit - 1, 1));
}

TEST_F(Watch, Names_the_pages_written_and_forgets_them_on_reset) {
    auto request = committed_at(0x100000, 0x8000);
    request.write_watch = mm::WriteWatch::On;
    ASSERT_OK(space.reserve(request));
    EXPECT_EQ(byte_at(0x100000), 0);
    ASSERT_EQ(write(0x101000), FaultKind::Resolved);
    ASSERT_EQ(write(0x105123), FaultKind::Resolved);
    const std::vector<Address> expected{Address(0x101000), Address(0x105000)};
    EXPECT_EQ(space.written_pages(pages(0x100000, 8), 10).value(), expected);
    EXPECT_EQ(space.written_pages(pages(0x100000, 8), 1).value().size(), 1u);
    ASSERT_OK(space.reset_written(pages(0x100000, 8)));
    EXPECT_TRUE(space.written_pages(pages(0x100000, 8), 10).value().empty());
    ASSERT_EQ(write(0x105123), FaultKind::Resolved);
    EXPECT_EQ(space.written_pages(pages(0x100000, 8), 10).value().size(), 1u);
}
TEST_F(Watch, Needs_a_watched_reservation) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x1000)));
    EXPECT_STATUS(space.written_pages(pages(0x100000, 1), 1), InvalidParameter1);
    EXPECT_STATUS(space.reset_written(pages(0x200000, 1)), InvalidParameter1);
}
TEST_F(Watch, Locked_pages_are_told_and_unlocked_once) {
    ASSERT_OK(space.reserve(at(0x100000, 0x3000)));
    ASSERT_OK(space.commit(pages(0x100000, 2), read_write));
    EXPECT_STATUS(space.lock_pages(pages(0x101000, 2)), AccessViolation);
    EXPECT_EQ(space.lock_pages(pages(0x100000, 2)).value(), nt::Status::Success);
    EXPECT_EQ(space.lock_pages(pages(0x101000, 1)).value(), nt::Status::WasLocked);
    EXPECT_TRUE(space.query_page(Address(0x100000)).locked);
    EXPECT_OK(space.unlock_pages(pages(0x100000, 2)));
    EXPECT_STATUS(space.unlock_pages(pages(0x100000, 1)), NotLocked);
}

TEST_F(SystemPage, Is_written_by_the_host_and_read_by_the_guest) {
    std::byte* const page = space.map_system_page(Address(0x7FFE0000), read_only).value();
    page[4] = std::byte{42};
    EXPECT_EQ(byte_at(0x7FFE0004), 42);
    EXPECT_EQ(write(0x7FFE0004), FaultKind::AccessViolation);
    EXPECT_STATUS(space.free(Address(0x7FFE0000), 0, mm::FreeKind::Release), UnableToDeleteSection);
    EXPECT_STATUS(space.map_system_page(Address(0x7FFE0000), read_only), ConflictingAddresses);
    EXPECT_OK(space.map_system_page(Address(0x7FFE1000), read_only));
}

} // namespace oriel::test
