// SPDX-License-Identifier: MIT
// section_views.cpp: file mappings and their views.
// Sources: "CreateFileMapping function", "MapViewOfFile function", "ZwCreateSection function", "ZwMapViewOfSection
// function", "SEC_RESERVE", Microsoft documentation.
#include "nt_memory_calls.h"

#include <vector>

namespace {

constexpr SIZE_T page = 0x1000;
constexpr SIZE_T granule = 0x10000;

struct Mapping {
    Mapping(HANDLE file, DWORD protect, DWORD bytes)
        : handle(CreateFileMappingA(file, nullptr, protect, 0, bytes, nullptr)) {}
    ~Mapping() { CloseHandle(handle); }
    char* view(DWORD access, DWORD offset = 0, SIZE_T bytes = 0) {
        return static_cast<char*>(MapViewOfFile(handle, access, 0, offset, bytes));
    }
    HANDLE handle;
};

class FileView : public testing::Test {
protected:
    FileView() {
        char folder[MAX_PATH];
        char path[MAX_PATH];
        GetTempPathA(MAX_PATH, folder);
        GetTempFileNameA(folder, "ori", 0, path);
        file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr, CREATE_ALWAYS,
                           FILE_FLAG_DELETE_ON_CLOSE, nullptr);
        std::vector<char> bytes(0x3800, 'f');
        DWORD done = 0;
        WriteFile(file, bytes.data(), static_cast<DWORD>(bytes.size()), &done, nullptr);
    }
    ~FileView() override { CloseHandle(file); }
    char byte_in_file(DWORD offset) {
        char byte = 0;
        DWORD done = 0;
        SetFilePointer(file, static_cast<LONG>(offset), nullptr, FILE_BEGIN);
        EXPECT_TRUE(ReadFile(file, &byte, 1, &done, nullptr));
        return byte;
    }
    HANDLE file;
};

TEST(PagefileView, Two_views_of_a_mapping_show_the_same_memory) {
    Mapping mapping(INVALID_HANDLE_VALUE, PAGE_READWRITE, 2 * page);
    char* const one = mapping.view(FILE_MAP_WRITE);
    char* const two = mapping.view(FILE_MAP_READ);
    ASSERT_NE(one, two);
    EXPECT_EQ(one[page], 0);
    one[page] = 'x';
    EXPECT_EQ(two[page], 'x');
    EXPECT_EQ(query(one).Type, DWORD{MEM_MAPPED});
    EXPECT_EQ(query(one).Protect, DWORD{PAGE_READWRITE});
    EXPECT_EQ(query(two).Protect, DWORD{PAGE_READONLY});
    EXPECT_EQ(query(two).RegionSize, 2 * page);
    EXPECT_TRUE(UnmapViewOfFile(one));
    EXPECT_TRUE(UnmapViewOfFile(two));
}
TEST(PagefileView, A_view_outlives_its_mappings_handle) {
    char* view = nullptr;
    {
        Mapping mapping(INVALID_HANDLE_VALUE, PAGE_READWRITE, page);
        view = mapping.view(FILE_MAP_WRITE);
    }
    view[5] = 'x';
    EXPECT_EQ(view[5], 'x');
    EXPECT_TRUE(UnmapViewOfFile(view));
}
TEST(PagefileView, Copied_on_write_a_page_becomes_the_views_own) {
    Mapping mapping(INVALID_HANDLE_VALUE, PAGE_READWRITE, 2 * page);
    char* const shared = mapping.view(FILE_MAP_WRITE);
    char* const copy = mapping.view(FILE_MAP_COPY);
    EXPECT_EQ(query(copy).Protect, DWORD{PAGE_WRITECOPY});
    shared[0] = 'a';
    copy[0] = 'b';
    EXPECT_EQ(shared[0], 'a');
    EXPECT_EQ(copy[0], 'b');
    shared[page] = 'c';
    EXPECT_EQ(copy[page], 'c');
    UnmapViewOfFile(shared);
    UnmapViewOfFile(copy);
}
TEST(PagefileView, What_is_asked_for_decides_its_protection) { // observed: writing before reading before copying
    Mapping mapping(INVALID_HANDLE_VALUE, PAGE_EXECUTE_READWRITE, page);
    constexpr DWORD read = FILE_MAP_READ, write = FILE_MAP_WRITE, copy = FILE_MAP_COPY, execute = FILE_MAP_EXECUTE;
    const struct {
        DWORD access, protection;
    } cases[] = {{0, PAGE_NOACCESS}, {copy, PAGE_WRITECOPY}, {write, PAGE_READWRITE}, {write | copy, PAGE_READWRITE},
                 {read, PAGE_READONLY}, {read | copy, PAGE_READONLY}, {read | write | copy, PAGE_READWRITE},
                 {execute, PAGE_NOACCESS}, {execute | copy, PAGE_EXECUTE_WRITECOPY}, {execute | write, PAGE_EXECUTE_READWRITE},
                 {execute | read, PAGE_EXECUTE_READ}, {execute | read | copy, PAGE_EXECUTE_READ},
                 {SECTION_MAP_EXECUTE | copy, PAGE_NOACCESS}, {SECTION_MAP_EXECUTE | read, PAGE_READONLY}};
    for (const auto& each : cases) {
        char* const view = mapping.view(each.access);
        ASSERT_NE(view, nullptr) << each.access;
        EXPECT_EQ(query(view).Protect, each.protection) << each.access;
        UnmapViewOfFile(view);
    }
}
TEST(PagefileView, Its_pages_may_be_committed_to_be_copied) { // observed
    Mapping mapping(INVALID_HANDLE_VALUE, PAGE_READWRITE, page);
    char* const view = mapping.view(FILE_MAP_WRITE);
    view[0] = 'a';
    EXPECT_EQ(VirtualAlloc(view, page, MEM_COMMIT, PAGE_WRITECOPY), view);
    EXPECT_EQ(query(view).Protect, DWORD{PAGE_WRITECOPY});
    view[0] = 'b';
    EXPECT_EQ(query(view).Protect, DWORD{PAGE_READWRITE});
    char* const other = mapping.view(FILE_MAP_READ);
    EXPECT_EQ(other[0], 'a');
    UnmapViewOfFile(other);
    UnmapViewOfFile(view);
    EXPECT_EQ(VirtualAlloc(nullptr, page, MEM_COMMIT, PAGE_WRITECOPY), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}
TEST(PagefileView, Without_cache_so_are_its_pages) { // observed on Windows 7 and later
    Mapping mapping(INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_COMMIT | SEC_NOCACHE, 2 * page);
    char* const view = mapping.view(FILE_MAP_WRITE);
    EXPECT_EQ(query(view).Protect, DWORD{PAGE_READWRITE | PAGE_NOCACHE});
    EXPECT_EQ(query(view).AllocationProtect, DWORD{PAGE_READWRITE | PAGE_NOCACHE});
    EXPECT_EQ(VirtualAlloc(view, page, MEM_COMMIT, PAGE_READONLY), view);
    EXPECT_EQ(query(view).Protect, DWORD{PAGE_READONLY | PAGE_NOCACHE});
    UnmapViewOfFile(view);
}
TEST(PagefileView, Reserved_pages_are_committed_for_all_views) {
    Mapping mapping(INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_RESERVE, 4 * granule);
    char* const one = mapping.view(FILE_MAP_WRITE);
    char* const two = mapping.view(FILE_MAP_WRITE);
    EXPECT_EQ(query(one).State, DWORD{MEM_RESERVE});
    EXPECT_EQ(query(one).RegionSize, 4 * granule);
    ASSERT_NE(VirtualAlloc(one + granule, page, MEM_COMMIT, PAGE_READWRITE), nullptr);
    one[granule] = 'x';
    EXPECT_EQ(two[granule], 'x');
    EXPECT_EQ(query(two + granule).State, DWORD{MEM_COMMIT});
    EXPECT_EQ(query(two + granule).RegionSize, page);
    EXPECT_EQ(query(two).RegionSize, granule);
    UnmapViewOfFile(one);
    UnmapViewOfFile(two);
}
TEST(PagefileView, A_name_leads_to_the_same_mapping) {
    const HANDLE one =
        CreateFileMappingA(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, page, "oriel-conformance-section");
    ASSERT_NE(one, nullptr);
    SetLastError(0);
    const HANDLE two =
        CreateFileMappingA(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, page, "oriel-conformance-section");
    ASSERT_NE(two, nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_EXISTS});
    const HANDLE three = OpenFileMappingA(FILE_MAP_READ, FALSE, "oriel-conformance-section");
    ASSERT_NE(three, nullptr);
    EXPECT_EQ(MapViewOfFile(three, FILE_MAP_WRITE, 0, 0, 0), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ACCESS_DENIED});
    for (const HANDLE handle : {one, two, three}) CloseHandle(handle);
    EXPECT_EQ(OpenFileMappingA(FILE_MAP_READ, FALSE, "oriel-conformance-section"), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
}
TEST(PagefileView, Freeing_a_view_as_memory_fails) {
    Mapping mapping(INVALID_HANDLE_VALUE, PAGE_READWRITE, page);
    void* view = mapping.view(FILE_MAP_WRITE);
    EXPECT_FALSE(VirtualFree(view, 0, MEM_RELEASE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_TRUE(UnmapViewOfFile(view));
    EXPECT_FALSE(UnmapViewOfFile(view));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_ADDRESS});
}
TEST(PagefileView, A_view_cannot_be_protected_beyond_its_mapping) {
    Mapping mapping(INVALID_HANDLE_VALUE, PAGE_READWRITE, page);
    char* const view = mapping.view(FILE_MAP_READ);
    DWORD old = 0;
    EXPECT_FALSE(VirtualProtect(view, page, PAGE_READWRITE, &old));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_TRUE(VirtualProtect(view, page, PAGE_NOACCESS, &old));
    EXPECT_EQ(old, DWORD{PAGE_READONLY});
    UnmapViewOfFile(view);
}

TEST_F(FileView, Its_pages_are_committed_already) { // STATUS_ALREADY_COMMITTED; observed for every protection
    Mapping mapping(file, PAGE_READWRITE, 0);
    char* const view = mapping.view(FILE_MAP_WRITE);
    for (const DWORD protection : {DWORD{PAGE_READONLY}, DWORD{PAGE_READWRITE}, DWORD{PAGE_WRITECOPY}, DWORD{PAGE_EXECUTE}}) {
        SetLastError(0);
        EXPECT_EQ(VirtualAlloc(view, page, MEM_COMMIT, protection), nullptr);
        EXPECT_EQ(GetLastError(), DWORD{ERROR_ACCESS_DENIED});
    }
    UnmapViewOfFile(view);
}
TEST_F(FileView, Shows_the_file_and_zeros_after_its_end) {
    Mapping mapping(file, PAGE_READONLY, 0);
    char* const view = mapping.view(FILE_MAP_READ);
    ASSERT_NE(view, nullptr);
    EXPECT_EQ(view[0x37FF], 'f');
    EXPECT_EQ(view[0x3800], 0);
    EXPECT_EQ(query(view).RegionSize, 4 * page);
    UnmapViewOfFile(view);
}
TEST_F(FileView, A_write_through_a_view_is_a_write_to_the_file) {
    Mapping mapping(file, PAGE_READWRITE, 0);
    char* const view = mapping.view(FILE_MAP_WRITE);
    view[0x1234] = 'x';
    EXPECT_EQ(byte_in_file(0x1234), 'x');
    EXPECT_TRUE(FlushViewOfFile(view, 0));
    UnmapViewOfFile(view);
}
TEST_F(FileView, A_larger_mapping_makes_the_file_grow) {
    {
        Mapping mapping(file, PAGE_READWRITE, 0x9000);
        ASSERT_NE(mapping.handle, nullptr);
    }
    EXPECT_EQ(GetFileSize(file, nullptr), 0x9000u);
}
TEST_F(FileView, A_larger_mapping_that_cannot_write_fails) {
    EXPECT_EQ(CreateFileMappingA(file, nullptr, PAGE_READONLY, 0, 0x9000, nullptr), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_ENOUGH_MEMORY});
}
TEST_F(FileView, An_empty_file_cannot_be_mapped) {
    SetFilePointer(file, 0, nullptr, FILE_BEGIN);
    SetEndOfFile(file);
    EXPECT_EQ(CreateFileMappingA(file, nullptr, PAGE_READONLY, 0, 0, nullptr), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_INVALID});
}
TEST_F(FileView, An_offset_is_a_multiple_of_64_KiB) {
    Mapping mapping(file, PAGE_READWRITE, 3 * granule);
    EXPECT_EQ(mapping.view(FILE_MAP_READ, page), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_MAPPED_ALIGNMENT});
    char* const view = mapping.view(FILE_MAP_READ, granule);
    ASSERT_NE(view, nullptr);
    EXPECT_EQ(query(view).RegionSize, 2 * granule);
    UnmapViewOfFile(view);
}
TEST_F(FileView, A_view_stays_inside_its_mapping) {
    Mapping mapping(file, PAGE_READWRITE, 2 * granule);
    EXPECT_EQ(mapping.view(FILE_MAP_READ, granule, granule + 1), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ACCESS_DENIED});
}

NtStatus create(ULONG protect, ULONG attributes, LONGLONG bytes) {
    LARGE_INTEGER size;
    size.QuadPart = bytes;
    HANDLE section = nullptr;
    const NtStatus status =
        nt_create_section(&section, SECTION_ALL_ACCESS, nullptr, &size, protect, attributes, nullptr);
    if (status == status_success) nt_close(section);
    return status;
}

TEST(Section, Wrong_parameters_are_named) {
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_6, create(PAGE_READWRITE, 0, page));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_6, create(PAGE_READWRITE, SEC_RESERVE | SEC_COMMIT, page));
    EXPECT_STATUS(STATUS_INVALID_PAGE_PROTECTION, create(0, SEC_COMMIT, page));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, create(PAGE_READWRITE, SEC_COMMIT, 0));
    EXPECT_STATUS(STATUS_INVALID_FILE_FOR_SECTION, create(PAGE_READONLY, SEC_IMAGE, 0));
}
TEST(Section, A_wrong_view_is_named) {
    LARGE_INTEGER size;
    size.QuadPart = granule;
    HANDLE section = nullptr;
    ASSERT_EQ(nt_create_section(&section, SECTION_ALL_ACCESS, nullptr, &size, PAGE_READWRITE, SEC_COMMIT, nullptr),
              status_success);
    const auto map = [&](void* base, ULONG_PTR zero_bits, LONGLONG at, SIZE_T bytes, DWORD inherit, ULONG type,
                         ULONG protect) {
        LARGE_INTEGER offset;
        offset.QuadPart = at;
        const NtStatus status =
            nt_map_view(section, GetCurrentProcess(), &base, zero_bits, 0, &offset, &bytes, inherit, type, protect);
        if (status == status_success) nt_unmap_view(GetCurrentProcess(), base);
        return status;
    };
    void* const free_place = VirtualAlloc(nullptr, 4 * granule, MEM_RESERVE, PAGE_READWRITE);
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, map(free_place, 0, 0, 0, 1, 0, PAGE_READWRITE));
    VirtualFree(free_place, 0, MEM_RELEASE);
    EXPECT_STATUS(STATUS_SUCCESS, map(free_place, 0, 0, 0, 1, 0, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_8, map(nullptr, 0, 0, 0, 0, 0, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_8, map(nullptr, 0, 0, 0, 3, 0, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, map(nullptr, 22, 0, 0, 1, 0, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_PAGE_PROTECTION, map(nullptr, 0, 0, 0, 1, 0, 0));
    EXPECT_STATUS(STATUS_MAPPED_ALIGNMENT, map(nullptr, 0, 1, 0, 1, 0, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_MAPPED_ALIGNMENT, map(bytes_at(free_place, page), 0, 0, 0, 1, 0, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_INVALID_VIEW_SIZE, map(nullptr, 0, 0, granule + 1, 1, 0, PAGE_READWRITE));
    EXPECT_STATUS(STATUS_SECTION_PROTECTION, map(nullptr, 0, 0, 0, 1, 0, PAGE_EXECUTE_READ));
    nt_close(section);
}
TEST(Section, Tells_its_size_in_whole_pages) {
    LARGE_INTEGER size;
    size.QuadPart = 5;
    HANDLE section = nullptr;
    ASSERT_EQ(nt_create_section(&section, SECTION_ALL_ACCESS, nullptr, &size, PAGE_READWRITE, SEC_COMMIT, nullptr),
              status_success);
    struct {
        void* base;
        ULONG attributes;
        LARGE_INTEGER size;
    } info = {};
    ASSERT_EQ(nt_query_section(section, 0, &info, sizeof info, nullptr), status_success);
    EXPECT_EQ(info.size.QuadPart, LONGLONG{page});
    EXPECT_EQ(info.attributes, ULONG{SEC_COMMIT});
    EXPECT_STATUS(STATUS_INFO_LENGTH_MISMATCH, nt_query_section(section, 0, &info, sizeof info - 1, nullptr));
    nt_close(section);
}

class ImageView : public testing::Test {
protected:
    ImageView() {
        char path[MAX_PATH];
        GetModuleFileNameA(nullptr, path, MAX_PATH);
        file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr);
    }
    ~ImageView() override { CloseHandle(file); }
    HANDLE file;
};

TEST_F(ImageView, Of_this_program_is_laid_out_and_relocated) {
    Mapping mapping(file, PAGE_READONLY | SEC_IMAGE, 0);
    ASSERT_NE(mapping.handle, nullptr);
    char* const view = mapping.view(FILE_MAP_READ);
    ASSERT_NE(view, nullptr);
    const auto* const running = reinterpret_cast<const char*>(GetModuleHandleA(nullptr));
    EXPECT_NE(view, running);
    const auto info = query(view);
    EXPECT_EQ(info.Type, DWORD{MEM_IMAGE});
    EXPECT_EQ(info.AllocationProtect, DWORD{PAGE_EXECUTE_WRITECOPY});
    EXPECT_EQ(info.Protect, DWORD{PAGE_READONLY});
    const auto* const dos = reinterpret_cast<const IMAGE_DOS_HEADER*>(view);
    EXPECT_EQ(dos->e_magic, IMAGE_DOS_SIGNATURE);
    const auto* const headers = reinterpret_cast<const IMAGE_NT_HEADERS*>(view + dos->e_lfanew);
    const char* const entry = view + headers->OptionalHeader.AddressOfEntryPoint;
    EXPECT_EQ(memcmp(entry, running + headers->OptionalHeader.AddressOfEntryPoint, 4), 0);
    EXPECT_EQ(query(entry).Protect, DWORD{PAGE_EXECUTE_READ});
    UnmapViewOfFile(view);
}
// "Memory Protection Constants": PAGE_WRITECOPY; an attempt to write makes a private copy, "marked as PAGE_READWRITE".
// Two pages each, so that one of them is certainly nobody else's.
char initialised[3 * page] = {1};
char zeros[3 * page];

void expect_copy_at_first_write(char* at) {
    at = reinterpret_cast<char*>((reinterpret_cast<ULONG_PTR>(at) + page - 1) & ~ULONG_PTR{page - 1});
    EXPECT_EQ(query(at).Protect, DWORD{PAGE_WRITECOPY});
    EXPECT_EQ(*static_cast<volatile char*>(at + page), 0);
    EXPECT_EQ(query(at + page).Protect, DWORD{PAGE_WRITECOPY}) << "reading changes nothing";
    at[5] = 'x';
    EXPECT_EQ(query(at).Protect, DWORD{PAGE_READWRITE});
    EXPECT_EQ(query(at).RegionSize, SIZE_T{page});
    EXPECT_EQ(query(at + page).Protect, DWORD{PAGE_WRITECOPY});
    DWORD old = 0;
    EXPECT_TRUE(VirtualProtect(at, page, PAGE_READONLY, &old));
    EXPECT_EQ(old, DWORD{PAGE_READWRITE});
    EXPECT_TRUE(VirtualProtect(at + page, page, PAGE_READONLY, &old));
    EXPECT_EQ(old, DWORD{PAGE_WRITECOPY});
    EXPECT_EQ(at[5], 'x');
}

TEST_F(ImageView, A_page_of_data_is_copied_at_its_first_write) {
    Mapping mapping(file, PAGE_READONLY | SEC_IMAGE, 0);
    ASSERT_NE(mapping.handle, nullptr);
    char* const view = mapping.view(FILE_MAP_READ);
    ASSERT_NE(view, nullptr);
    char* const running = reinterpret_cast<char*>(GetModuleHandleA(nullptr));
    expect_copy_at_first_write(view + (initialised - running));
    expect_copy_at_first_write(view + (zeros - running));
    UnmapViewOfFile(view);
}
TEST_F(ImageView, What_is_no_image_cannot_be_one) {
    char folder[MAX_PATH];
    char path[MAX_PATH];
    GetTempPathA(MAX_PATH, folder);
    GetTempFileNameA(folder, "ori", 0, path);
    const HANDLE text = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS,
                                    FILE_FLAG_DELETE_ON_CLOSE, nullptr);
    DWORD done = 0;
    const std::vector<char> bytes(0x2000, 'z');
    WriteFile(text, bytes.data(), static_cast<DWORD>(bytes.size()), &done, nullptr);
    EXPECT_EQ(CreateFileMappingA(text, nullptr, PAGE_READONLY | SEC_IMAGE, 0, 0, nullptr), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_BAD_EXE_FORMAT});
    CloseHandle(text);
}
TEST_F(ImageView, Data_pages_of_this_program_are_told_as_copied_once_written) {
    static volatile char data[3 * page] = {1};
    char* const middle = const_cast<char*>(data) + page;
    *static_cast<volatile char*>(middle) = 2;
    const auto info = query(middle);
    EXPECT_EQ(info.Type, DWORD{MEM_IMAGE});
    EXPECT_EQ(info.Protect, DWORD{PAGE_READWRITE});
}

// "SetEndOfFile function": the views must be unmapped and the mapping closed first; "CreateFileW function" truncates by
// CREATE_ALWAYS, which is refused likewise (ERROR_USER_MAPPED_FILE).
TEST_F(FileView, A_file_does_not_become_shorter_under_its_mapping) {
    const auto set_size = [&](LONG bytes) {
        SetFilePointer(file, bytes, nullptr, FILE_BEGIN);
        SetLastError(0);
        return SetEndOfFile(file);
    };
    char* view = nullptr;
    {
        Mapping mapping(file, PAGE_READWRITE, 0);
        view = mapping.view(FILE_MAP_READ);
        ASSERT_NE(view, nullptr);
        EXPECT_FALSE(set_size(0x1000));
        EXPECT_EQ(GetLastError(), DWORD{ERROR_USER_MAPPED_FILE});
        EXPECT_TRUE(set_size(0x5000)) << "longer it may become";
        EXPECT_EQ(view[0x37FF], 'f');
    }
    EXPECT_FALSE(set_size(0x1000)) << "the view is still there";
    EXPECT_EQ(GetLastError(), DWORD{ERROR_USER_MAPPED_FILE});
    EXPECT_TRUE(UnmapViewOfFile(view));
    EXPECT_TRUE(set_size(0x1000));
}

// "NtAreMappedFilesTheSame": observed; the order matters.
TEST(MappedFiles, An_image_is_the_same_file_as_a_view_of_its_data) {
    const auto same = nt_function<NtStatus(NTAPI*)(PVOID, PVOID)>("NtAreMappedFilesTheSame");
    char* const image = reinterpret_cast<char*>(GetModuleHandleW(nullptr));
    WCHAR path[MAX_PATH];
    GetModuleFileNameW(nullptr, path, MAX_PATH);
    const HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr);
    Mapping mapping(file, PAGE_READONLY, 0);
    char* const one = mapping.view(FILE_MAP_READ);
    char* const two = mapping.view(FILE_MAP_READ);
    EXPECT_STATUS(status_success, same(image, one));
    EXPECT_STATUS(STATUS_NOT_SAME_DEVICE, same(one, image));
    EXPECT_STATUS(STATUS_NOT_SAME_DEVICE, same(one, two));
    EXPECT_STATUS(status_success, same(one, one + 30));
    EXPECT_STATUS(status_success, same(image, image + page));
    EXPECT_STATUS(STATUS_NOT_SAME_DEVICE, same(image, GetModuleHandleA("kernel32.dll")));
    EXPECT_STATUS(STATUS_INVALID_ADDRESS, same(one, nullptr));
    EXPECT_STATUS(STATUS_CONFLICTING_ADDRESSES, same(one, GetProcessHeap()));
    UnmapViewOfFile(two);
    UnmapViewOfFile(one);
    CloseHandle(file);
}

} // namespace
