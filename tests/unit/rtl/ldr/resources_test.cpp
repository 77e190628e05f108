// SPDX-License-Identifier: MIT
#include "mapped_seed.h"

#include <ntdll-emu/rtl/ldr/resources.h>

#include <gtest/gtest.h>

#include <string_view>

using namespace oriel::rtl::ldr;
using nt::Status;
using test::MappedSeed;

namespace {

class Resources : public testing::TestWithParam<bool> {
protected:
    MappedSeed program{"everything64.exe"};
    /// Marked in the lowest bit, where the file is mapped as data.
    [[nodiscard]] ResourceImage image() {
        if (!GetParam()) return ResourceImage(program.base());
        return ResourceImage(static_cast<char*>(program.file()) + 1);
    }
    Status find(std::initializer_list<ResourceKey> path) {
        found = {};
        return find_resource(image(), {path.begin(), static_cast<std::uint32_t>(path.size())}, found);
    }
    ResourceFound found;
};
INSTANTIATE_TEST_SUITE_P(ImageOrDataFile, Resources, testing::Bool());

ResourceKey key(const char16_t* name) { return reinterpret_cast<ResourceKey>(name); }

} // namespace

TEST_P(Resources, Are_found_by_name_without_case_and_by_id) {
    ASSERT_EQ(find({key(u"text"), 7, 1033}), Status::Success);
    ASSERT_NE(found.data, nullptr);
    const auto* bytes = image().at(found.data->OffsetToData, found.data->Size);
    ASSERT_NE(bytes, nullptr);
    EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(bytes), found.data->Size), "<assembly/>");
}

TEST_P(Resources, A_language_that_is_not_there_gives_way_to_one_that_is) {
    EXPECT_EQ(find({key(u"TEXT"), 7, 1031}), Status::Success);
    EXPECT_NE(found.data, nullptr);
}

TEST_P(Resources, What_is_missing_says_at_which_step) {
    EXPECT_EQ(find({99, 7, 0}), Status::ResourceTypeNotFound);
    EXPECT_EQ(find({key(u"NONE"), 7, 0}), Status::ResourceTypeNotFound);
    EXPECT_EQ(find({key(u"TEXT"), 8, 0}), Status::ResourceNameNotFound);
}

TEST_P(Resources, A_short_path_ends_at_a_directory) {
    ASSERT_EQ(find({key(u"TEXT")}), Status::Success);
    EXPECT_EQ(found.data, nullptr);
    ASSERT_NE(found.directory, nullptr);
    EXPECT_EQ(found.directory->NumberOfIdEntries, 1);
}

TEST(ResourceImage, Something_that_is_no_image_has_none) {
    std::array<char, 64> zeros{};
    ResourceFound found;
    const ResourceKey path[] = {1, 2, 3};
    EXPECT_EQ(find_resource(ResourceImage(zeros.data()), {path, 3}, found), Status::ResourceDataNotFound);
}
