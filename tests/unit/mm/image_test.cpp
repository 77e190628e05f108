// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/image_section.h>
#include <tests/unit/mm/address_space_fixture.h>
#include <tests/unit/support/fake_file_backing.h>

#include <nt/memory.h>

#include <cstring>

namespace oriel::test {

/// An image of five pages at 0x400000: headers; .text with an absolute address at 0x1010; .data, two pages of which
/// one is in the file, with an address at 0x2008; .reloc.
class ImageView : public AddressSpaceTest {
protected:
    static constexpr std::uint64_t base = 0x400000;

    explicit ImageView(std::uint32_t file_unit = 0x1000) {
        std::vector<std::byte> bytes(4 * file_unit, std::byte{0x90});
        const auto put32 = [&](std::size_t at, std::uint32_t value) { std::memcpy(&bytes[at], &value, 4); };
        put32(0xB0, base);
        put32(1 * file_unit + 0x10, base + 0x2008);
        put32(2 * file_unit + 0x08, base + 0x1000);
        put32(3 * file_unit + 0, 0x1000);
        put32(3 * file_unit + 4, 12);
        put32(3 * file_unit + 8, 0x3010 | 0x0000 << 16);
        put32(3 * file_unit + 12, 0x2000);
        put32(3 * file_unit + 16, 12);
        put32(3 * file_unit + 20, 0x3008 | 0x0000 << 16);
        file = std::make_shared<FakeFileBacking>(host, std::move(bytes));
        image.preferred_base = base;
        image.size_of_image = 0x5000;
        image.size_of_headers = file_unit;
        image.file_alignment = file_unit;
        image.is_64 = false;
        image.image_base_offset = 0xB0;
        image.relocations_rva = 0x4000;
        image.relocations_size = 24;
        image.sections = {{.name = ".text",
                           .rva = 0x1000,
                           .virtual_size = 0x1000,
                           .file_offset = file_unit,
                           .file_size = file_unit,
                           .readable = true,
                           .executable = true},
                          {.name = ".data",
                           .rva = 0x2000,
                           .virtual_size = 0x2000,
                           .file_offset = 2 * file_unit,
                           .file_size = file_unit,
                           .readable = true,
                           .writable = true},
                          {.name = ".reloc",
                           .rva = 0x4000,
                           .virtual_size = 0x1000,
                           .file_offset = 3 * file_unit,
                           .file_size = file_unit,
                           .readable = true}};
    }

    NtResult<ob::Ref<mm::Section>> section() {
        return mm::ImageFileSection::create(host, file, image, execute_read, nt::SEC_IMAGE | nt::SEC_FILE);
    }
    std::uint64_t map() { return space.map_view(section().value(), {}).value().range.base().value(); }
    std::uint32_t word_at(std::uint64_t address) {
        std::uint32_t word = 0;
        for (int i = 3; i >= 0; --i) word = word << 8 | static_cast<std::uint32_t>(byte_at(address + i));
        return word;
    }

    std::shared_ptr<FakeFileBacking> file;
    mm::ImageLayout image;
};

TEST_F(ImageView, Lies_at_its_base_as_its_headers_say) {
    const auto view = space.map_view(section().value(), {}).value();
    EXPECT_EQ(view.status, nt::Status::Success);
    EXPECT_EQ(view.range, PageRange(Address(base), 0x5000));
    EXPECT_EQ(word_at(base + 0x1010), base + 0x2008);
    EXPECT_EQ(byte_at(base + 0x3000), 0);
    EXPECT_EQ(host.open_shared_memories(), 0u) << "everything comes straight from the file";
}
TEST_F(ImageView, Is_told_as_Windows_tells_it) {
    map();
    const auto expect = [&](std::uint64_t rva, mm::Protection protection, std::uint64_t count) {
        const auto info = space.query(Address(base + rva));
        EXPECT_EQ(info.protection.encode(), protection.encode());
        EXPECT_EQ(info.range.pages(), count);
        EXPECT_EQ(info.type, mm::RegionType::Image);
        EXPECT_EQ(info.allocation_protection.encode(), nt::PAGE_EXECUTE_WRITECOPY);
        EXPECT_EQ(info.allocation_base, Address(base));
    };
    expect(0, read_only, 1);
    expect(0x1000, execute_read, 1);
    expect(0x2000, write_copy, 2);
    expect(0x4000, read_only, 1);
    EXPECT_EQ(charge.used(), 2u);
}
TEST_F(ImageView, A_written_page_is_this_views_own) {
    map();
    ASSERT_EQ(write(base + 0x2100, 1), FaultKind::Resolved);
    EXPECT_EQ(space.query(Address(base + 0x2000)).protection, read_write);
    EXPECT_EQ(space.query(Address(base + 0x3000)).protection, write_copy);
    EXPECT_EQ(file->bytes()[0x2100], std::byte{0x90});
    EXPECT_EQ(charge.used(), 2u);
    EXPECT_EQ(write(base + 0x1000), FaultKind::AccessViolation);
}
TEST_F(ImageView, Protected_writable_its_pages_are_copied_on_write) {
    map();
    EXPECT_EQ(space.protect(pages(base + 0x1000, 1), execute_read_write).value(), execute_read);
    EXPECT_EQ(space.query(Address(base + 0x1000)).protection.encode(), nt::PAGE_EXECUTE_WRITECOPY);
    ASSERT_EQ(write(base + 0x1000, 0xC3), FaultKind::Resolved);
    EXPECT_EQ(space.query(Address(base + 0x1000)).protection, execute_read_write);
    ASSERT_OK(space.protect(pages(base + 0x1000, 1), execute_read));
    EXPECT_EQ(byte_at(base + 0x1000), 0xC3);
    EXPECT_EQ(file->bytes()[0x1000], std::byte{0x90});
}
TEST_F(ImageView, Elsewhere_it_is_relocated) {
    ASSERT_OK(space.reserve(at(base, 0x1000)));
    const auto view = space.map_view(section().value(), {}).value();
    const std::uint64_t other = view.range.base().value();
    EXPECT_EQ(view.status, nt::Status::ImageNotAtBase);
    EXPECT_NE(other, base);
    EXPECT_EQ(word_at(other + 0x1010), other + 0x2008);
    EXPECT_EQ(word_at(other + 0x2008), other + 0x1000);
    EXPECT_EQ(word_at(other + 0xB0), other) << "the header names the new base";
    EXPECT_EQ(word_at(other + 0x4000), 0x1000u);
    EXPECT_EQ(space.query(Address(other + 0x1000)).protection, execute_read);
    EXPECT_EQ(space.query(Address(other + 0x2000)).range.pages(), 2u);
}
TEST_F(ImageView, At_a_base_asked_for_it_is_relocated_too) {
    const auto view = space.map_view(section().value(), {.base = Address(0x1000000)}).value();
    EXPECT_EQ(view.status, nt::Status::ImageNotAtBase);
    EXPECT_EQ(word_at(0x1001010), 0x1002008u);
    EXPECT_STATUS(space.map_view(section().value(), {.base = Address(0x1000000)}), ConflictingAddresses);
}
TEST_F(ImageView, Two_views_are_two_and_the_second_is_elsewhere) {
    const auto one = section().value();
    ASSERT_OK(space.map_view(one, {}));
    const auto second = space.map_view(one, {}).value();
    ASSERT_EQ(second.status, nt::Status::ImageNotAtBase);
    ASSERT_EQ(write(base + 0x2100, 1), FaultKind::Resolved);
    EXPECT_EQ(byte_at(second.range.base().value() + 0x2100), 0x90);
}
TEST_F(ImageView, Without_relocations_it_lies_at_its_base_or_nowhere) {
    image.relocations_stripped = true;
    const auto one = section().value();
    ASSERT_OK(space.map_view(one, {}));
    EXPECT_STATUS(space.map_view(one, {}), ConflictingAddresses);
    EXPECT_EQ(space.query(Address(0x10000)).state, mm::RegionState::Free);
}
TEST_F(ImageView, A_bad_relocation_is_a_bad_image) {
    file->bytes()[0x3000 + 4] = std::byte{4}; // a block smaller than its own header
    const auto one = section().value();
    ASSERT_OK(space.map_view(one, {}));
    EXPECT_STATUS(space.map_view(one, {}), InvalidImageFormat);
}
TEST_F(ImageView, A_shared_section_is_one_for_all_views) {
    image.sections[1].shared = true;
    const auto one = section().value();
    ASSERT_OK(space.map_view(one, {}));
    const std::uint64_t other = space.map_view(one, {}).value().range.base().value();
    EXPECT_EQ(space.query(Address(base + 0x2000)).protection, read_write);
    ASSERT_EQ(write(base + 0x2100, 7), FaultKind::Resolved);
    EXPECT_EQ(byte_at(other + 0x2100), 7);
    EXPECT_EQ(file->bytes()[0x2100], std::byte{0x90});
    ASSERT_OK(space.protect(pages(base + 0x2000, 2), read_only));
    ASSERT_OK(space.protect(pages(base + 0x2000, 2), read_write));
    ASSERT_EQ(write(base + 0x2100, 8), FaultKind::Resolved);
    EXPECT_EQ(byte_at(other + 0x2100), 8);
}
TEST_F(ImageView, Sections_that_overlap_are_a_bad_image) {
    image.sections[1].rva = 0x1000;
    EXPECT_STATUS(section(), InvalidImageFormat);
}
TEST_F(ImageView, A_section_beyond_the_image_is_a_bad_image) {
    image.size_of_image = 0x4000;
    EXPECT_STATUS(section(), InvalidImageFormat);
}
TEST_F(ImageView, What_the_host_cannot_map_is_copied) {
    file->can_be_mapped = false;
    map();
    EXPECT_EQ(word_at(base + 0x1010), base + 0x2008);
    EXPECT_EQ(host.open_shared_memories(), 1u);
}
TEST_F(ImageView, When_the_host_refuses_nothing_is_taken) {
    const auto one = section().value();
    host.fail_call(3);
    EXPECT_STATUS(space.map_view(one, {}), InsufficientResources);
    EXPECT_EQ(space.query(Address(base)).state, mm::RegionState::Free);
    EXPECT_EQ(charge.used(), 0u);
    EXPECT_TRUE(host.is_untouched());
}

/// The same with the file alignment that most linkers choose.
class UnalignedImageView : public ImageView {
protected:
    UnalignedImageView() : ImageView(0x200) {}
};

TEST_F(UnalignedImageView, Is_copied_and_zero_after_each_section) {
    map();
    EXPECT_EQ(word_at(base + 0x1010), base + 0x2008);
    EXPECT_EQ(byte_at(base + 0x11FF), 0x90);
    EXPECT_EQ(byte_at(base + 0x1200), 0);
    EXPECT_EQ(byte_at(base + 0x2200), 0);
}
TEST_F(UnalignedImageView, Is_relocated_too) {
    const std::uint64_t other =
        space.map_view(section().value(), {.base = Address(0x1000000)}).value().range.base().value();
    EXPECT_EQ(word_at(other + 0x2008), other + 0x1000);
    EXPECT_EQ(byte_at(other + 0x2200), 0);
}

} // namespace oriel::test
