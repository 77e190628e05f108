// SPDX-License-Identifier: MIT
// errors_last_error.cpp: when the last error changes, and to what.
// Sources are documentation pages by title, beside each test.
#include <gtest/gtest.h>

#include "callback.h"

#include <windows.h>

// "GetLastError function": a thread's own value; SetLastError sets it.
TEST(LastError, Is_what_SetLastError_set) {
    SetLastError(12345);
    EXPECT_EQ(GetLastError(), 12345u);
}

// "GetLastError function": each thread has its own.
TEST(LastError, Belongs_to_a_thread) {
    SetLastError(7);
    DWORD seen = 0;
    HANDLE thread = CreateThread(
        nullptr, 0,
        callback([](void* to) -> DWORD {
            *static_cast<DWORD*>(to) = GetLastError();
            SetLastError(99);
            return 0;
        }),
        &seen, 0, nullptr);
    ASSERT_NE(thread, nullptr);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    EXPECT_EQ(seen, 0u);
}

// "CloseHandle function": an invalid handle fails; success does not touch the last error.
TEST(LastError, Of_CloseHandle) {
    SetLastError(0xDEAD);
    EXPECT_FALSE(CloseHandle(reinterpret_cast<HANDLE>(0x7FFFFFF0)));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    SetLastError(0xDEAD);
    EXPECT_TRUE(CloseHandle(event));
    EXPECT_EQ(GetLastError(), 0xDEADu);
}

// "CreateEventW function": ERROR_ALREADY_EXISTS comes with a handle to the object that is there.
TEST(LastError, Of_creating_a_name_that_exists) {
    HANDLE first = CreateEventW(nullptr, TRUE, FALSE, L"oriel-errors-event");
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_SUCCESS});
    HANDLE second = CreateEventW(nullptr, TRUE, FALSE, L"oriel-errors-event");
    EXPECT_NE(second, nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_EXISTS});
    CloseHandle(second);
    // "CreateMutexW function": an object of another kind has the name.
    SetLastError(0xDEAD);
    EXPECT_EQ(CreateMutexW(nullptr, FALSE, L"oriel-errors-event"), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    CloseHandle(first);
}

// "OpenEventW function": no such name.
TEST(LastError, Of_opening_a_name_that_does_not_exist) {
    SetLastError(0xDEAD);
    EXPECT_EQ(OpenEventW(SYNCHRONIZE, FALSE, L"oriel-errors-nothing"), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
    EXPECT_EQ(OpenEventW(SYNCHRONIZE, FALSE, nullptr), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

// "TlsGetValue function": success clears the last error.
TEST(LastError, Is_cleared_by_TlsGetValue) {
    int seen_before = 0;
    const DWORD slot = TlsAlloc();
    ASSERT_NE(slot, TLS_OUT_OF_INDEXES);
    SetLastError(0xDEAD);
    EXPECT_EQ(TlsGetValue(slot), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_SUCCESS});
    SetLastError(0xDEAD);
    EXPECT_TRUE(TlsSetValue(slot, &seen_before));
    EXPECT_EQ(GetLastError(), 0xDEADu);
    EXPECT_TRUE(TlsFree(slot));
    EXPECT_FALSE(TlsFree(slot));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(TlsGetValue(100000), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

// "GetProcAddress function": a name that is not exported.
TEST(LastError, Of_GetProcAddress) {
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    ASSERT_NE(kernel, nullptr);
    EXPECT_EQ(GetProcAddress(kernel, "ThereIsNoSuchFunction"), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PROC_NOT_FOUND});
}

// "LoadLibraryW function", "GetModuleHandleW function".
TEST(LastError, Of_a_module_that_is_not_there) {
    EXPECT_EQ(GetModuleHandleW(L"oriel-no-such.dll"), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_MOD_NOT_FOUND});
    EXPECT_EQ(LoadLibraryW(L"oriel-no-such.dll"), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_MOD_NOT_FOUND});
}

// "VirtualFree function": MEM_RELEASE wants a size of 0.
TEST(LastError, Of_VirtualFree) {
    void* memory = VirtualAlloc(nullptr, 0x1000, MEM_RESERVE, PAGE_NOACCESS);
    ASSERT_NE(memory, nullptr);
    EXPECT_FALSE(VirtualFree(memory, 0x1000, MEM_RELEASE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_TRUE(VirtualFree(memory, 0, MEM_RELEASE));
    EXPECT_FALSE(VirtualFree(memory, 0, MEM_RELEASE));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_ADDRESS});
}

// "SetErrorMode function": answers the previous mode.
TEST(ErrorMode, Is_remembered) {
    const UINT before = SetErrorMode(SEM_FAILCRITICALERRORS);
    EXPECT_EQ(GetErrorMode() & SEM_FAILCRITICALERRORS, UINT{SEM_FAILCRITICALERRORS});
    EXPECT_EQ(SetErrorMode(before) & SEM_FAILCRITICALERRORS, UINT{SEM_FAILCRITICALERRORS});
}

// "SetHandleInformation function": flags of a handle; a protected handle is not closed.
TEST(HandleInformation, Has_two_flags) {
    HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    DWORD flags = 0xFFFF;
    EXPECT_TRUE(GetHandleInformation(event, &flags));
    EXPECT_EQ(flags, 0u);
    EXPECT_TRUE(SetHandleInformation(event, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    EXPECT_TRUE(GetHandleInformation(event, &flags));
    EXPECT_EQ(flags, DWORD{HANDLE_FLAG_INHERIT});
    EXPECT_TRUE(CloseHandle(event));
}
