// SPDX-License-Identifier: MIT
// file_information.cpp: NtQueryInformationFile and NtQueryVolumeInformationFile. Sources: "NtQueryInformationFile
// function", "[MS-FSA] 2.1.5.12 Server Requests a Query of File Information", Microsoft documentation.
#include "temporary_folder.h"

#include <cstring>

namespace {

using Query = NTSTATUS(NTAPI*)(HANDLE, IO_STATUS_BLOCK*, void*, ULONG, int);

constexpr int class_basic = 4, class_standard = 5, class_access = 8, class_name = 9, class_position = 14,
              class_mode = 16, class_all = 18;
constexpr NTSTATUS info_length_mismatch = static_cast<NTSTATUS>(0xC0000004),
                   invalid_info_class = static_cast<NTSTATUS>(0xC0000003),
                   buffer_overflow = static_cast<NTSTATUS>(0x80000005),
                   access_denied = static_cast<NTSTATUS>(0xC0000022),
                   invalid_handle = static_cast<NTSTATUS>(0xC0000008),
                   type_mismatch = static_cast<NTSTATUS>(0xC0000024);

class Information : public testing::Test {
protected:
    NTSTATUS query(HANDLE file, int kind, void* buffer, ULONG length) {
        return m_query(file, &m_block, buffer, length, kind);
    }
    Query m_query = nt_function<Query>("NtQueryInformationFile");
    Query m_volume = nt_function<Query>("NtQueryVolumeInformationFile");
    IO_STATUS_BLOCK m_block = {};
    TemporaryFolder m_folder;
};

TEST_F(Information, Has_an_exact_least_length_for_each_class) {
    FileHandle file = create_file(m_folder / L"a", "12345");
    alignas(8) char buffer[1024];
    const struct {
        int kind;
        ULONG length;
    } classes[] = {{class_basic, 40}, {class_standard, 24}, {class_access, 4}, {class_position, 8}, {class_mode, 4}};
    for (const auto& each : classes) {
        EXPECT_EQ(query(file, each.kind, buffer, each.length), 0) << each.kind;
        EXPECT_EQ(m_block.Information, each.length) << each.kind;
        EXPECT_EQ(query(file, each.kind, buffer, each.length - 1), info_length_mismatch) << each.kind;
    }
    EXPECT_EQ(query(file, 0, buffer, sizeof buffer), invalid_info_class);
    EXPECT_EQ(query(file, 999, buffer, sizeof buffer), invalid_info_class);
}

TEST_F(Information, Tells_the_name_below_the_volume_and_how_long_it_is) {
    FileHandle file = create_file(m_folder / L"name");
    alignas(8) char buffer[1024];
    ASSERT_EQ(query(file, class_name, buffer, sizeof buffer), 0);
    ULONG length;
    std::memcpy(&length, buffer, sizeof length);
    const std::wstring name(reinterpret_cast<wchar_t*>(buffer + 4), length / 2);
    EXPECT_EQ(name.front(), L'\\');
    EXPECT_EQ(name.substr(name.rfind(L'\\')), L"\\name");
    EXPECT_EQ(m_block.Information, length + 4);
    std::memset(buffer, 0, sizeof buffer);
    EXPECT_EQ(query(file, class_name, buffer, 8), buffer_overflow);
    ULONG again;
    std::memcpy(&again, buffer, sizeof again);
    EXPECT_EQ(again, length);
}

TEST_F(Information, Tells_the_mode_and_the_rights_of_the_handle) {
    create_file(m_folder / L"a");
    FileHandle file = open_file(m_folder / L"a", GENERIC_READ, OPEN_EXISTING, share_all, FILE_FLAG_SEQUENTIAL_SCAN);
    ULONG value = 0;
    ASSERT_EQ(query(file, class_mode, &value, 4), 0);
    EXPECT_EQ(value, 0x24u); // FILE_SYNCHRONOUS_IO_NONALERT | FILE_SEQUENTIAL_ONLY
    ASSERT_EQ(query(file, class_access, &value, 4), 0);
    EXPECT_EQ(value, static_cast<ULONG>(FILE_GENERIC_READ));
}

TEST_F(Information, Needs_the_right_to_read_attributes) {
    create_file(m_folder / L"a");
    FileHandle file = open_file(m_folder / L"a", GENERIC_READ);
    HANDLE less;
    ASSERT_TRUE(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(), &less, FILE_READ_DATA, FALSE, 0));
    alignas(8) char buffer[64];
    EXPECT_EQ(query(less, class_basic, buffer, 40), access_denied);
    EXPECT_EQ(query(less, class_standard, buffer, 24), 0);
    CloseHandle(less);
}

TEST_F(Information, Wants_a_handle_to_a_file) {
    alignas(8) char buffer[64];
    EXPECT_EQ(query(nullptr, class_standard, buffer, 24), invalid_handle);
    const HANDLE event = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    EXPECT_EQ(query(event, class_standard, buffer, 24), type_mismatch);
    CloseHandle(event);
}

TEST_F(Information, Of_the_volume_has_a_device_and_sizes) {
    FileHandle file = create_file(m_folder / L"a");
    ULONG device[2];
    ASSERT_EQ(m_volume(file, &m_block, device, sizeof device, 4), 0);
    EXPECT_EQ(device[0], 7u); // FILE_DEVICE_DISK
    alignas(8) char size[24];
    ASSERT_EQ(m_volume(file, &m_block, size, sizeof size, 3), 0);
    LONGLONG total, available;
    std::memcpy(&total, size, 8);
    std::memcpy(&available, size + 8, 8);
    EXPECT_GT(total, 0);
    EXPECT_LE(available, total);
    EXPECT_EQ(m_volume(file, &m_block, size, 23, 3), info_length_mismatch);
}

} // namespace
