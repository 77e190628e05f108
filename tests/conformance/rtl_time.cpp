// SPDX-License-Identifier: MIT
// Time as fields and numbers ("RtlTimeToTimeFields function", "FileTimeToSystemTime function", Microsoft
// documentation), versions, and a few of ntdll's small helpers.
#include <gtest/gtest.h>

#include "rtl_calls.h"

#include <cstdint>

namespace {
struct Fields {
    short year, month, day, hour, minute, second, milliseconds, weekday;
};
} // namespace

TEST(Times, The_epoch_and_known_moments) {
    const auto to_fields = ntdll<void NTAPI(const std::int64_t*, Fields*)>("RtlTimeToTimeFields");
    const auto to_time = ntdll<BOOLEAN NTAPI(const Fields*, std::int64_t*)>("RtlTimeFieldsToTime");
    Fields fields;
    std::int64_t time = 0;
    to_fields(&time, &fields);
    EXPECT_EQ(fields.year, 1601);
    EXPECT_EQ(fields.weekday, 1); // a Monday
    time = 125'911'584'000'000'000 + 86'399'999'0000;
    to_fields(&time, &fields);
    EXPECT_EQ(fields.year, 2000);
    EXPECT_EQ(fields.milliseconds, 999);
    EXPECT_EQ(fields.hour, 23);
    EXPECT_EQ(fields.weekday, 6);
    std::int64_t back = 0;
    EXPECT_TRUE(to_time(&fields, &back));
    EXPECT_EQ(back, time);
    fields.month = 2;
    fields.day = 30;
    EXPECT_FALSE(to_time(&fields, &back));
}

TEST(Times, Seconds_since_1970) {
    const auto to_seconds = ntdll<BOOLEAN NTAPI(const std::int64_t*, ULONG*)>("RtlTimeToSecondsSince1970");
    const auto from_seconds = ntdll<void NTAPI(ULONG, std::int64_t*)>("RtlSecondsSince1970ToTime");
    std::int64_t time = 0;
    from_seconds(0, &time);
    EXPECT_EQ(time, 116'444'736'000'000'000);
    ULONG seconds = 0;
    EXPECT_TRUE(to_seconds(&time, &seconds));
    EXPECT_EQ(seconds, 0u);
    time -= 10'000'000;
    EXPECT_FALSE(to_seconds(&time, &seconds));
}

TEST(Versions, The_true_version_is_at_least_Windows_10_and_both_functions_agree) {
    RTL_OSVERSIONINFOEXW version{};
    version.dwOSVersionInfoSize = sizeof version;
    ASSERT_EQ(ntdll<LONG NTAPI(RTL_OSVERSIONINFOEXW*)>("RtlGetVersion")(&version), 0);
    EXPECT_GE(version.dwMajorVersion, 10u);
    DWORD major, minor, build;
    ntdll<void NTAPI(DWORD*, DWORD*, DWORD*)>("RtlGetNtVersionNumbers")(&major, &minor, &build);
    EXPECT_EQ(major, version.dwMajorVersion);
    EXPECT_EQ(minor, version.dwMinorVersion);
    EXPECT_EQ(build, 0xF0000000 | version.dwBuildNumber);
}

TEST(Helpers, Encoded_pointers_decode_to_themselves) {
    int value;
    EXPECT_NE(EncodePointer(&value), &value);
    EXPECT_EQ(DecodePointer(EncodePointer(&value)), &value);
    EXPECT_EQ(DecodeSystemPointer(EncodeSystemPointer(&value)), &value);
}

TEST(Helpers, The_checksum_is_the_one_of_zip) {
    const auto crc = ntdll<DWORD NTAPI(DWORD, const void*, INT)>("RtlComputeCrc32");
    EXPECT_EQ(crc(0, "123456789", 9), 0xCBF43926u);
    EXPECT_EQ(crc(crc(0, "1234", 4), "56789", 5), 0xCBF43926u);
}

TEST(Helpers, Bitmaps_find_runs_from_a_hint_on) {
    struct Bitmap {
        ULONG size;
        ULONG* buffer;
    } map;
    ULONG words[2] = {0, 0};
    ntdll<void NTAPI(Bitmap*, ULONG*, ULONG)>("RtlInitializeBitMap")(&map, words, 64);
    const auto find_and_set = ntdll<ULONG NTAPI(Bitmap*, ULONG, ULONG)>("RtlFindClearBitsAndSet");
    EXPECT_EQ(find_and_set(&map, 10, 0), 0u);
    EXPECT_EQ(find_and_set(&map, 30, 0), 10u);
    EXPECT_EQ(find_and_set(&map, 30, 0), 0xFFFFFFFFu);
    EXPECT_EQ(ntdll<ULONG NTAPI(Bitmap*)>("RtlNumberOfSetBits")(&map), 40u);
    EXPECT_TRUE(ntdll<BOOLEAN NTAPI(Bitmap*, ULONG, ULONG)>("RtlAreBitsClear")(&map, 40, 24));
}

TEST(Helpers, The_printf_of_ntdll) {
    const auto print = ntdll<int __cdecl(char*, SIZE_T, const char*, ...)>("_snprintf");
    char text[40];
    EXPECT_EQ(print(text, sizeof text, "%s %5d|%-4x|%I64u", "abc", -7, 255, 10000000000ull), 26);
    EXPECT_STREQ(text, "abc    -7|ff  |10000000000");
    EXPECT_EQ(print(text, 3, "abcdef"), -1);
}
