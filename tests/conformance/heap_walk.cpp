// SPDX-License-Identifier: MIT
// What HeapWalk lists. Observed on Windows by public tests that are run there, unless a case says otherwise.
#include "rtl_calls.h"

#include <gtest/gtest.h>

#include <windows.h>

#include <vector>

namespace {

constexpr SIZE_T word = sizeof(void*);

std::vector<PROCESS_HEAP_ENTRY> walk(HANDLE heap) {
    std::vector<PROCESS_HEAP_ENTRY> entries;
    PROCESS_HEAP_ENTRY entry{};
    SetLastError(0xDEADBEEF);
    while (HeapWalk(heap, &entry)) entries.push_back(entry);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NO_MORE_ITEMS));
    return entries;
}

struct HeapWalkTest : testing::Test {
    HANDLE heap = HeapCreate(0, 0, 0);
    ~HeapWalkTest() override { HeapDestroy(heap); }
};

} // namespace

TEST_F(HeapWalkTest, A_fresh_heap_is_a_region_a_free_block_and_an_uncommitted_range) {
    const auto entries = walk(heap);
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[0].wFlags, PROCESS_HEAP_REGION);
    EXPECT_EQ(entries[0].lpData, heap);
    EXPECT_LE(entries[0].cbData, 0x1000u);
    EXPECT_EQ(entries[0].cbOverhead, 0);
    EXPECT_EQ(entries[0].iRegionIndex, 0);
    EXPECT_EQ(entries[0].Region.dwCommittedSize, 0x400 * word);
    EXPECT_EQ(entries[0].Region.dwUnCommittedSize, 0x10000 - 0x400 * word);
    EXPECT_EQ(entries[0].Region.lpLastBlock, static_cast<char*>(static_cast<void*>(heap)) + 0x10000);
    const auto to_first = static_cast<char*>(entries[0].Region.lpFirstBlock) - static_cast<char*>(entries[0].lpData)
                          - static_cast<std::ptrdiff_t>(entries[0].cbData);
    EXPECT_TRUE(to_first == std::ptrdiff_t{2 * word} || to_first == std::ptrdiff_t{4 * word}) << to_first;
    EXPECT_EQ(entries[1].wFlags, 0);
    EXPECT_EQ(entries[1].cbOverhead, 4 * word);
    EXPECT_EQ(entries[2].wFlags, PROCESS_HEAP_UNCOMMITTED_RANGE);
    EXPECT_EQ(entries[2].lpData, static_cast<char*>(static_cast<void*>(heap)) + 0x400 * word);
    EXPECT_EQ(entries[2].cbData, entries[0].Region.dwUnCommittedSize - 0x1000); // since Windows 8
    EXPECT_EQ(entries[2].cbOverhead, 0);
}

TEST_F(HeapWalkTest, A_busy_block_has_the_size_that_was_asked_for) {
    void* const block = HeapAlloc(heap, 0, 5 * word);
    bool listed = false;
    for (const PROCESS_HEAP_ENTRY& entry : walk(heap)) {
        if (entry.lpData != block) continue;
        listed = true;
        EXPECT_TRUE(entry.wFlags & PROCESS_HEAP_ENTRY_BUSY);
        EXPECT_EQ(entry.cbData, 5 * word);
        EXPECT_GE(entry.cbOverhead, 8);
    }
    EXPECT_TRUE(listed);
}

TEST_F(HeapWalkTest, A_large_block_comes_last_with_region_index_64) {
    void* const block = HeapAlloc(heap, 0, 0x20000 * word);
    const auto entries = walk(heap);
    ASSERT_EQ(entries.size(), 4u);
    EXPECT_EQ(entries.back().lpData, block);
    EXPECT_EQ(entries.back().cbData, 0x20000 * word);
    EXPECT_EQ(entries.back().iRegionIndex, 64);
    EXPECT_EQ(entries.back().cbOverhead, 0);
    EXPECT_TRUE(entries.back().wFlags & PROCESS_HEAP_ENTRY_BUSY);
}

TEST_F(HeapWalkTest, A_free_block_is_shown_from_behind_its_two_links_on_and_ends_before_the_uncommitted_range) {
    void* const first = HeapAlloc(heap, HEAP_ZERO_MEMORY, 123);
    void* const second = HeapAlloc(heap, HEAP_ZERO_MEMORY, 456);
    const auto entries = walk(heap);
    ASSERT_EQ(entries.size(), 5u);
    const auto end_of = [](const PROCESS_HEAP_ENTRY& entry) {
        return static_cast<char*>(entry.lpData) + entry.cbData + entry.cbOverhead;
    };
    EXPECT_EQ(entries[1].lpData, first);
    EXPECT_EQ(entries[1].cbData, 123u);
    EXPECT_NE(entries[1].cbOverhead, 0);
    EXPECT_EQ(entries[2].lpData, second);
    EXPECT_EQ(entries[2].cbData, 456u);
    EXPECT_EQ(entries[3].wFlags, 0);
    EXPECT_EQ(entries[3].lpData, end_of(entries[2]) + 2 * word);
    EXPECT_EQ(entries[3].cbOverhead, 4 * word);
    EXPECT_EQ(entries[4].wFlags, PROCESS_HEAP_UNCOMMITTED_RANGE);
    EXPECT_EQ(entries[4].lpData, end_of(entries[3]) + entries[3].cbOverhead);
    EXPECT_EQ(entries[4].lpData, static_cast<char*>(entries[0].lpData) + entries[0].Region.dwCommittedSize);
}

TEST_F(HeapWalkTest, A_heap_s_entries_are_the_same_before_a_block_and_after_it) {
    const auto before = walk(heap);
    HeapFree(heap, 0, HeapAlloc(heap, 0, 123));
    const auto after = walk(heap);
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(before[i].lpData, after[i].lpData);
        EXPECT_EQ(before[i].cbData, after[i].cbData);
    }
}

TEST_F(HeapWalkTest, Segments_are_of_1_MiB_at_first_and_double_up_to_0xFD0000) { // sizes: a debugger's !heap
    for (int i = 0; i < 700; ++i) HeapAlloc(heap, 0, 0xC000);
    std::vector<SIZE_T> sizes;
    for (const PROCESS_HEAP_ENTRY& entry : walk(heap)) {
        if (entry.wFlags & PROCESS_HEAP_REGION) sizes.push_back(entry.Region.dwCommittedSize + entry.Region.dwUnCommittedSize);
    }
    const std::vector<SIZE_T> expected = {0x10000, 0x100000, 0x200000, 0x400000, 0x800000, 0xFD0000, 0xFD0000};
    EXPECT_EQ(sizes, expected);
}

TEST_F(HeapWalkTest, Every_block_is_listed_once) {
    std::vector<void*> blocks;
    for (int i = 0; i < 200; ++i) blocks.push_back(HeapAlloc(heap, 0, 32 + i % 7 * 100));
    std::size_t found = 0;
    for (const PROCESS_HEAP_ENTRY& entry : walk(heap)) {
        for (void* block : blocks) found += entry.lpData == block && (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY);
    }
    EXPECT_EQ(found, blocks.size());
}

TEST_F(HeapWalkTest, Ntdll_s_walk_shows_the_same_with_flags_of_its_own) {
    struct WalkEntry { // RTL_HEAP_WALK_ENTRY
        void* address;
        SIZE_T bytes;
        BYTE overhead, region;
        WORD flags;
        SIZE_T rest[4];
    } entry{};
    constexpr WORD rtl_busy = 1, rtl_region = 2, rtl_block = 0x10, rtl_uncommitted = 0x1000, rtl_committed = 0x4000;
    const auto step = ntdll<LONG NTAPI(HANDLE, WalkEntry*)>("RtlWalkHeap");
    HeapAlloc(heap, 0, 0x20000 * word);
    const auto entries = walk(heap);
    const WORD expected[] = {rtl_region, 0, rtl_uncommitted, rtl_committed | rtl_block | rtl_busy};
    ASSERT_EQ(entries.size(), 4u);
    for (int i = 0; i < 4; ++i) {
        ASSERT_EQ(step(heap, &entry), 0);
        EXPECT_EQ(entry.address, entries[i].lpData);
        EXPECT_EQ(entry.bytes, entries[i].cbData);
        EXPECT_EQ(entry.overhead, entries[i].cbOverhead);
        EXPECT_EQ(entry.region, entries[i].iRegionIndex);
        EXPECT_EQ(entry.flags, expected[i]);
    }
    EXPECT_EQ(step(heap, &entry), static_cast<LONG>(0x8000001A)); // STATUS_NO_MORE_ENTRIES
}
