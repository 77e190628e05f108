// SPDX-License-Identifier: MIT
// timezoneapi.cpp: calendar times, and local time.
//
// NT's time is a count of 100 ns since 1601-01-01 UTC. ntdll turns it into fields and back; the time zone is
// the system's (NtQuerySystemInformation). "Local" conversions of file times use the bias of now, whatever
// the date; the ...TzSpecific... ones use the rules of the zone at that date.
// Sources: "Time Functions" (Microsoft documentation).
#include "kernel32.h"
#include "process_information.h"

#include <optional>

namespace oriel::k32 {
namespace {

using Fields = nt::TIME_FIELDS;

/// What NtQuerySystemInformation(SystemCurrentTimeZoneInformation) answers: RTL_TIME_ZONE_INFORMATION.
struct RtlTimeZone {
    std::int32_t bias; ///< minutes: UTC = local + bias
    char16_t standard_name[32];
    Fields standard_start;
    std::int32_t standard_bias;
    char16_t daylight_name[32];
    Fields daylight_start;
    std::int32_t daylight_bias;
};
static_assert(sizeof(RtlTimeZone) == sizeof(TIME_ZONE_INFORMATION));

constexpr std::int64_t minute = 600'000'000;
constexpr std::int64_t latest_year = 30827; // the last one that FILETIME's positive half reaches

Fields fields_of(const SYSTEMTIME& time) {
    Fields result{};
    result.Year = static_cast<std::int16_t>(time.wYear);
    result.Month = static_cast<std::int16_t>(time.wMonth);
    result.Day = static_cast<std::int16_t>(time.wDay);
    result.Hour = static_cast<std::int16_t>(time.wHour);
    result.Minute = static_cast<std::int16_t>(time.wMinute);
    result.Second = static_cast<std::int16_t>(time.wSecond);
    result.Milliseconds = static_cast<std::int16_t>(time.wMilliseconds);
    result.Weekday = static_cast<std::int16_t>(time.wDayOfWeek);
    return result;
}
SYSTEMTIME system_time_of(const Fields& fields) {
    SYSTEMTIME result{};
    result.wYear = static_cast<WORD>(fields.Year);
    result.wMonth = static_cast<WORD>(fields.Month);
    result.wDayOfWeek = static_cast<WORD>(fields.Weekday);
    result.wDay = static_cast<WORD>(fields.Day);
    result.wHour = static_cast<WORD>(fields.Hour);
    result.wMinute = static_cast<WORD>(fields.Minute);
    result.wSecond = static_cast<WORD>(fields.Second);
    result.wMilliseconds = static_cast<WORD>(fields.Milliseconds);
    return result;
}
SYSTEMTIME split(std::int64_t time) {
    Fields fields{};
    RtlTimeToTimeFields(&time, &fields);
    return system_time_of(fields);
}
std::optional<std::int64_t> join(const SYSTEMTIME& time) {
    Fields fields = fields_of(time);
    std::int64_t result = 0;
    if (time.wYear > latest_year || !RtlTimeFieldsToTime(&fields, &result)) return std::nullopt;
    return result;
}

/// UTC minus local time, now.
std::int64_t current_bias() {
    const nt::KSYSTEM_TIME& bias = shared_data().TimeZoneBias;
    return static_cast<std::int64_t>(std::uint64_t{static_cast<std::uint32_t>(bias.High1Time)} << 32 | bias.LowPart);
}

std::int64_t now() {
    FILETIME time;
    GetSystemTimeAsFileTime(&time);
    return time_of(time);
}

// ------------------------------------------------------------------------------------- rules of a zone
/// When a rule strikes in `year`, in local time: a date of that year, or "the n-th weekday of a month" (wYear 0;
/// n = 5 is the last).
std::optional<std::int64_t> transition(const SYSTEMTIME& rule, WORD year) {
    if (rule.wMonth == 0) return std::nullopt;
    SYSTEMTIME date = rule;
    if (rule.wYear != 0) return join(date);
    date.wYear = year;
    date.wDay = 1;
    const auto first = join(date);
    if (!first) return std::nullopt;
    date.wDay = static_cast<WORD>(1 + (rule.wDayOfWeek + 7 - split(*first).wDayOfWeek) % 7 + 7 * (rule.wDay - 1));
    std::optional<std::int64_t> found;
    while (!(found = join(date)) && date.wDay > 7) date.wDay -= 7; // there is no fifth one
    return found;
}

/// Whether daylight saving time holds at `time`, which counts in local standard time or, if `utc`, in UTC.
DWORD zone_id(const TIME_ZONE_INFORMATION& zone, std::int64_t time, bool utc) {
    if (zone.StandardDate.wMonth == 0 || zone.DaylightDate.wMonth == 0) return TIME_ZONE_ID_UNKNOWN;
    const std::int64_t to_standard = utc ? (zone.Bias + zone.StandardBias) * minute : 0;
    const std::int64_t to_daylight = utc ? (zone.Bias + zone.DaylightBias) * minute : 0;
    const WORD year = split(time - to_standard).wYear;
    const auto daylight = transition(zone.DaylightDate, year), standard = transition(zone.StandardDate, year);
    if (!daylight || !standard) return TIME_ZONE_ID_UNKNOWN;
    const std::int64_t begin =
        *daylight + to_standard; // it begins by the standard clock and ends by the daylight one
    const std::int64_t end = *standard + to_daylight;
    const bool inside = begin < end ? time >= begin && time < end : time >= begin || time < end;
    return inside ? TIME_ZONE_ID_DAYLIGHT : TIME_ZONE_ID_STANDARD;
}
std::int64_t bias_of(const TIME_ZONE_INFORMATION& zone, DWORD id) {
    const LONG more = id == TIME_ZONE_ID_DAYLIGHT   ? zone.DaylightBias
                      : id == TIME_ZONE_ID_STANDARD ? zone.StandardBias
                                                    : 0;
    return (zone.Bias + more) * minute;
}

Status query_zone(TIME_ZONE_INFORMATION& zone) {
    RtlTimeZone from{};
    const Status status = query_system(SystemInformation::CurrentTimeZone, from);
    zone.Bias = from.bias;
    __builtin_memcpy(zone.StandardName, from.standard_name, sizeof zone.StandardName);
    zone.StandardDate = system_time_of(from.standard_start);
    zone.StandardBias = from.standard_bias;
    __builtin_memcpy(zone.DaylightName, from.daylight_name, sizeof zone.DaylightName);
    zone.DaylightDate = system_time_of(from.daylight_start);
    zone.DaylightBias = from.daylight_bias;
    return status;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- calendar
K32_EXPORT BOOL WINAPI FileTimeToSystemTime(const FILETIME* from, LPSYSTEMTIME to) {
    const std::int64_t time = time_of(*from);
    if (time < 0) return fail(ERROR_INVALID_PARAMETER);
    *to = split(time);
    return TRUE;
}
K32_EXPORT BOOL WINAPI SystemTimeToFileTime(const SYSTEMTIME* from, LPFILETIME to) {
    const auto time = join(*from);
    if (!time) return fail(ERROR_INVALID_PARAMETER);
    store_time(to, *time);
    return TRUE;
}
K32_EXPORT void WINAPI GetSystemTime(LPSYSTEMTIME to) { *to = split(now()); }
K32_EXPORT void WINAPI GetLocalTime(LPSYSTEMTIME to) { *to = split(now() - current_bias()); }
K32_EXPORT LONG WINAPI CompareFileTime(const FILETIME* left, const FILETIME* right) {
    const auto a = static_cast<std::uint64_t>(time_of(*left)), b = static_cast<std::uint64_t>(time_of(*right));
    return a < b ? -1 : a > b;
}

K32_EXPORT BOOL WINAPI FileTimeToLocalFileTime(const FILETIME* from, LPFILETIME to) {
    store_time(to, time_of(*from) - current_bias());
    return TRUE;
}
K32_EXPORT BOOL WINAPI LocalFileTimeToFileTime(const FILETIME* from, LPFILETIME to) {
    store_time(to, time_of(*from) + current_bias());
    return TRUE;
}

// ------------------------------------------------------------------------------------- MS-DOS: years from 1980, even
// seconds
K32_EXPORT BOOL WINAPI DosDateTimeToFileTime(WORD date, WORD time, LPFILETIME to) {
    SYSTEMTIME fields{};
    fields.wYear = static_cast<WORD>(1980 + (date >> 9));
    fields.wMonth = date >> 5 & 0xF;
    fields.wDay = date & 0x1F;
    fields.wHour = time >> 11;
    fields.wMinute = time >> 5 & 0x3F;
    fields.wSecond = static_cast<WORD>((time & 0x1F) * 2);
    return SystemTimeToFileTime(&fields, to);
}
K32_EXPORT BOOL WINAPI FileTimeToDosDateTime(const FILETIME* from, LPWORD date, LPWORD time) {
    SYSTEMTIME fields;
    if (!FileTimeToSystemTime(from, &fields)) return FALSE;
    if (fields.wYear < 1980 || fields.wYear > 2107) return fail(ERROR_INVALID_PARAMETER);
    *date = static_cast<WORD>((fields.wYear - 1980) << 9 | fields.wMonth << 5 | fields.wDay);
    *time = static_cast<WORD>(fields.wHour << 11 | fields.wMinute << 5 | fields.wSecond / 2);
    return TRUE;
}

// ------------------------------------------------------------------------------------- zones
K32_EXPORT DWORD WINAPI GetTimeZoneInformation(LPTIME_ZONE_INFORMATION zone) {
    if (!finish(query_zone(*zone))) return TIME_ZONE_ID_INVALID;
    return zone_id(*zone, now(), true);
}
K32_EXPORT DWORD WINAPI GetDynamicTimeZoneInformation(PDYNAMIC_TIME_ZONE_INFORMATION zone) {
    TIME_ZONE_INFORMATION plain{};
    if (!finish(query_zone(plain))) return TIME_ZONE_ID_INVALID;
    *zone = DYNAMIC_TIME_ZONE_INFORMATION{};
    static_assert(offsetof(DYNAMIC_TIME_ZONE_INFORMATION, TimeZoneKeyName) == sizeof plain);
    __builtin_memcpy(zone, &plain, sizeof plain);
    __builtin_memcpy(zone->TimeZoneKeyName, plain.StandardName, sizeof plain.StandardName);
    return zone_id(plain, now(), true);
}
/// The rules that hold in a year: the system's, which has one set.
K32_EXPORT BOOL WINAPI GetTimeZoneInformationForYear(USHORT, PDYNAMIC_TIME_ZONE_INFORMATION given,
                                                     LPTIME_ZONE_INFORMATION zone) {
    if (given) {
        __builtin_memcpy(zone, given, sizeof *zone);
        return TRUE;
    }
    return finish(query_zone(*zone));
}

K32_EXPORT BOOL WINAPI SystemTimeToTzSpecificLocalTime(const TIME_ZONE_INFORMATION* given, const SYSTEMTIME* from,
                                                       LPSYSTEMTIME to) {
    TIME_ZONE_INFORMATION zone{};
    if (given)
        zone = *given;
    else if (!finish(query_zone(zone)))
        return FALSE;
    const auto time = join(*from);
    if (!time) return fail(ERROR_INVALID_PARAMETER);
    *to = split(*time - bias_of(zone, zone_id(zone, *time, true)));
    return TRUE;
}
K32_EXPORT BOOL WINAPI TzSpecificLocalTimeToSystemTime(const TIME_ZONE_INFORMATION* given, const SYSTEMTIME* from,
                                                       LPSYSTEMTIME to) {
    TIME_ZONE_INFORMATION zone{};
    if (given)
        zone = *given;
    else if (!finish(query_zone(zone)))
        return FALSE;
    const auto time = join(*from);
    if (!time) return fail(ERROR_INVALID_PARAMETER);
    *to = split(*time + bias_of(zone, zone_id(zone, *time, false)));
    return TRUE;
}
K32_EXPORT BOOL WINAPI SystemTimeToTzSpecificLocalTimeEx(const DYNAMIC_TIME_ZONE_INFORMATION* zone,
                                                         const SYSTEMTIME* from, LPSYSTEMTIME to) {
    return SystemTimeToTzSpecificLocalTime(reinterpret_cast<const TIME_ZONE_INFORMATION*>(zone), from, to);
}
K32_EXPORT BOOL WINAPI TzSpecificLocalTimeToSystemTimeEx(const DYNAMIC_TIME_ZONE_INFORMATION* zone,
                                                         const SYSTEMTIME* from, LPSYSTEMTIME to) {
    return TzSpecificLocalTimeToSystemTime(reinterpret_cast<const TIME_ZONE_INFORMATION*>(zone), from, to);
}
