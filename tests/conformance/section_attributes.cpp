// SPDX-License-Identifier: MIT
// section_attributes.cpp: the kinds of sections, the newer ways to make and map them, and what queries tell of them.
// Sources: "CreateFileMapping function", "CreateFileMapping2 function", "MapViewOfFile3 function", "NtQueryVirtualMemory
// function", "WIN32_MEMORY_REGION_INFORMATION structure", Microsoft documentation; the order of checks and the statuses:
// observed on Windows 10 by public test suites.
#include "nt_memory_calls.h"

namespace {

constexpr SIZE_T page = 0x1000;
constexpr ULONG sec_no_change = 0x400000;
const HANDLE self = GetCurrentProcess();

template<class Function>
Function base_function(const char* name) {
    return reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleA("kernelbase.dll"), name)));
}

struct Section {
    explicit Section(DWORD protection, SIZE_T size = 4 * page)
        : handle(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, protection, 0, static_cast<DWORD>(size), nullptr)) {}
    ~Section() { CloseHandle(handle); }
    HANDLE handle;
};

NtStatus create(ULONG protection, ULONG attributes, SIZE_T size = page) {
    HANDLE section = nullptr;
    LARGE_INTEGER maximum;
    maximum.QuadPart = static_cast<LONGLONG>(size);
    const NtStatus status =
        nt_create_section(&section, SECTION_ALL_ACCESS, nullptr, &maximum, protection, attributes, nullptr);
    if (status == status_success) nt_close(section);
    return status;
}

TEST(SectionAttributes, Must_say_one_way_of_committing) {
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_6, create(PAGE_READWRITE, 0));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_6, create(PAGE_READWRITE, SEC_COMMIT | SEC_RESERVE));
    EXPECT_STATUS(status_success, create(PAGE_READWRITE, SEC_COMMIT));
    EXPECT_STATUS(status_success, create(PAGE_READWRITE, SEC_RESERVE));
    EXPECT_STATUS(status_success, create(PAGE_READWRITE, SEC_COMMIT | SEC_NOCACHE));
    EXPECT_STATUS(STATUS_INVALID_FILE_FOR_SECTION, create(PAGE_READONLY, SEC_IMAGE));
    EXPECT_STATUS(STATUS_INVALID_PAGE_PROTECTION, create(PAGE_READWRITE | PAGE_GUARD, SEC_COMMIT));
    EXPECT_STATUS(STATUS_INVALID_PAGE_PROTECTION, create(PAGE_NOACCESS, SEC_COMMIT));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, create(PAGE_READWRITE, SEC_COMMIT, 0));
}

TEST(SectionAttributes, A_reserved_sections_pages_are_committed_one_by_one) {
    const Section section(PAGE_READWRITE | SEC_RESERVE);
    char* const view = static_cast<char*>(MapViewOfFile(section.handle, FILE_MAP_WRITE, 0, 0, 0));
    ASSERT_NE(view, nullptr);
    EXPECT_EQ(query(view).State, DWORD{MEM_RESERVE});
    EXPECT_EQ(VirtualAlloc(view + page, page, MEM_COMMIT, PAGE_READWRITE), view + page);
    EXPECT_EQ(query(view + page).State, DWORD{MEM_COMMIT});
    EXPECT_EQ(query(view + page).RegionSize, page);
    EXPECT_FALSE(VirtualFree(view + page, page, MEM_DECOMMIT));
    UnmapViewOfFile(view);
}

ULONG attributes_of(HANDLE section) {
    struct { // SECTION_BASIC_INFORMATION
        PVOID base;
        ULONG attributes;
        LARGE_INTEGER size;
    } information{};
    EXPECT_STATUS(status_success, nt_query_section(section, 0, &information, sizeof information, nullptr));
    return information.attributes;
}

TEST(SectionAttributes, Of_a_file_do_not_tell_how_pages_are_committed) { // observed
    WCHAR path[MAX_PATH];
    GetModuleFileNameW(nullptr, path, MAX_PATH);
    const HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr);
    const struct {
        DWORD asked, told;
    } cases[] = {{0, SEC_FILE}, {SEC_COMMIT, SEC_FILE}, {SEC_RESERVE, SEC_FILE}, {SEC_COMMIT | SEC_NOCACHE, SEC_FILE | SEC_NOCACHE},
                 {SEC_IMAGE, SEC_FILE | SEC_IMAGE}, {SEC_IMAGE | SEC_NOCACHE, SEC_FILE | SEC_IMAGE}};
    for (const auto& each : cases) {
        const HANDLE section = CreateFileMappingW(file, nullptr, PAGE_READONLY | each.asked, 0, 0, nullptr);
        ASSERT_NE(section, nullptr) << each.asked;
        EXPECT_EQ(attributes_of(section), each.told) << each.asked;
        CloseHandle(section);
    }
    CloseHandle(file);
    const Section memory(PAGE_READWRITE | SEC_RESERVE);
    EXPECT_EQ(attributes_of(memory.handle), DWORD{SEC_RESERVE});
}

TEST(SectionAttributes, That_do_not_fit_are_refused) { // observed; the privilege for large pages is asked for last
    for (const DWORD wrong : {DWORD{SEC_FILE | SEC_COMMIT}, DWORD{SEC_RESERVE | SEC_LARGE_PAGES}, DWORD{SEC_NOCACHE}}) {
        EXPECT_EQ(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE | wrong, 0, page, nullptr), nullptr);
        EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER}) << wrong;
    }
    EXPECT_EQ(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_EXECUTE, 0, page, nullptr), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

/// SEC_NO_CHANGE: "the view's protection cannot be changed".
TEST(SectionAttributes, A_view_without_change_keeps_its_protection) {
    const Section section(PAGE_READWRITE);
    void* view = nullptr;
    SIZE_T size = 0;
    ASSERT_STATUS_OK(nt_map_view(section.handle, self, &view, 0, 0, nullptr, &size, 2, sec_no_change, PAGE_READWRITE));
    void* base = view;
    SIZE_T bytes = page;
    DWORD old = 0;
    EXPECT_STATUS(STATUS_INVALID_PAGE_PROTECTION, nt_protect(self, &base, &bytes, PAGE_READONLY, &old));
    EXPECT_EQ(query(view).Protect, DWORD{PAGE_READWRITE});
    EXPECT_STATUS(status_success, nt_unmap_view(self, view));
}

TEST(SectionAttributes, An_image_that_is_not_to_be_executed_is_mapped_all_the_same) {
    WCHAR path[MAX_PATH];
    GetModuleFileNameW(nullptr, path, MAX_PATH);
    const HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr);
    const HANDLE section = CreateFileMappingW(file, nullptr, PAGE_READONLY | 0x11000000 /* SEC_IMAGE_NO_EXECUTE */, 0, 0, nullptr);
    ASSERT_NE(section, nullptr) << GetLastError();
    const char* const view = static_cast<const char*>(MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0));
    ASSERT_NE(view, nullptr);
    EXPECT_EQ(view[0], 'M');
    EXPECT_EQ(query(view).Type, DWORD{MEM_IMAGE});
    UnmapViewOfFile(view);
    CloseHandle(section);
    CloseHandle(file);
}

TEST(SectionAttributes, Nodes_of_numa_machines_must_be_there) {
    const Section section(PAGE_READWRITE);
    void* const view = MapViewOfFileExNuma(section.handle, FILE_MAP_WRITE, 0, 0, 0, nullptr, NUMA_NO_PREFERRED_NODE);
    EXPECT_NE(view, nullptr);
    UnmapViewOfFile(view);
    EXPECT_EQ(VirtualAllocExNuma(self, nullptr, page, MEM_RESERVE, PAGE_READWRITE, 0x1000), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

TEST(NewerMappings, Are_made_and_mapped) {
    const auto create2 = base_function<HANDLE(WINAPI*)(HANDLE, SECURITY_ATTRIBUTES*, ULONG, ULONG, ULONG, ULONG64, PCWSTR,
                                                       void*, ULONG)>("CreateFileMapping2");
    const auto map_numa2 =
        base_function<PVOID(WINAPI*)(HANDLE, HANDLE, ULONG64, PVOID, SIZE_T, ULONG, ULONG, ULONG)>("MapViewOfFileNuma2");
    if (!create2 || !map_numa2) GTEST_SKIP() << "Windows before 10 1803";
    const HANDLE section = create2(INVALID_HANDLE_VALUE, nullptr, SECTION_MAP_READ | SECTION_MAP_WRITE, PAGE_READWRITE,
                                   SEC_COMMIT, 2 * page, nullptr, nullptr, 0);
    ASSERT_NE(section, nullptr);
    char* const view = static_cast<char*>(
        map_numa2(section, self, 0, nullptr, 0, 0, PAGE_READWRITE, NUMA_NO_PREFERRED_NODE));
    ASSERT_NE(view, nullptr);
    view[page] = 1;
    EXPECT_EQ(query(view).RegionSize, 2 * page);
    UnmapViewOfFile(view);
    CloseHandle(section);
}

TEST(PackagedApps, Make_no_executable_memory) {
    const auto alloc = base_function<PVOID(WINAPI*)(PVOID, SIZE_T, ULONG, ULONG)>("VirtualAllocFromApp");
    ASSERT_NE(alloc, nullptr);
    void* const memory = alloc(nullptr, page, MEM_RESERVE, PAGE_READWRITE);
    EXPECT_NE(memory, nullptr);
    VirtualFree(memory, 0, MEM_RELEASE);
    for (const ULONG protection : {PAGE_EXECUTE, PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY}) {
        SetLastError(0);
        EXPECT_EQ(alloc(nullptr, page, MEM_RESERVE, protection), nullptr);
        EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    }
}

TEST(Extended, Views_take_no_alignment_and_each_parameter_once) {
    const auto map_ex = nt_function<NtStatus(NTAPI*)(HANDLE, HANDLE, PVOID*, PLARGE_INTEGER, PSIZE_T, ULONG, ULONG, void*, ULONG)>(
        "NtMapViewOfSectionEx");
    if (!map_ex) GTEST_SKIP() << "Windows before 10 1803";
    struct {
        void* lowest;
        void* highest;
        SIZE_T alignment;
    } requirements = {};
    struct alignas(8) {
        ULONG64 type, value;
    } parameters[2] = {{1, reinterpret_cast<ULONG_PTR>(&requirements)}, {1, reinterpret_cast<ULONG_PTR>(&requirements)}};
    const Section section(PAGE_READWRITE);
    const auto map = [&](ULONG count) {
        void* view = nullptr;
        SIZE_T size = 0;
        const NtStatus status = map_ex(section.handle, self, &view, nullptr, &size, 0, PAGE_READWRITE, parameters, count);
        if (status == status_success) {
            if (requirements.highest) EXPECT_LT(view, requirements.highest);
            nt_unmap_view(self, view);
        }
        return status;
    };
    EXPECT_STATUS(status_success, map(1));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, map(2));
    requirements.highest = reinterpret_cast<void*>(ULONG_PTR{0x20000FFF});
    EXPECT_STATUS(status_success, map(1));
    for (const SIZE_T alignment : {0x1000u, 0x10000u, 0x100000u}) {
        requirements.alignment = alignment;
        EXPECT_STATUS(STATUS_INVALID_PARAMETER, map(1)) << alignment;
    }
}

// ------------------------------------------------------------------------------------ what queries tell
struct Region {
    void* allocation_base;
    DWORD allocation_protect;
    DWORD flags;
    SIZE_T region_size;
    SIZE_T commit_size;
};

Region region_of(void* address) {
    const auto query_region =
        base_function<BOOL(WINAPI*)(HANDLE, const void*, int, void*, SIZE_T, PSIZE_T)>("QueryVirtualMemoryInformation");
    Region region = {};
    SIZE_T needed = 0;
    EXPECT_TRUE(query_region(self, address, 0, &region, sizeof region, &needed));
    EXPECT_EQ(needed, sizeof region);
    return region;
}

TEST(RegionInformation, Tells_the_whole_reservation_and_its_kind) {
    char* const memory = static_cast<char*>(VirtualAlloc(nullptr, 4 * page, MEM_RESERVE, PAGE_READWRITE));
    VirtualAlloc(memory + page, page, MEM_COMMIT, PAGE_READONLY);
    const Region mine = region_of(memory + page);
    EXPECT_EQ(mine.allocation_base, memory);
    EXPECT_EQ(mine.region_size, 4 * page);
    EXPECT_EQ(mine.commit_size, page);
    EXPECT_EQ(mine.flags & 0x1F, 1u); // Private
    VirtualFree(memory, 0, MEM_RELEASE);
    EXPECT_EQ(region_of(GetModuleHandleW(nullptr)).flags & 0x1F, 4u); // MappedImage
    const Section section(PAGE_READWRITE);
    void* const view = MapViewOfFile(section.handle, FILE_MAP_WRITE, 0, 0, 0);
    EXPECT_EQ(region_of(view).flags & 0x1F, 8u); // MappedPageFile
    UnmapViewOfFile(view);
}

TEST(RegionInformation, Is_given_as_far_as_the_buffer_goes) {
    char* const memory = static_cast<char*>(VirtualAlloc(nullptr, page, MEM_RESERVE, PAGE_READWRITE));
    Region region = {};
    SIZE_T written = 0;
    constexpr ULONG MemoryRegionInformation = 3;
    const SIZE_T to_commit = offsetof(Region, commit_size);
    EXPECT_STATUS(status_success, nt_query(self, memory, MemoryRegionInformation, &region, to_commit, &written));
    EXPECT_EQ(written, to_commit);
    EXPECT_EQ(region.region_size, page);
    EXPECT_STATUS(STATUS_INFO_LENGTH_MISMATCH,
                  nt_query(self, memory, MemoryRegionInformation, &region, offsetof(Region, region_size), &written));
    VirtualFree(memory, 0, MEM_RELEASE);
    EXPECT_STATUS(STATUS_INVALID_ADDRESS, nt_query(self, memory, MemoryRegionInformation, &region, sizeof region, &written));
}

} // namespace
