// SPDX-License-Identifier: MIT
// time_zone.h: the host's time zone, as a rule for every year.
#pragma once

#include <cstdint>
#include <string>

namespace oriel::hal {

/// A change of the clocks: the `week`th `weekday` of `month` (5: the last one) at `hour`:`minute` local time.
struct ZoneChange {
    int month = 0; ///< 1 to 12; 0: the clocks never change
    int week = 0;
    int weekday = 0; ///< 0: Sunday
    int hour = 0, minute = 0;
};

struct TimeZone {
    int standard_offset = 0; ///< minutes east of UTC
    int daylight_offset = 0;
    std::string standard_name;
    std::string daylight_name;
    ZoneChange to_standard;
    ZoneChange to_daylight;
    bool daylight_now = false;
};

/// From TZ or /etc/localtime, by the C library; the rule is read off this year's and next year's changes.
TimeZone host_time_zone();

} // namespace oriel::hal
