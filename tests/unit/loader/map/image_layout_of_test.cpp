// SPDX-License-Identifier: MIT
#include <loader/map/image_layout_of.h>

#include <tests/unit/loader/pe/pe_files.h>

#include <gtest/gtest.h>

using namespace oriel;
using namespace oriel::pe::test;

namespace {

/// A file in memory that counts what is read of it.
class MemoryFile final : public mm::FileBacking {
public:
    explicit MemoryFile(const File& file) : m_file(file) {}

    NtResult<std::uint64_t> size() override { return m_file.size(); }
    NtResult<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) override {
        const auto rest = pe::test::bytes_of(m_file).subspan(std::min<std::uint64_t>(offset, m_file.size()));
        const std::size_t count = std::min(rest.size(), buffer.size());
        std::copy_n(rest.begin(), count, buffer.begin());
        bytes_read += count;
        return count;
    }
    NtResult<> extend(std::uint64_t) override { return Status::AccessDenied; }
    NtResult<> flush(std::uint64_t, std::uint64_t) override { return {}; }
    [[nodiscard]] std::optional<mm::HostWindow> host_window() const override { return std::nullopt; }
    [[nodiscard]] mm::FileIdentity identity() const override { return {}; }
    [[nodiscard]] std::u16string nt_name() const override { return {}; }

    std::size_t bytes_read = 0;

private:
    const File& m_file;
};

} // namespace

TEST(ImageLayoutOf, A_program_becomes_headers_and_sections) {
    const File file = read_seed("everything64.exe");
    MemoryFile backing(file);
    const auto layout = map::layout_of_file(backing);
    ASSERT_TRUE(layout.ok());
    EXPECT_EQ(layout->preferred_base, 0x180000000U);
    EXPECT_EQ(layout->size_of_image, 0x2000U);
    EXPECT_EQ(layout->size_of_headers, 0x400U);
    EXPECT_EQ(layout->entry_point_rva, 0x1000U);
    EXPECT_EQ(layout->stack_reserve, 0x100000U);
    EXPECT_TRUE(layout->is_64);
    EXPECT_TRUE(layout->may_move());
    ASSERT_EQ(layout->sections.size(), 1U);
    const auto& section = layout->sections[0];
    EXPECT_EQ(section.rva, 0x1000U);
    EXPECT_EQ(section.file_offset, 0x400U);
    EXPECT_EQ(section.file_size, 0x400U);
    EXPECT_TRUE(section.readable && section.writable && section.executable);
}

TEST(ImageLayoutOf, ImageBase_lies_where_the_layout_says) {
    for (const char* name : {"everything64.exe", "everything32.exe"}) {
        const File file = read_seed(name);
        MemoryFile backing(file);
        const auto layout = map::layout_of_file(backing);
        ASSERT_TRUE(layout.ok());
        std::uint64_t base = 0;
        std::memcpy(&base, file.data() + layout->image_base_offset, layout->is_64 ? 8 : 4);
        EXPECT_EQ(base, layout->preferred_base) << name;
    }
}

TEST(ImageLayoutOf, A_flat_image_is_one_piece_from_the_start_of_the_file) {
    const File file = read_seed("flat32.exe");
    MemoryFile backing(file);
    const auto layout = map::layout_of_file(backing);
    ASSERT_TRUE(layout.ok());
    ASSERT_EQ(layout->sections.size(), 1U);
    EXPECT_EQ(layout->size_of_headers, 0U);
    EXPECT_EQ(layout->sections[0].rva, 0U);
    EXPECT_EQ(layout->sections[0].file_size, file.size());
    EXPECT_TRUE(layout->sections[0].writable && layout->sections[0].executable);
}

TEST(ImageLayoutOf, What_is_no_image_for_us_ends_in_the_status_that_NT_answers) {
    const auto status_of = [](const char* name) {
        const File file = read_seed(name);
        MemoryFile backing(file);
        return map::layout_of_file(backing).status();
    };
    EXPECT_EQ(status_of("arm64.exe"), Status::InvalidImageFormat);
    EXPECT_EQ(status_of("dos.exe"), Status::InvalidImageProtect);
    EXPECT_EQ(status_of("ne.exe"), Status::InvalidImageWin16);
    EXPECT_EQ(status_of("truncated.exe"), Status::InvalidImageFormat);
    EXPECT_EQ(status_of("driver.sys"), Status::Success); // a section of it can be made; it cannot be run
}

TEST(ImageLayoutOf, Only_the_headers_of_a_file_are_read) {
    File file = read_seed("library64.dll");
    file.resize(1 << 20);
    MemoryFile backing(file);
    ASSERT_TRUE(map::layout_of_file(backing).ok());
    EXPECT_LE(backing.bytes_read, 4096U);
}
