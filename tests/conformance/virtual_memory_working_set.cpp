// SPDX-License-Identifier: MIT
// virtual_memory_working_set.cpp: what is in memory, what is locked there, and what a program tells of its use.
// Sources: "Working Set", "VirtualLock function", "SetProcessWorkingSetSize function", "QueryWorkingSetEx function",
// "OfferVirtualMemory function", "DiscardVirtualMemory function", "PrefetchVirtualMemory function", "VirtualAlloc
// function" (MEM_RESET), "CreateMemoryResourceNotification function", Microsoft documentation.
#define PSAPI_VERSION 2
#include "nt_memory_calls.h"

#include <psapi.h>

#include <vector>

namespace {

constexpr SIZE_T page = 0x1000;

struct Pages {
    explicit Pages(SIZE_T count, DWORD protect = PAGE_READWRITE)
        : base(static_cast<char*>(VirtualAlloc(nullptr, count * page, MEM_RESERVE | MEM_COMMIT, protect))) {}
    ~Pages() { VirtualFree(base, 0, MEM_RELEASE); }
    char* base;
};

PSAPI_WORKING_SET_EX_BLOCK working_set_of(void* address) {
    PSAPI_WORKING_SET_EX_INFORMATION info = {};
    info.VirtualAddress = address;
    EXPECT_TRUE(K32QueryWorkingSetEx(GetCurrentProcess(), &info, sizeof info));
    return info.VirtualAttributes;
}

TEST(WorkingSet, Has_a_page_once_it_was_touched) {
    const Pages one(2);
    EXPECT_EQ(working_set_of(one.base).Valid, 0u);
    one.base[0] = 1;
    const auto touched = working_set_of(one.base);
    EXPECT_EQ(touched.Valid, 1u);
    EXPECT_EQ(touched.Shared, 0u);
    EXPECT_EQ(touched.Win32Protection, ULONG_PTR{PAGE_READWRITE});
    EXPECT_EQ(working_set_of(one.base + page).Valid, 0u);
    EXPECT_EQ(working_set_of(nullptr).Valid, 0u);
}

TEST(WorkingSet, Has_no_page_that_cannot_be_touched) {
    const Pages one(1);
    one.base[0] = 1;
    DWORD old = 0;
    ASSERT_TRUE(VirtualProtect(one.base, page, PAGE_NOACCESS, &old));
    EXPECT_EQ(working_set_of(one.base).Valid, 0u);
}

TEST(WorkingSet, Views_of_a_mapping_are_shared) {
    const HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, page, nullptr);
    char* const view = static_cast<char*>(MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0));
    view[0] = 1;
    EXPECT_EQ(working_set_of(view).Valid, 1u);
    EXPECT_EQ(working_set_of(view).Shared, 1u);
    UnmapViewOfFile(view);
    CloseHandle(section);
}

TEST(WorkingSet, Can_be_listed) {
    const Pages one(1);
    one.base[0] = 1;
    ULONG_PTR count = 0;
    EXPECT_FALSE(K32QueryWorkingSet(GetCurrentProcess(), &count, sizeof count));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_BAD_LENGTH});
    ASSERT_NE(count, 0u);
    std::vector<ULONG_PTR> list(count * 2 + 1000);
    ASSERT_TRUE(K32QueryWorkingSet(GetCurrentProcess(), list.data(), static_cast<DWORD>(list.size() * sizeof(ULONG_PTR))));
    bool found = false;
    for (ULONG_PTR i = 1; i <= list[0]; ++i)
        found |= (list[i] & ~ULONG_PTR{0xFFF}) == reinterpret_cast<ULONG_PTR>(one.base);
    EXPECT_TRUE(found);
}

TEST(WorkingSet, Locked_pages_are_in_it) {
    const Pages two(2);
    ASSERT_TRUE(VirtualLock(two.base, 2 * page));
    EXPECT_EQ(working_set_of(two.base).Valid, 1u);
    EXPECT_EQ(working_set_of(two.base).Locked, 1u);
    EXPECT_TRUE(VirtualUnlock(two.base, 2 * page));
    EXPECT_FALSE(VirtualUnlock(two.base, page));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_LOCKED});
}

TEST(WorkingSet, What_is_not_accessible_cannot_be_locked) {
    const Pages one(1, PAGE_NOACCESS);
    EXPECT_FALSE(VirtualLock(one.base, page));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOACCESS});
}

TEST(WorkingSet, Its_minimum_bounds_what_can_be_locked) {
    SIZE_T minimum = 0, maximum = 0;
    ASSERT_TRUE(GetProcessWorkingSetSize(GetCurrentProcess(), &minimum, &maximum));
    const SIZE_T size = minimum + 64 * page;
    const Pages many(size / page);
    EXPECT_FALSE(VirtualLock(many.base, size));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_WORKING_SET_QUOTA});
    ASSERT_TRUE(SetProcessWorkingSetSize(GetCurrentProcess(), size + 256 * page, maximum + size + 256 * page));
    EXPECT_TRUE(VirtualLock(many.base, size));
    EXPECT_TRUE(VirtualUnlock(many.base, size));
    EXPECT_TRUE(SetProcessWorkingSetSize(GetCurrentProcess(), minimum, maximum));
}

TEST(WorkingSet, Limits_are_checked) {
    EXPECT_FALSE(SetProcessWorkingSetSize(GetCurrentProcess(), 400 * page, 100 * page));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_FALSE(SetProcessWorkingSetSizeEx(
        GetCurrentProcess(), 60 * page, 400 * page, QUOTA_LIMITS_HARDWS_MIN_ENABLE | QUOTA_LIMITS_HARDWS_MIN_DISABLE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    SIZE_T minimum = 0, maximum = 0;
    DWORD flags = 0;
    ASSERT_TRUE(GetProcessWorkingSetSizeEx(GetCurrentProcess(), &minimum, &maximum, &flags));
    EXPECT_LE(minimum, maximum);
    EXPECT_EQ(flags, DWORD{QUOTA_LIMITS_HARDWS_MIN_DISABLE | QUOTA_LIMITS_HARDWS_MAX_DISABLE});
}

TEST(WorkingSet, Emptying_it_loses_nothing) {
    const Pages one(1);
    one.base[7] = 'e';
    EXPECT_TRUE(K32EmptyWorkingSet(GetCurrentProcess()));
    EXPECT_EQ(one.base[7], 'e');
}

// ------------------------------------------------------------------------------------ MEM_RESET and offers
TEST(Reset, Stands_alone_and_takes_memory_that_is_no_files) {
    const Pages one(2);
    EXPECT_EQ(VirtualAlloc(one.base, page, MEM_RESET, PAGE_NOACCESS), one.base);
    EXPECT_EQ(query(one.base).Protect, DWORD{PAGE_READWRITE}); // the protection is not looked at
    EXPECT_EQ(VirtualAlloc(one.base, page, MEM_RESET | MEM_COMMIT, PAGE_READWRITE), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(VirtualAlloc(one.base, page, MEM_RESET, 0), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(VirtualAlloc(GetModuleHandleW(nullptr), page, MEM_RESET, PAGE_READWRITE), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_USER_MAPPED_FILE});
}

TEST(Reset, Leaves_the_pages_that_lie_in_the_range_in_part) {
    const Pages three(3);
    three.base[0] = three.base[2 * page] = 'p';
    EXPECT_NE(VirtualAlloc(three.base + 1, 2 * page, MEM_RESET, PAGE_READWRITE), nullptr);
    EXPECT_EQ(three.base[0], 'p');
    EXPECT_EQ(three.base[2 * page], 'p');
}

TEST(Offer, Pages_are_inaccessible_until_they_are_reclaimed) {
    const Pages two(2);
    two.base[0] = 'o';
    ASSERT_EQ(OfferVirtualMemory(two.base, 2 * page, VmOfferPriorityNormal), DWORD{ERROR_SUCCESS});
    const DWORD reclaimed = ReclaimVirtualMemory(two.base, 2 * page);
    EXPECT_TRUE(reclaimed == ERROR_SUCCESS || reclaimed == ERROR_BUSY);
    if (reclaimed == ERROR_SUCCESS) EXPECT_EQ(two.base[0], 'o');
    two.base[0] = 'p';
}

TEST(Offer, Takes_whole_pages_and_a_priority) {
    const Pages two(2);
    EXPECT_EQ(OfferVirtualMemory(two.base + 1, page, VmOfferPriorityLow), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(OfferVirtualMemory(two.base, page - 1, VmOfferPriorityLow), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(OfferVirtualMemory(two.base, page, static_cast<OFFER_PRIORITY>(9)), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(DiscardVirtualMemory(two.base, page), DWORD{ERROR_SUCCESS});
    EXPECT_EQ(DiscardVirtualMemory(two.base + 1, page), DWORD{ERROR_INVALID_PARAMETER});
}

// ------------------------------------------------------------------------------------ prefetching
/// VirtualAddresses, in NtSetInformationVirtualMemory; the statuses: observed on Windows 10 by public test suites.
TEST(Prefetch, Names_what_is_wrong) {
    const auto set = nt_function<NtStatus(NTAPI*)(HANDLE, ULONG, ULONG_PTR, WIN32_MEMORY_RANGE_ENTRY*, void*, ULONG)>(
        "NtSetInformationVirtualMemory");
    const Pages one(1);
    WIN32_MEMORY_RANGE_ENTRY entry = {one.base, page};
    ULONG flags = 0;
    const HANDLE self = GetCurrentProcess();
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_2, set(self, ~0u, 1, &entry, nullptr, 32));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_5, set(self, 0, 1, &entry, nullptr, 0));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_6, set(self, 0, 1, &entry, &flags, 2));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_3, set(self, 0, 0, nullptr, &flags, sizeof flags));
    EXPECT_STATUS(STATUS_ACCESS_VIOLATION, set(self, 0, 1, nullptr, &flags, sizeof flags));
    EXPECT_STATUS(status_success, set(self, 0, 1, &entry, &flags, sizeof flags));
    entry = {nullptr, 0};
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, set(self, 0, 1, &entry, &flags, sizeof flags));
    entry = {nullptr, page}; // nothing is mapped there: no mistake
    EXPECT_STATUS(status_success, set(self, 0, 1, &entry, &flags, sizeof flags));
    EXPECT_TRUE(PrefetchVirtualMemory(self, 1, &entry, 0));
    EXPECT_FALSE(PrefetchVirtualMemory(self, 1, &entry, 1));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

TEST(Prefetch, Takes_pages_from_the_middle_and_pages_where_nothing_is) {
    char* const image = reinterpret_cast<char*>(GetModuleHandleW(nullptr));
    WIN32_MEMORY_RANGE_ENTRY entries[] = {{image + page, page}, {image, 2 * page}, {nullptr, page}};
    EXPECT_TRUE(PrefetchVirtualMemory(GetCurrentProcess(), 3, entries, 0));
}

// ------------------------------------------------------------------------------------ conditions and counters
TEST(MemoryNotification, Tells_whether_memory_is_low_or_plenty) {
    const HANDLE low = CreateMemoryResourceNotification(LowMemoryResourceNotification);
    const HANDLE high = CreateMemoryResourceNotification(HighMemoryResourceNotification);
    ASSERT_NE(low, nullptr);
    ASSERT_NE(high, nullptr);
    BOOL is_low = TRUE, is_high = TRUE;
    EXPECT_TRUE(QueryMemoryResourceNotification(low, &is_low));
    EXPECT_TRUE(QueryMemoryResourceNotification(high, &is_high));
    EXPECT_FALSE(is_low && is_high);
    EXPECT_EQ(WaitForSingleObject(high, 0), is_high ? DWORD{WAIT_OBJECT_0} : DWORD{WAIT_TIMEOUT});
    CloseHandle(low);
    CloseHandle(high);
    EXPECT_EQ(CreateMemoryResourceNotification(static_cast<MEMORY_RESOURCE_NOTIFICATION_TYPE>(2)), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

TEST(MemoryCounters, Commitment_is_told) {
    PROCESS_MEMORY_COUNTERS_EX before = {}, after = {};
    auto* const counters = reinterpret_cast<PROCESS_MEMORY_COUNTERS*>(&before);
    ASSERT_TRUE(K32GetProcessMemoryInfo(GetCurrentProcess(), counters, sizeof before));
    const Pages many(1024);
    ASSERT_TRUE(K32GetProcessMemoryInfo(GetCurrentProcess(), reinterpret_cast<PROCESS_MEMORY_COUNTERS*>(&after), sizeof after));
    EXPECT_GE(after.PrivateUsage, before.PrivateUsage + 1024 * page);
    EXPECT_GE(after.PeakWorkingSetSize, after.WorkingSetSize);
    EXPECT_NE(after.PageFaultCount, 0u);
}

TEST(MappedFileName, Is_that_of_the_file_behind_a_view) {
    WCHAR name[MAX_PATH] = {};
    const DWORD length = K32GetMappedFileNameW(GetCurrentProcess(), GetModuleHandleW(nullptr), name, MAX_PATH);
    ASSERT_NE(length, 0u);
    EXPECT_EQ(std::wstring(name, 8), L"\\Device\\");
    EXPECT_EQ(std::wstring(name).size(), length);
    WCHAR image[MAX_PATH] = {};
    EXPECT_EQ(K32GetProcessImageFileNameW(GetCurrentProcess(), image, MAX_PATH), length);
    EXPECT_EQ(std::wstring(image), std::wstring(name));
    EXPECT_EQ(K32GetMappedFileNameW(GetCurrentProcess(), GetModuleHandleW(nullptr), name, 0), 0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
    const Pages one(1);
    EXPECT_EQ(K32GetMappedFileNameW(GetCurrentProcess(), one.base, name, MAX_PATH), 0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_UNEXP_NET_ERR});
}

} // namespace
