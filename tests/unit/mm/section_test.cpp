// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/data_section.h>
#include <ntdll-emu/mm/pagefile_section.h>
#include <tests/unit/mm/address_space_fixture.h>
#include <tests/unit/support/fake_file_backing.h>

#include <nt/memory.h>

namespace oriel::test {

class DataView : public AddressSpaceTest {
protected:
    std::shared_ptr<FakeFileBacking> file =
        std::make_shared<FakeFileBacking>(host, std::vector<std::byte>(0x3800, std::byte{5}));

    ob::Ref<mm::Section> section(mm::Protection protection, std::uint64_t size = 0) {
        return mm::DataSection::create(file, {.size = size, .protection = protection, .attributes = nt::SEC_COMMIT})
            .value();
    }
};

TEST_F(DataView, Shows_the_file_and_zero_after_its_end) {
    const auto view = space.map_view(section(read_only), {.protection = read_only}).value();
    EXPECT_EQ(view.range.bytes(), 0x4000u);
    EXPECT_EQ(byte_at(view.range.base().value() + 0x37FF), 5);
    EXPECT_EQ(byte_at(view.range.base().value() + 0x3800), 0);
    EXPECT_EQ(write(view.range.base().value()), FaultKind::AccessViolation);
    EXPECT_EQ(space.query(view.range.base()).type, mm::RegionType::Mapped);
}
TEST_F(DataView, Written_in_place_the_file_changes) {
    const auto view = space.map_view(section(read_write), {.protection = read_write}).value();
    ASSERT_EQ(write(view.range.base().value() + 0x1001, 9), FaultKind::Resolved);
    EXPECT_EQ(file->bytes()[0x1001], std::byte{9});
    EXPECT_EQ(charge.used(), 0u);
}
TEST_F(DataView, Copied_on_write_only_the_view_changes) {
    const auto view = space.map_view(section(read_only), {.protection = write_copy}).value();
    const std::uint64_t base = view.range.base().value();
    EXPECT_EQ(charge.used(), 4u);
    ASSERT_EQ(write(base + 0x1001, 9), FaultKind::Resolved);
    EXPECT_EQ(file->bytes()[0x1001], std::byte{5});
    EXPECT_EQ(byte_at(base + 0x1001), 9);
    EXPECT_EQ(space.query(Address(base)).protection, write_copy);
    EXPECT_EQ(space.query(Address(base + 0x1000)).protection, read_write);
    EXPECT_EQ(charge.used(), 4u);
}
TEST_F(DataView, Protected_to_copy_on_write_its_pages_leave_the_file) {
    const auto view = space.map_view(section(read_write), {.protection = read_write}).value();
    const std::uint64_t base = view.range.base().value();
    ASSERT_OK(space.protect(pages(base, 1), write_copy));
    ASSERT_EQ(write(base, 9), FaultKind::Resolved);
    EXPECT_EQ(file->bytes()[0], std::byte{5});
    ASSERT_OK(space.protect(pages(base, 1), read_write)); // stays the view's own
    EXPECT_EQ(byte_at(base), 9);
}
TEST_F(DataView, Cannot_do_more_than_its_section) {
    EXPECT_STATUS(space.map_view(section(read_only), {.protection = read_write}), SectionProtection);
    const auto view = space.map_view(section(read_write), {.protection = read_only}).value();
    EXPECT_STATUS(space.protect(pages(view.range.base().value(), 1), read_write), SectionProtection);
}
TEST_F(DataView, Offset_and_size_stay_inside_the_section) {
    const auto whole = section(read_only);
    EXPECT_STATUS(space.map_view(whole, {.offset = 0x10000, .protection = read_only}), InvalidViewSize);
    EXPECT_STATUS(space.map_view(whole, {.bytes = 0x3801, .protection = read_only}), InvalidViewSize);
    EXPECT_OK(space.map_view(whole, {.bytes = 0x3800, .protection = read_only}));
}
TEST_F(DataView, Is_unmapped_by_any_address_in_it) {
    const auto view = space.map_view(section(read_only), {.protection = read_only}).value();
    EXPECT_OK(space.unmap_view(view.range.base() + 0x1234));
    EXPECT_STATUS(space.unmap_view(view.range.base()), NotMappedView);
    EXPECT_EQ(space.query(view.range.base()).state, mm::RegionState::Free);
}
TEST_F(DataView, Keeps_its_section_alive) {
    const auto view = [&] { return space.map_view(section(read_only), {.protection = read_only}).value(); }();
    EXPECT_EQ(space.section_at(view.range.base()).value()->size(), 0x3800u);
}
TEST_F(DataView, Is_not_freed_and_not_committed) {
    const auto view = space.map_view(section(read_only), {.protection = read_only}).value();
    EXPECT_STATUS(space.free(view.range.base(), 0, mm::FreeKind::Release), UnableToDeleteSection);
    EXPECT_STATUS(space.commit(view.range, read_only), AlreadyCommitted);
}
TEST_F(DataView, When_the_host_refuses_nothing_is_taken) {
    host.fail_call(1);
    EXPECT_STATUS(space.map_view(section(read_only), {.base = Address(0x100000), .protection = read_only}),
                  InsufficientResources);
    EXPECT_EQ(space.query(Address(0x100000)).state, mm::RegionState::Free);
}
TEST_F(DataView, Beyond_the_commit_limit_a_copying_view_is_refused) {
    ASSERT_OK(charge.charge(charge.limit() - 3));
    EXPECT_STATUS(space.map_view(section(read_only), {.protection = write_copy}), CommitmentLimit);
    EXPECT_EQ(space.query(Address(0x10000)).state, mm::RegionState::Free);
}
TEST_F(DataView, A_broken_file_is_an_in_page_error) {
    const auto view = space.map_view(section(read_only), {.protection = read_only}).value();
    const auto outcome = space.handle_fault({view.range.base(), mm::FaultAccess::Read, mm::FaultCause::Paging});
    EXPECT_EQ(outcome.kind, FaultKind::InPageError);
}
TEST_F(DataView, Flushing_asks_the_file) {
    const auto view = space.map_view(section(read_write), {.protection = read_write}).value();
    EXPECT_EQ(space.flush(view.range.base() + 0x1001, 1).value(), pages(view.range.base().value() + 0x1000, 1));
    EXPECT_EQ(file->flushes, 1);
    EXPECT_STATUS(space.flush(Address(0x7000000), 0), NotMappedView);
}

TEST_F(DataView, A_section_larger_than_its_file_makes_it_grow_or_is_too_big) {
    EXPECT_STATUS(mm::DataSection::create(file, {.size = 0x5000, .protection = read_only}), SectionTooBig);
    EXPECT_EQ(section(read_write, 0x5000)->size(), 0x5000u);
    EXPECT_EQ(file->bytes().size(), 0x5000u);
}
TEST_F(DataView, An_empty_file_has_no_section) {
    file->bytes().clear();
    EXPECT_STATUS(mm::DataSection::create(file, {.protection = read_only}), MappedFileSizeZero);
}
TEST_F(DataView, What_the_host_cannot_map_is_no_file_for_a_section) {
    file->can_be_mapped = false;
    EXPECT_STATUS(mm::DataSection::create(file, {.protection = read_only}), InvalidFileForSection);
}
TEST_F(DataView, Extending_a_section_extends_the_file) {
    const auto grown = section(read_write);
    ASSERT_OK(grown->extend(0x9000));
    EXPECT_EQ(file->bytes().size(), 0x9000u);
    EXPECT_EQ(grown->size(), 0x9000u);
    EXPECT_STATUS(section(read_only)->extend(0x10000), SectionNotExtended);
}

class PageFileView : public AddressSpaceTest {
protected:
    ob::Ref<mm::Section> section(std::uint64_t size, mm::SectionCommitment commitment) {
        return mm::PageFileSection::create(host, charge,
                                           {.size = size, .protection = read_write, .commitment = commitment})
            .value();
    }
};

TEST_F(PageFileView, Two_views_show_the_same_memory) {
    const auto memory = section(0x2000, mm::SectionCommitment::Whole);
    const auto one = space.map_view(memory, {.protection = read_write}).value().range.base().value();
    const auto two = space.map_view(memory, {.protection = read_only}).value().range.base().value();
    ASSERT_EQ(write(one + 0x1000, 8), FaultKind::Resolved);
    EXPECT_EQ(byte_at(two + 0x1000), 8);
    EXPECT_EQ(charge.used(), 2u);
}
TEST_F(PageFileView, The_charge_and_the_memory_end_with_the_section) {
    {
        const auto memory = section(0x2000, mm::SectionCommitment::Whole);
        EXPECT_EQ(charge.used(), 2u);
    }
    EXPECT_EQ(charge.used(), 0u);
    EXPECT_EQ(host.open_shared_memories(), 0u);
}
TEST_F(PageFileView, A_page_committed_in_one_view_is_committed_in_all) {
    const auto memory = section(0x10000, mm::SectionCommitment::ByPage);
    const auto one = space.map_view(memory, {.protection = read_write}).value().range.base().value();
    const auto two = space.map_view(memory, {.protection = read_only}).value().range.base().value();
    EXPECT_EQ(charge.used(), 0u);
    EXPECT_EQ(read(two + 0x3000), FaultKind::AccessViolation);
    ASSERT_OK(space.commit(pages(one + 0x3000, 2), read_write));
    EXPECT_EQ(charge.used(), 2u);
    ASSERT_EQ(write(one + 0x3000, 4), FaultKind::Resolved);
    EXPECT_EQ(byte_at(two + 0x3000), 4);
    EXPECT_EQ(write(two + 0x3000), FaultKind::AccessViolation);
    EXPECT_EQ(space.query(Address(two + 0x3000)).range, pages(two + 0x3000, 2));
    EXPECT_EQ(space.query(Address(two)).state, mm::RegionState::Reserved);
    ASSERT_OK(space.commit(pages(two + 0x4000, 2), read_only));
    EXPECT_EQ(charge.used(), 3u);
}
TEST_F(PageFileView, Can_be_committed_in_part_when_mapped) {
    const auto memory = section(0x10000, mm::SectionCommitment::ByPage);
    const auto view = space.map_view(memory, {.protection = read_write, .commit_bytes = 0x1001}).value();
    EXPECT_EQ(space.query(view.range.base()).range.pages(), 2u);
    EXPECT_EQ(charge.used(), 2u);
}
TEST_F(PageFileView, Beyond_the_limit_there_is_no_section) {
    const auto too_large = mm::PageFileSection::create(
        host, charge, {.size = (commit_limit_pages + 1) * page_size, .protection = read_write});
    EXPECT_STATUS(too_large, CommitmentLimit);
    EXPECT_OK(mm::PageFileSection::create(host, charge,
                                          {.size = (commit_limit_pages + 1) * page_size,
                                           .protection = read_write,
                                           .commitment = mm::SectionCommitment::ByPage}));
}
TEST_F(PageFileView, The_size_is_whole_pages) {
    EXPECT_EQ(section(1, mm::SectionCommitment::Whole)->size(), 0x1000u);
}

} // namespace oriel::test
