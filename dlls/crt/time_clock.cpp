// SPDX-License-Identifier: MIT
// time_clock.cpp: what time it is: time, clock, _ftime and their kin.
//
// clock counts milliseconds (CLOCKS_PER_SEC is 1000) of wall time since the library was loaded, not
// processor time: that is how Microsoft's differs from the C standard. Source: "clock", "time", "_ftime", "_strdate".
#include <dlls/crt/time_data.h>

#include <dlls/crt/win32.h>

namespace oriel::crt {

static constexpr unsigned long long epoch_1970 = 116444736000000000, second_units = 10000000;

Time64 time_of_filetime(unsigned long low, unsigned long high) {
    unsigned long long units = (static_cast<unsigned long long>(high) << 32) | low;
    return (static_cast<long long>(units) - static_cast<long long>(epoch_1970)) /
           static_cast<long long>(second_units);
}

unsigned long long filetime_of_time(Time64 time) {
    return time < -11644473600LL ? 0 : static_cast<unsigned long long>(time) * second_units + epoch_1970;
}

static unsigned long long units_now() {
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    return (static_cast<unsigned long long>(now.dwHighDateTime) << 32) | now.dwLowDateTime;
}

static unsigned long long process_start;

void start_clock() { process_start = units_now(); }

/// struct _timeb: what _ftime fills.
template<class Time> struct TimeAndMilliseconds {
    Time time;
    unsigned short millitm;
    short timezone; ///< minutes west of UTC
    short dstflag;
};

template<class Time> static int fill(TimeAndMilliseconds<Time>* result) {
    if (!result)
        return invalid_parameter();
    load_time_zone(false);
    unsigned long long units = units_now() - epoch_1970;
    TIME_ZONE_INFORMATION unused;
    result->time = Time(units / second_units);
    result->millitm = static_cast<unsigned short>(units / 10000 % 1000);
    result->timezone = short(zone_offset() / 60);
    result->dstflag = GetTimeZoneInformation(&unused) == TIME_ZONE_ID_DAYLIGHT;
    return 0;
}

template<class Time> static Time now(Time* result) {
    auto seconds = Time((units_now() - epoch_1970) / second_units);
    if (result)
        *result = seconds;
    return seconds;
}

/// "09/05/26" or "17:04:59" from the local time.
template<class Char> static int write_stamp(Char* out, size_t room, bool date) {
    if (!out || !room)
        return invalid_parameter();
    *out = 0;
    if (room < 9)
        return invalid_parameter(e_range);
    SYSTEMTIME local;
    GetLocalTime(&local);
    int parts[3] = {date ? local.wMonth : local.wHour, date ? local.wDay : local.wMinute,
                    date ? local.wYear % 100 : local.wSecond};
    for (int i = 0; i < 3; ++i) {
        if (i)
            *out++ = date ? '/' : ':';
        *out++ = Char('0' + parts[i] / 10);
        *out++ = Char('0' + parts[i] % 10);
    }
    *out = 0;
    return 0;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT TimeDefault time(TimeDefault* result) { return now(result); }
CRT_EXPORT Time32 _time32(Time32* result) { return now(result); }
CRT_EXPORT Time64 _time64(Time64* result) { return now(result); }

CRT_EXPORT long clock() { return long((units_now() - process_start) / 10000); }

CRT_EXPORT void _ftime(TimeAndMilliseconds<TimeDefault>* result) { fill(result); }
CRT_EXPORT void _ftime32(TimeAndMilliseconds<Time32>* result) { fill(result); }
CRT_EXPORT void _ftime64(TimeAndMilliseconds<Time64>* result) { fill(result); }
CRT_EXPORT int _ftime32_s(TimeAndMilliseconds<Time32>* result) { return fill(result); }
CRT_EXPORT int _ftime64_s(TimeAndMilliseconds<Time64>* result) { return fill(result); }

CRT_EXPORT char* _strdate(char* out) { return write_stamp(out, 9, true), out; }
CRT_EXPORT char* _strtime(char* out) { return write_stamp(out, 9, false), out; }
CRT_EXPORT wchar_t* _wstrdate(wchar_t* out) { return write_stamp(out, 9, true), out; }
CRT_EXPORT wchar_t* _wstrtime(wchar_t* out) { return write_stamp(out, 9, false), out; }
CRT_EXPORT int _strdate_s(char* out, size_t room) { return write_stamp(out, room, true); }
CRT_EXPORT int _strtime_s(char* out, size_t room) { return write_stamp(out, room, false); }
CRT_EXPORT int _wstrdate_s(wchar_t* out, size_t room) { return write_stamp(out, room, true); }
CRT_EXPORT int _wstrtime_s(wchar_t* out, size_t room) { return write_stamp(out, room, false); }

CRT_EXPORT unsigned _getsystime(Tm* result) {
    SYSTEMTIME local;
    GetLocalTime(&local);
    *result = {local.wSecond, local.wMinute, local.wHour, local.wDay, local.wMonth - 1, local.wYear - 1900,
               local.wDayOfWeek, 0, -1};
    return local.wMilliseconds;
}
CRT_EXPORT void _sleep(unsigned long milliseconds) { Sleep(milliseconds ? milliseconds : 1); }
CRT_EXPORT int _beep(unsigned frequency, unsigned duration) { return Beep(frequency, duration); }
