// SPDX-License-Identifier: MIT
// environment_profile.cpp: .INI files, atoms, timer queues: Win32's small old things.
// Sources are documentation pages by title, beside each test.
#include <gtest/gtest.h>

#include "callback.h"
#include "temporary_folder.h"

#include <string>
#include <windows.h>

namespace {

class Profile : public testing::Test {
protected:
    void SetUp() override { file = folder / L"test.ini"; }
    std::wstring get(const WCHAR* section, const WCHAR* name, const WCHAR* fallback = L"none") {
        WCHAR buffer[128];
        const DWORD length = GetPrivateProfileStringW(section, name, fallback, buffer, 128, file.c_str());
        return std::wstring(buffer, length);
    }
    bool put(const WCHAR* section, const WCHAR* name, const WCHAR* value) {
        return WritePrivateProfileStringW(section, name, value, file.c_str()) != FALSE;
    }
    TemporaryFolder folder;
    std::wstring file;
};

} // namespace

// "GetPrivateProfileStringW function", "WritePrivateProfileStringW function".
TEST_F(Profile, Keeps_names_in_sections) {
    EXPECT_EQ(get(L"a", L"x"), L"none");
    EXPECT_TRUE(put(L"a", L"x", L"one"));
    EXPECT_TRUE(put(L"b", L"x", L"two"));
    EXPECT_TRUE(put(L"a", L"y", L"\"quoted \""));
    EXPECT_EQ(get(L"A", L"X"), L"one");
    EXPECT_EQ(get(L"b", L"x"), L"two");
    EXPECT_EQ(get(L"a", L"y"), L"quoted ");
    EXPECT_TRUE(put(L"a", L"x", L"changed"));
    EXPECT_EQ(get(L"a", L"x"), L"changed");
    EXPECT_TRUE(put(L"a", L"x", nullptr));
    EXPECT_EQ(get(L"a", L"x"), L"none");
    EXPECT_TRUE(put(L"b", nullptr, nullptr));
    EXPECT_EQ(get(L"b", L"x"), L"none");
    EXPECT_EQ(get(L"a", L"y"), L"quoted ");
}

// "GetPrivateProfileStringW function": with no name, a list of names, each ended by NUL.
TEST_F(Profile, Lists_names_and_sections) {
    ASSERT_TRUE(put(L"one", L"a", L"1"));
    ASSERT_TRUE(put(L"one", L"b", L"0x1F"));
    ASSERT_TRUE(put(L"two", L"c", L"-7"));
    EXPECT_EQ(get(L"one", nullptr), std::wstring(L"a\0b\0", 4));
    EXPECT_EQ(get(nullptr, nullptr), std::wstring(L"one\0two\0", 8));
    EXPECT_EQ(GetPrivateProfileIntW(L"one", L"a", 9, file.c_str()), 1u);
    EXPECT_EQ(GetPrivateProfileIntW(L"one", L"nothing", 9, file.c_str()), 9u);
    EXPECT_EQ(GetPrivateProfileIntW(L"two", L"c", 9, file.c_str()), static_cast<UINT>(-7));
    WCHAR small[4];
    EXPECT_EQ(GetPrivateProfileStringW(L"one", L"b", L"", small, 3, file.c_str()), 2u);
    EXPECT_STREQ(small, L"0x");
}

// "AddAtomW function", "FindAtomW function", "GetAtomNameW function".
TEST(Atoms, Are_strings_with_numbers) {
    EXPECT_EQ(FindAtomA("oriel atom"), 0);
    const ATOM atom = AddAtomA("oriel atom");
    EXPECT_GE(atom, 0xC000);
    EXPECT_EQ(FindAtomW(L"ORIEL ATOM"), atom);
    EXPECT_EQ(AddAtomW(L"Oriel Atom"), atom);
    char name[32];
    EXPECT_EQ(GetAtomNameA(atom, name, 32), 10u);
    EXPECT_STREQ(name, "oriel atom");
    EXPECT_EQ(AddAtomA("#123"), 123);
    EXPECT_EQ(GetAtomNameA(123, name, 32), 4u);
    EXPECT_STREQ(name, "#123");
    EXPECT_EQ(DeleteAtom(atom), 0);
    EXPECT_EQ(FindAtomA("oriel atom"), atom); // it was added twice
    EXPECT_EQ(DeleteAtom(atom), 0);
    EXPECT_EQ(FindAtomA("oriel atom"), 0);
}

// "CreateTimerQueueTimer function", "DeleteTimerQueueTimer function".
TEST(TimerQueue, Calls_back_again_and_again) {
    HANDLE queue = CreateTimerQueue(), timer = nullptr;
    ASSERT_NE(queue, nullptr);
    static volatile LONG calls = 0;
    ASSERT_TRUE(CreateTimerQueueTimer(
        &timer, queue,
        callback([](void*, BOOLEAN timed_out) {
            if (timed_out) InterlockedIncrement(&calls);
        }),
        nullptr, 5, 5, 0));
    for (int i = 0; i < 400 && calls < 3; ++i) Sleep(5);
    EXPECT_GE(calls, 3);
    EXPECT_TRUE(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE));
    const LONG after = calls;
    Sleep(30);
    EXPECT_EQ(calls, after);
    EXPECT_TRUE(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
}

// "RegisterWaitForSingleObject function", "UnregisterWaitEx function".
TEST(RegisteredWait, Calls_back_when_the_object_is_signaled) {
    HANDLE event = CreateEventW(nullptr, FALSE, FALSE, nullptr), done = CreateEventW(nullptr, TRUE, FALSE, nullptr),
           wait = nullptr;
    ASSERT_TRUE(RegisterWaitForSingleObject(
        &wait, event,
        callback([](void* done, BOOLEAN timed_out) {
            if (!timed_out) SetEvent(done);
        }),
        done, INFINITE, WT_EXECUTEONLYONCE));
    EXPECT_EQ(WaitForSingleObject(done, 20), DWORD{WAIT_TIMEOUT});
    SetEvent(event);
    EXPECT_EQ(WaitForSingleObject(done, 10000), DWORD{WAIT_OBJECT_0});
    EXPECT_TRUE(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    CloseHandle(event);
    CloseHandle(done);
}
