// SPDX-License-Identifier: MIT
#include <tests/unit/mm/address_space_fixture.h>

#include <ntdll-emu/mm/pagefile_section.h>

namespace oriel::test {

class PlaceholderTest : public AddressSpaceTest {
protected:
    static constexpr std::uint64_t base = 0x100000;

    mm::ReserveRequest wanted(std::uint64_t at, std::uint64_t bytes, mm::PlaceholderUse use) {
        mm::ReserveRequest request{.base = Address(at), .bytes = bytes, .protection = no_access};
        request.placeholder = use;
        return request;
    }
    void make() { ASSERT_OK(space.reserve(wanted(base, 0x10000, mm::PlaceholderUse::Make))); }
    NtResult<mm::MappedView> map_at(std::uint64_t at, std::uint64_t bytes) {
        const auto section =
            mm::PageFileSection::create(host, charge, {.size = bytes, .protection = read_write});
        mm::ViewRequest request{.base = Address(at), .bytes = bytes, .protection = read_write};
        request.placeholder = mm::PlaceholderUse::Replace;
        return space.map_view(section.value(), request);
    }
};

TEST_F(PlaceholderTest, Costs_neither_host_calls_nor_charge) {
    make();
    EXPECT_OK(space.free_to_placeholder(Address(base + 0x3000), 0x2000));
    EXPECT_EQ(host.calls(), 0);
    EXPECT_EQ(charge.used(), 0u);
    EXPECT_EQ(space.query(Address(base)).range, pages(base, 3));
    EXPECT_EQ(space.query(Address(base + 0x3000)).range, pages(base + 0x3000, 2));
}
TEST_F(PlaceholderTest, A_view_that_cannot_be_mapped_leaves_it_there) {
    make();
    host.fail_call(1);
    EXPECT_STATUS(map_at(base, 0x10000), InsufficientResources);
    EXPECT_TRUE(space.query_allocation(Address(base))->is_placeholder);
    EXPECT_OK(map_at(base, 0x10000));
    EXPECT_OK(space.unmap_view(Address(base), mm::UnmapTo::Placeholder));
    EXPECT_TRUE(space.query_allocation(Address(base))->is_placeholder);
}
TEST_F(PlaceholderTest, A_part_of_what_replaced_it_can_be_given_back) {
    make();
    auto request = wanted(base, 0x10000, mm::PlaceholderUse::Replace);
    request.protection = read_write;
    request.commitment = mm::Commitment::ReserveAndCommit;
    ASSERT_OK(space.reserve(request));
    write(base + 0x4000, 7);
    EXPECT_OK(space.free_to_placeholder(Address(base), 0x4000));
    EXPECT_EQ(byte_at(base + 0x4000), 7);
    EXPECT_EQ(charge.used(), 12u);
    EXPECT_OK(space.free_to_placeholder(Address(base + 0x4000), 0xC000));
    EXPECT_OK(space.coalesce_placeholders(Address(base), 0x10000));
    EXPECT_EQ(charge.used(), 0u);
}
TEST_F(PlaceholderTest, Commits_protects_and_releases_as_a_reservation) {
    make();
    EXPECT_STATUS(space.commit(pages(base, 1), read_write), ConflictingAddresses);
    EXPECT_STATUS(space.protect(pages(base, 1), read_write), NotCommitted);
    EXPECT_EQ(write(base), FaultKind::AccessViolation);
    EXPECT_OK(space.free(Address(base), 0, mm::FreeKind::Release));
    EXPECT_STATUS(space.query_allocation(Address(base)), InvalidAddress);
}

// ------------------------------------------------------------------------------------ windows and working sets
class WindowTest : public AddressSpaceTest {
protected:
    Address window(std::uint64_t count) {
        return space.reserve({.bytes = count * page_size, .protection = read_write, .kind = mm::VadKind::Physical})->base();
    }
};

TEST_F(WindowTest, Consecutive_frames_are_one_mapping) {
    const Address at = window(8);
    const auto frames = space.allocate_frames(8);
    std::vector<mm::WindowPage> request;
    for (std::uint64_t i = 0; i < 8; ++i) request.push_back({at + i * page_size, (*frames)[i]});
    const int before = host.calls();
    EXPECT_OK(space.map_frames(request));
    EXPECT_EQ(host.calls(), before + 1);
}
TEST_F(WindowTest, Fewer_frames_are_given_than_asked_for_when_the_limit_is_near) {
    const auto frames = space.allocate_frames(commit_limit_pages * 2);
    EXPECT_EQ(frames->size(), commit_limit_pages);
    EXPECT_STATUS(space.allocate_frames(1), InsufficientResources);
    EXPECT_STATUS(space.reserve(committed_at(0x100000, 0x1000)), CommitmentLimit);
}
TEST_F(WindowTest, A_frame_that_is_freed_is_empty_for_its_next_owner) {
    const Address at = window(1);
    const auto frames = space.allocate_frames(1);
    const mm::WindowPage shown{at, frames->front()};
    ASSERT_OK(space.map_frames({&shown, 1}));
    write(at.value(), 9);
    EXPECT_EQ(space.free_frames(*frames).count, 1u);
    EXPECT_EQ(write(at.value()), FaultKind::AccessViolation);
    ASSERT_EQ(space.allocate_frames(1)->front(), frames->front());
    ASSERT_OK(space.map_frames({&shown, 1}));
    EXPECT_EQ(byte_at(at.value()), 0);
}
TEST_F(WindowTest, Releasing_a_window_keeps_its_frames) {
    const Address at = window(1);
    const auto frames = space.allocate_frames(1);
    const mm::WindowPage shown{at, frames->front()};
    ASSERT_OK(space.map_frames({&shown, 1}));
    EXPECT_OK(space.free(at, 0, mm::FreeKind::Release));
    const mm::WindowPage again{window(1), frames->front()};
    EXPECT_OK(space.map_frames({&again, 1}));
}

TEST_F(AddressSpaceTest, The_working_set_is_what_was_touched) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x4000)));
    write(0x101000);
    const auto resident = space.working_set();
    ASSERT_EQ(resident->size(), 1u);
    EXPECT_EQ(resident->front().address, Address(0x101000));
    EXPECT_FALSE(space.query_page(Address(0x100000)).valid);
    EXPECT_TRUE(space.query_page(Address(0x101000)).valid);
}
TEST_F(AddressSpaceTest, Only_as_much_is_locked_as_the_minimal_working_set_holds) {
    ASSERT_OK(space.reserve(committed_at(0x100000, 0x100000)));
    EXPECT_STATUS(space.lock_pages(pages(0x100000, 50)), WorkingSetQuota);
    EXPECT_OK(space.lock_pages(pages(0x100000, 30)));
    EXPECT_STATUS(space.lock_pages(pages(0x140000, 30)), WorkingSetQuota);
    EXPECT_OK(space.free(Address(0x100000), 0x20000, mm::FreeKind::Decommit)); // and with it the locks
    EXPECT_OK(space.lock_pages(pages(0x140000, 30)));
    EXPECT_STATUS(space.set_working_set_limits({.minimum = 400, .maximum = 345}), BadWorkingSetLimit);
    EXPECT_OK(space.set_working_set_limits({.minimum = 400, .maximum = 500}));
    EXPECT_OK(space.lock_pages(pages(0x140000, 100)));
}
TEST_F(AddressSpaceTest, The_listing_has_every_run_of_every_reservation) {
    ASSERT_OK(space.reserve(at(0x100000, 0x4000)));
    ASSERT_OK(space.commit(pages(0x101000, 2), read_only));
    std::vector<mm::Listing> all = space.list();
    std::erase_if(all, [](const mm::Listing& one) { return one.allocation.kind == mm::VadKind::Inaccessible; });
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].allocation.range, pages(0x100000, 4));
    EXPECT_EQ(all[0].allocation.committed_bytes, 0x2000u);
    ASSERT_EQ(all[0].runs.size(), 3u);
    EXPECT_TRUE(all[0].runs[1].committed);
    EXPECT_EQ(all[0].runs[1].protection, read_only);
}
TEST_F(AddressSpaceTest, A_large_reservation_costs_nothing) {
    ASSERT_OK(space.reserve(at(0x1000000, std::uint64_t{1} << 30)));
    EXPECT_EQ(host.calls(), 0);
    EXPECT_EQ(space.list().back().runs.size(), 1u);
}

} // namespace oriel::test
