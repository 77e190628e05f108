// SPDX-License-Identifier: MIT
// ntdll's heap functions that kernel32 does not show: user values and flags, many blocks at once, heaps in the
// caller's memory, freezing, tags.
//   [obs]  observed on Windows by public tests that are run there
//   [ddk]  "RtlCreateHeap function" (Microsoft documentation, Windows driver kit)
//   [kit]  the public kits of NT (nturtl.h)
#include "rtl_calls.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace {

constexpr SIZE_T word = sizeof(void*);
constexpr DWORD untouched = 0xDEADBEEF;

using CommitRoutine = LONG NTAPI(void* base, void** address, SIZE_T* size);
struct HeapParameters { ///< RTL_HEAP_PARAMETERS
    ULONG length;
    SIZE_T segment_reserve, segment_commit, decommit_block, decommit_total, maximum_allocation, virtual_threshold,
        initial_commit, initial_reserve;
    CommitRoutine* commit_routine;
    SIZE_T reserved[2];
};

const auto create_heap =
    ntdll<HANDLE NTAPI(ULONG, void*, SIZE_T, SIZE_T, void*, HeapParameters*)>("RtlCreateHeap");
const auto destroy_heap = ntdll<HANDLE NTAPI(HANDLE)>("RtlDestroyHeap");
const auto get_user_info = ntdll<BOOLEAN NTAPI(HANDLE, ULONG, void*, void**, ULONG*)>("RtlGetUserInfoHeap");
const auto set_user_value = ntdll<BOOLEAN NTAPI(HANDLE, ULONG, void*, void*)>("RtlSetUserValueHeap");
const auto set_user_flags = ntdll<BOOLEAN NTAPI(HANDLE, ULONG, void*, ULONG, ULONG)>("RtlSetUserFlagsHeap");

constexpr ULONG growable = 2, user_value = 0x100;

struct HeapRtl : testing::Test {
    HANDLE heap = HeapCreate(0, 0, 0x40000); // fixed: no front end
    ~HeapRtl() override { HeapDestroy(heap); }
};

std::vector<SIZE_T> g_commits; ///< what the commit routine was asked for

LONG NTAPI commit_and_note(void*, void** address, SIZE_T* size) {
    g_commits.push_back(*size);
    return VirtualAlloc(*address, *size, MEM_COMMIT, PAGE_READWRITE) ? 0 : static_cast<LONG>(0xC0000017);
}
LONG NTAPI refuse_to_commit(void*, void**, SIZE_T*) { return static_cast<LONG>(0xC0000017); }

} // namespace

TEST_F(HeapRtl, A_block_with_a_user_value_costs_two_words_more_at_its_end) { // [obs]
    constexpr SIZE_T size = 0x1000;
    auto* const first = static_cast<char*>(HeapAlloc(heap, 0xC00 | user_value, size));
    auto* const second = static_cast<char*>(HeapAlloc(heap, 0x200 | user_value, size));
    auto* const third = static_cast<char*>(HeapAlloc(heap, user_value, size));
    const auto expected = static_cast<std::ptrdiff_t>((size + 8 + 2 * word + 2 * word - 1) & ~(2 * word - 1));
    EXPECT_EQ(second - first, expected);
    EXPECT_EQ(third - second, expected);

    void* value = first;
    ULONG flags = untouched;
    EXPECT_TRUE(get_user_info(heap, 0, first, &value, &flags));
    EXPECT_EQ(value, nullptr);
    EXPECT_EQ(flags, 0xC00u);
    EXPECT_TRUE(get_user_info(heap, 0, second, &value, &flags));
    EXPECT_EQ(flags, 0x200u);
    EXPECT_TRUE(set_user_value(heap, 0, first, second));
    EXPECT_TRUE(get_user_info(heap, 0, first, &value, &flags));
    EXPECT_EQ(value, second);
    void* stored[2];
    std::memcpy(stored, first + size, sizeof stored);
    EXPECT_EQ(stored[1], second); // it lies behind the data
}

TEST_F(HeapRtl, User_flags_are_three_bits) { // [obs]
    void* const block = HeapAlloc(heap, 0xC00 | user_value, 100);
    ULONG flags = 0;
    SetLastError(untouched);
    EXPECT_FALSE(set_user_flags(heap, 0, block, 0, 0x1000));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    SetLastError(untouched);
    EXPECT_FALSE(set_user_flags(heap, 0, block, 0x100, 0));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    EXPECT_TRUE(set_user_flags(heap, 0, block, 0x400, 0x200));
    void* value = nullptr;
    EXPECT_TRUE(get_user_info(heap, 0, block, &value, &flags));
    EXPECT_EQ(flags, 0xA00u);
}

TEST_F(HeapRtl, A_block_without_room_for_a_value_leaves_the_caller_s) { // [obs]
    void* const block = HeapAlloc(heap, 0, 16);
    void* value = block;
    ULONG flags = untouched;
    EXPECT_TRUE(get_user_info(heap, 0, block, &value, &flags));
    EXPECT_EQ(value, block);
    EXPECT_EQ(flags, 0u);
}

TEST_F(HeapRtl, Values_and_flags_move_with_the_block) { // [kit]: the settable value belongs to the block
    void* block = HeapAlloc(heap, 0x200 | user_value, 100);
    set_user_value(heap, 0, block, &block);
    HeapAlloc(heap, 0, 16); // no room behind it
    block = HeapReAlloc(heap, user_value, block, 5000);
    void* value = nullptr;
    ULONG flags = 0;
    EXPECT_TRUE(get_user_info(heap, 0, block, &value, &flags));
    EXPECT_EQ(value, &block);
    EXPECT_EQ(flags, 0x200u);
}

TEST_F(HeapRtl, Many_blocks_at_once_until_one_fails) { // [kit]: the answer is how many there were
    const auto allocate = ntdll<ULONG NTAPI(HANDLE, ULONG, SIZE_T, ULONG, void**)>("RtlMultipleAllocateHeap");
    const auto release = ntdll<ULONG NTAPI(HANDLE, ULONG, ULONG, void**)>("RtlMultipleFreeHeap");
    void* blocks[8] = {};
    EXPECT_EQ(allocate(heap, 0, 100, 8, blocks), 8u);
    for (void* block : blocks) EXPECT_EQ(HeapSize(heap, 0, block), 100u);
    EXPECT_EQ(release(heap, 0, 8, blocks), 8u);
    const ULONG got = allocate(heap, 0, 0x10000, 8, blocks); // of 256 KiB
    EXPECT_LT(got, 8u);
    EXPECT_GT(got, 0u);
    EXPECT_EQ(release(heap, 0, got, blocks), got);
    EXPECT_TRUE(HeapValidate(heap, 0, nullptr));
}

TEST_F(HeapRtl, Zeroing_a_heap_clears_what_is_free) { // [kit]
    const auto zero = ntdll<LONG NTAPI(HANDLE, ULONG)>("RtlZeroHeap");
    auto* const block = static_cast<unsigned char*>(HeapAlloc(heap, 0, 0x1000));
    HeapAlloc(heap, 0, 16);
    std::memset(block, 0xEE, 0x1000);
    HeapFree(heap, 0, block);
    EXPECT_EQ(zero(heap, 0), 0);
    for (int i = 4 * word; i < 0x1000; ++i) ASSERT_EQ(block[i], 0) << i; // behind the free list's links
}

TEST_F(HeapRtl, Heaps_are_enumerated_in_order_until_the_routine_fails) { // [kit]
    struct Seen {
        static LONG NTAPI note(HANDLE heap, void* list) {
            static_cast<std::vector<HANDLE>*>(list)->push_back(heap);
            return 0;
        }
        static LONG NTAPI refuse(HANDLE, void*) { return static_cast<LONG>(0xC0000001); }
    };
    const auto enumerate = ntdll<LONG NTAPI(LONG NTAPI(HANDLE, void*), void*)>("RtlEnumProcessHeaps");
    std::vector<HANDLE> seen, listed(GetProcessHeaps(0, nullptr));
    GetProcessHeaps(static_cast<DWORD>(listed.size()), listed.data());
    EXPECT_EQ(enumerate(Seen::note, &seen), 0);
    EXPECT_EQ(seen, listed);
    EXPECT_EQ(enumerate(Seen::refuse, &seen), static_cast<LONG>(0xC0000001));
}

TEST_F(HeapRtl, All_heaps_can_be_validated_at_once) { // [kit]
    EXPECT_TRUE(ntdll<BOOLEAN NTAPI()>("RtlValidateProcessHeaps")());
}

TEST_F(HeapRtl, Tags_are_kept_only_where_the_global_flags_say_so) { // [kit]: FLG_HEAP_ENABLE_TAGGING
    if (ntdll<ULONG NTAPI()>("RtlGetNtGlobalFlags")() & 0x800) GTEST_SKIP() << "tagging is on";
    const auto create = ntdll<ULONG NTAPI(HANDLE, ULONG, const WCHAR*, const WCHAR*)>("RtlCreateTagHeap");
    ASSERT_NE(create, nullptr);
    EXPECT_EQ(create(heap, 0, L"Test!", L"One\0Two\0"), 0u);
}

TEST_F(HeapRtl, A_frozen_heap_can_be_read_and_not_written) { // [kit]: RtlProtectHeap
    const auto protect = ntdll<void NTAPI(HANDLE, BOOLEAN)>("RtlProtectHeap");
    auto* const block = static_cast<char*>(HeapAlloc(heap, HEAP_ZERO_MEMORY, 100));
    MEMORY_BASIC_INFORMATION region;
    protect(heap, TRUE);
    VirtualQuery(block, &region, sizeof region);
    EXPECT_EQ(region.Protect, static_cast<DWORD>(PAGE_READONLY));
    EXPECT_EQ(block[50], 0);
    protect(heap, FALSE);
    VirtualQuery(block, &region, sizeof region);
    EXPECT_EQ(region.Protect, static_cast<DWORD>(PAGE_READWRITE));
    EXPECT_TRUE(HeapFree(heap, 0, block));
}

TEST(HeapInCallersMemory, A_heap_may_lie_in_memory_that_its_maker_brought) { // [ddk] HeapBase
    void* const memory = VirtualAlloc(nullptr, 0x40000, MEM_RESERVE, PAGE_READWRITE);
    VirtualAlloc(memory, 0x4000, MEM_COMMIT, PAGE_READWRITE);
    HANDLE const heap = create_heap(0, memory, 0, 0, nullptr, nullptr);
    ASSERT_EQ(heap, memory);
    auto* const block = static_cast<char*>(HeapAlloc(heap, 0, 0x10000)); // commits what was only reserved
    ASSERT_NE(block, nullptr);
    EXPECT_GE(block, static_cast<char*>(memory));
    EXPECT_LT(block, static_cast<char*>(memory) + 0x40000);
    EXPECT_EQ(HeapAlloc(heap, 0, 0x40000), nullptr);
    EXPECT_EQ(destroy_heap(heap), nullptr);
    EXPECT_TRUE(VirtualFree(memory, 0, MEM_RELEASE)); // it is still its maker's
}

TEST(HeapInCallersMemory, Its_maker_may_commit_the_pages) { // [ddk] RTL_HEAP_PARAMETERS.CommitRoutine
    void* const memory = VirtualAlloc(nullptr, 0x40000, MEM_RESERVE, PAGE_READWRITE);
    VirtualAlloc(memory, 0x4000, MEM_COMMIT, PAGE_READWRITE);
    HeapParameters parameters{};
    parameters.length = sizeof parameters;
    parameters.initial_commit = 0x4000;
    parameters.initial_reserve = 0x40000;
    parameters.commit_routine = commit_and_note;
    g_commits.clear();
    HANDLE const heap = create_heap(0, memory, 0, 0, nullptr, &parameters);
    ASSERT_NE(heap, nullptr);
    EXPECT_NE(HeapAlloc(heap, 0, 0x10000), nullptr);
    ASSERT_FALSE(g_commits.empty());
    EXPECT_EQ(g_commits[0] % 0x1000, 0u);
    EXPECT_EQ(destroy_heap(heap), nullptr);
    VirtualFree(memory, 0, MEM_RELEASE);
}

TEST(HeapInCallersMemory, What_its_maker_does_not_commit_cannot_be_had) { // [ddk]
    void* const memory = VirtualAlloc(nullptr, 0x40000, MEM_RESERVE, PAGE_READWRITE);
    VirtualAlloc(memory, 0x4000, MEM_COMMIT, PAGE_READWRITE);
    HeapParameters parameters{};
    parameters.length = sizeof parameters;
    parameters.initial_commit = 0x4000;
    parameters.initial_reserve = 0x40000;
    parameters.commit_routine = refuse_to_commit;
    HANDLE const heap = create_heap(0, memory, 0, 0, nullptr, &parameters);
    ASSERT_NE(heap, nullptr);
    EXPECT_NE(HeapAlloc(heap, 0, 100), nullptr);
    EXPECT_EQ(HeapAlloc(heap, 0, 0x10000), nullptr);
    destroy_heap(heap);
    VirtualFree(memory, 0, MEM_RELEASE);
}

TEST(HeapInCallersMemory, A_commit_routine_needs_a_fixed_heap_in_memory_of_its_own) { // [ddk]
    void* const memory = VirtualAlloc(nullptr, 0x40000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    HeapParameters parameters{};
    parameters.length = sizeof parameters;
    parameters.initial_commit = 0x4000;
    parameters.initial_reserve = 0x40000;
    parameters.commit_routine = commit_and_note;
    EXPECT_EQ(create_heap(growable, memory, 0, 0, nullptr, &parameters), nullptr);
    parameters.initial_commit = 0x80000; // more than is reserved
    EXPECT_EQ(create_heap(0, memory, 0, 0, nullptr, &parameters), nullptr);
    VirtualFree(memory, 0, MEM_RELEASE);
}

TEST(HeapParameters, Large_blocks_may_begin_earlier) { // [ddk] VirtualMemoryThreshold
    HeapParameters parameters{};
    parameters.length = sizeof parameters;
    parameters.virtual_threshold = 0x10000;
    HANDLE const heap = create_heap(growable, nullptr, 0, 0, nullptr, &parameters);
    ASSERT_NE(heap, nullptr);
    void* const block = HeapAlloc(heap, 0, 0x20000);
    PROCESS_HEAP_ENTRY entry{};
    bool large = false;
    while (HeapWalk(heap, &entry)) large = large || (entry.lpData == block && entry.iRegionIndex == 64);
    EXPECT_TRUE(large);
    destroy_heap(heap);
}

TEST(HeapParameters, A_lock_of_the_caller_s_and_no_lock_at_all_contradict_each_other) { // [ddk] Lock
    CRITICAL_SECTION lock;
    InitializeCriticalSection(&lock);
    EXPECT_EQ(create_heap(growable | HEAP_NO_SERIALIZE, nullptr, 0, 0, &lock, nullptr), nullptr);
    HANDLE const heap = create_heap(growable, nullptr, 0, 0, &lock, nullptr);
    ASSERT_NE(heap, nullptr);
    EXPECT_TRUE(HeapLock(heap));
    EXPECT_EQ(lock.OwningThread, ULongToHandle(GetCurrentThreadId()));
    EXPECT_TRUE(HeapUnlock(heap));
    destroy_heap(heap);
    DeleteCriticalSection(&lock);
}
