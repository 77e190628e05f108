// SPDX-License-Identifier: MIT
// The low-fragmentation heap, as far as a program can tell. The sources:
//   [doc]  "Low-fragmentation Heap", "HeapSetInformation function" (Microsoft documentation)
//   [obs]  observed on Windows by public tests of these functions that are run there
#include <gtest/gtest.h>

#include <windows.h>

#include <vector>

namespace {

constexpr SIZE_T word = sizeof(void*);
constexpr SIZE_T size = 24 + 2 * word;

ULONG front_end_of(HANDLE heap) {
    ULONG kind = 0xDEADBEEF;
    EXPECT_TRUE(HeapQueryInformation(heap, HeapCompatibilityInformation, &kind, sizeof kind, nullptr));
    return kind;
}

BOOL set_front_end(HANDLE heap, ULONG kind) {
    SetLastError(0xDEADBEEF);
    return HeapSetInformation(heap, HeapCompatibilityInformation, &kind, sizeof kind);
}

struct HeapFrontEnd : testing::Test {
    HANDLE heap = HeapCreate(0, 0, 0);
    std::vector<void*> blocks;
    ~HeapFrontEnd() override { HeapDestroy(heap); }

    void allocate(int count, SIZE_T bytes) {
        for (int i = 0; i < count; ++i) blocks.push_back(HeapAlloc(heap, 0, bytes));
    }
    void free_all() {
        for (void* block : blocks) EXPECT_TRUE(HeapFree(heap, 0, block));
        blocks.clear();
    }
    std::vector<PROCESS_HEAP_ENTRY> walk() const {
        std::vector<PROCESS_HEAP_ENTRY> entries;
        PROCESS_HEAP_ENTRY entry{};
        while (HeapWalk(heap, &entry)) entries.push_back(entry);
        EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NO_MORE_ITEMS));
        return entries;
    }
};

/// A thread that does one thing with a heap, and an event that says that it is done.
struct Work {
    HANDLE heap;
    bool lock;
    HANDLE thread = nullptr;

    static DWORD WINAPI run(void* argument) {
        const Work& work = *static_cast<Work*>(argument);
        if (work.lock) {
            HeapLock(work.heap);
            HeapUnlock(work.heap);
        } else {
            HeapFree(work.heap, 0, HeapAlloc(work.heap, 0, 0));
        }
        return 0;
    }
    void start() { thread = CreateThread(nullptr, 0, run, this, 0, nullptr); }
    DWORD wait(DWORD milliseconds) const { return WaitForSingleObject(thread, milliseconds); }
    ~Work() { CloseHandle(thread); }
};

} // namespace

TEST_F(HeapFrontEnd, Is_turned_on_by_the_eighteenth_block_of_a_size) { // [obs]
    EXPECT_EQ(front_end_of(heap), 0u);
    allocate(0x11, 0);
    EXPECT_EQ(front_end_of(heap), 0u);
    allocate(1, 0);
    EXPECT_EQ(front_end_of(heap), 2u);
    free_all();
    EXPECT_EQ(front_end_of(heap), 2u);
}

TEST_F(HeapFrontEnd, Is_not_turned_on_by_blocks_that_are_freed_again) { // [obs]
    for (int round = 0; round < 3; ++round) {
        allocate(0x11, size);
        free_all();
    }
    EXPECT_EQ(front_end_of(heap), 0u);
}

TEST_F(HeapFrontEnd, Cannot_be_turned_off) { // [obs]
    EXPECT_TRUE(set_front_end(heap, 2));
    EXPECT_EQ(front_end_of(heap), 2u);
    for (const ULONG kind : {0ul, 1ul}) {
        EXPECT_FALSE(set_front_end(heap, kind));
        EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_GEN_FAILURE));
    }
    EXPECT_EQ(front_end_of(heap), 2u);
}

TEST_F(HeapFrontEnd, Asked_for_it_still_waits_for_the_pattern) { // [obs]
    EXPECT_TRUE(set_front_end(heap, 2));
    allocate(0x11, size);
    free_all();
    EXPECT_EQ(walk().size(), 3u);
}

TEST_F(HeapFrontEnd, Shows_each_of_its_blocks_to_a_walk) { // [obs]
    allocate(0x11, size);
    free_all();
    allocate(0x12, size);
    free_all();
    auto entries = walk();
    ASSERT_GT(entries.size(), 24u);
    EXPECT_EQ(entries[0].wFlags, PROCESS_HEAP_REGION);
    EXPECT_EQ(entries[1].wFlags, 0);
    for (int i = 4; i < 4 + 0x12; ++i) {
        EXPECT_EQ(entries[i].wFlags, 0) << i;
        EXPECT_EQ(entries[i].cbData, 0x20u) << i;
        EXPECT_EQ(entries[i].cbOverhead, 2 * word) << i;
    }
    EXPECT_EQ(entries.back().wFlags, PROCESS_HEAP_UNCOMMITTED_RANGE);

    allocate(0x12, size);
    std::size_t busy = 0;
    for (const PROCESS_HEAP_ENTRY& entry : walk()) {
        if (entry.wFlags != PROCESS_HEAP_ENTRY_BUSY) continue;
        ++busy;
        EXPECT_EQ(entry.cbData, size);
        EXPECT_EQ(entry.cbOverhead, 8);
    }
    EXPECT_EQ(busy, 0x12u);
    free_all();
}

TEST_F(HeapFrontEnd, Is_locked_against_locking_but_not_against_allocating) { // [obs]
    allocate(0x12, 0);
    free_all();
    ASSERT_EQ(front_end_of(heap), 2u);
    Work locking{heap, true};
    ASSERT_TRUE(HeapLock(heap));
    locking.start();
    EXPECT_EQ(locking.wait(50), static_cast<DWORD>(WAIT_TIMEOUT));
    EXPECT_TRUE(HeapUnlock(heap));
    EXPECT_EQ(locking.wait(60000), static_cast<DWORD>(WAIT_OBJECT_0));

    Work allocating{heap, false};
    ASSERT_TRUE(HeapLock(heap));
    allocating.start();
    EXPECT_EQ(allocating.wait(60000), static_cast<DWORD>(WAIT_OBJECT_0));
    EXPECT_TRUE(HeapUnlock(heap));
}

TEST_F(HeapFrontEnd, Knows_sizes_and_finds_what_was_freed) { // "HeapSize function", "HeapValidate function"
    allocate(0x20, size);
    for (SIZE_T bytes = size - 7; bytes <= size; ++bytes) {
        void* const block = HeapAlloc(heap, HEAP_ZERO_MEMORY, bytes);
        EXPECT_EQ(HeapSize(heap, 0, block), bytes);
        EXPECT_TRUE(HeapValidate(heap, 0, block));
        for (SIZE_T i = 0; i < bytes; ++i) ASSERT_EQ(static_cast<char*>(block)[i], 0);
        FillMemory(block, bytes, 0xEE);
        EXPECT_TRUE(HeapFree(heap, 0, block));
        EXPECT_FALSE(HeapValidate(heap, 0, block));
    }
    EXPECT_TRUE(HeapValidate(heap, 0, nullptr));
    free_all();
}

TEST_F(HeapFrontEnd, Finds_a_header_that_was_written_over) { // "HeapValidate function": the heap's structure
    allocate(0x40, size);
    char* const block = static_cast<char*>(blocks[0x38]);
    block[size] = static_cast<char>(block[size] ^ 1); // the first byte behind it is the next header
    EXPECT_FALSE(HeapValidate(heap, 0, nullptr));
    block[size] = static_cast<char>(block[size] ^ 1);
    EXPECT_TRUE(HeapValidate(heap, 0, nullptr));
    free_all();
}

TEST(HeapFrontEndNever, For_fixed_and_unserialized_heaps) { // [doc] [obs]
    HANDLE const unserialized = HeapCreate(HEAP_NO_SERIALIZE, 0, 0);
    EXPECT_FALSE(set_front_end(unserialized, 2));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    HANDLE const fixed = HeapCreate(0, 0, 0x100000);
    for (HANDLE heap : {unserialized, fixed}) {
        for (int i = 0; i < 100; ++i) HeapAlloc(heap, 0, 40);
        EXPECT_EQ(front_end_of(heap), 0u);
        HeapDestroy(heap);
    }
}

TEST(HeapFrontEndThreads, Leave_their_blocks_to_others) { // HeapFree is any thread's ("HeapFree function")
    HANDLE const heap = HeapCreate(0, 0, 0);
    struct Shared {
        HANDLE heap;
        void* blocks[500];
        static DWORD WINAPI fill(void* argument) {
            auto& shared = *static_cast<Shared*>(argument);
            for (void*& block : shared.blocks) block = HeapAlloc(shared.heap, 0, 64);
            return 0;
        }
    } shared{heap, {}};
    for (int round = 0; round < 20; ++round) {
        HANDLE const thread = CreateThread(nullptr, 0, Shared::fill, &shared, 0, nullptr);
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
        for (void* block : shared.blocks) EXPECT_TRUE(HeapFree(heap, 0, block));
        EXPECT_TRUE(HeapValidate(heap, 0, nullptr));
    }
    EXPECT_TRUE(HeapDestroy(heap));
}
