// SPDX-License-Identifier: MIT
// directory_listing.cpp: FindFirstFileW and its patterns; NtQueryDirectoryFile and its statuses. Sources:
// "FindFirstFileExW function", "NtQueryDirectoryFile function", Microsoft documentation.
#include "temporary_folder.h"

#include <algorithm>
#include <string>
#include <vector>

namespace {

std::vector<std::wstring> list(const std::wstring& pattern) {
    std::vector<std::wstring> names;
    WIN32_FIND_DATAW found;
    const HANDLE search = FindFirstFileW(pattern.c_str(), &found);
    if (search == INVALID_HANDLE_VALUE) return names;
    do names.push_back(found.cFileName);
    while (FindNextFileW(search, &found));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NO_MORE_FILES));
    FindClose(search);
    std::sort(names.begin(), names.end());
    return names;
}
using Names = std::vector<std::wstring>;

class Listing : public testing::Test {
protected:
    Listing() {
        for (const wchar_t* name : {L"one.txt", L"two.TXT", L"three.md", L"noext", L"a.b.c"})
            create_file(m_folder / name, "12345");
    }
    TemporaryFolder m_folder;
};

TEST_F(Listing, Has_all_names_and_the_two_dots) {
    EXPECT_EQ(list(m_folder / L"*"), (Names{L".", L"..", L"a.b.c", L"noext", L"one.txt", L"three.md", L"two.TXT"}));
    EXPECT_EQ(list(m_folder / L"*.*"), list(m_folder / L"*"));
}

TEST_F(Listing, Follows_patterns) {
    EXPECT_EQ(list(m_folder / L"*.txt"), (Names{L"one.txt", L"two.TXT"}));
    EXPECT_EQ(list(m_folder / L"t*"), (Names{L"three.md", L"two.TXT"}));
    EXPECT_EQ(list(m_folder / L"???.txt"), (Names{L"one.txt", L"two.TXT"}));
    EXPECT_EQ(list(m_folder / L"????????.txt"), (Names{L"one.txt", L"two.TXT"}));
    EXPECT_EQ(list(m_folder / L"*.c"), Names{L"a.b.c"});
    EXPECT_EQ(list(m_folder / L"ONE.TXT"), Names{L"one.txt"});
}

TEST_F(Listing, A_pattern_that_ends_in_a_period_means_names_without_one) {
    Names names = list(m_folder / L"*.");
    std::erase_if(names,
                  [](const std::wstring& name) { return name == L"." || name == L".."; }); // file systems differ
    EXPECT_EQ(names, Names{L"noext"});
}

TEST_F(Listing, Tells_what_is_missing) {
    WIN32_FIND_DATAW found;
    EXPECT_FAILS_WITH(FindFirstFileW((m_folder / L"none").c_str(), &found) != INVALID_HANDLE_VALUE,
                      ERROR_FILE_NOT_FOUND);
    EXPECT_FAILS_WITH(FindFirstFileW((m_folder / L"*.none").c_str(), &found) != INVALID_HANDLE_VALUE,
                      ERROR_FILE_NOT_FOUND);
    EXPECT_FAILS_WITH(FindFirstFileW((m_folder / L"none\\*").c_str(), &found) != INVALID_HANDLE_VALUE,
                      ERROR_PATH_NOT_FOUND);
    EXPECT_FAILS_WITH(FindFirstFileW((m_folder / L"").c_str(), &found) != INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND);
}

TEST_F(Listing, Has_sizes_and_kinds) {
    ASSERT_TRUE(CreateDirectoryW((m_folder / L"d").c_str(), nullptr));
    WIN32_FIND_DATAW found;
    FindClose(FindFirstFileW((m_folder / L"one.txt").c_str(), &found));
    EXPECT_EQ(found.nFileSizeLow, 5u);
    EXPECT_FALSE(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
    FindClose(FindFirstFileW((m_folder / L"d").c_str(), &found));
    EXPECT_TRUE(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
}

// The native service.

using QueryDirectory = NTSTATUS(NTAPI*)(HANDLE, HANDLE, void*, void*, IO_STATUS_BLOCK*, void*, ULONG, int, BOOLEAN,
                                        UNICODE_STRING*, BOOLEAN);
constexpr int class_directory = 1, class_names = 12;
struct NamesEntry {
    ULONG next;
    ULONG index;
    ULONG length;
    wchar_t name[1];
};

class NativeListing : public Listing {
protected:
    NativeListing() : m_query(nt_function<QueryDirectory>("NtQueryDirectoryFile")) {
        m_directory = open_file(m_folder.path(), FILE_LIST_DIRECTORY | SYNCHRONIZE, OPEN_EXISTING, share_all,
                                FILE_FLAG_BACKUP_SEMANTICS);
    }
    NTSTATUS query(void* buffer, ULONG length, const wchar_t* pattern = nullptr, bool single = false,
                   bool restart = false, int kind = class_names) {
        UNICODE_STRING name = {};
        if (pattern) {
            name.Length = static_cast<USHORT>(wcslen(pattern) * 2);
            name.MaximumLength = name.Length;
            name.Buffer = const_cast<wchar_t*>(pattern);
        }
        return m_query(m_directory, nullptr, nullptr, nullptr, &m_block, buffer, length, kind, single,
                       pattern ? &name : nullptr, restart);
    }
    static std::wstring name_at(const void* entry) {
        const auto* names = static_cast<const NamesEntry*>(entry);
        return {names->name, names->length / 2};
    }
    QueryDirectory m_query;
    FileHandle m_directory;
    IO_STATUS_BLOCK m_block = {};
};

TEST_F(NativeListing, Ends_with_no_more_files) {
    alignas(8) char buffer[4096];
    ASSERT_EQ(query(buffer, sizeof buffer), 0);
    int entries = 1;
    const char* at = buffer;
    for (; reinterpret_cast<const NamesEntry*>(at)->next != 0; ++entries) {
        at += reinterpret_cast<const NamesEntry*>(at)->next;
        EXPECT_EQ((at - buffer) % 8, 0);
    }
    EXPECT_EQ(entries, 7);
    EXPECT_EQ(m_block.Information, static_cast<ULONG_PTR>(at - buffer) + 12 + name_at(at).size() * 2);
    EXPECT_EQ(query(buffer, sizeof buffer), static_cast<NTSTATUS>(0x80000006)); // STATUS_NO_MORE_FILES
}

TEST_F(NativeListing, A_pattern_without_a_match_is_no_such_file_and_then_no_more_files) {
    alignas(8) char buffer[4096];
    EXPECT_EQ(query(buffer, sizeof buffer, L"*.none"), static_cast<NTSTATUS>(0xC000000F)); // STATUS_NO_SUCH_FILE
    EXPECT_EQ(query(buffer, sizeof buffer), static_cast<NTSTATUS>(0x80000006));
}

TEST_F(NativeListing, Single_entries_come_one_by_one_and_a_restart_begins_anew) {
    alignas(8) char buffer[4096];
    ASSERT_EQ(query(buffer, sizeof buffer, nullptr, true), 0);
    EXPECT_EQ(name_at(buffer), L".");
    ASSERT_EQ(query(buffer, sizeof buffer, nullptr, true), 0);
    EXPECT_EQ(name_at(buffer), L"..");
    ASSERT_EQ(query(buffer, sizeof buffer, nullptr, true, true), 0);
    EXPECT_EQ(name_at(buffer), L".");
}

TEST_F(NativeListing, A_buffer_for_less_than_an_entry_is_a_mismatch) {
    alignas(8) char buffer[64];
    EXPECT_EQ(query(buffer, 8), static_cast<NTSTATUS>(0xC0000004)); // STATUS_INFO_LENGTH_MISMATCH
}

TEST_F(NativeListing, A_buffer_for_half_a_name_overflows) {
    alignas(8) char buffer[64];
    ASSERT_EQ(query(buffer, 16, L"one.txt"), static_cast<NTSTATUS>(0x80000005)); // STATUS_BUFFER_OVERFLOW
    EXPECT_EQ(reinterpret_cast<NamesEntry*>(buffer)->length, 14u);
    EXPECT_EQ(reinterpret_cast<NamesEntry*>(buffer)->name[0], L'o');
}

TEST_F(NativeListing, A_file_has_no_listing) {
    m_directory = open_file(m_folder / L"one.txt", GENERIC_READ);
    alignas(8) char buffer[4096];
    EXPECT_EQ(query(buffer, sizeof buffer), static_cast<NTSTATUS>(0xC000000D)); // STATUS_INVALID_PARAMETER
}

} // namespace
