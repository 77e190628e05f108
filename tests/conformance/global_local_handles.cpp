// SPDX-License-Identifier: MIT
// Handles of GlobalAlloc and LocalAlloc: the table they share, locks, flags, and what is no handle.
//   [doc]  the functions' pages of the Microsoft documentation
//   [obs]  observed on Windows by public tests that are run there
#include "global_local.h"
#include "rtl_calls.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

constexpr DWORD untouched = 0xDEADBEEF;
constexpr SIZE_T word = sizeof(void*);

class GlobalLocal : public testing::TestWithParam<MemoryFunctions> {
protected:
    const MemoryFunctions& memory = GetParam();
    const bool global = memory.discardable == GMEM_DISCARDABLE;
    /// Calls, and answers the last error, which was `untouched` before.
    static DWORD last_error_of(auto&& call) {
        SetLastError(untouched);
        call();
        return GetLastError();
    }
};
INSTANTIATE_TEST_SUITE_P(Both, GlobalLocal, testing::Values(global_functions, local_functions),
                         [](const auto& info) { return info.param.name; });

} // namespace

TEST_P(GlobalLocal, A_fixed_block_is_a_block_of_the_process_heap) { // [obs]
    for (SIZE_T size = 1; size < 0x10000000; size <<= 5) {
        HANDLE const block = memory.alloc(GMEM_FIXED, size);
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(reinterpret_cast<ULONG_PTR>(block) % (2 * word), 0u);
        EXPECT_TRUE(HeapValidate(GetProcessHeap(), 0, block));
        EXPECT_EQ(memory.size(block), size);
        EXPECT_EQ(memory.lock(block), block);
        EXPECT_EQ(memory.handle(block), block);
        EXPECT_EQ(memory.flags(block), 0u);
        EXPECT_EQ(memory.free(block), nullptr);
    }
}

TEST_P(GlobalLocal, An_empty_fixed_block_has_one_byte_if_it_is_global) { // [obs]
    HANDLE const block = memory.alloc(GMEM_FIXED, 0);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(memory.size(block), global ? 1u : 0u);
    EXPECT_EQ(memory.free(block), nullptr);
}

TEST_P(GlobalLocal, A_moveable_handle_is_the_address_of_a_pointer_to_a_heap_block) { // [obs]
    for (SIZE_T size = 1; size < 0x10000000; size <<= 5) {
        HANDLE const handle = memory.alloc(GMEM_MOVEABLE, size);
        ASSERT_NE(handle, nullptr);
        ASSERT_TRUE(is_moveable(handle));
        const MovableEntry& entry = *entry_of(handle);
        EXPECT_EQ(entry.flags, 3u);
        EXPECT_FALSE(HeapValidate(GetProcessHeap(), 0, &entry));
        EXPECT_TRUE(HeapValidate(GetProcessHeap(), 0, entry.pointer));
        EXPECT_EQ(HeapSize(GetProcessHeap(), 0, entry.pointer), size);
        EXPECT_EQ(memory.size(handle), size);
        EXPECT_EQ(memory.handle(entry.pointer), handle);
        EXPECT_EQ(memory.free(handle), nullptr);
    }
}

TEST_P(GlobalLocal, The_block_carries_its_handle_as_the_user_value) { // [obs]
    const auto get = ntdll<BOOLEAN NTAPI(HANDLE, ULONG, void*, void**, ULONG*)>("RtlGetUserInfoHeap");
    const auto set = ntdll<BOOLEAN NTAPI(HANDLE, ULONG, void*, void*)>("RtlSetUserValueHeap");
    HANDLE const handle = memory.alloc(GMEM_MOVEABLE, 100);
    void* const block = entry_of(handle)->pointer;
    void* value = nullptr;
    ULONG flags = untouched;
    EXPECT_TRUE(get(GetProcessHeap(), 0, block, &value, &flags));
    EXPECT_EQ(value, handle);
    EXPECT_EQ(flags, 0x200u);
    EXPECT_TRUE(set(GetProcessHeap(), 0, block, handle_to_nowhere()));
    EXPECT_EQ(memory.handle(block), handle_to_nowhere());
    EXPECT_TRUE(set(GetProcessHeap(), 0, block, handle));
    memory.free(handle);
}

TEST_P(GlobalLocal, Locks_are_counted_to_255_and_the_last_unlock_answers_false) { // [doc] [obs]
    HANDLE const handle = memory.alloc(GMEM_MOVEABLE, 256);
    const MovableEntry& entry = *entry_of(handle);
    void* const block = memory.lock(handle);
    EXPECT_EQ(block, entry.pointer);
    EXPECT_EQ(memory.flags(handle), 1u);
    for (ULONG_PTR locks = 1; locks < 0xFF; ++locks) {
        EXPECT_EQ(entry.flags, locks << 16 | 3);
        EXPECT_EQ(memory.lock(handle), block);
    }
    EXPECT_EQ(memory.lock(handle), block);
    EXPECT_EQ(entry.flags, 0xFF0003u);
    for (int i = 1; i < 0xFF; ++i) EXPECT_TRUE(memory.unlock(handle));
    EXPECT_EQ(last_error_of([&] { EXPECT_FALSE(memory.unlock(handle)); }), static_cast<DWORD>(ERROR_SUCCESS));
    EXPECT_EQ(entry.flags, 3u);
    EXPECT_EQ(last_error_of([&] { EXPECT_FALSE(memory.unlock(handle)); }), static_cast<DWORD>(ERROR_NOT_LOCKED));
    memory.free(handle);
}

TEST_P(GlobalLocal, A_fixed_block_is_never_locked) { // [obs]; "GlobalUnlock function": fixed: TRUE
    HANDLE const block = memory.alloc(GMEM_FIXED, 100);
    if (global) {
        EXPECT_EQ(last_error_of([&] { EXPECT_TRUE(memory.unlock(block)); }), untouched);
    } else {
        EXPECT_EQ(last_error_of([&] { EXPECT_FALSE(memory.unlock(block)); }), static_cast<DWORD>(ERROR_NOT_LOCKED));
    }
    memory.free(block);
}

TEST_P(GlobalLocal, An_empty_moveable_block_is_discarded_and_cannot_be_locked) { // [obs]
    HANDLE const handle = memory.alloc(GMEM_MOVEABLE | GMEM_ZEROINIT, 0);
    EXPECT_EQ(entry_of(handle)->flags, 0xBu);
    EXPECT_EQ(entry_of(handle)->pointer, nullptr);
    EXPECT_EQ(memory.size(handle), 0u);
    EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.lock(handle), nullptr); }), static_cast<DWORD>(ERROR_DISCARDED));
    EXPECT_EQ(memory.free(handle), nullptr);
}

TEST_P(GlobalLocal, Flags_tell_what_the_handle_was_made_with) { // [obs]
    HANDLE handle = memory.alloc(GMEM_MOVEABLE | memory.discardable, 0);
    EXPECT_EQ(entry_of(handle)->flags, 0xFu);
    EXPECT_EQ(memory.flags(handle), memory.discardable | GMEM_DISCARDED);
    memory.free(handle);
    handle = memory.alloc(GMEM_MOVEABLE | memory.discardable, 1);
    EXPECT_EQ(entry_of(handle)->flags, 7u);
    EXPECT_EQ(memory.flags(handle), memory.discardable);
    memory.free(handle);
    if (!global) return;
    handle = memory.alloc(GMEM_MOVEABLE | GMEM_DISCARDABLE | GMEM_DDESHARE, 1);
    EXPECT_EQ(entry_of(handle)->flags, 0x8007u);
    EXPECT_EQ(memory.flags(handle), static_cast<UINT>(GMEM_DISCARDABLE | GMEM_DDESHARE));
    memory.free(handle);
}

TEST_P(GlobalLocal, Flags_of_old_that_mean_nothing_are_taken) { // [doc] "provided for compatibility"; [obs]
    for (const UINT flags : {UINT{GMEM_NOCOMPACT}, UINT{GMEM_NODISCARD}, UINT{GMEM_MOVEABLE | GMEM_NODISCARD},
                             GMEM_MOVEABLE | memory.discardable | GMEM_NOCOMPACT | GMEM_NODISCARD, memory.discardable}) {
        HANDLE const handle = memory.alloc(flags, 4);
        ASSERT_NE(handle, nullptr);
        EXPECT_EQ(memory.flags(handle) & ~(memory.discardable | GMEM_DDESHARE), 0u);
        EXPECT_EQ(memory.free(handle), nullptr);
    }
}

TEST(GlobalLocalTable, Both_families_share_65536_moveable_handles) { // [obs]
    for (const MemoryFunctions* memory : {&global_functions, &local_functions}) {
        std::vector<HANDLE> handles;
        for (int i = 0; i < 0x10000; ++i) {
            HANDLE const handle = memory->alloc(GMEM_MOVEABLE | memory->discardable, 0);
            if (!handle) break;
            handles.push_back(handle);
        }
        EXPECT_EQ(handles.size(), 0x10000u);
        for (const MemoryFunctions* each : {&global_functions, &local_functions}) {
            SetLastError(untouched);
            EXPECT_EQ(each->alloc(GMEM_MOVEABLE, 0), nullptr);
            EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
            HANDLE const fixed = each->alloc(GMEM_FIXED, 10);
            EXPECT_NE(fixed, nullptr);
            each->free(fixed);
        }
        for (HANDLE handle : handles) EXPECT_EQ(memory->free(handle), nullptr);
    }
}

TEST(GlobalLocalTable, A_handle_of_one_family_is_one_of_the_other) { // [doc] "GlobalAlloc": the same heap since Win32
    HANDLE const handle = GlobalAlloc(GMEM_MOVEABLE, 10);
    EXPECT_EQ(LocalSize(handle), 10u);
    EXPECT_NE(LocalLock(handle), nullptr);
    EXPECT_EQ(GlobalFlags(handle), 1u);
    LocalUnlock(handle);
    EXPECT_EQ(LocalFree(handle), nullptr);
}

TEST_P(GlobalLocal, A_freed_entry_is_empty_and_not_zero) { // [obs]
    HANDLE const handle = memory.alloc(GMEM_MOVEABLE, 100);
    memory.free(handle);
    EXPECT_NE(entry_of(handle)->flags, 0u);
    EXPECT_EQ(entry_of(handle)->flags % (2 * word), 0u); // the link to the next free one
    EXPECT_EQ(entry_of(handle)->pointer, nullptr);
}

TEST_P(GlobalLocal, Freed_and_invalid_handles_are_noticed) { // [obs]
    HANDLE const freed = memory.alloc(GMEM_MOVEABLE, 256);
    memory.free(freed);
    for (HANDLE handle : {freed, handle_to_nowhere()}) {
        const DWORD invalid = ERROR_INVALID_HANDLE;
        EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.free(handle), handle); }), invalid);
        EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.flags(handle), UINT{GMEM_INVALID_HANDLE}); }), invalid);
        EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.size(handle), 0u); }), invalid);
        EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.lock(handle), nullptr); }), invalid);
        EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.realloc(handle, 0, GMEM_MOVEABLE), nullptr); }), invalid);
        // GlobalUnlock calls a handle that is none "still locked", LocalUnlock does not.
        EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.unlock(handle), global ? TRUE : FALSE); }), invalid);
    }
}

TEST_P(GlobalLocal, Pointers_into_nowhere_are_noticed) { // [obs]
    void* const nowhere = pointer_to_nowhere();
    const DWORD invalid = ERROR_INVALID_HANDLE, noaccess = ERROR_NOACCESS;
    EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.free(nowhere), nowhere); }), noaccess);
    EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.size(nowhere), 0u); }), invalid);
    EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.realloc(nowhere, 0, GMEM_MOVEABLE), nullptr); }), noaccess);
    EXPECT_EQ(last_error_of([&] { EXPECT_EQ(memory.handle(nowhere), nullptr); }), global ? invalid : noaccess);
    const DWORD flags_error =
        last_error_of([&] { EXPECT_EQ(memory.flags(nowhere), UINT{GMEM_INVALID_HANDLE}); });
    if (global) EXPECT_TRUE(flags_error == invalid || flags_error == noaccess) << flags_error; // both were observed
    else EXPECT_EQ(flags_error, noaccess);
    const DWORD lock_error = last_error_of([&] { EXPECT_EQ(memory.lock(nowhere), nullptr); });
    EXPECT_EQ(lock_error, global ? invalid : untouched);
    const DWORD unlock_error = last_error_of([&] { EXPECT_EQ(memory.unlock(nowhere), global ? TRUE : FALSE); });
    EXPECT_EQ(unlock_error, global ? untouched : static_cast<DWORD>(ERROR_NOT_LOCKED));
}

TEST_P(GlobalLocal, Freeing_and_reallocating_nothing) { // [obs]; "LocalFree function": NULL: returns NULL
    EXPECT_EQ(memory.free(nullptr), nullptr);
    EXPECT_EQ(memory.realloc(nullptr, 10, GMEM_MOVEABLE), nullptr);
}

TEST_P(GlobalLocal, A_plain_heap_block_is_its_own_handle) { // [obs]
    const auto get = ntdll<BOOLEAN NTAPI(HANDLE, ULONG, void*, void**, ULONG*)>("RtlGetUserInfoHeap");
    void* const block = HeapAlloc(GetProcessHeap(), 0, 16);
    EXPECT_EQ(memory.handle(block), block);
    void* value = block;
    ULONG flags = untouched;
    EXPECT_TRUE(get(GetProcessHeap(), 0, block, &value, &flags));
    EXPECT_EQ(value, block); // there is none, and nothing is stored
    EXPECT_EQ(flags, 0u);
    HeapFree(GetProcessHeap(), 0, block);
}

TEST_P(GlobalLocal, A_walk_of_the_process_heap_shows_no_moveable_blocks) { // [obs]
    HANDLE const handle = memory.alloc(GMEM_MOVEABLE | GMEM_DDESHARE, 100);
    PROCESS_HEAP_ENTRY entry{};
    HeapLock(GetProcessHeap());
    int shown = 0;
    while (HeapWalk(GetProcessHeap(), &entry))
        shown += (entry.wFlags & (PROCESS_HEAP_ENTRY_MOVEABLE | PROCESS_HEAP_ENTRY_DDESHARE)) != 0;
    HeapUnlock(GetProcessHeap());
    EXPECT_EQ(shown, 0);
    memory.free(handle);
}

TEST(GlobalMemory, Old_names_of_locking_still_lock) { // [doc] "GlobalFix", "GlobalWire": as GlobalLock
    const auto kernel32 = GetModuleHandleW(L"kernel32.dll");
    const auto wire = reinterpret_cast<LPVOID(WINAPI*)(HGLOBAL)>(
        reinterpret_cast<void*>(GetProcAddress(kernel32, "GlobalWire")));
    const auto unwire = reinterpret_cast<BOOL(WINAPI*)(HGLOBAL)>(
        reinterpret_cast<void*>(GetProcAddress(kernel32, "GlobalUnWire")));
    ASSERT_NE(wire, nullptr);
    ASSERT_NE(unwire, nullptr);
    HGLOBAL const handle = GlobalAlloc(GMEM_MOVEABLE, 10);
    EXPECT_EQ(wire(handle), entry_of(handle)->pointer);
    EXPECT_EQ(GlobalFlags(handle), 1u);
    EXPECT_FALSE(unwire(handle));
    EXPECT_EQ(GlobalFlags(handle), 0u);
    GlobalFree(handle);
}
