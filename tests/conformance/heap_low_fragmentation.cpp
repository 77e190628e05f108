// SPDX-License-Identifier: MIT
// When the low-fragmentation heap begins to serve a size, and what a walk and a resize then show.
//   [doc]  "Low-fragmentation Heap", "HeapSetInformation function" (Microsoft documentation)
//   [obs]  observed on Windows by public tests that are run there
#include "rtl_calls.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

constexpr SIZE_T word = sizeof(void*);
constexpr SIZE_T size = 24 + 2 * word;
constexpr int not_enough = 0x11, enough = 0x12; ///< blocks of one size until the front end serves it

struct WalkEntry { ///< RTL_HEAP_WALK_ENTRY
    void* address;
    SIZE_T bytes;
    BYTE overhead, region;
    WORD flags;
    SIZE_T rest[4];
};
constexpr WORD rtl_busy = 1, rtl_region = 2, rtl_uncommitted = 0x1000, rtl_front_end = 0x8000;

struct LowFragmentation : testing::Test {
    HANDLE heap = HeapCreate(0, 0, 0);
    ~LowFragmentation() override { HeapDestroy(heap); }

    std::vector<void*> allocate(int count, SIZE_T bytes) const {
        std::vector<void*> blocks;
        for (int i = 0; i < count; ++i) blocks.push_back(HeapAlloc(heap, 0, bytes));
        return blocks;
    }
    void release(const std::vector<void*>& blocks) const {
        for (void* block : blocks) EXPECT_TRUE(HeapFree(heap, 0, block));
    }
    ULONG kind() const {
        ULONG kind = 0xDEAD;
        EXPECT_TRUE(HeapQueryInformation(heap, HeapCompatibilityInformation, &kind, sizeof kind, nullptr));
        return kind;
    }
    std::vector<PROCESS_HEAP_ENTRY> walk() const {
        std::vector<PROCESS_HEAP_ENTRY> entries;
        PROCESS_HEAP_ENTRY entry;
        entry.lpData = nullptr;
        while (HeapWalk(heap, &entry)) entries.push_back(entry);
        return entries;
    }
};

} // namespace

TEST_F(LowFragmentation, It_comes_by_itself_with_the_eighteenth_block_of_a_size) { // [obs]
    const auto first = allocate(not_enough, 0);
    EXPECT_EQ(kind(), 0u);
    const auto last = allocate(enough - not_enough, 0);
    release(first);
    release(last);
    EXPECT_EQ(kind(), 2u);
}

TEST_F(LowFragmentation, Asking_for_it_does_not_bring_it_before_a_size_is_wanted_often) { // [obs]
    ULONG wanted = 2;
    EXPECT_TRUE(HeapSetInformation(heap, HeapCompatibilityInformation, &wanted, sizeof wanted));
    EXPECT_EQ(kind(), 2u);
    release(allocate(not_enough, size));
    EXPECT_EQ(walk().size(), 3u); // as a fresh heap
    release(allocate(enough, size));
    EXPECT_GT(walk().size(), 24u);
}

TEST_F(LowFragmentation, A_heap_without_serialization_or_of_fixed_size_never_has_it) { // [doc]
    for (HANDLE const other : {HeapCreate(HEAP_NO_SERIALIZE, 0, 0), HeapCreate(0, 0, 0x80000)}) {
        for (int i = 0; i < 100; ++i) HeapAlloc(other, 0, size);
        ULONG now = 0xDEAD;
        EXPECT_TRUE(HeapQueryInformation(other, HeapCompatibilityInformation, &now, sizeof now, nullptr));
        EXPECT_EQ(now, 0u);
        HeapDestroy(other);
    }
}

TEST_F(LowFragmentation, It_serves_no_blocks_of_more_than_16_KiB) { // [doc]
    release(allocate(2 * enough, 0x4001));
    EXPECT_EQ(kind(), 0u);
}

TEST_F(LowFragmentation, A_walk_lists_each_of_its_blocks) { // [obs]
    release(allocate(not_enough, size));
    release(allocate(enough, size)); // now it serves this size
    int free_ones = 0, busy_ones = 0;
    for (const PROCESS_HEAP_ENTRY& entry : walk())
        free_ones += entry.wFlags == 0 && entry.cbData == 0x20 && entry.cbOverhead == 2 * word;
    EXPECT_GE(free_ones, enough);
    const auto blocks = allocate(enough, size);
    for (const PROCESS_HEAP_ENTRY& entry : walk()) {
        if (entry.wFlags != PROCESS_HEAP_ENTRY_BUSY) continue;
        ++busy_ones;
        EXPECT_EQ(entry.cbData, size);
        EXPECT_EQ(entry.cbOverhead, 8);
    }
    EXPECT_EQ(busy_ones, enough);
    release(blocks);
}

TEST_F(LowFragmentation, Ntdll_s_walk_marks_them) { // [obs]
    const auto step = ntdll<LONG NTAPI(HANDLE, WalkEntry*)>("RtlWalkHeap");
    release(allocate(not_enough, size));
    const auto blocks = allocate(2 * enough, size);
    std::vector<WalkEntry> entries;
    WalkEntry entry{};
    while (step(heap, &entry) == 0) entries.push_back(entry);
    const auto win32 = walk();
    ASSERT_EQ(entries.size(), win32.size());
    EXPECT_EQ(entries[0].flags, rtl_region);
    int marked = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(entries[i].address, win32[i].lpData);
        EXPECT_EQ(entries[i].bytes, win32[i].cbData);
        EXPECT_EQ(entries[i].overhead, win32[i].cbOverhead);
        EXPECT_EQ(entries[i].region, win32[i].iRegionIndex);
        if (win32[i].wFlags & PROCESS_HEAP_UNCOMMITTED_RANGE) EXPECT_EQ(entries[i].flags, rtl_uncommitted);
        if (entries[i].flags == (rtl_front_end | rtl_busy)) ++marked;
    }
    EXPECT_GE(marked, enough);
    release(blocks);
}

TEST_F(LowFragmentation, Its_blocks_do_not_change_in_place) { // [obs] through GlobalReAlloc and LocalReAlloc
    release(allocate(not_enough, size));
    const auto blocks = allocate(2 * enough, size);
    void* const block = blocks.back();
    SetLastError(0xDEADBEEF);
    EXPECT_EQ(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, size + 500), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
    EXPECT_EQ(HeapSize(heap, 0, block), size);
    release(blocks);
}
