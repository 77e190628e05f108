// SPDX-License-Identifier: MIT
// rtl_time.h: time as 100 ns since 1601, as fields, as seconds since 1970 or 1980; versions and counters.
#pragma once

#include <nt/rtl_export.h>

namespace nt {

struct TIME_FIELDS {
    std::int16_t Year;  ///< 1601 to 30827
    std::int16_t Month; ///< from 1
    std::int16_t Day;   ///< from 1
    std::int16_t Hour;
    std::int16_t Minute;
    std::int16_t Second;
    std::int16_t Milliseconds;
    std::int16_t Weekday; ///< 0: Sunday
};
static_assert(sizeof(TIME_FIELDS) == 16);

/// RTL_OSVERSIONINFOEXW; the shorter RTL_OSVERSIONINFOW ends before wServicePackMajor.
struct OSVERSIONINFOEX {
    std::uint32_t dwOSVersionInfoSize;
    std::uint32_t dwMajorVersion;
    std::uint32_t dwMinorVersion;
    std::uint32_t dwBuildNumber;
    std::uint32_t dwPlatformId;
    char16_t szCSDVersion[128];
    std::uint16_t wServicePackMajor;
    std::uint16_t wServicePackMinor;
    std::uint16_t wSuiteMask;
    std::uint8_t wProductType;
    std::uint8_t wReserved;
};
static_assert(sizeof(OSVERSIONINFOEX) == 284);

} // namespace nt

extern "C" {

using NtTimeFields = nt::TIME_FIELDS;
using NtOsVersionInfoEx = nt::OSVERSIONINFOEX;

void NT_API RtlTimeToTimeFields(const std::int64_t* Time, NtTimeFields* TimeFields);
std::uint8_t NT_API RtlTimeFieldsToTime(const NtTimeFields* TimeFields, std::int64_t* Time);
void NT_API RtlSecondsSince1970ToTime(std::uint32_t ElapsedSeconds, std::int64_t* Time);
std::uint8_t NT_API RtlTimeToSecondsSince1970(const std::int64_t* Time, std::uint32_t* ElapsedSeconds);
void NT_API RtlSecondsSince1980ToTime(std::uint32_t ElapsedSeconds, std::int64_t* Time);
std::uint8_t NT_API RtlTimeToSecondsSince1980(const std::int64_t* Time, std::uint32_t* ElapsedSeconds);
nt::Status NT_API RtlSystemTimeToLocalTime(const std::int64_t* SystemTime, std::int64_t* LocalTime);
nt::Status NT_API RtlLocalTimeToSystemTime(const std::int64_t* LocalTime, std::int64_t* SystemTime);

nt::Status NT_API RtlGetVersion(NtOsVersionInfoEx* VersionInformation);
void NT_API RtlGetNtVersionNumbers(std::uint32_t* NtMajorVersion, std::uint32_t* NtMinorVersion,
                                   std::uint32_t* NtBuildNumber);
nt::Status NT_API RtlVerifyVersionInfo(const NtOsVersionInfoEx* VersionInfo, std::uint32_t TypeMask,
                                       std::uint64_t ConditionMask);
std::uint64_t NT_API VerSetConditionMask(std::uint64_t ConditionMask, std::uint32_t TypeMask, std::uint8_t Condition);
std::uint8_t NT_API RtlGetProductInfo(std::uint32_t OSMajorVersion, std::uint32_t OSMinorVersion,
                                      std::uint32_t SpMajorVersion, std::uint32_t SpMinorVersion,
                                      std::uint32_t* ReturnedProductType);
std::uint8_t NT_API RtlGetNtProductType(std::uint32_t* NtProductType);
std::uint8_t NT_API RtlQueryPerformanceCounter(std::int64_t* PerformanceCounter);
std::uint8_t NT_API RtlQueryPerformanceFrequency(std::int64_t* PerformanceFrequency);
std::uint8_t NT_API RtlIsProcessorFeaturePresent(std::uint32_t ProcessorFeature);

} // extern "C"
