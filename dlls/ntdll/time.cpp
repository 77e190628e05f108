// SPDX-License-Identifier: MIT
// time.cpp: ntdll's time, version and counter functions.
//
// The version is that of Windows 10 22H2 (10.0.19045), as it stands in KUSER_SHARED_DATA; RtlGetVersion does
// not depend on the program's manifest ("RtlGetVersion function", Microsoft documentation).
#include <nt/rtl_time.h>

#include <generated/nt_services.h>
#include <nt/kuser_shared_data.h>
#include <nt/peb.h>
#include <ntdll-emu/rtl/time.h>

#include <cstring>

using namespace oriel::rtl;
using nt::Status;

namespace {

const nt::KUSER_SHARED_DATA& shared_data() {
    return *reinterpret_cast<const nt::KUSER_SHARED_DATA*>(
        static_cast<std::uintptr_t>(nt::kuser_shared_data_address));
}

/// A clock that its writer changes in the order High2, Low, High1.
std::int64_t read(const nt::KSYSTEM_TIME& clock) {
    const auto* volatile_clock = const_cast<const volatile nt::KSYSTEM_TIME*>(&clock);
    for (;;) {
        const std::int32_t high = volatile_clock->High1Time;
        const std::uint32_t low = volatile_clock->LowPart;
        if (high == volatile_clock->High2Time) return static_cast<std::int64_t>(high) << 32 | low;
    }
}

std::uint8_t store(const std::optional<std::uint32_t>& seconds, std::uint32_t* to) {
    if (!seconds) return false;
    *to = *seconds;
    return true;
}

} // namespace

NT_EXPORT void NT_API RtlTimeToTimeFields(const std::int64_t* Time, NtTimeFields* TimeFields) {
    *TimeFields = fields_of(*Time);
}

NT_EXPORT std::uint8_t NT_API RtlTimeFieldsToTime(const NtTimeFields* TimeFields, std::int64_t* Time) {
    const std::optional<std::int64_t> time = time_of(*TimeFields);
    if (!time) return false;
    *Time = *time;
    return true;
}

NT_EXPORT void NT_API RtlSecondsSince1970ToTime(std::uint32_t ElapsedSeconds, std::int64_t* Time) {
    *Time = ElapsedSeconds * ticks_per_second + days_1601_to_1970 * ticks_per_day;
}
NT_EXPORT std::uint8_t NT_API RtlTimeToSecondsSince1970(const std::int64_t* Time, std::uint32_t* ElapsedSeconds) {
    return store(seconds_since(*Time, days_1601_to_1970), ElapsedSeconds);
}
NT_EXPORT void NT_API RtlSecondsSince1980ToTime(std::uint32_t ElapsedSeconds, std::int64_t* Time) {
    *Time = ElapsedSeconds * ticks_per_second + days_1601_to_1980 * ticks_per_day;
}
NT_EXPORT std::uint8_t NT_API RtlTimeToSecondsSince1980(const std::int64_t* Time, std::uint32_t* ElapsedSeconds) {
    return store(seconds_since(*Time, days_1601_to_1980), ElapsedSeconds);
}

NT_EXPORT Status NT_API RtlSystemTimeToLocalTime(const std::int64_t* SystemTime, std::int64_t* LocalTime) {
    *LocalTime = *SystemTime - read(shared_data().TimeZoneBias);
    return Status::Success;
}
NT_EXPORT Status NT_API RtlLocalTimeToSystemTime(const std::int64_t* LocalTime, std::int64_t* SystemTime) {
    *SystemTime = *LocalTime + read(shared_data().TimeZoneBias);
    return Status::Success;
}

// ------------------------------------------------------------------------------------- versions

NT_EXPORT Status NT_API RtlGetVersion(NtOsVersionInfoEx* VersionInformation) {
    const nt::PEB<nt::Native>& peb = *nt::current_teb()->ProcessEnvironmentBlock;
    VersionInformation->dwMajorVersion = peb.OSMajorVersion;
    VersionInformation->dwMinorVersion = peb.OSMinorVersion;
    VersionInformation->dwBuildNumber = peb.OSBuildNumber;
    VersionInformation->dwPlatformId = peb.OSPlatformId;
    std::memset(VersionInformation->szCSDVersion, 0, sizeof VersionInformation->szCSDVersion);
    if (VersionInformation->dwOSVersionInfoSize != sizeof *VersionInformation) return Status::Success;
    VersionInformation->wServicePackMajor = static_cast<std::uint16_t>(peb.OSCSDVersion >> 8);
    VersionInformation->wServicePackMinor = static_cast<std::uint16_t>(peb.OSCSDVersion & 0xFF);
    VersionInformation->wSuiteMask = static_cast<std::uint16_t>(shared_data().SuiteMask);
    VersionInformation->wProductType = static_cast<std::uint8_t>(shared_data().NtProductType);
    VersionInformation->wReserved = 0;
    return Status::Success;
}

NT_EXPORT void NT_API RtlGetNtVersionNumbers(std::uint32_t* NtMajorVersion, std::uint32_t* NtMinorVersion,
                                             std::uint32_t* NtBuildNumber) {
    const nt::PEB<nt::Native>& peb = *nt::current_teb()->ProcessEnvironmentBlock;
    if (NtMajorVersion != nullptr) *NtMajorVersion = peb.OSMajorVersion;
    if (NtMinorVersion != nullptr) *NtMinorVersion = peb.OSMinorVersion;
    // The top four bits tell a free build (0xF) from a checked one (0xC).
    if (NtBuildNumber != nullptr) *NtBuildNumber = 0xF0000000 | peb.OSBuildNumber;
}

namespace {

// Eight conditions of three bits each, in the order of the VER_* bits of the type mask.
enum Condition : std::uint8_t { equal_to = 1, greater, greater_equal, less, less_equal, all_of = 6, any_of = 7 };
enum VersionType : std::uint32_t {
    minor_version = 0x01,
    major_version = 0x02,
    build_number = 0x04,
    platform_id = 0x08,
    service_pack_minor = 0x10,
    service_pack_major = 0x20,
    suite_name = 0x40,
    product_type = 0x80,
};
constexpr unsigned condition_bits = 3;

std::uint8_t condition_of(std::uint64_t mask, std::uint32_t type) {
    return static_cast<std::uint8_t>(mask >> (__builtin_ctz(type) * condition_bits) & 7);
}

bool holds(std::uint32_t ours, std::uint32_t asked, std::uint8_t condition) {
    switch (condition) {
    case equal_to: return ours == asked;
    case greater: return ours > asked;
    case greater_equal: return ours >= asked;
    case less: return ours < asked;
    case less_equal: return ours <= asked;
    default: return false;
    }
}

} // namespace

NT_EXPORT std::uint64_t NT_API VerSetConditionMask(std::uint64_t ConditionMask, std::uint32_t TypeMask,
                                                   std::uint8_t Condition) {
    if (TypeMask == 0) return 0;
    const std::uint64_t condition = Condition & 7u;
    // Only the highest type of the mask is set.
    const int type = 31 - __builtin_clz(TypeMask);
    return type > 7 ? ConditionMask : ConditionMask | condition << (static_cast<unsigned>(type) * condition_bits);
}

NT_EXPORT Status NT_API RtlVerifyVersionInfo(const NtOsVersionInfoEx* VersionInfo, std::uint32_t TypeMask,
                                             std::uint64_t ConditionMask) {
    if (TypeMask == 0 || ConditionMask == 0) return Status::InvalidParameter;
    NtOsVersionInfoEx ours{};
    ours.dwOSVersionInfoSize = sizeof ours;
    RtlGetVersion(&ours);
    if ((TypeMask & product_type)
        && !holds(ours.wProductType, VersionInfo->wProductType, condition_of(ConditionMask, product_type))) {
        return Status::RevisionMismatch;
    }
    if (TypeMask & suite_name) {
        const std::uint32_t common = ours.wSuiteMask & VersionInfo->wSuiteMask;
        switch (condition_of(ConditionMask, suite_name)) {
        case all_of:
            if (common != VersionInfo->wSuiteMask) return Status::RevisionMismatch;
            break;
        case any_of:
            if (common == 0 && VersionInfo->wSuiteMask != 0) return Status::RevisionMismatch;
            break;
        default: return Status::InvalidParameter;
        }
    }
    if ((TypeMask & platform_id) &&
        !holds(ours.dwPlatformId, VersionInfo->dwPlatformId, condition_of(ConditionMask, platform_id))) {
        return Status::RevisionMismatch;
    }
    if ((TypeMask & build_number) &&
        !holds(ours.dwBuildNumber, VersionInfo->dwBuildNumber, condition_of(ConditionMask, build_number))) {
        return Status::RevisionMismatch;
    }
    // Major, minor and service pack are one number of several digits: a lower digit decides only where the
    // higher ones are equal, and the condition is the first asked digit's.
    struct Digit {
        std::uint32_t type, ours, asked;
    };
    const Digit digits[] = {{major_version, ours.dwMajorVersion, VersionInfo->dwMajorVersion},
                            {minor_version, ours.dwMinorVersion, VersionInfo->dwMinorVersion},
                            {service_pack_major, ours.wServicePackMajor, VersionInfo->wServicePackMajor},
                            {service_pack_minor, ours.wServicePackMinor, VersionInfo->wServicePackMinor}};
    std::uint8_t condition = 0;
    for (const Digit& digit : digits) {
        if (!(TypeMask & digit.type)) continue;
        if (condition == 0) condition = condition_of(ConditionMask, digit.type);
        if (digit.ours == digit.asked) continue;
        return holds(digit.ours, digit.asked, condition) ? Status::Success : Status::RevisionMismatch;
    }
    return condition == 0 || holds(0, 0, condition) ? Status::Success : Status::RevisionMismatch;
}

NT_EXPORT std::uint8_t NT_API RtlGetProductInfo(std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t,
                                                std::uint32_t* ReturnedProductType) {
    if (ReturnedProductType == nullptr) return false;
    *ReturnedProductType = 0x30; // PRODUCT_PROFESSIONAL
    return true;
}

NT_EXPORT std::uint8_t NT_API RtlGetNtProductType(std::uint32_t* NtProductType) {
    *NtProductType = shared_data().NtProductType;
    return true;
}

// ------------------------------------------------------------------------------------- counters and features

NT_EXPORT std::uint8_t NT_API RtlQueryPerformanceCounter(std::int64_t* PerformanceCounter) {
    NtQueryPerformanceCounter(PerformanceCounter, nullptr);
    return true;
}

NT_EXPORT std::uint8_t NT_API RtlQueryPerformanceFrequency(std::int64_t* PerformanceFrequency) {
    *PerformanceFrequency = shared_data().QpcFrequency;
    return true;
}

NT_EXPORT std::uint8_t NT_API RtlIsProcessorFeaturePresent(std::uint32_t ProcessorFeature) {
    return ProcessorFeature < sizeof shared_data().ProcessorFeatures &&
           shared_data().ProcessorFeatures[ProcessorFeature] != 0;
}
