// SPDX-License-Identifier: MIT
// placeholders.cpp: reservations that are split, replaced, given back and joined (VirtualAlloc2, MapViewOfFile3).
// Sources: "VirtualAlloc2 function", "VirtualFree function", "MapViewOfFile3 function", "UnmapViewOfFile2 function",
// Microsoft documentation; which wrong use has which status: observed on Windows 10 by public test suites.
#include "nt_memory_calls.h"

namespace {

constexpr SIZE_T page = 0x1000;
constexpr SIZE_T granule = 0x10000;
constexpr DWORD reserve_placeholder = 0x40000, replace_placeholder = 0x4000;
constexpr DWORD coalesce_placeholders = 1, preserve_placeholder = 2;

template<class Function>
Function base_function(const char* name) {
    return reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleA("kernelbase.dll"), name)));
}

const auto alloc2 = base_function<PVOID(WINAPI*)(HANDLE, PVOID, SIZE_T, ULONG, ULONG, void*, ULONG)>("VirtualAlloc2");
const auto map3 = base_function<PVOID(WINAPI*)(HANDLE, HANDLE, PVOID, ULONG64, SIZE_T, ULONG, ULONG, void*, ULONG)>(
    "MapViewOfFile3");
const auto unmap2 = base_function<BOOL(WINAPI*)(HANDLE, PVOID, ULONG)>("UnmapViewOfFile2");
const auto nt_allocate_ex =
    nt_function<NtStatus(NTAPI*)(HANDLE, PVOID*, PSIZE_T, ULONG, ULONG, void*, ULONG)>("NtAllocateVirtualMemoryEx");

NtStatus allocate_ex(void* at, SIZE_T size, ULONG type, ULONG protect) {
    return nt_allocate_ex(GetCurrentProcess(), &at, &size, type, protect, nullptr, 0);
}
NtStatus release(void* at, SIZE_T size, ULONG flags) {
    return nt_free(GetCurrentProcess(), &at, &size, MEM_RELEASE | flags);
}

class Placeholder : public testing::Test {
protected:
    void SetUp() override {
        if (!alloc2 || !map3 || !unmap2 || !nt_allocate_ex) GTEST_SKIP() << "Windows before 10 1803";
        base = static_cast<char*>(
            alloc2(nullptr, nullptr, granule, MEM_RESERVE | reserve_placeholder, PAGE_NOACCESS, nullptr, 0));
        ASSERT_NE(base, nullptr);
    }
    void TearDown() override {
        for (SIZE_T at = 0; base && at < granule; at += page) {
            UnmapViewOfFile(base + at);
            VirtualFree(base + at, 0, MEM_RELEASE);
        }
    }
    SIZE_T region(SIZE_T offset) { return query(base + offset).RegionSize; }

    char* base = nullptr;
};

TEST_F(Placeholder, Looks_like_an_inaccessible_reservation) {
    const auto info = query(base);
    EXPECT_EQ(info.State, DWORD{MEM_RESERVE});
    EXPECT_EQ(info.Type, DWORD{MEM_PRIVATE});
    EXPECT_EQ(info.AllocationProtect, DWORD{PAGE_NOACCESS});
    EXPECT_EQ(info.Protect, 0u);
    EXPECT_EQ(info.RegionSize, granule);
}

TEST_F(Placeholder, Cannot_be_made_with_another_protection) {
    EXPECT_STATUS(STATUS_INVALID_PARAMETER,
                  allocate_ex(nullptr, granule, MEM_RESERVE | reserve_placeholder, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER,
                  allocate_ex(nullptr, granule, MEM_RESERVE | MEM_COMMIT | reserve_placeholder, PAGE_NOACCESS));
}

TEST_F(Placeholder, Is_for_the_extended_service_only) {
    void* at = nullptr;
    SIZE_T size = granule;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, nt_allocate(GetCurrentProcess(), &at, 0, &size,
                                                        MEM_RESERVE | reserve_placeholder, PAGE_NOACCESS));
}

TEST_F(Placeholder, Is_neither_reserved_again_nor_committed) {
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES,
                  allocate_ex(base, granule, MEM_RESERVE | reserve_placeholder, PAGE_NOACCESS));
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, allocate_ex(base, granule, MEM_RESERVE, PAGE_NOACCESS));
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, allocate_ex(base, granule, MEM_COMMIT, PAGE_READWRITE));
}

TEST_F(Placeholder, Is_replaced_by_memory_and_given_back) {
    EXPECT_EQ(alloc2(nullptr, base, granule, MEM_RESERVE | MEM_COMMIT | replace_placeholder, PAGE_READWRITE, nullptr, 0),
              base);
    base[5] = 'x';
    ASSERT_TRUE(VirtualFree(base, granule, MEM_RELEASE | preserve_placeholder));
    EXPECT_EQ(query(base).AllocationProtect, DWORD{PAGE_NOACCESS});
    EXPECT_EQ(query(base).State, DWORD{MEM_RESERVE});
    EXPECT_EQ(alloc2(nullptr, base, granule, MEM_RESERVE | MEM_COMMIT | replace_placeholder, PAGE_READONLY, nullptr, 0),
              base);
    EXPECT_EQ(base[5], 0);
    EXPECT_EQ(query(base).AllocationProtect, DWORD{PAGE_READONLY});
}

TEST_F(Placeholder, Is_replaced_as_a_whole_and_by_a_reservation) {
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES,
                  allocate_ex(base, page, MEM_RESERVE | replace_placeholder, PAGE_NOACCESS));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, allocate_ex(base, granule, replace_placeholder, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, allocate_ex(base, granule, MEM_COMMIT | replace_placeholder, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER,
                  allocate_ex(nullptr, granule, MEM_RESERVE | replace_placeholder, PAGE_READWRITE));
    EXPECT_EQ(query(base).State, DWORD{MEM_RESERVE});
}

TEST_F(Placeholder, Is_split_at_pages) {
    EXPECT_TRUE(VirtualFree(base + 0x8000, 0x4000, MEM_RELEASE | preserve_placeholder));
    EXPECT_EQ(region(0), 0x8000u);
    EXPECT_EQ(region(0x8000), 0x4000u);
    EXPECT_EQ(region(0xC000), 0x4000u);
    EXPECT_EQ(query(base + 0xC000).AllocationBase, base + 0xC000);
}

TEST_F(Placeholder, Splitting_off_nothing_or_all_fails) {
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_3, release(base, 0, preserve_placeholder));
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, release(base, granule, preserve_placeholder));
    void* const ordinary = VirtualAlloc(nullptr, granule, MEM_RESERVE, PAGE_NOACCESS);
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, release(ordinary, granule, preserve_placeholder));
    VirtualFree(ordinary, 0, MEM_RELEASE);
}

TEST_F(Placeholder, Parts_are_joined_when_they_are_covered_exactly) {
    ASSERT_STATUS_OK(release(base, 0x4000, preserve_placeholder));
    ASSERT_STATUS_OK(release(base + 0x4000, 0x4000, preserve_placeholder));
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, release(base, 0x4000, coalesce_placeholders));
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, release(base, granule + page, coalesce_placeholders));
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, release(base, granule - page, coalesce_placeholders));
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, release(base + page, granule - page, coalesce_placeholders));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_3, release(base, 0, coalesce_placeholders));
    EXPECT_STATUS(STATUS_UNABLE_TO_FREE_VM, release(base, granule, 0));
    void* at = base;
    SIZE_T size = granule;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, nt_free(GetCurrentProcess(), &at, &size, coalesce_placeholders));
    EXPECT_TRUE(VirtualFree(base, granule, MEM_RELEASE | coalesce_placeholders));
    EXPECT_EQ(region(0), granule);
}

TEST_F(Placeholder, What_is_replaced_or_free_is_not_joined) {
    ASSERT_STATUS_OK(release(base, 0x4000, preserve_placeholder));
    ASSERT_STATUS_OK(allocate_ex(base + 0x4000, 0xC000, MEM_RESERVE | replace_placeholder, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, release(base, granule, coalesce_placeholders));
    ASSERT_STATUS_OK(release(base + 0x4000, 0xC000, 0));
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, release(base, granule, coalesce_placeholders));
}

TEST_F(Placeholder, Two_views_side_by_side_make_a_ring) {
    const HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, granule / 2, nullptr);
    ASSERT_NE(section, nullptr);
    ASSERT_TRUE(VirtualFree(base, granule / 2, MEM_RELEASE | preserve_placeholder));
    EXPECT_EQ(map3(section, nullptr, base, 0, granule / 2, replace_placeholder, PAGE_READWRITE, nullptr, 0), base);
    EXPECT_EQ(map3(section, nullptr, base + granule / 2, 0, granule / 2, replace_placeholder, PAGE_READWRITE, nullptr, 0),
              base + granule / 2);
    CloseHandle(section);
    base[3] = 'r';
    EXPECT_EQ(base[granule / 2 + 3], 'r');
    EXPECT_EQ(query(base).Type, DWORD{MEM_MAPPED});
    EXPECT_TRUE(unmap2(GetCurrentProcess(), base, preserve_placeholder));
    EXPECT_TRUE(unmap2(GetCurrentProcess(), base + granule / 2, preserve_placeholder));
    EXPECT_TRUE(VirtualFree(base, granule, MEM_RELEASE | coalesce_placeholders));
    EXPECT_EQ(region(0), granule);
}

TEST_F(Placeholder, A_view_takes_the_whole_placeholder) {
    const HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, granule / 2, nullptr);
    EXPECT_EQ(map3(section, nullptr, base, 0, granule / 2, replace_placeholder, PAGE_READWRITE, nullptr, 0), nullptr);
    EXPECT_EQ(query(base).RegionSize, granule);
    CloseHandle(section);
}

TEST_F(Placeholder, An_ordinary_view_is_not_unmapped_to_one) {
    const HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, granule, nullptr);
    void* const view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    EXPECT_FALSE(unmap2(GetCurrentProcess(), view, preserve_placeholder));
    EXPECT_EQ(query(view).Type, DWORD{MEM_MAPPED});
    EXPECT_TRUE(UnmapViewOfFile(view));
    CloseHandle(section);
}

// ------------------------------------------------------------------------------------ address requirements
struct Requirements {
    void* lowest;
    void* highest;
    SIZE_T alignment;
};
struct alignas(8) Parameter {
    ULONG64 type;
    ULONG64 value;
};

NtStatus reserve_with(Requirements wanted, void** at, SIZE_T size = page, ULONG count = 1) {
    Parameter parameters[2] = {{1, reinterpret_cast<ULONG_PTR>(&wanted)}, {1, reinterpret_cast<ULONG_PTR>(&wanted)}};
    return nt_allocate_ex(GetCurrentProcess(), at, &size, MEM_RESERVE, PAGE_READWRITE, parameters, count);
}
void* pointer(ULONG_PTR value) { return reinterpret_cast<void*>(value); }

class AddressRequirements : public testing::Test {
protected:
    void SetUp() override {
        if (!nt_allocate_ex) GTEST_SKIP() << "Windows before 10 1803";
    }
    void TearDown() override {
        if (at) VirtualFree(at, 0, MEM_RELEASE);
    }
    void* at = nullptr;
};

TEST_F(AddressRequirements, Bound_and_align_the_base) {
    ASSERT_STATUS_OK(reserve_with({pointer(0x20000000), pointer(0x2FFFFFFF), 0x400000}, &at));
    EXPECT_EQ(reinterpret_cast<ULONG_PTR>(at) % 0x400000, 0u);
    EXPECT_GE(at, pointer(0x20000000));
    EXPECT_LT(at, pointer(0x30000000));
}
TEST_F(AddressRequirements, Are_checked) {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    char* const maximum = static_cast<char*>(system.lpMaximumApplicationAddress);
    for (const ULONG_PTR last : {0x20001001u, 0x20000FFEu, 0x200007FFu})
        EXPECT_STATUS(STATUS_INVALID_PARAMETER, reserve_with({nullptr, pointer(last), 0}, &at)) << last;
    for (const ULONG_PTR first : {0x20001000u, 0x20000FFFu, 0x20001001u})
        EXPECT_STATUS(STATUS_INVALID_PARAMETER, reserve_with({pointer(first), nullptr, 0}, &at)) << first;
    for (const SIZE_T alignment : {0x8000u, 0x30000u})
        EXPECT_STATUS(STATUS_INVALID_PARAMETER, reserve_with({nullptr, nullptr, alignment}, &at)) << alignment;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, reserve_with({pointer(0x30000000), pointer(0x20000000), 0}, &at));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, reserve_with({nullptr, maximum + page, 0}, &at));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, reserve_with({maximum + 1, nullptr, 0}, &at));
}
TEST_F(AddressRequirements, That_nothing_can_meet_are_no_memory) {
    EXPECT_STATUS(STATUS_NO_MEMORY, reserve_with({nullptr, pointer(0x20000FFF), 0x20000000}, &at, 2 * page));
}
TEST_F(AddressRequirements, Come_once_and_not_with_a_base) {
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, reserve_with({}, &at, page, 2));
    void* given = pointer(0x20000000);
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, reserve_with({nullptr, pointer(0x2FFFFFFF), 0}, &given));
    ASSERT_STATUS_OK(reserve_with({}, &at));
}
TEST_F(AddressRequirements, Parameters_must_be_there_and_known) {
    SIZE_T size = page;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER,
                  nt_allocate_ex(GetCurrentProcess(), &at, &size, MEM_RESERVE, PAGE_READWRITE, nullptr, 1));
    for (const ULONG64 type : {0u, 200u}) {
        Parameter parameter{type, 0};
        EXPECT_STATUS(STATUS_INVALID_PARAMETER,
                      nt_allocate_ex(GetCurrentProcess(), &at, &size, MEM_RESERVE, PAGE_READWRITE, &parameter, 1));
    }
}

} // namespace
