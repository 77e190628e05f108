// SPDX-License-Identifier: MIT
// time_data.h: times, calendars and the time zone.
//
// time_t counts seconds from 1970-01-01 UTC. Functions with 32 or 64 in their name say how wide theirs is;
// the plain names (time, mktime, _ftime ...) mean 32 bits in x86 msvcrt.dll and 64 bits in x64.
#pragma once

#include <dlls/crt/thread_data.h>

namespace oriel::crt {

using Time32 = long;
using Time64 = long long;
#if defined(__i386__)
using TimeDefault = Time32;
#else
using TimeDefault = Time64;
#endif

inline constexpr Time64 latest_time64 = 32535215999; ///< 3000-12-31 23:59:59 UTC, as Microsoft limits it

/// Where clock counts from.
void start_clock();

/// A FILETIME (100 ns since 1601) as seconds since 1970.
Time64 time_of_filetime(unsigned long low, unsigned long high);
/// 0 for a time that no FILETIME can say.
unsigned long long filetime_of_time(Time64 time);

/// From seconds to a calendar, in UTC; false if out of range.
bool split_time(Time64 time, Tm& result);
/// From a calendar, whose fields may be out of their ranges, to seconds, without a zone.
Time64 join_time(const Tm& tm);
long long days_from_civil(long long year, unsigned month, unsigned day);

/// Reads TZ or the system's zone, once; `force` reads again.
void load_time_zone(bool force);
/// Whether daylight saving time rules at this local standard time.
bool is_daylight(const Tm& local);
/// Both in seconds, for a load_time_zone'd process.
long zone_offset();
long daylight_offset();

} // namespace oriel::crt
