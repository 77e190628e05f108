// SPDX-License-Identifier: MIT
// object_handles.cpp: handles: numbers, duplication, flags, queries; and objects' names.
// Sources: "Handles and Objects", "DuplicateHandle function", "SetHandleInformation function", "NtQueryObject
// function", "Object Namespaces", "OBJECT_ATTRIBUTES structure", "Kernel object namespaces",
// "NtQuerySymbolicLinkObject function", Microsoft documentation.
#include "nt_object_calls.h"

#include <vector>

namespace {

ULONG_PTR number(HANDLE handle) { return reinterpret_cast<ULONG_PTR>(handle); }
HANDLE event(const wchar_t* name = nullptr) { return CreateEventW(nullptr, TRUE, FALSE, name); }

struct Basic {
    ULONG attributes, access, handles, pointers, rest[10];
};
Basic basic(HANDLE handle) {
    Basic info = {};
    EXPECT_STATUS(STATUS_SUCCESS, nt_query_object(handle, 0, &info, sizeof info, nullptr));
    return info;
}

TEST(ObjectHandle, Handles_are_multiples_of_4_and_their_low_bits_are_ignored) {
    const HANDLE handle = event();
    EXPECT_EQ(number(handle) % 4, 0u);
    EXPECT_TRUE(SetEvent(reinterpret_cast<HANDLE>(number(handle) | 3)));
    CloseHandle(handle);
}
TEST(ObjectHandle, A_closed_handle_is_invalid) {
    const HANDLE handle = event();
    EXPECT_TRUE(CloseHandle(handle));
    EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_set_event(handle, nullptr));
    EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_close(handle));
    EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_close(nullptr));
}
TEST(ObjectHandle, A_duplicate_is_another_handle_to_the_same_object) {
    const HANDLE first = event();
    HANDLE second = nullptr;
    ASSERT_TRUE(
        DuplicateHandle(GetCurrentProcess(), first, GetCurrentProcess(), &second, 0, FALSE, DUPLICATE_SAME_ACCESS));
    EXPECT_NE(first, second);
    SetEvent(second);
    EXPECT_EQ(WaitForSingleObject(first, 0), DWORD{WAIT_OBJECT_0});
    EXPECT_EQ(basic(first).handles, 2u);
    CloseHandle(first);
    EXPECT_EQ(WaitForSingleObject(second, 0), DWORD{WAIT_OBJECT_0});
    CloseHandle(second);
}
TEST(ObjectHandle, A_duplicate_may_have_fewer_rights) {
    const HANDLE first = event();
    HANDLE second = nullptr;
    ASSERT_TRUE(DuplicateHandle(GetCurrentProcess(), first, GetCurrentProcess(), &second, SYNCHRONIZE, TRUE, 0));
    EXPECT_STATUS(STATUS_ACCESS_DENIED, nt_set_event(second, nullptr));
    EXPECT_EQ(basic(second).access, ULONG{SYNCHRONIZE});
    EXPECT_EQ(basic(second).attributes, ULONG{OBJ_INHERIT});
    CloseHandle(first);
    CloseHandle(second);
}
TEST(ObjectHandle, Duplicating_can_close_the_source) {
    const HANDLE first = event();
    HANDLE second = nullptr;
    ASSERT_TRUE(DuplicateHandle(GetCurrentProcess(), first, GetCurrentProcess(), &second, 0, FALSE,
                                DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    if (second != first) EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_set_event(first, nullptr));
    EXPECT_TRUE(SetEvent(second));
    EXPECT_STATUS(STATUS_SUCCESS,
                  nt_duplicate(GetCurrentProcess(), second, nullptr, nullptr, 0, 0, DUPLICATE_CLOSE_SOURCE));
    EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_set_event(second, nullptr));
}
TEST(ObjectHandle, A_pseudo_handle_can_be_made_a_real_one) {
    HANDLE self = nullptr;
    ASSERT_TRUE(DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0, FALSE,
                                DUPLICATE_SAME_ACCESS));
    EXPECT_EQ(GetThreadId(self), GetCurrentThreadId());
    CloseHandle(self);
    EXPECT_TRUE(CloseHandle(GetCurrentProcess())) << "closing a pseudo handle does nothing";
    EXPECT_TRUE(CloseHandle(GetCurrentThread()));
}
TEST(ObjectHandle, A_protected_handle_is_not_closed) {
    const HANDLE handle = event();
    ASSERT_TRUE(SetHandleInformation(handle, HANDLE_FLAG_PROTECT_FROM_CLOSE | HANDLE_FLAG_INHERIT,
                                     HANDLE_FLAG_PROTECT_FROM_CLOSE | HANDLE_FLAG_INHERIT));
    DWORD flags = 0;
    EXPECT_TRUE(GetHandleInformation(handle, &flags));
    EXPECT_EQ(flags, DWORD{HANDLE_FLAG_PROTECT_FROM_CLOSE | HANDLE_FLAG_INHERIT});
    EXPECT_STATUS(STATUS_HANDLE_NOT_CLOSABLE, nt_close(handle));
    SetHandleInformation(handle, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0);
    EXPECT_TRUE(CloseHandle(handle));
}
TEST(ObjectHandle, Generic_rights_become_specific_ones) {
    HANDLE handle = nullptr;
    nt_create_event(&handle, GENERIC_READ, nullptr, 0, FALSE);
    EXPECT_EQ(basic(handle).access, ULONG{READ_CONTROL | 0x1}) << "EVENT_QUERY_STATE";
    CloseHandle(handle);
    nt_create_event(&handle, GENERIC_ALL, nullptr, 0, FALSE);
    EXPECT_EQ(basic(handle).access, ULONG{EVENT_ALL_ACCESS});
    CloseHandle(handle);
    nt_create_mutant(&handle, MAXIMUM_ALLOWED, nullptr, FALSE);
    EXPECT_EQ(basic(handle).access, ULONG{MUTANT_ALL_ACCESS});
    CloseHandle(handle);
}
TEST(ObjectQuery, Lengths_and_classes_are_checked) {
    const HANDLE handle = event();
    char buffer[256];
    ULONG length = 0;
    EXPECT_STATUS(STATUS_INFO_LENGTH_MISMATCH, nt_query_object(handle, 0, buffer, 55, &length));
    EXPECT_STATUS(STATUS_INVALID_INFO_CLASS, nt_query_object(handle, 99, buffer, sizeof buffer, &length));
    EXPECT_STATUS(STATUS_INVALID_HANDLE, nt_query_object(nullptr, 0, buffer, 56, &length));
    CloseHandle(handle);
}
TEST(ObjectQuery, An_object_tells_its_type_and_its_name) {
    const HANDLE handle = event(L"Oriel conformance name");
    alignas(8) char buffer[512];
    ULONG length = 0;
    ASSERT_STATUS(STATUS_SUCCESS, nt_query_object(handle, 2, buffer, sizeof buffer, &length));
    EXPECT_EQ(std::wstring(reinterpret_cast<UNICODE_STRING*>(buffer)->Buffer, 5), L"Event");

    ASSERT_STATUS(STATUS_SUCCESS, nt_query_object(handle, 1, buffer, sizeof buffer, &length));
    const auto& name = *reinterpret_cast<UNICODE_STRING*>(buffer);
    const std::wstring text(name.Buffer, name.Length / 2);
    EXPECT_EQ(text.substr(text.size() - 23), L"\\Oriel conformance name");
    EXPECT_EQ(length, sizeof(UNICODE_STRING) + name.Length + 2);
    EXPECT_STATUS(STATUS_INFO_LENGTH_MISMATCH, nt_query_object(handle, 1, buffer, 4, &length));
    EXPECT_STATUS(STATUS_INFO_LENGTH_MISMATCH, nt_query_object(handle, 1, buffer, sizeof(UNICODE_STRING), &length));
    CloseHandle(handle);

    const HANDLE unnamed = event();
    ASSERT_STATUS(STATUS_SUCCESS, nt_query_object(unnamed, 1, buffer, sizeof buffer, &length));
    EXPECT_EQ(name.Length, 0);
    EXPECT_EQ(length, sizeof(UNICODE_STRING));
    CloseHandle(unnamed);
}

TEST(ObjectName, Creating_an_existing_name_opens_it) {
    const HANDLE first = event(L"Oriel twice");
    EXPECT_EQ(GetLastError(), 0u);
    const HANDLE second = event(L"Oriel twice");
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_EXISTS});
    SetEvent(first);
    EXPECT_EQ(WaitForSingleObject(second, 0), DWORD{WAIT_OBJECT_0});
    CloseHandle(first);
    CloseHandle(second);
    EXPECT_EQ(OpenEventW(SYNCHRONIZE, FALSE, L"Oriel twice"), nullptr) << "the name goes with the last handle";
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
}
TEST(ObjectName, Another_type_of_that_name_is_in_the_way) {
    const HANDLE first = event(L"Oriel type");
    EXPECT_EQ(CreateMutexW(nullptr, FALSE, L"Oriel type"), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    EXPECT_EQ(OpenMutexW(SYNCHRONIZE, FALSE, L"Oriel type"), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    CloseHandle(first);
}
TEST(ObjectName, Case_counts_unless_the_caller_says_otherwise) {
    const HANDLE first = event(L"Oriel Case");
    EXPECT_EQ(OpenEventW(SYNCHRONIZE, FALSE, L"oriel case"), nullptr);
    HANDLE second = nullptr;
    Attributes insensitive(own_names() + L"oriel case", OBJ_CASE_INSENSITIVE);
    EXPECT_STATUS(STATUS_SUCCESS, nt_open_event(&second, SYNCHRONIZE, insensitive));
    CloseHandle(second);
    CloseHandle(first);
}
TEST(ObjectName, Local_is_the_sessions_own_directory) {
    const HANDLE first = event(L"Local\\Oriel place");
    const HANDLE second = OpenEventW(SYNCHRONIZE, FALSE, L"Oriel place");
    EXPECT_NE(second, nullptr);
    CloseHandle(first);
    CloseHandle(second);
}

NTSTATUS open_status(const std::wstring& path, ULONG flags = 0, HANDLE root = nullptr) {
    HANDLE handle = nullptr;
    Attributes attributes(path, flags, root);
    const NTSTATUS status = nt_open_event(&handle, SYNCHRONIZE, attributes);
    if (handle) CloseHandle(handle);
    return status;
}

TEST(ObjectName, Each_mistake_in_a_path_has_its_status) {
    EXPECT_STATUS(STATUS_OBJECT_PATH_SYNTAX_BAD, open_status(L"no backslash"));
    EXPECT_STATUS(STATUS_OBJECT_PATH_SYNTAX_BAD, open_status(L""));
    EXPECT_STATUS(STATUS_OBJECT_NAME_NOT_FOUND, open_status(L"\\BaseNamedObjects\\Oriel none"));
    EXPECT_STATUS(STATUS_OBJECT_PATH_NOT_FOUND, open_status(L"\\Oriel none\\event"));
    EXPECT_STATUS(STATUS_OBJECT_TYPE_MISMATCH, open_status(L"\\BaseNamedObjects"));
    HANDLE handle = nullptr;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, nt_open_event(&handle, SYNCHRONIZE, nullptr));
    Attributes odd(L"\\BaseNamedObjects\\x");
    odd.string().Length -= 1;
    EXPECT_STATUS(STATUS_OBJECT_NAME_INVALID, nt_open_event(&handle, SYNCHRONIZE, odd));
    Attributes sized(L"\\BaseNamedObjects\\x");
    sized->Length = 4;
    EXPECT_STATUS(STATUS_INVALID_PARAMETER, nt_open_event(&handle, SYNCHRONIZE, sized));
}
TEST(ObjectName, A_root_directory_handle_makes_a_path_relative) {
    HANDLE root = nullptr;
    std::wstring path = own_names();
    path.pop_back();
    Attributes directory(path);
    ASSERT_STATUS(STATUS_SUCCESS, nt_open_directory(&root, 0x3, directory));
    const HANDLE named = event(L"Oriel root");
    EXPECT_STATUS(STATUS_SUCCESS, open_status(L"Oriel root", 0, root));
    EXPECT_STATUS(STATUS_OBJECT_PATH_SYNTAX_BAD, open_status(L"\\Oriel root", 0, root));
    EXPECT_STATUS(STATUS_OBJECT_TYPE_MISMATCH, open_status(L"x", 0, named));
    EXPECT_STATUS(STATUS_INVALID_HANDLE, open_status(L"x", 0, reinterpret_cast<HANDLE>(ULONG_PTR{0xABCDC})));
    CloseHandle(named);
    CloseHandle(root);
}
TEST(ObjectName, A_name_that_exists_collides_unless_OPENIF_is_said) {
    HANDLE first = nullptr, second = nullptr;
    Attributes plain(own_names() + L"Oriel collision");
    Attributes openif(own_names() + L"Oriel collision", OBJ_OPENIF);
    ASSERT_STATUS(STATUS_SUCCESS, nt_create_event(&first, EVENT_ALL_ACCESS, plain, 0, FALSE));
    EXPECT_STATUS(STATUS_OBJECT_NAME_COLLISION, nt_create_event(&second, EVENT_ALL_ACCESS, plain, 0, FALSE));
    EXPECT_STATUS(STATUS_OBJECT_NAME_EXISTS, nt_create_event(&second, EVENT_ALL_ACCESS, openif, 1, TRUE));
    EXPECT_STATUS(STATUS_TIMEOUT, poll(second)) << "it is the first one, not set";
    CloseHandle(first);
    CloseHandle(second);
}
TEST(ObjectDirectory, A_directory_can_be_made_filled_and_listed) {
    HANDLE directory = nullptr, inside = nullptr;
    Attributes named(own_names() + L"Oriel directory");
    ASSERT_STATUS(STATUS_SUCCESS, nt_create_directory(&directory, 0xF000F, named));
    Attributes relative(L"inside", 0, directory);
    ASSERT_STATUS(STATUS_SUCCESS, nt_create_event(&inside, EVENT_ALL_ACCESS, relative, 0, FALSE));
    EXPECT_STATUS(STATUS_SUCCESS, open_status(own_names() + L"Oriel directory\\inside"));

    struct Entry {
        UNICODE_STRING name, type;
    };
    alignas(8) char buffer[1024];
    ULONG context = 0, length = 0;
    ASSERT_STATUS(STATUS_SUCCESS,
                  nt_query_directory(directory, buffer, sizeof buffer, FALSE, TRUE, &context, &length));
    const auto* entries = reinterpret_cast<Entry*>(buffer);
    EXPECT_EQ(std::wstring(entries[0].name.Buffer), L"inside");
    EXPECT_EQ(std::wstring(entries[0].type.Buffer), L"Event");
    EXPECT_EQ(entries[1].name.Buffer, nullptr);
    EXPECT_EQ(context, 1u);
    EXPECT_STATUS(STATUS_NO_MORE_ENTRIES,
                  nt_query_directory(directory, buffer, sizeof buffer, FALSE, FALSE, &context, &length));
    CloseHandle(inside);
    CloseHandle(directory);
}
TEST(ObjectDirectory, A_symbolic_link_leads_on_and_can_be_read) {
    HANDLE link = nullptr;
    Attributes named(own_names() + L"Oriel link");
    std::wstring target = own_names() + L"Oriel target";
    UNICODE_STRING to = {USHORT(target.size() * 2), USHORT(target.size() * 2), target.data()};
    const NTSTATUS made = nt_create_link(&link, 0xF0001, named, &to);
    if (made == STATUS_ACCESS_DENIED) GTEST_SKIP() << "this user may not make symbolic links";
    ASSERT_STATUS(STATUS_SUCCESS, made);
    const HANDLE object = event(L"Oriel target");
    EXPECT_STATUS(STATUS_SUCCESS, open_status(own_names() + L"Oriel link"));

    wchar_t text[200];
    UNICODE_STRING read = {0, sizeof text, text};
    ULONG length = 0;
    EXPECT_STATUS(STATUS_SUCCESS, nt_query_link(link, &read, &length));
    EXPECT_EQ(std::wstring(read.Buffer, read.Length / 2), target);
    EXPECT_EQ(length, target.size() * 2 + 2);
    read.MaximumLength = 4;
    EXPECT_STATUS(STATUS_BUFFER_TOO_SMALL, nt_query_link(link, &read, &length));
    CloseHandle(object);
    CloseHandle(link);
}

} // namespace
