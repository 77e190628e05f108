// SPDX-License-Identifier: MIT
// time_zone.cpp: _tzset, and when daylight saving time rules.
//
// The zone comes from the environment variable TZ (three letters, the hours west of UTC, and three more
// letters if there is daylight time, whose dates are then those of the United States), or else from the
// system (GetTimeZoneInformation), with the system's rules for the dates.
// Before the first _tzset the variables say Pacific time, as Microsoft's do.
// Source: "_tzset", "_daylight, _dstbias, _timezone, and _tzname", "TIME_ZONE_INFORMATION structure".
#include <dlls/crt/time_data.h>

#include <dlls/crt/locale_data.h>
#include <dlls/crt/locks.h>
#include <dlls/crt/win32.h>

CRT_EXPORT char* getenv(const char* name);

static char standard_name[64] = "PST";
static char daylight_name[64] = "PDT";
CRT_EXPORT int _daylight = 1;
CRT_EXPORT long _dstbias = -3600;
CRT_EXPORT long _timezone = 8 * 3600;
CRT_EXPORT char* _tzname[2] = {standard_name, daylight_name};

namespace oriel::crt {

namespace {

TIME_ZONE_INFORMATION zone;
bool loaded;

/// The rules of the United States since 2007: second Sunday of March to first of November, at two o'clock.
void use_us_rules() {
    zone.DaylightDate = {0, 3, 0, 2, 2, 0, 0, 0};
    zone.StandardDate = {0, 11, 0, 1, 2, 0, 0, 0};
}

int parse_number(const char*& text) {
    int value = 0;
    for (; is_ascii_digit(*text); ++text)
        value = value * 10 + (*text - '0');
    return value;
}

/// "PST8PDT", "CET-1CEST", "IST-5:30".
bool use_variable(const char* text) {
    auto name = [&](char* out) {
        size_t i = 0;
        for (; i < 3 && text[i]; ++i)
            out[i] = text[i];
        out[i] = 0;
        text += i;
        return i;
    };
    if (!name(standard_name))
        return false;
    int sign = *text == '-' ? -1 : 1;
    if (*text == '-' || *text == '+')
        ++text;
    long seconds = parse_number(text) * 3600L;
    for (long unit = 60; *text == ':' && unit; unit /= 60) {
        ++text;
        seconds += parse_number(text) * unit;
    }
    _timezone = sign * seconds;
    _daylight = *text != 0;
    _dstbias = _daylight ? -3600 : 0;
    name(daylight_name);
    zone = {};
    if (_daylight)
        use_us_rules();
    return true;
}

void use_system() {
    if (GetTimeZoneInformation(&zone) == TIME_ZONE_ID_INVALID)
        zone = {};
    bool has_daylight = zone.StandardDate.wMonth && zone.DaylightDate.wMonth;
    _timezone = zone.Bias * 60 + (zone.StandardDate.wMonth ? zone.StandardBias * 60 : 0);
    _daylight = has_daylight && zone.DaylightBias;
    _dstbias = _daylight ? (zone.DaylightBias - zone.StandardBias) * 60 : 0;
    unsigned code_page = current_locale().code_page ? current_locale().code_page : CP_ACP;
    WideCharToMultiByte(code_page, 0, zone.StandardName, -1, standard_name, 63, nullptr, nullptr);
    WideCharToMultiByte(code_page, 0, zone.DaylightName, -1, daylight_name, 63, nullptr, nullptr);
}

/// The second of the year at which a rule strikes. A rule is a date, or "the nth weekday of the month".
long strike(const SYSTEMTIME& rule, int year) {
    long long first_of_year = days_from_civil(year, 1, 1);
    long long day = days_from_civil(rule.wYear ? rule.wYear : year, rule.wMonth, rule.wYear ? rule.wDay : 1);
    if (!rule.wYear) {
        int weekday = int((day + 4) % 7 + 7) % 7; // 1970-01-01 was a Thursday
        day += (rule.wDayOfWeek - weekday + 7) % 7 + (rule.wDay - 1) * 7;
        long long next = rule.wMonth == 12 ? days_from_civil(year + 1, 1, 1)
                                           : days_from_civil(year, unsigned(rule.wMonth) + 1, 1);
        while (day >= next) // "5" means the last one
            day -= 7;
    }
    return long((day - first_of_year) * 86400 + rule.wHour * 3600 + rule.wMinute * 60 + rule.wSecond);
}

} // namespace

void load_time_zone(bool force) {
    if (loaded && !force)
        return;
    LockScope lock(lock_time);
    const char* variable = getenv("TZ");
    if (!variable || !*variable || !use_variable(variable))
        use_system();
    loaded = true;
}

/// `local` is local standard time. Daylight time ends at an hour of daylight time, hence the correction.
bool is_daylight(const Tm& local) {
    if (!_daylight)
        return false;
    int year = local.tm_year + 1900;
    long second = local.tm_yday * 86400L + local.tm_hour * 3600L + local.tm_min * 60L + local.tm_sec;
    long begin = strike(zone.DaylightDate, year), end = strike(zone.StandardDate, year) + _dstbias;
    return begin < end ? second >= begin && second < end : second >= begin || second < end;
}

long zone_offset() { return _timezone; }
long daylight_offset() { return _dstbias; }

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT void _tzset() { load_time_zone(true); }
CRT_EXPORT int* __p__daylight() { return &_daylight; }
CRT_EXPORT long* __p__dstbias() { return &_dstbias; }
CRT_EXPORT long* __p__timezone() { return &_timezone; }
CRT_EXPORT char** __p__tzname() { return _tzname; }
CRT_ALIAS(__daylight, __p__daylight);
CRT_ALIAS(__dstbias, __p__dstbias);
CRT_ALIAS(__timezone, __p__timezone);
CRT_ALIAS(__tzname, __p__tzname);

CRT_EXPORT int _get_tzname(size_t* needed, char* buffer, size_t room, int index) {
    if (!needed || index < 0 || index > 1 || (!buffer && room))
        return invalid_parameter();
    *needed = strlen(_tzname[index]) + 1;
    if (!buffer)
        return 0;
    if (*needed > room) {
        if (room)
            *buffer = 0;
        return e_range;
    }
    memcpy(buffer, _tzname[index], *needed);
    return 0;
}
