// SPDX-License-Identifier: MIT
// awe.cpp: address windowing extensions, as Microsoft's example uses them: enable the privilege, allocate frames,
// reserve a window, map, write, unmap, map elsewhere, free.
// Sources: "Address Windowing Extensions", "AWE Example", "AllocateUserPhysicalPages function" and its neighbours,
// Microsoft documentation. An account without the privilege to lock pages in memory skips what needs it.
#include "nt_memory_calls.h"

#include <vector>

namespace {

constexpr SIZE_T page = 0x1000;
constexpr SIZE_T window_pages = 16;

/// Answers the last error: ERROR_SUCCESS, or ERROR_NOT_ALL_ASSIGNED.
DWORD lock_pages_privilege(bool enable) {
    HANDLE token = nullptr;
    EXPECT_TRUE(OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token));
    TOKEN_PRIVILEGES privileges = {};
    privileges.PrivilegeCount = 1;
    privileges.Privileges[0].Attributes = enable ? SE_PRIVILEGE_ENABLED : 0;
    EXPECT_TRUE(LookupPrivilegeValueW(nullptr, L"SeLockMemoryPrivilege", &privileges.Privileges[0].Luid));
    EXPECT_TRUE(AdjustTokenPrivileges(token, FALSE, &privileges, 0, nullptr, nullptr));
    const DWORD error = GetLastError();
    CloseHandle(token);
    return error;
}

class Awe : public testing::Test {
protected:
    void SetUp() override {
        if (lock_pages_privilege(true) == ERROR_NOT_ALL_ASSIGNED) GTEST_SKIP() << "no right to lock pages in memory";
        ULONG_PTR count = window_pages;
        frames.resize(count);
        ASSERT_TRUE(AllocateUserPhysicalPages(GetCurrentProcess(), &count, frames.data())) << GetLastError();
        ASSERT_EQ(count, window_pages);
        window = static_cast<char*>(
            VirtualAlloc(nullptr, window_pages * page, MEM_RESERVE | MEM_PHYSICAL, PAGE_READWRITE));
        ASSERT_NE(window, nullptr);
    }
    void TearDown() override {
        ULONG_PTR count = frames.size();
        if (count != 0) EXPECT_TRUE(FreeUserPhysicalPages(GetCurrentProcess(), &count, frames.data()));
        EXPECT_EQ(count, frames.size());
        if (window) VirtualFree(window, 0, MEM_RELEASE);
        lock_pages_privilege(false);
    }
    bool map(SIZE_T first, SIZE_T count, ULONG_PTR* numbers) {
        SetLastError(0);
        return MapUserPhysicalPages(window + first * page, count, numbers) != FALSE;
    }

    std::vector<ULONG_PTR> frames;
    char* window = nullptr;
};

TEST(AwePrivilege, Is_needed_for_frames_and_large_pages) {
    lock_pages_privilege(false);
    ULONG_PTR count = 1, frame = 0;
    EXPECT_FALSE(AllocateUserPhysicalPages(GetCurrentProcess(), &count, &frame));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PRIVILEGE_NOT_HELD});
    const SIZE_T large = GetLargePageMinimum();
    EXPECT_EQ(VirtualAlloc(nullptr, large, MEM_RESERVE | MEM_COMMIT | MEM_LARGE_PAGES, PAGE_READWRITE), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PRIVILEGE_NOT_HELD});
    EXPECT_EQ(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE | SEC_COMMIT | SEC_LARGE_PAGES, 0,
                                 static_cast<DWORD>(large), nullptr),
              nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PRIVILEGE_NOT_HELD});
}

TEST(AwePrivilege, The_previous_state_says_what_was_changed) {
    if (lock_pages_privilege(false) == ERROR_NOT_ALL_ASSIGNED) GTEST_SKIP() << "no right to lock pages in memory";
    HANDLE token = nullptr;
    ASSERT_TRUE(OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
    TOKEN_PRIVILEGES wanted = {}, before = {};
    wanted.PrivilegeCount = 1;
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    LookupPrivilegeValueW(nullptr, L"SeLockMemoryPrivilege", &wanted.Privileges[0].Luid);
    DWORD needed = 0;
    EXPECT_FALSE(AdjustTokenPrivileges(token, FALSE, &wanted, 4, &before, &needed)); // too small: nothing is done
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
    EXPECT_EQ(needed, sizeof before);
    EXPECT_TRUE(AdjustTokenPrivileges(token, FALSE, &wanted, sizeof before, &before, &needed));
    EXPECT_EQ(before.PrivilegeCount, 1u);
    EXPECT_EQ(before.Privileges[0].Attributes & SE_PRIVILEGE_ENABLED, 0u);
    EXPECT_TRUE(AdjustTokenPrivileges(token, FALSE, &wanted, sizeof before, &before, &needed));
    EXPECT_EQ(before.PrivilegeCount, 0u); // it was enabled already
    CloseHandle(token);
    lock_pages_privilege(false);
}

TEST_F(Awe, A_window_shows_what_is_mapped_into_it) {
    ASSERT_TRUE(map(0, window_pages, frames.data()));
    for (SIZE_T i = 0; i < window_pages; ++i) {
        EXPECT_EQ(window[i * page], 0); // frames come zeroed
        window[i * page] = static_cast<char>('a' + i);
    }
    // Unmapped, and mapped again the other way round: the content goes with the frame.
    ASSERT_TRUE(map(0, window_pages, nullptr));
    std::vector<ULONG_PTR> reversed(frames.rbegin(), frames.rend());
    ASSERT_TRUE(map(0, window_pages, reversed.data()));
    for (SIZE_T i = 0; i < window_pages; ++i) EXPECT_EQ(window[i * page], static_cast<char>('a' + window_pages - 1 - i));
}

TEST_F(Awe, Mapping_over_what_is_mapped_replaces_it) {
    ASSERT_TRUE(map(0, 2, frames.data()));
    window[0] = 'o';
    ASSERT_TRUE(map(0, 1, &frames[5]));
    EXPECT_EQ(window[0], 0);
    ASSERT_TRUE(map(3, 1, &frames[0])); // the one that was pushed out can go elsewhere
    EXPECT_EQ(window[3 * page], 'o');
}

TEST_F(Awe, A_frame_is_not_mapped_twice_and_then_nothing_is_done) {
    ASSERT_TRUE(map(0, 1, frames.data()));
    ULONG_PTR again[2] = {frames[1], frames[0]};
    EXPECT_FALSE(map(4, 2, again));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    ULONG_PTR twice[2] = {frames[2], frames[2]};
    EXPECT_FALSE(map(4, 2, twice));
    ASSERT_TRUE(map(6, 1, &frames[1])); // was not mapped by the call that failed
}

TEST_F(Awe, Frames_of_no_ones_and_places_outside_are_refused) {
    ULONG_PTR wrong = ~ULONG_PTR{0};
    EXPECT_FALSE(map(0, 1, &wrong));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_FALSE(map(window_pages - 1, 2, frames.data()));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    void* const ordinary = VirtualAlloc(nullptr, page, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    EXPECT_FALSE(MapUserPhysicalPages(ordinary, 1, frames.data()));
    VirtualFree(ordinary, 0, MEM_RELEASE);
}

TEST_F(Awe, Scattered_pages_are_mapped_and_unmapped_one_by_one) {
    void* places[3] = {window + 7 * page, window, window + 3 * page};
    ASSERT_TRUE(MapUserPhysicalPagesScatter(places, 3, frames.data()));
    window[7 * page] = '0';
    window[0] = '1';
    window[3 * page] = '2';
    ULONG_PTR other[3] = {0, frames[4], frames[2]};
    ASSERT_TRUE(MapUserPhysicalPagesScatter(places, 3, other));
    EXPECT_EQ(window[0], 0);
    EXPECT_EQ(window[3 * page], '2');
    ASSERT_TRUE(map(9, 1, &frames[1]));
    EXPECT_EQ(window[9 * page], '1');
    ASSERT_TRUE(MapUserPhysicalPagesScatter(places, 3, nullptr));
}

TEST_F(Awe, Two_windows_share_the_frames) {
    char* const second = static_cast<char*>(VirtualAlloc(nullptr, page, MEM_RESERVE | MEM_PHYSICAL, PAGE_READWRITE));
    ASSERT_TRUE(map(0, 1, frames.data()));
    window[9] = 'w';
    EXPECT_FALSE(MapUserPhysicalPages(second, 1, frames.data()));
    ASSERT_TRUE(map(0, 1, nullptr));
    ASSERT_TRUE(MapUserPhysicalPages(second, 1, frames.data()));
    EXPECT_EQ(second[9], 'w');
    EXPECT_TRUE(VirtualFree(second, 0, MEM_RELEASE)); // which unmaps, and does not free
    ASSERT_TRUE(map(0, 1, frames.data()));
    EXPECT_EQ(window[9], 'w');
}

TEST_F(Awe, A_window_is_read_and_written_and_freed_as_a_whole) {
    ASSERT_TRUE(map(0, window_pages, frames.data()));
    DWORD old = 0;
    EXPECT_FALSE(VirtualProtect(window, page, PAGE_READWRITE | PAGE_GUARD, &old));
    EXPECT_FALSE(VirtualFree(window, page, MEM_DECOMMIT));
    EXPECT_EQ(VirtualAlloc(window, page, MEM_COMMIT, PAGE_READWRITE), nullptr);
    EXPECT_TRUE(map(0, window_pages, nullptr));
}

TEST_F(Awe, Freeing_says_how_many_and_takes_them_out_of_the_window) {
    ASSERT_TRUE(map(0, window_pages, frames.data()));
    ULONG_PTR count = 2;
    ASSERT_TRUE(FreeUserPhysicalPages(GetCurrentProcess(), &count, frames.data()));
    EXPECT_EQ(count, 2u);
    frames.erase(frames.begin(), frames.begin() + 2);
    window[2 * page] = 'k'; // the others are still there
    ULONG_PTR more = 1, frame = 0;
    ASSERT_TRUE(AllocateUserPhysicalPages(GetCurrentProcess(), &more, &frame));
    ASSERT_TRUE(map(0, 1, &frame));
    EXPECT_EQ(window[0], 0);
    frames.push_back(frame);
}

TEST(AweWindow, Is_reserved_only_and_for_reading_and_writing) {
    EXPECT_EQ(VirtualAlloc(nullptr, page, MEM_RESERVE | MEM_COMMIT | MEM_PHYSICAL, PAGE_READWRITE), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(VirtualAlloc(nullptr, page, MEM_PHYSICAL, PAGE_READWRITE), nullptr);
    EXPECT_EQ(VirtualAlloc(nullptr, page, MEM_RESERVE | MEM_PHYSICAL, PAGE_READONLY), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

} // namespace
