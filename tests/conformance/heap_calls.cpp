// SPDX-License-Identifier: MIT
// What the heap functions answer, and what they do to the last error.
//   [doc]  the functions' pages of the Microsoft documentation
//   [obs]  observed on Windows by public tests that are run there
#include <gtest/gtest.h>

#include <windows.h>

#include <cstring>
#include <vector>

namespace {

constexpr DWORD untouched = 0xDEADBEEF;

struct HeapCalls : testing::Test {
    HANDLE heap = HeapCreate(0, 0, 0);
    ~HeapCalls() override { HeapDestroy(heap); }
    static DWORD last_error_of(auto&& call) {
        SetLastError(untouched);
        call();
        return GetLastError();
    }
};

} // namespace

TEST_F(HeapCalls, The_size_is_what_was_asked_for_not_what_there_is) { // [obs]
    for (const SIZE_T size : {SIZE_T{0}, SIZE_T{1}, SIZE_T{7}, SIZE_T{100}, SIZE_T{5000}, SIZE_T{0x180001}}) {
        void* const block = HeapAlloc(heap, 0, size);
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(HeapSize(heap, 0, block), size);
        HeapFree(heap, 0, block);
    }
}

TEST_F(HeapCalls, A_failing_allocation_leaves_not_enough_memory) { // [obs]; [doc] says SetLastError is not called
    EXPECT_EQ(last_error_of([&] { EXPECT_EQ(HeapAlloc(heap, 0, ~SIZE_T{0}), nullptr); }),
              static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
    void* const block = HeapAlloc(heap, 0, 10);
    EXPECT_EQ(last_error_of([&] { EXPECT_EQ(HeapReAlloc(heap, 0, block, ~SIZE_T{0} - 7), nullptr); }),
              static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
    EXPECT_EQ(HeapSize(heap, 0, block), 10u); // the block is as it was
}

TEST_F(HeapCalls, Success_does_not_touch_the_last_error) { // [obs]
    EXPECT_EQ(last_error_of([&] {
                  void* const block = HeapAlloc(heap, HEAP_ZERO_MEMORY, 100);
                  HeapSize(heap, 0, HeapReAlloc(heap, 0, block, 200));
              }),
              untouched);
}

TEST_F(HeapCalls, Zeroed_blocks_are_zero_also_where_memory_is_used_again) { // [doc]
    for (int round = 0; round < 40; ++round) {
        auto* const block = static_cast<char*>(HeapAlloc(heap, HEAP_ZERO_MEMORY, 200));
        for (int i = 0; i < 200; ++i) ASSERT_EQ(block[i], 0);
        std::memset(block, 0xEE, 200);
        HeapFree(heap, 0, block);
    }
}

TEST_F(HeapCalls, Reallocating_null_answers_null_and_no_error) { // [obs]
    EXPECT_EQ(last_error_of([&] { EXPECT_EQ(HeapReAlloc(heap, 0, nullptr, 10), nullptr); }),
              static_cast<DWORD>(NO_ERROR));
}

TEST_F(HeapCalls, Reallocating_to_nothing_does_not_free) { // [obs]
    void* block = HeapAlloc(heap, 0, 100);
    block = HeapReAlloc(heap, 0, block, 0);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(HeapSize(heap, 0, block), 0u);
    EXPECT_TRUE(HeapFree(heap, 0, block));
}

TEST_F(HeapCalls, Reallocation_keeps_contents_and_zeroes_what_is_new_on_request) { // [doc]
    auto* block = static_cast<char*>(HeapAlloc(heap, 0, 100));
    std::memset(block, 7, 100);
    for (const SIZE_T size : {SIZE_T{3000}, SIZE_T{0x200000}, SIZE_T{0x300000}}) {
        const SIZE_T before = HeapSize(heap, 0, block);
        block = static_cast<char*>(HeapReAlloc(heap, HEAP_ZERO_MEMORY, block, size));
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(block[99], 7);
        EXPECT_EQ(block[before], 0);
        EXPECT_EQ(block[size - 1], 0);
    }
    block = static_cast<char*>(HeapReAlloc(heap, 0, block, 50));
    EXPECT_EQ(block[49], 7);
}

TEST_F(HeapCalls, In_place_a_block_shrinks_and_grows_back) { // [obs]
    HANDLE const plain = HeapCreate(0, 0, 0x80000); // fixed: no front end
    void* const block = HeapAlloc(plain, 0, 4000);
    EXPECT_EQ(HeapReAlloc(plain, HEAP_REALLOC_IN_PLACE_ONLY, block, 1000), block);
    EXPECT_EQ(HeapSize(plain, 0, block), 1000u);
    EXPECT_EQ(HeapReAlloc(plain, HEAP_REALLOC_IN_PLACE_ONLY, block, 4000), block);
    HeapAlloc(plain, 0, 10);
    EXPECT_EQ(
        last_error_of([&] { EXPECT_EQ(HeapReAlloc(plain, HEAP_REALLOC_IN_PLACE_ONLY, block, 40000), nullptr); }),
        static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
    HeapDestroy(plain);
}

TEST_F(HeapCalls, In_place_a_large_block_shrinks_but_does_not_grow_back) { // [obs]
    void* const block = HeapAlloc(heap, 0, 0x40000 * sizeof(void*));
    EXPECT_EQ(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, 0x20000 * sizeof(void*)), block);
    EXPECT_EQ(last_error_of([&] {
                  EXPECT_EQ(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, 0x40000 * sizeof(void*)), nullptr);
              }),
              static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
    EXPECT_TRUE(HeapFree(heap, 0, block));
}

TEST_F(HeapCalls, Freeing_null_succeeds) { // [obs]
    EXPECT_TRUE(HeapFree(heap, 0, nullptr));
    EXPECT_TRUE(HeapFree(nullptr, 0, nullptr));
}

TEST_F(HeapCalls, Validation_judges_any_pointer) { // [obs]
    void* const block = HeapAlloc(heap, 0, 100);
    EXPECT_EQ(last_error_of([&] {
                  EXPECT_TRUE(HeapValidate(heap, 0, nullptr));
                  EXPECT_TRUE(HeapValidate(heap, 0, block));
              }),
              untouched);
    static char not_a_block[256];
    EXPECT_EQ(last_error_of([&] { EXPECT_FALSE(HeapValidate(heap, 0, not_a_block + 128)); }), untouched);
    HeapFree(heap, 0, block);
    EXPECT_FALSE(HeapValidate(heap, 0, block));
}

TEST_F(HeapCalls, A_pointer_into_nowhere_is_no_block) { // [obs]
    EXPECT_EQ(last_error_of([&] { EXPECT_FALSE(HeapValidate(heap, 0, reinterpret_cast<void*>(0xDEADBE00))); }),
              static_cast<DWORD>(ERROR_NOACCESS));
}

TEST_F(HeapCalls, A_number_that_is_no_heap_is_neither_valid_nor_destroyed) {
    HANDLE const gone = HeapCreate(0, 0, 0);
    ASSERT_TRUE(HeapDestroy(gone));
    EXPECT_FALSE(HeapValidate(gone, 0, nullptr)); // [doc] "HeapValidate function": zero if the heap is invalid
}

TEST_F(HeapCalls, A_block_belongs_to_one_heap) {
    void* const block = HeapAlloc(GetProcessHeap(), 0, 64);
    EXPECT_FALSE(HeapValidate(heap, 0, block));
    EXPECT_TRUE(HeapValidate(GetProcessHeap(), 0, block));
    HeapFree(GetProcessHeap(), 0, block);
}

TEST_F(HeapCalls, The_process_heap_cannot_be_destroyed) { // read from a public implementation
    EXPECT_EQ(last_error_of([&] { EXPECT_FALSE(HeapDestroy(GetProcessHeap())); }),
              static_cast<DWORD>(ERROR_INVALID_HANDLE));
}

TEST_F(HeapCalls, Heaps_are_listed_in_order_of_creation_the_process_heap_first) { // [obs]
    HANDLE const second = HeapCreate(0, 0, 0);
    std::vector<HANDLE> heaps(GetProcessHeaps(0, nullptr));
    ASSERT_EQ(GetProcessHeaps(static_cast<DWORD>(heaps.size()), heaps.data()), heaps.size());
    EXPECT_EQ(heaps.front(), GetProcessHeap());
    EXPECT_EQ(heaps[heaps.size() - 2], heap);
    EXPECT_EQ(heaps.back(), second);
    HeapDestroy(second);
    EXPECT_EQ(GetProcessHeaps(0, nullptr), heaps.size() - 1);
}

TEST_F(HeapCalls, Compacting_answers_the_largest_free_block) { // [doc] HeapCompact
    HANDLE const fixed = HeapCreate(0, 0, 0x20000);
    void* const block = HeapAlloc(fixed, 0, 0x8000);
    HeapAlloc(fixed, 0, 16);
    HeapFree(fixed, 0, block);
    EXPECT_GE(HeapCompact(fixed, 0), 0x8000u);
    HeapDestroy(fixed);
}

TEST_F(HeapCalls, A_summary_counts_what_is_there) { // read from a public implementation: cb must be exact
    struct { // HEAP_SUMMARY
        DWORD cb;
        SIZE_T allocated, committed, reserved, most;
    } summary{};
    const auto heap_summary = reinterpret_cast<BOOL(WINAPI*)(HANDLE, DWORD, void*)>(
        reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "HeapSummary")));
    if (heap_summary == nullptr) GTEST_SKIP() << "this system has no HeapSummary";
    HeapAlloc(heap, 0, 5000);
    EXPECT_EQ(last_error_of([&] { EXPECT_FALSE(heap_summary(heap, 0, &summary)); }),
              static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    summary.cb = sizeof summary + 8;
    EXPECT_EQ(last_error_of([&] { EXPECT_FALSE(heap_summary(heap, 0, &summary)); }),
              static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    summary.cb = sizeof summary;
    EXPECT_TRUE(heap_summary(heap, 0, &summary));
    EXPECT_GE(summary.allocated, 5000u);
    EXPECT_GE(summary.committed, summary.allocated);
    EXPECT_GE(summary.reserved, summary.committed);
}

TEST_F(HeapCalls, Termination_on_corruption_can_be_asked_for_and_resources_optimized) { // [doc] HeapSetInformation
    EXPECT_TRUE(HeapSetInformation(nullptr, HeapEnableTerminationOnCorruption, nullptr, 0));
    struct { // HEAP_OPTIMIZE_RESOURCES_INFORMATION
        DWORD version, flags;
    } optimize{1, 0};
    const auto optimize_resources = static_cast<HEAP_INFORMATION_CLASS>(3);
    EXPECT_TRUE(HeapSetInformation(heap, optimize_resources, &optimize, sizeof optimize));
    EXPECT_TRUE(HeapSetInformation(nullptr, optimize_resources, &optimize, sizeof optimize));
    EXPECT_FALSE(HeapSetInformation(heap, static_cast<HEAP_INFORMATION_CLASS>(99), &optimize, sizeof optimize));
}

TEST_F(HeapCalls, Locking_is_recursive_and_an_unserialized_heap_has_no_lock) { // [obs]
    EXPECT_TRUE(HeapLock(heap));
    EXPECT_TRUE(HeapLock(heap));
    EXPECT_TRUE(HeapUnlock(heap));
    EXPECT_TRUE(HeapUnlock(heap));
    HANDLE const unserialized = HeapCreate(HEAP_NO_SERIALIZE, 0, 0);
    EXPECT_TRUE(HeapLock(unserialized));
    EXPECT_TRUE(HeapUnlock(unserialized));
    HeapDestroy(unserialized);
}

TEST_F(HeapCalls, Information_needs_a_heap_and_room) { // [obs]
    ULONG type = 0xDEAD;
    SIZE_T size = 0xDEAD;
    EXPECT_EQ(last_error_of([&] {
                  EXPECT_FALSE(
                      HeapQueryInformation(nullptr, HeapCompatibilityInformation, &type, sizeof type, &size));
              }),
              static_cast<DWORD>(ERROR_NOACCESS));
    EXPECT_EQ(size, 0xDEADu);
    EXPECT_EQ(last_error_of(
                  [&] { EXPECT_FALSE(HeapQueryInformation(heap, HeapCompatibilityInformation, nullptr, 0, &size)); }),
              static_cast<DWORD>(ERROR_INSUFFICIENT_BUFFER));
    EXPECT_EQ(size, sizeof(ULONG));
    EXPECT_TRUE(HeapQueryInformation(heap, HeapCompatibilityInformation, &type, sizeof type + 1, &size));
    EXPECT_EQ(type, 0u);
}

TEST_F(HeapCalls, The_front_end_is_for_serialized_growable_heaps_and_for_good) { // [doc] [obs]
    ULONG type = 2;
    HANDLE const unserialized = HeapCreate(HEAP_NO_SERIALIZE, 0, 0);
    EXPECT_EQ(last_error_of([&] {
                  EXPECT_FALSE(HeapSetInformation(unserialized, HeapCompatibilityInformation, &type, sizeof type));
              }),
              static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    HeapDestroy(unserialized);
    EXPECT_TRUE(HeapSetInformation(heap, HeapCompatibilityInformation, &type, sizeof type));
    EXPECT_TRUE(HeapQueryInformation(heap, HeapCompatibilityInformation, &type, sizeof type, nullptr));
    EXPECT_EQ(type, 2u);
    for (ULONG lower : {0u, 1u}) {
        EXPECT_EQ(last_error_of([&] {
                      EXPECT_FALSE(HeapSetInformation(heap, HeapCompatibilityInformation, &lower, sizeof lower));
                  }),
                  static_cast<DWORD>(ERROR_GEN_FAILURE));
    }
}

TEST_F(HeapCalls, Many_blocks_of_many_sizes_do_not_meet) {
    struct Block {
        unsigned char* data;
        SIZE_T size;
        unsigned char seed;
    };
    std::vector<Block> blocks;
    unsigned random = 1;
    const auto next = [&] { return (random = random * 1103515245 + 12345) >> 8; };
    for (int i = 0; i < 20000; ++i) {
        if (blocks.size() > 500 || (next() % 3 == 0 && !blocks.empty())) {
            std::swap(blocks[next() % blocks.size()], blocks.back());
            const Block block = blocks.back();
            blocks.pop_back();
            for (SIZE_T at = 0; at < block.size; ++at) ASSERT_EQ(block.data[at], block.seed);
            ASSERT_TRUE(HeapFree(heap, 0, block.data));
        } else {
            const SIZE_T size = next() % (next() % 16 == 0 ? 20000 : 300);
            const Block block{static_cast<unsigned char*>(HeapAlloc(heap, 0, size)), size,
                              static_cast<unsigned char>(next())};
            ASSERT_NE(block.data, nullptr);
            std::memset(block.data, block.seed, size);
            blocks.push_back(block);
        }
    }
    EXPECT_TRUE(HeapValidate(heap, 0, nullptr));
}
