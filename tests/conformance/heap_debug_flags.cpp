// SPDX-License-Identifier: MIT
// What NtGlobalFlag makes of a heap: its flags, and the patterns in and around its blocks. The program passes whatever
// the flags are: on Windows set them with gflags (gflags /i heap_debug_flags.exe +htc +hfc), here with oriel --gflags.
//   [obs]  observed on Windows by public tests that are run there
//   [doc]  "Global Flag Reference", Microsoft documentation
#include <gtest/gtest.h>

#include "rtl_calls.h"

#include <cstring>

namespace {

constexpr bool is_64 = sizeof(void*) == 8;
constexpr DWORD flag_tail = 0x10, flag_free = 0x20, flag_parameters = 0x40, flag_all = 0x80, flag_no_coalesce = 0x200000,
                flag_stack_traces = 0x1000, flag_pages = 0x2000000;
constexpr DWORD heap_growable = 2, heap_tail = 0x20, heap_free = 0x40, heap_no_coalesce = 0x80, heap_pages = 0x1000000,
                heap_validate_all = 0x20000000, heap_validate_parameters = 0x40000000, heap_stack_traces = 0x08000000;
constexpr DWORD checks = heap_tail | heap_free | heap_no_coalesce | heap_pages | heap_validate_all | heap_validate_parameters
                         | heap_stack_traces;

DWORD global_flags() { return ntdll<DWORD NTAPI()>("RtlGetNtGlobalFlags")(); }

DWORD field(HANDLE heap, std::size_t at64, std::size_t at32) {
    DWORD value = 0;
    std::memcpy(&value, static_cast<const char*>(heap) + (is_64 ? at64 : at32), sizeof value);
    return value;
}
DWORD flags_of(HANDLE heap) { return field(heap, 0x70, 0x40); }
DWORD force_flags_of(HANDLE heap) { return field(heap, 0x74, 0x44); }

/// What the global flags ask of every heap. [obs]
DWORD expected_checks() {
    const DWORD global = global_flags();
    DWORD flags = 0;
    if (global & flag_tail) flags |= heap_tail;
    if (global & flag_free) flags |= heap_free;
    if (global & flag_parameters) flags |= heap_validate_parameters | heap_tail | heap_free;
    if (global & flag_all) flags |= heap_validate_all | heap_tail | heap_free;
    if (global & flag_no_coalesce) flags |= heap_no_coalesce;
    if (global & flag_pages) flags |= heap_pages;
    if (global & flag_stack_traces) flags |= heap_stack_traces;
    return flags;
}

struct DebugFlags : testing::Test {
    HANDLE heap = HeapCreate(0, 0, 0);
    ~DebugFlags() override { HeapDestroy(heap); }
};

bool all_are(const void* at, std::size_t bytes, int value) {
    for (std::size_t i = 0; i < bytes; ++i)
        if (static_cast<const unsigned char*>(at)[i] != value) return false;
    return true;
}

} // namespace

TEST_F(DebugFlags, Heaps_get_the_checks_that_the_global_flags_name) { // [obs]
    EXPECT_EQ(flags_of(heap) & checks, expected_checks());
    EXPECT_EQ(flags_of(GetProcessHeap()) & checks, expected_checks());
    EXPECT_EQ(flags_of(GetProcessHeap()) & heap_growable, heap_growable);
}

TEST_F(DebugFlags, What_is_forced_leaves_out_coalescing_and_but_for_page_heaps_growing) { // [obs]
    const bool pages = global_flags() & flag_pages;
    EXPECT_EQ(force_flags_of(heap) & checks, expected_checks() & ~heap_no_coalesce);
    EXPECT_EQ(force_flags_of(heap) & heap_growable, pages ? heap_growable : 0);
}

TEST_F(DebugFlags, A_caller_cannot_ask_for_the_patterns) { // [obs]
    const HANDLE asked = HeapCreate(heap_tail | heap_free, 0, 0);
    EXPECT_EQ(flags_of(asked) & (heap_tail | heap_free), expected_checks() & (heap_tail | heap_free));
    HeapDestroy(asked);
}

TEST_F(DebugFlags, The_structure_of_a_page_heap_shows_only_its_flags) { // [obs]
    if (!(global_flags() & flag_pages)) GTEST_SKIP() << "only with FLG_HEAP_PAGE_ALLOCS";
    EXPECT_TRUE(all_are(heap, is_64 ? 0x70 : 0x40, 0xEE));
}

TEST_F(DebugFlags, Whole_words_of_new_memory_are_filled_where_free_blocks_are_checked) { // [obs]
    if (global_flags() & flag_pages) GTEST_SKIP() << "a page heap has patterns of its own";
    auto* const block = static_cast<unsigned char*>(HeapAlloc(heap, 0, 27));
    if (expected_checks() & heap_free) {
        for (int i = 0; i < 24; i += 4) {
            DWORD word = 0;
            std::memcpy(&word, block + i, sizeof word);
            EXPECT_EQ(word, 0xBAADF00Du) << i;
        }
    }
    if (expected_checks() & heap_tail) EXPECT_TRUE(all_are(block + 27, 2 * sizeof(void*), 0xAB));
    HeapFree(heap, 0, block);
    auto* const zeroed = static_cast<unsigned char*>(HeapAlloc(heap, HEAP_ZERO_MEMORY, 27));
    EXPECT_TRUE(all_are(zeroed, 27, 0));
    if (expected_checks() & heap_tail) EXPECT_TRUE(all_are(zeroed + 27, 2 * sizeof(void*), 0xAB));
    HeapFree(heap, 0, zeroed);
}

TEST_F(DebugFlags, Freed_memory_is_filled_where_free_blocks_are_checked) { // [obs]
    if (!(expected_checks() & heap_free) || (expected_checks() & heap_pages)) GTEST_SKIP() << "only with FLG_HEAP_ENABLE_FREE_CHECK";
    auto* const block = static_cast<volatile unsigned char*>(HeapAlloc(heap, 0, 200));
    void* const behind = HeapAlloc(heap, 0, 200);
    HeapFree(heap, 0, const_cast<unsigned char*>(block));
    const unsigned char fill[] = {0xEE, 0xFE, 0xEE, 0xFE};
    for (int i = 2 * sizeof(void*); i < 100; ++i) ASSERT_EQ(block[i], fill[i % 4]) << i;
    HeapFree(heap, 0, behind);
}

TEST_F(DebugFlags, Blocks_of_their_own_pages_are_not_filled) { // [obs]
    if (global_flags() & flag_pages) GTEST_SKIP() << "a page heap has patterns of its own";
    auto* const block = static_cast<unsigned char*>(HeapAlloc(heap, 0, 0x20000 * sizeof(void*)));
    EXPECT_TRUE(all_are(block, 100, 0));
    HeapFree(heap, 0, block);
}

TEST_F(DebugFlags, A_block_keeps_its_contents_and_its_size) {
    auto* block = static_cast<unsigned char*>(HeapAlloc(heap, HEAP_ZERO_MEMORY, 100));
    std::memset(block, 7, 100);
    block = static_cast<unsigned char*>(HeapReAlloc(heap, HEAP_ZERO_MEMORY, block, 1000));
    EXPECT_TRUE(all_are(block, 100, 7));
    EXPECT_TRUE(all_are(block + 100, 900, 0));
    EXPECT_EQ(HeapSize(heap, 0, block), 1000u);
    EXPECT_TRUE(HeapValidate(heap, 0, block));
    EXPECT_TRUE(HeapValidate(heap, 0, nullptr));
    EXPECT_TRUE(HeapFree(heap, 0, block));
}

TEST(ExecutionOptions, A_value_that_is_not_set_is_not_found) { // NtQueryValueKey's answer, passed on
    using Query = LONG NTAPI(CountedText*, const WCHAR*, ULONG, void*, ULONG, ULONG*);
    WCHAR path[MAX_PATH];
    GetModuleFileNameW(nullptr, path, MAX_PATH);
    CountedText name = counted(path);
    DWORD value = 0;
    EXPECT_EQ(static_cast<ULONG>(ntdll<Query>("LdrQueryImageFileExecutionOptions")(&name, L"NobodySetsThis", REG_DWORD, &value, sizeof value, nullptr)),
              0xC0000034u);
}
