// SPDX-License-Identifier: MIT
#include "file_fixture.h"

namespace oriel::io {
namespace {

constexpr std::uint32_t with_attributes = read_write | nt::FILE_WRITE_ATTRIBUTES;
constexpr FileTime some_time = 132'223'104'001'234'567; // 2020-01-01 00:00:00.1234567

class Facts : public FileTest {
protected:
    static NtResult<> set(File& file, std::uint32_t attributes) {
        BasicChange change;
        change.attributes = attributes;
        return file.change_basic(change);
    }
};

TEST_F(Facts, A_fresh_file_is_an_archive_file) {
    make_host_file("a", "12345");
    const FileFacts now = facts(home(u"a")).value();
    EXPECT_EQ(now.attributes, nt::FILE_ATTRIBUTE_ARCHIVE);
    EXPECT_EQ(now.size, 5u);
    EXPECT_EQ(now.allocated, 4096u);
    EXPECT_EQ(now.links, 1u);
    EXPECT_FALSE(now.directory);
}

TEST_F(Facts, Times_keep_their_100_nanoseconds) {
    auto file = open(home(u"a"), nt::FILE_CREATE, with_attributes).value();
    BasicChange change;
    change.accessed = some_time + 1;
    change.written = some_time;
    EXPECT_OK(file->change_basic(change));
    EXPECT_EQ(file->facts().value().written, some_time);
    EXPECT_EQ(file->facts().value().accessed, some_time + 1);
    change.written = unix_epoch - 12'345'678; // before 1970
    EXPECT_OK(file->change_basic(change));
    EXPECT_EQ(file->facts().value().written, unix_epoch - 12'345'678);
}

TEST_F(Facts, Read_only_is_in_the_permissions_and_can_be_taken_back) {
    auto file = open(home(u"a"), nt::FILE_CREATE, with_attributes).value();
    EXPECT_OK(set(*file, nt::FILE_ATTRIBUTE_READONLY | nt::FILE_ATTRIBUTE_ARCHIVE));
    EXPECT_EQ(std::filesystem::status(host("a")).permissions() & std::filesystem::perms::owner_write,
              std::filesystem::perms::none);
    EXPECT_EQ(file->facts().value().attributes, nt::FILE_ATTRIBUTE_READONLY | nt::FILE_ATTRIBUTE_ARCHIVE);
    EXPECT_OK(set(*file, nt::FILE_ATTRIBUTE_ARCHIVE));
    EXPECT_EQ(file->facts().value().attributes, nt::FILE_ATTRIBUTE_ARCHIVE);
}

TEST_F(Facts, Hidden_and_creation_time_are_kept_where_the_file_system_has_attributes) {
    auto file = open(home(u"a"), nt::FILE_CREATE, with_attributes).value();
    BasicChange change;
    change.attributes = nt::FILE_ATTRIBUTE_HIDDEN;
    change.created = some_time;
    EXPECT_OK(file->change_basic(change));
    const FileFacts now = file->facts().value();
    if (now.created != some_time) GTEST_SKIP() << "this file system keeps no user attributes";
    EXPECT_EQ(now.attributes, nt::FILE_ATTRIBUTE_HIDDEN);
    EXPECT_EQ(facts(home(u"a")).value().attributes, nt::FILE_ATTRIBUTE_HIDDEN);
    EXPECT_OK(set(*file, nt::FILE_ATTRIBUTE_NORMAL));
    EXPECT_EQ(file->facts().value().attributes, nt::FILE_ATTRIBUTE_NORMAL);
    EXPECT_EQ(file->facts().value().created, some_time);
}

TEST_F(Facts, A_volume_is_told_as_NTFS) {
    make_host_file("a");
    const VolumeFacts volume = open(home(u"a")).value()->volume().value();
    EXPECT_EQ(volume.file_system, u"NTFS");
    EXPECT_GT(volume.total_units, volume.available_units);
    EXPECT_OK(open(u"\\??\\C:", nt::FILE_OPEN, nt::FILE_READ_ATTRIBUTES).value()->volume());
}

} // namespace
} // namespace oriel::io
