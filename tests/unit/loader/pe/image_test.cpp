// SPDX-License-Identifier: MIT
#include "pe_files.h"

#include <gtest/gtest.h>

using namespace oriel::pe;
using namespace oriel::pe::test;

TEST(PeHeaders, Both_widths_are_read_into_one_form) {
    const auto wide = Image::parse(bytes_of(read_seed("everything64.exe")));
    ASSERT_TRUE(wide.ok()) << wide.error().describe();
    EXPECT_TRUE(wide->headers().is_64);
    EXPECT_EQ(wide->headers().machine, nt::ImageMachine::Amd64);
    EXPECT_EQ(wide->headers().image_base, 0x180000000U);
    EXPECT_EQ(wide->headers().subsystem, nt::ImageSubsystem::WindowsConsole);

    const File file = read_seed("everything32.exe");
    const auto narrow = Image::parse(bytes_of(file));
    ASSERT_TRUE(narrow.ok()) << narrow.error().describe();
    EXPECT_FALSE(narrow->headers().is_64);
    EXPECT_EQ(narrow->headers().image_base, 0x10000000U);
    ASSERT_EQ(narrow->headers().sections.size(), 1U);
    EXPECT_EQ(narrow->headers().sections[0].name, ".all");
    EXPECT_EQ(narrow->headers().sections[0].rva, 0x1000U);
}

TEST(PeHeaders, A_file_cut_anywhere_is_refused_and_never_read_beyond_its_end) {
    const File whole = read_seed("everything64.exe");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(Image::parse(bytes_of(cut)).ok()) << length;
    }
}

struct Spoiled {
    std::size_t offset;
    std::uint32_t value;
    Rule rule;
};

class SpoiledHeaders : public testing::TestWithParam<Spoiled> {};

TEST_P(SpoiledHeaders, Break_the_rule_that_Windows_checks) {
    File file = read_seed("everything64.exe");
    poke(file, GetParam().offset, GetParam().value);
    EXPECT_EQ(broken_rule(file), GetParam().rule);
}

INSTANTIATE_TEST_SUITE_P(Fields, SpoiledHeaders,
                         testing::Values(Spoiled{0, 0x4D5A, Rule::NotMz}, Spoiled{60, 62, Rule::NotPe},
                                         Spoiled{60, 0x7FFFFFFF, Rule::NotPe},
                                         Spoiled{60, 0x1000, Rule::HeadersTruncated},
                                         Spoiled{nt_headers, 0x454E, Rule::NewExecutable},
                                         Spoiled{nt_headers, 0x584C, Rule::LinearExecutable},
                                         Spoiled{nt_headers, 0x4551, Rule::NotPe},
                                         Spoiled{file_header + 16, 240, Rule::NotExecutable},
                                         Spoiled{optional_header, 0x107, Rule::UnknownMagic},
                                         Spoiled{optional_header + 16, 0x2000, Rule::EntryPoint},
                                         Spoiled{optional_header + 24, 0x80001000, Rule::ImageBase},
                                         Spoiled{optional_header + 32, 0x1001, Rule::SectionAlignment},
                                         Spoiled{optional_header + 32, 0x100, Rule::SectionAlignment},
                                         Spoiled{optional_header + 32, 0x800, Rule::LowAlignment},
                                         Spoiled{optional_header + 36, 0x300, Rule::FileAlignment},
                                         Spoiled{optional_header + 36, 0x100, Rule::FileAlignment},
                                         Spoiled{optional_header + 36, 0, Rule::FileAlignment},
                                         Spoiled{optional_header + 56, 0, Rule::SizeOfImage},
                                         Spoiled{optional_header + 56, 0x78000000, Rule::SizeOfImage},
                                         Spoiled{optional_header + 60, 0, Rule::SizeOfHeaders},
                                         Spoiled{optional_header + 60, 0x2000, Rule::SizeOfHeaders},
                                         Spoiled{optional_header + 60, 0x100, Rule::SectionTableTruncated},
                                         Spoiled{section_table_64 + 8, 0x1001, Rule::SectionBeyondImage},
                                         Spoiled{section_table_64 + 8, 0xFFFFFFFF, Rule::SectionBeyondImage},
                                         Spoiled{section_table_64 + 12, 0x2000, Rule::SectionAddress},
                                         Spoiled{section_table_64 + 16, 0x10000, Rule::RawDataBeyondFile},
                                         Spoiled{section_table_64 + 20, 0xFFFFFE00, Rule::RawDataBeyondFile}));

TEST(PeHeaders, An_error_names_the_rule_and_the_place) {
    File file = read_seed("everything64.exe");
    poke<std::uint32_t>(file, optional_header + 36, 0x300);
    const auto image = Image::parse(bytes_of(file));
    ASSERT_FALSE(image.ok());
    EXPECT_EQ(image.error().where, optional_header + 36);
    EXPECT_NE(image.error().describe().find("FileAlignment"), std::string::npos);
    EXPECT_NE(image.error().describe().find("0x7c"), std::string::npos);
    EXPECT_EQ(image.error().status(), nt::Status::InvalidImageFormat);
}

TEST(PeHeaders, A_flat_image_may_have_no_section_and_code_in_its_headers) {
    const File file = read_seed("flat64.exe");
    const auto image = Image::parse(bytes_of(file));
    ASSERT_TRUE(image.ok()) << image.error().describe();
    EXPECT_TRUE(image->headers().is_flat());
    EXPECT_TRUE(image->headers().sections.empty());
    EXPECT_TRUE(image->at(image->headers().entry_rva, 3).has_value());
}

TEST(PeImage, An_RVA_leads_to_the_raw_data_of_its_section_and_not_beyond) {
    const File file = read_seed("everything64.exe");
    const auto image = Image::parse(bytes_of(file));
    ASSERT_TRUE(image.ok());
    const Section& section = image->headers().sections[0];
    EXPECT_EQ(image->at(0x1000, 1)->data(), bytes_of(file).data() + section.raw_offset);
    EXPECT_TRUE(image->at(0x1000, section.raw_bytes).has_value());
    EXPECT_FALSE(image->at(0x1000, section.raw_bytes + 1).has_value());
    EXPECT_FALSE(image->at(~std::uint64_t{0}, 1).has_value());
    EXPECT_FALSE(image->at(0x1000, ~std::uint64_t{0}).has_value());
}

TEST(PeImage, What_the_file_does_not_supply_of_a_section_reads_as_zero) {
    const File file = read_seed("everything64.exe");
    const auto image = Image::parse(bytes_of(file));
    ASSERT_TRUE(image.ok());
    const Section& section = image->headers().sections[0];
    EXPECT_EQ(image->read<std::uint32_t>(section.rva + section.raw_bytes), 0U);
    EXPECT_TRUE(image->read<std::uint32_t>(section.rva + section.raw_bytes - 2).has_value()); // half of each
    EXPECT_EQ(image->string_at(section.rva + section.raw_bytes), "");
    EXPECT_FALSE(image->read<std::uint32_t>(section.rva + section.virtual_bytes - 2).has_value());
}

TEST(PeImage, The_mapped_layout_finds_the_same_things_where_memory_has_them) {
    const File file = read_seed("library64.dll");
    const auto from_file = Image::parse(bytes_of(file));
    ASSERT_TRUE(from_file.ok());
    File memory(from_file->headers().size_of_image);
    std::copy_n(file.begin(), from_file->headers().size_of_headers, memory.begin());
    const Section& section = from_file->headers().sections[0];
    std::copy_n(file.begin() + section.raw_offset, section.raw_bytes, memory.begin() + section.rva);

    const auto mapped = Image::parse(bytes_of(memory), Layout::Mapped);
    ASSERT_TRUE(mapped.ok()) << mapped.error().describe();
    const auto where = from_file->headers().directory(nt::ImageDirectory::Export);
    const auto in_file = from_file->at(where.VirtualAddress, where.Size);
    const auto in_memory = mapped->at(where.VirtualAddress, where.Size);
    ASSERT_TRUE(in_file && in_memory);
    EXPECT_TRUE(std::equal(in_file->begin(), in_file->end(), in_memory->begin(), in_memory->end()));
}
