// SPDX-License-Identifier: MIT
// wow64_system.cpp: what a program learns of the system that it runs on: a 32-bit one runs under WOW64.
//
// Sources: "IsWow64Process function", "GetNativeSystemInfo function", "Running 32-bit Applications", "Memory Limits for
// Windows and Windows Server Releases" (Microsoft documentation). The tests are for x64 Windows.
#include <gtest/gtest.h>

#include <windows.h>

namespace {
constexpr bool is_32 = sizeof(void*) == 4;
}

TEST(Wow64, A_32_bit_process_is_one_of_WOW64) {
    BOOL wow64 = 5;
    ASSERT_TRUE(IsWow64Process(GetCurrentProcess(), &wow64));
    EXPECT_EQ(wow64 != FALSE, is_32);
}

TEST(Wow64, The_native_system_is_x64_and_the_one_shown_is_the_programs_own) {
    SYSTEM_INFO native{}, shown{};
    GetNativeSystemInfo(&native);
    GetSystemInfo(&shown);
    EXPECT_EQ(native.wProcessorArchitecture, PROCESSOR_ARCHITECTURE_AMD64);
    EXPECT_EQ(shown.wProcessorArchitecture, is_32 ? PROCESSOR_ARCHITECTURE_INTEL : PROCESSOR_ARCHITECTURE_AMD64);
    EXPECT_EQ(shown.dwPageSize, 4096u);
}

TEST(Wow64, A_32_bit_process_has_two_gigabytes_unless_it_can_bear_four) {
    SYSTEM_INFO info{};
    GetSystemInfo(&info);
    const auto highest = reinterpret_cast<std::uintptr_t>(info.lpMaximumApplicationAddress);
    const auto base = reinterpret_cast<const char*>(GetModuleHandleW(nullptr));
    const auto& headers = *reinterpret_cast<const IMAGE_NT_HEADERS*>(base + reinterpret_cast<const IMAGE_DOS_HEADER*>(base)->e_lfanew);
    const bool large = (headers.FileHeader.Characteristics & IMAGE_FILE_LARGE_ADDRESS_AWARE) != 0;
    if (is_32) EXPECT_EQ(highest, large ? 0xFFFEFFFFu : 0x7FFEFFFFu);
    else EXPECT_GT(highest, std::uintptr_t{0xFFFFFFFFu});
}

TEST(Wow64, The_system_call_pointer_of_a_32_bit_TEB_is_set) {
    if (!is_32) GTEST_SKIP() << "fs:[0xC0] is of 32-bit programs";
    constexpr std::size_t wow32_reserved = 0xC0;
    EXPECT_NE(*reinterpret_cast<void**>(reinterpret_cast<char*>(NtCurrentTeb()) + wow32_reserved), nullptr);
}

TEST(Wow64, Most_of_two_gigabytes_can_be_had_in_pieces_of_one_megabyte) {
    if (!is_32) GTEST_SKIP() << "64-bit programs have more";
    constexpr std::size_t piece = 1 << 20, wanted = 1800;
    static void* pieces[wanted];
    std::size_t had = 0;
    while (had < wanted && (pieces[had] = VirtualAlloc(nullptr, piece, MEM_RESERVE, PAGE_READWRITE)) != nullptr) ++had;
    EXPECT_EQ(had, wanted);
    while (had > 0) VirtualFree(pieces[--had], 0, MEM_RELEASE);
}
