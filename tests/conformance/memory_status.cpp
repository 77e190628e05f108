// SPDX-License-Identifier: MIT
// GlobalMemoryStatus and GlobalMemoryStatusEx.
//   [doc]  the functions' pages of the Microsoft documentation
//   [obs]  observed on Windows by public tests that are run there
#include <gtest/gtest.h>

#include <windows.h>

#include <algorithm>

namespace {
constexpr DWORD untouched = 0xDEADBEEF;
/// The sources are not asked at the same moment.
void expect_close(ULONGLONG left, ULONGLONG right) {
    constexpr ULONGLONG slack = 64u << 20;
    EXPECT_LE(std::max(left, right) - std::min(left, right), slack);
}
} // namespace

TEST(MemoryStatus, The_structure_must_say_its_size) { // [doc] dwLength; [obs] the error
    MEMORYSTATUSEX status{};
    SetLastError(untouched);
    EXPECT_FALSE(GlobalMemoryStatusEx(&status));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    SetLastError(untouched);
    MEMORYSTATUS old{};
    GlobalMemoryStatus(&old);
    EXPECT_EQ(GetLastError(), untouched);
}

TEST(MemoryStatus, The_numbers_fit_each_other) { // [obs]
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    ASSERT_TRUE(GlobalMemoryStatusEx(&status));
    EXPECT_GT(status.ullTotalPhys, 0u);
    EXPECT_LE(status.ullAvailPhys, status.ullTotalPhys);
    EXPECT_LE(status.ullAvailPageFile, status.ullTotalPageFile);
    EXPECT_LT(status.ullAvailVirtual, status.ullTotalVirtual);
    EXPECT_EQ(status.ullAvailExtendedVirtual, 0u);
    EXPECT_EQ(status.dwMemoryLoad, (status.ullTotalPhys - status.ullAvailPhys) / (status.ullTotalPhys / 100));
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    const auto lowest = reinterpret_cast<ULONG_PTR>(system.lpMinimumApplicationAddress);
    const auto highest = reinterpret_cast<ULONG_PTR>(system.lpMaximumApplicationAddress);
    EXPECT_EQ(status.ullTotalVirtual, ULONGLONG{highest} - lowest + 1);
    ULONGLONG kilobytes = 0;
    EXPECT_TRUE(GetPhysicallyInstalledSystemMemory(&kilobytes));
    EXPECT_GE(kilobytes, status.ullTotalPhys / 1024);
}

TEST(MemoryStatus, The_old_form_says_the_same_as_far_as_it_can) { // [obs]
    MEMORYSTATUS old{};
    GlobalMemoryStatus(&old);
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    GlobalMemoryStatusEx(&status);
    EXPECT_EQ(old.dwTotalPhys, std::min<ULONGLONG>(~SIZE_T{0} >> 1, status.ullTotalPhys));
    EXPECT_EQ(old.dwTotalPageFile, std::min<ULONGLONG>(~SIZE_T{0}, status.ullTotalPageFile));
    EXPECT_EQ(old.dwTotalVirtual, status.ullTotalVirtual);
    expect_close(old.dwAvailVirtual, status.ullAvailVirtual);
}
