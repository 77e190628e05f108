// SPDX-License-Identifier: MIT
// time_calendar.cpp: seconds to calendars and back: gmtime, localtime, mktime.
//
// Days are counted in years that begin in March, so that the leap day comes last: 365 days a year, one more
// each fourth, except centuries that 400 does not divide. Times before 1970 are refused (localtime of a
// zone west of Greenwich may reach back half a day). mktime takes fields out of range, normalises them, and
// finds out by itself whether it is daylight time if tm_isdst is negative.
// Source: "gmtime", "localtime", "mktime", "_mkgmtime".
#include <dlls/crt/time_data.h>

namespace oriel::crt {

long long days_from_civil(long long year, unsigned month, unsigned day) {
    year -= month <= 2;
    long long era = (year >= 0 ? year : year - 399) / 400;
    auto of_era = unsigned(year - era * 400);
    unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + (of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719468;
}

bool split_time(Time64 time, Tm& tm) {
    long long days = time / 86400, second = time % 86400;
    if (second < 0) {
        second += 86400;
        --days;
    }
    long long shifted = days + 719468;
    long long era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    auto of_era = unsigned(shifted - era * 146097);
    unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned march_month = (5 * of_year + 2) / 153;
    unsigned month = march_month < 10 ? march_month + 3 : march_month - 9;
    long long year = year_of_era + era * 400 + (month <= 2);
    tm.tm_sec = int(second % 60);
    tm.tm_min = int(second / 60 % 60);
    tm.tm_hour = int(second / 3600);
    tm.tm_mday = int(of_year - (153 * march_month + 2) / 5 + 1);
    tm.tm_mon = int(month - 1);
    tm.tm_year = int(year - 1900);
    tm.tm_wday = int((days % 7 + 11) % 7);
    tm.tm_yday = int(days - days_from_civil(year, 1, 1));
    tm.tm_isdst = 0;
    return true;
}

Time64 join_time(const Tm& tm) {
    long long year = 1900LL + tm.tm_year + tm.tm_mon / 12;
    int month = tm.tm_mon % 12;
    if (month < 0) {
        month += 12;
        --year;
    }
    long long days = days_from_civil(year, unsigned(month) + 1, 1) + tm.tm_mday - 1;
    return days * 86400 + tm.tm_hour * 3600LL + tm.tm_min * 60LL + tm.tm_sec;
}

namespace {

constexpr Time64 half_day = 43200;

int to_utc(Time64 time, Tm* result) {
    if (!result)
        return invalid_parameter();
    if (time < -half_day || time > latest_time64 + half_day) {
        memset(result, 0xFF, sizeof *result);
        return invalid_parameter();
    }
    split_time(time, *result);
    return 0;
}

int to_local(Time64 time, Tm* result) {
    if (!result)
        return invalid_parameter();
    if (time < 0 || time > latest_time64) {
        memset(result, 0xFF, sizeof *result);
        return invalid_parameter();
    }
    load_time_zone(false);
    split_time(time - zone_offset(), *result);
    if (is_daylight(*result)) {
        split_time(time - zone_offset() - daylight_offset(), *result);
        result->tm_isdst = 1;
    }
    return 0;
}

template<class Time> Tm* in_buffer(int (*convert)(Time64, Tm*), const Time* time) {
    if (!time)
        return invalid_parameter(), nullptr;
    Tm* result = &this_thread().time_buffer;
    return convert(*time, result) == 0 ? result : nullptr;
}

template<class Time> int checked(int (*convert)(Time64, Tm*), Tm* result, const Time* time) {
    if (!time || !result) {
        if (result)
            memset(result, 0xFF, sizeof *result);
        return invalid_parameter();
    }
    return convert(*time, result);
}

Time64 make_local(Tm* tm, Time64 latest) {
    if (!tm)
        return invalid_parameter(), -1;
    load_time_zone(false);
    Time64 standard = join_time(*tm) + zone_offset();
    Time64 time = standard;
    if (tm->tm_isdst > 0) {
        time += daylight_offset();
    } else if (tm->tm_isdst < 0) {
        // The fields are wall-clock time: it is daylight time if that is what the moment gives back.
        Tm trial;
        split_time(standard + daylight_offset() - zone_offset(), trial);
        if (is_daylight(trial))
            time += daylight_offset();
    }
    if (time < 0 || time > latest) {
        set_errno(e_inval);
        return -1;
    }
    to_local(time, tm);
    return time;
}

Time64 make_utc(Tm* tm, Time64 latest) {
    if (!tm)
        return invalid_parameter(), -1;
    Time64 time = join_time(*tm);
    if (time < 0 || time > latest) {
        set_errno(e_inval);
        return -1;
    }
    split_time(time, *tm);
    return time;
}

constexpr Time64 latest_default = sizeof(TimeDefault) == 4 ? Time64(LONG_MAX) : latest_time64;

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT Tm* gmtime(const TimeDefault* time) { return in_buffer(to_utc, time); }
CRT_EXPORT Tm* _gmtime32(const Time32* time) { return in_buffer(to_utc, time); }
CRT_EXPORT Tm* _gmtime64(const Time64* time) { return in_buffer(to_utc, time); }
CRT_EXPORT Tm* localtime(const TimeDefault* time) { return in_buffer(to_local, time); }
CRT_EXPORT Tm* _localtime32(const Time32* time) { return in_buffer(to_local, time); }
CRT_EXPORT Tm* _localtime64(const Time64* time) { return in_buffer(to_local, time); }
CRT_EXPORT int _gmtime32_s(Tm* result, const Time32* time) { return checked(to_utc, result, time); }
CRT_EXPORT int _gmtime64_s(Tm* result, const Time64* time) { return checked(to_utc, result, time); }
CRT_EXPORT int _localtime32_s(Tm* result, const Time32* time) { return checked(to_local, result, time); }
CRT_EXPORT int _localtime64_s(Tm* result, const Time64* time) { return checked(to_local, result, time); }

CRT_EXPORT TimeDefault mktime(Tm* tm) { return TimeDefault(make_local(tm, latest_default)); }
CRT_EXPORT Time32 _mktime32(Tm* tm) { return Time32(make_local(tm, LONG_MAX)); }
CRT_EXPORT Time64 _mktime64(Tm* tm) { return make_local(tm, latest_time64); }
CRT_EXPORT TimeDefault _mkgmtime(Tm* tm) { return TimeDefault(make_utc(tm, latest_default)); }
CRT_EXPORT Time32 _mkgmtime32(Tm* tm) { return Time32(make_utc(tm, LONG_MAX)); }
CRT_EXPORT Time64 _mkgmtime64(Tm* tm) { return make_utc(tm, latest_time64); }

CRT_EXPORT double difftime(TimeDefault end, TimeDefault begin) { return double(end - begin); }
CRT_EXPORT double _difftime32(Time32 end, Time32 begin) { return double(end) - double(begin); }
CRT_EXPORT double _difftime64(Time64 end, Time64 begin) { return double(end - begin); }
