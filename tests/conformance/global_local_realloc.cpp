// SPDX-License-Identifier: MIT
// GlobalReAlloc and LocalReAlloc: every combination of flags, kinds of blocks, locks and sizes.
// Observed on Windows by public tests that are run there, unless a case names a page of the documentation.
#include "global_local.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace {

constexpr SIZE_T small_size = 12;     ///< a size of the low-fragmentation heap
constexpr SIZE_T large_size = 0x20000; ///< not one

class ReAlloc : public testing::TestWithParam<MemoryFunctions> {
protected:
    const MemoryFunctions& memory = GetParam();
    const bool global = memory.discardable == GMEM_DISCARDABLE;
    const UINT old_flags = GMEM_NOCOMPACT | GMEM_NODISCARD | (global ? GMEM_DDESHARE | GMEM_NOTIFY : 0);
    const UINT all_flags[8] = {GMEM_FIXED,
                               GMEM_MODIFY,
                               GMEM_MOVEABLE,
                               GMEM_MOVEABLE | GMEM_MODIFY,
                               GMEM_MOVEABLE | memory.discardable,
                               GMEM_MOVEABLE | GMEM_MODIFY | memory.discardable,
                               GMEM_MOVEABLE | memory.discardable | old_flags,
                               GMEM_MOVEABLE | GMEM_MODIFY | memory.discardable | old_flags};

    /// After 18 blocks of a size the low-fragmentation heap serves it.
    void SetUp() override {
        HANDLE blocks[0x12];
        for (HANDLE& block : blocks) block = memory.alloc(GMEM_FIXED, small_size);
        for (HANDLE block : blocks) memory.free(block);
    }
    static bool low_fragmentation_is_on() {
        ULONG kind = 0;
        return HeapQueryInformation(GetProcessHeap(), HeapCompatibilityInformation, &kind, sizeof kind, nullptr) &&
               kind == 2;
    }
    bool discards(UINT flags) const { return (flags & memory.discardable) != 0; }
};
INSTANTIATE_TEST_SUITE_P(Both, ReAlloc, testing::Values(global_functions, local_functions),
                         [](const auto& info) { return info.param.name; });

std::string with(UINT flags, SIZE_T size) {
    return "flags " + std::to_string(flags) + ", to " + std::to_string(size) + " bytes";
}

} // namespace

TEST_P(ReAlloc, A_small_fixed_block_never_changes_in_place) {
    if (!low_fragmentation_is_on()) GTEST_SKIP() << "the low-fragmentation heap is not on";
    for (const UINT flags : all_flags) {
        for (const SIZE_T size : {SIZE_T{512}, SIZE_T{10}, SIZE_T{0}, small_size}) {
            SCOPED_TRACE(with(flags, size));
            if (flags & GMEM_MODIFY) continue;
            HANDLE block = memory.alloc(GMEM_FIXED, small_size);
            std::memcpy(block, "eleven chars", small_size);
            SetLastError(0xDEADBEEF);
            HANDLE const answer = memory.realloc(block, size, flags);
            if (flags == GMEM_MOVEABLE) {
                EXPECT_NE(answer, nullptr);
                EXPECT_NE(answer, block);
                EXPECT_FALSE(is_moveable(answer));
                EXPECT_EQ(memory.size(answer), size);
                EXPECT_EQ(std::memcmp(answer, "eleven chars", size < small_size ? size : small_size), 0);
                block = answer;
            } else {
                EXPECT_EQ(answer, nullptr);
                EXPECT_EQ(memory.size(block), small_size);
                if (flags == GMEM_FIXED) {
                    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
                }
            }
            memory.free(block);
        }
    }
}

TEST_P(ReAlloc, A_large_fixed_block_changes_in_place) {
    for (const UINT flags : {UINT{GMEM_FIXED}, UINT{GMEM_MOVEABLE}}) {
        for (const SIZE_T size : {large_size + 512, SIZE_T{10}, SIZE_T{0}}) {
            SCOPED_TRACE(with(flags, size));
            HANDLE const block = memory.alloc(GMEM_FIXED, large_size);
            EXPECT_EQ(memory.realloc(block, size, flags), block);
            const SIZE_T now = memory.size(block);
            if (size) EXPECT_EQ(now, size);
            else EXPECT_LE(now, 1u); // Windows 7: 1
            memory.free(block);
        }
    }
}

TEST_P(ReAlloc, Discardable_without_modify_is_refused) {
    for (const SIZE_T first : {small_size, large_size}) {
        for (const SIZE_T size : {first + 500, SIZE_T{10}, SIZE_T{0}}) {
            for (const UINT kind : {UINT{GMEM_FIXED}, UINT{GMEM_MOVEABLE}}) {
                HANDLE const handle = memory.alloc(kind, first);
                EXPECT_EQ(memory.realloc(handle, size, GMEM_MOVEABLE | memory.discardable), nullptr);
                EXPECT_EQ(memory.size(handle), first);
                memory.free(handle);
            }
        }
    }
}

TEST_P(ReAlloc, Modify_leaves_size_and_place_of_a_block_alone) {
    for (const SIZE_T size : {SIZE_T{11}, SIZE_T{1024 * 1024}, SIZE_T{0}}) {
        HANDLE const block = memory.alloc(GMEM_FIXED, small_size);
        EXPECT_EQ(memory.realloc(block, size, GMEM_MODIFY), block);
        EXPECT_EQ(memory.size(block), small_size);
        memory.free(block);
        for (const bool locked : {false, true}) {
            for (const UINT flags : all_flags) {
                if (!(flags & GMEM_MODIFY)) continue;
                SCOPED_TRACE(with(flags, size));
                HANDLE const handle = memory.alloc(GMEM_MOVEABLE, small_size);
                if (locked) memory.lock(handle);
                MovableEntry expected = *entry_of(handle);
                EXPECT_EQ(memory.realloc(handle, size, flags), handle);
                if (discards(flags)) expected.flags |= 4;
                EXPECT_EQ(entry_of(handle)->flags, expected.flags);
                EXPECT_EQ(entry_of(handle)->pointer, expected.pointer);
                EXPECT_EQ(memory.size(handle), small_size);
                memory.free(handle);
            }
        }
    }
}

TEST_P(ReAlloc, A_fixed_block_becomes_moveable_elsewhere_if_it_is_global) { // "GlobalReAlloc function": GMEM_MODIFY
    for (const SIZE_T first : {small_size, large_size}) {
        for (const UINT flags : {UINT{GMEM_MOVEABLE | GMEM_MODIFY}, GMEM_MOVEABLE | GMEM_MODIFY | memory.discardable}) {
            HANDLE const block = memory.alloc(GMEM_FIXED, first);
            std::memset(block, 7, first);
            HANDLE const answer = memory.realloc(block, 10, flags);
            if (!global) {
                EXPECT_EQ(answer, block);
            } else {
                ASSERT_TRUE(is_moveable(answer));
                EXPECT_NE(entry_of(answer)->pointer, block);
                EXPECT_EQ(entry_of(answer)->flags & 0x7FFF, discards(flags) ? 7u : 3u);
                EXPECT_EQ(static_cast<char*>(entry_of(answer)->pointer)[first - 1], 7);
            }
            EXPECT_EQ(memory.size(answer), first);
            memory.free(answer);
        }
    }
}

TEST_P(ReAlloc, A_locked_moveable_block_grows_elsewhere_only_if_it_may_move) {
    for (const UINT flags : {UINT{GMEM_FIXED}, UINT{GMEM_MOVEABLE}}) {
        HANDLE const handle = memory.alloc(GMEM_MOVEABLE, small_size);
        memory.lock(handle);
        const MovableEntry before = *entry_of(handle);
        HANDLE const answer = memory.realloc(handle, 512, flags);
        if (flags == GMEM_MOVEABLE) {
            EXPECT_EQ(answer, handle);
            EXPECT_NE(entry_of(handle)->pointer, before.pointer);
            EXPECT_EQ(memory.size(handle), 512u);
        } else {
            EXPECT_EQ(answer, nullptr);
            EXPECT_EQ(entry_of(handle)->pointer, before.pointer);
            EXPECT_EQ(memory.size(handle), small_size);
        }
        EXPECT_EQ(entry_of(handle)->flags, before.flags);
        memory.free(handle);
    }
}

TEST_P(ReAlloc, A_large_locked_moveable_block_grows_in_place) {
    for (const UINT flags : {UINT{GMEM_FIXED}, UINT{GMEM_MOVEABLE}}) {
        HANDLE const handle = memory.alloc(GMEM_MOVEABLE, large_size);
        void* const block = memory.lock(handle);
        EXPECT_EQ(memory.realloc(handle, large_size + 512, flags), handle);
        EXPECT_EQ(entry_of(handle)->pointer, block);
        EXPECT_EQ(memory.size(handle), large_size + 512);
        memory.free(handle);
    }
}

TEST_P(ReAlloc, A_moveable_block_shrinks_in_place_locked_or_not) {
    for (const SIZE_T first : {small_size, large_size}) {
        for (const bool locked : {false, true}) {
            for (const UINT flags : {UINT{GMEM_FIXED}, UINT{GMEM_MOVEABLE}}) {
                HANDLE const handle = memory.alloc(GMEM_MOVEABLE, first);
                if (locked) memory.lock(handle);
                const MovableEntry before = *entry_of(handle);
                EXPECT_EQ(memory.realloc(handle, 10, flags), handle);
                EXPECT_EQ(entry_of(handle)->pointer, before.pointer);
                EXPECT_EQ(entry_of(handle)->flags, before.flags);
                EXPECT_EQ(memory.size(handle), 10u);
                memory.free(handle);
            }
        }
    }
}

TEST_P(ReAlloc, A_moveable_block_that_nobody_locked_grows_elsewhere) {
    for (const UINT flags : {UINT{GMEM_FIXED}, UINT{GMEM_MOVEABLE}}) {
        HANDLE const handle = memory.alloc(GMEM_MOVEABLE, small_size);
        const MovableEntry before = *entry_of(handle);
        EXPECT_EQ(memory.realloc(handle, 512, flags), handle);
        EXPECT_NE(entry_of(handle)->pointer, before.pointer);
        EXPECT_EQ(entry_of(handle)->flags, before.flags);
        EXPECT_EQ(memory.size(handle), 512u);
        EXPECT_EQ(memory.handle(entry_of(handle)->pointer), handle);
        memory.free(handle);
    }
}

TEST_P(ReAlloc, A_size_of_nothing_discards_what_may_move_and_is_not_locked) { // "LocalDiscard macro"
    for (const SIZE_T first : {small_size, large_size}) {
        for (const UINT flags : {UINT{GMEM_FIXED}, UINT{GMEM_MOVEABLE}}) {
            for (const bool locked : {false, true}) {
                HANDLE const handle = memory.alloc(GMEM_MOVEABLE, first);
                if (locked) memory.lock(handle);
                MovableEntry expected = *entry_of(handle);
                const bool discarded = flags == GMEM_MOVEABLE && !locked;
                EXPECT_EQ(memory.realloc(handle, 0, flags), discarded ? handle : nullptr);
                if (discarded) expected = {expected.flags | 8, nullptr};
                EXPECT_EQ(entry_of(handle)->flags, expected.flags);
                EXPECT_EQ(entry_of(handle)->pointer, expected.pointer);
                EXPECT_EQ(memory.size(handle), discarded ? 0u : first);
                memory.free(handle);
            }
        }
    }
}

TEST_P(ReAlloc, A_discarded_block_comes_back_empty) {
    HANDLE const handle = memory.alloc(GMEM_MOVEABLE, 0);
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(memory.realloc(handle, 10, GMEM_MOVEABLE | GMEM_ZEROINIT), handle);
        EXPECT_EQ(entry_of(handle)->flags, 3u);
        EXPECT_EQ(memory.size(handle), 10u);
        EXPECT_EQ(static_cast<char*>(entry_of(handle)->pointer)[9], 0);
        EXPECT_EQ(memory.realloc(handle, 0, GMEM_MOVEABLE), handle);
        EXPECT_EQ(memory.size(handle), 0u);
    }
    EXPECT_EQ(memory.free(handle), nullptr);
}

TEST_P(ReAlloc, What_is_added_is_zero_on_request) { // "GlobalReAlloc function", GMEM_ZEROINIT
    constexpr SIZE_T size = 100000;
    static const char zeroes[size] = {};
    HANDLE const handle = memory.alloc(GMEM_MOVEABLE | GMEM_ZEROINIT, size);
    EXPECT_EQ(memory.realloc(handle, 2 * size, GMEM_MOVEABLE | GMEM_ZEROINIT), handle);
    auto* const block = static_cast<char*>(memory.lock(handle));
    EXPECT_EQ(std::memcmp(block, zeroes, size), 0);
    EXPECT_EQ(std::memcmp(block + size, zeroes, size), 0);
    memory.free(handle);
}
