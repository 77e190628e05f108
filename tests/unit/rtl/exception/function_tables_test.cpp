// SPDX-License-Identifier: MIT
#include "picture.h"

#include <ntdll-emu/rtl/exception/dynamic_tables.h>
#include <ntdll-emu/rtl/exception/image_table.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <mutex>
#include <thread>

using namespace oriel::rtl;
using namespace oriel::rtl::test;

namespace {

struct Malloc {
    static void* allocate(std::size_t bytes) { return std::malloc(bytes); }
    static void free(void* block) { std::free(block); }
};
using Images = ImageTable<std::mutex>;
using Dynamic = DynamicTables<std::mutex, Malloc>;

ImageTable<std::mutex>::Image image(std::uint64_t base, std::uint64_t bytes) {
    return {base, bytes, {base, base + 0x100, 3}};
}

} // namespace

TEST(FunctionSearch, The_entry_whose_range_holds_the_address_is_found) {
    Picture picture;
    for (std::uint32_t i = 0; i < 5; ++i)
        picture.put(Picture::image + 0x3000 + 12 * i,
                    nt::RUNTIME_FUNCTION{0x100 * i, 0x100 * i + 0x80, 0x2000 + 4 * i});
    const FunctionTable table{Picture::image, Picture::image + 0x3000, 5};
    EXPECT_EQ(find_in_table(picture, table, Picture::image)->entry.UnwindData, 0x2000u);
    EXPECT_EQ(find_in_table(picture, table, Picture::image + 0x47F)->entry.BeginAddress, 0x400u);
    EXPECT_FALSE(find_in_table(picture, table, Picture::image + 0x480)); // a gap
    EXPECT_FALSE(find_in_table(picture, table, Picture::image - 1));
    EXPECT_FALSE(find_in_table(picture, table, Picture::image + 0x100000010)); // not the image's low 32 bits
}

TEST(FunctionSearch, An_indirect_entry_stands_for_another) {
    Picture picture;
    picture.put(Picture::image + 0x3000, nt::RUNTIME_FUNCTION{0x1000, 0x1100, 0x3100 + 1});
    picture.put(Picture::image + 0x3100, nt::RUNTIME_FUNCTION{0x1000, 0x1200, 0x2000});
    const auto found = find_in_table(picture, {Picture::image, Picture::image + 0x3000, 1}, Picture::image + 0x1050);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->entry.EndAddress, 0x1200u);
    EXPECT_EQ(found->entry_address, Picture::image + 0x3100);
}

TEST(FunctionSearch, An_image_without_an_exception_directory_has_no_table) {
    Picture picture;
    EXPECT_FALSE(function_table_of_image(picture, Picture::image));
    picture.put(Picture::image, std::uint16_t{0x5A4D});
    picture.put(Picture::image + 0x3C, std::uint32_t{0x80});
    picture.put(Picture::image + 0x80, std::uint32_t{0x4550});
    picture.put(Picture::image + 0x98, std::uint16_t{0x20B});
    picture.put(Picture::image + 0x98 + 108, std::uint32_t{16});
    EXPECT_FALSE(function_table_of_image(picture, Picture::image));
    picture.put(Picture::image + 0x98 + 112 + 24, std::uint64_t{(24ull << 32) | 0x3000});
    const auto table = function_table_of_image(picture, Picture::image);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->entries, Picture::image + 0x3000);
    EXPECT_EQ(table->count, 2u);
}

TEST(ImageTable, Finds_the_image_that_holds_an_address) {
    static Images images;
    for (std::uint64_t base : {0x50000u, 0x10000u, 0x30000u}) EXPECT_TRUE(images.insert(image(base, 0x8000)));
    EXPECT_FALSE(images.insert(image(0x30000, 0x8000))); // it is there
    EXPECT_EQ(images.find(0x30000)->base, 0x30000u);
    EXPECT_EQ(images.find(0x37FFF)->base, 0x30000u);
    EXPECT_FALSE(images.find(0x38000));
    EXPECT_FALSE(images.find(0xFFFF));
    EXPECT_TRUE(images.remove(0x30000));
    EXPECT_FALSE(images.remove(0x30000));
    EXPECT_FALSE(images.find(0x30000));
    EXPECT_EQ(images.find(0x50001)->base, 0x50000u);
}

TEST(ImageTable, A_full_table_says_that_it_may_miss_images) {
    static Images images;
    EXPECT_TRUE(images.may_miss()); // empty: nobody has told it anything yet
    for (std::uint64_t i = 1; i <= Images::capacity; ++i) EXPECT_TRUE(images.insert(image(i << 16, 0x1000)));
    EXPECT_FALSE(images.may_miss());
    EXPECT_FALSE(images.insert(image(0x7FFF0000, 0x1000)));
    EXPECT_TRUE(images.may_miss());
}

TEST(ImageTable, Readers_never_see_a_half_made_change) {
    static Images images;
    images.insert(image(0x500000, 0x1000));
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        for (int round = 0; round < 20000; ++round) {
            images.insert(image(0x100000, 0x1000));
            images.remove(0x100000);
        }
        stop = true;
    });
    while (!stop) {
        const auto found = images.find(0x500800);
        ASSERT_TRUE(found);
        ASSERT_EQ(found->functions.entries, 0x500100u);
    }
    writer.join();
}

TEST(DynamicTables, An_array_is_searched_sorted_or_not) {
    Dynamic tables;
    nt::RUNTIME_FUNCTION sorted[] = {{0x10, 0x20, 4}, {0x20, 0x30, 8}};
    nt::RUNTIME_FUNCTION unsorted[] = {{0x80, 0x90, 4}, {0x40, 0x50, 8}};
    ASSERT_NE(tables.add_array(sorted, 2, 0x1000), nullptr);
    ASSERT_NE(tables.add_array(unsorted, 2, 0x1000), nullptr);
    EXPECT_EQ(tables.find(0x1025).entry, &sorted[1]);
    EXPECT_EQ(tables.find(0x1045).entry, &unsorted[1]);
    EXPECT_EQ(tables.find(0x1045).base, 0x1000u);
    EXPECT_EQ(tables.find(0x1060).entry, nullptr);
    const auto is_unsorted = [&](const Dynamic::Table& table) { return table.entries == unsorted; };
    EXPECT_TRUE(tables.remove(is_unsorted));
    EXPECT_FALSE(tables.remove(is_unsorted));
    EXPECT_EQ(tables.find(0x1045).entry, nullptr);
    EXPECT_TRUE(tables.remove([](const Dynamic::Table&) { return true; }));
}

TEST(DynamicTables, A_growable_table_shows_only_what_its_owner_has_filled) {
    Dynamic tables;
    nt::RUNTIME_FUNCTION entries[] = {{0x10, 0x20, 4}, {0x20, 0x30, 8}};
    Dynamic::Table table;
    table.kind = Dynamic::Kind::Growable;
    table.base = table.begin = 0x1000;
    table.end = 0x2000;
    table.entries = entries;
    table.count = 1;
    table.maximum = 2;
    auto* handle = tables.add(table);
    EXPECT_EQ(tables.find(0x1025).entry, nullptr);
    tables.grow(handle, 3); // more than it can hold: not believed
    EXPECT_EQ(tables.find(0x1025).entry, nullptr);
    tables.grow(handle, 2);
    EXPECT_EQ(tables.find(0x1025).entry, &entries[1]);
    EXPECT_TRUE(tables.remove([](const Dynamic::Table&) { return true; }));
}
