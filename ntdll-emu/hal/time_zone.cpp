// SPDX-License-Identifier: MIT
// time_zone.cpp: finds the changes of a year by looking at each of its days.
#include "time_zone.h"

#include <algorithm>
#include <ctime>
#include <vector>

namespace oriel::hal {
namespace {

constexpr std::time_t day = 86400;

std::tm local(std::time_t time) {
    std::tm fields = {};
    localtime_r(&time, &fields);
    return fields;
}

std::time_t start_of_year(int year) {
    std::tm fields = {};
    fields.tm_year = year - 1900;
    fields.tm_mday = 1;
    return timegm(&fields);
}

/// The first second after `from` at which the offset differs; `to` is one where it does.
std::time_t find_change(std::time_t from, std::time_t to) {
    const long before = local(from).tm_gmtoff;
    while (to - from > 1) {
        const std::time_t middle = from + (to - from) / 2;
        (local(middle).tm_gmtoff == before ? from : to) = middle;
    }
    return to;
}

std::vector<std::time_t> changes_of(int year) {
    std::vector<std::time_t> changes;
    const std::time_t end = start_of_year(year + 1);
    for (std::time_t at = start_of_year(year); at < end; at += day) {
        if (local(at).tm_gmtoff != local(at + day).tm_gmtoff) changes.push_back(find_change(at, at + day));
    }
    return changes;
}

/// In local time as the clocks showed it before the change, as Windows states its rules.
ZoneChange describe(std::time_t change) {
    const std::time_t shown = change + local(change - 1).tm_gmtoff;
    std::tm fields = {};
    gmtime_r(&shown, &fields);
    return {.month = fields.tm_mon + 1, .week = (fields.tm_mday - 1) / 7 + 1, .weekday = fields.tm_wday,
            .hour = fields.tm_hour, .minute = fields.tm_min};
}

} // namespace

TimeZone host_time_zone() {
    tzset();
    const std::time_t now = std::time(nullptr);
    const std::tm today = local(now);
    TimeZone zone;
    zone.standard_offset = zone.daylight_offset = static_cast<int>(today.tm_gmtoff / 60);
    zone.standard_name = zone.daylight_name = today.tm_zone ? today.tm_zone : "UTC";
    zone.daylight_now = today.tm_isdst > 0;
    const int year = today.tm_year + 1900;
    const auto changes = changes_of(year), next = changes_of(year + 1);
    if (changes.size() != 2) return zone;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const std::tm after = local(changes[i]);
        ZoneChange rule = describe(changes[i]);
        // "The fourth Sunday" and "the last Sunday" differ in some year; two years in a row tell most apart.
        const bool is_last = rule.week >= 4 && (rule.week == 5 || next.size() != 2 || describe(next[i]).week != rule.week);
        if (is_last) rule.week = 5;
        if (after.tm_isdst > 0) {
            zone.to_daylight = rule;
            zone.daylight_offset = static_cast<int>(after.tm_gmtoff / 60);
            zone.daylight_name = after.tm_zone;
        } else {
            zone.to_standard = rule;
            zone.standard_offset = static_cast<int>(after.tm_gmtoff / 60);
            zone.standard_name = after.tm_zone;
        }
    }
    return zone;
}

} // namespace oriel::hal
