// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/time.h>

namespace oriel::rtl {

namespace {

// Years are counted from March, so that the leap day is a year's last day and the months' lengths follow one
// formula; 400 years are 146,097 days. (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".)
constexpr std::int64_t days_per_era = 146'097;
constexpr std::int64_t days_0_to_1601 = 584'694; ///< from the first of March of the year 0

struct Date {
    std::int64_t year;
    int month, day;
};

Date date_of(std::int64_t days_since_1601) {
    const std::int64_t z = days_since_1601 + days_0_to_1601;
    const std::int64_t era = z / days_per_era, of_era = z % days_per_era;
    const std::int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const auto shifted = static_cast<int>((5 * of_year + 2) / 153);
    const int month = shifted < 10 ? shifted + 3 : shifted - 9;
    return {era * 400 + year + (month <= 2), month, static_cast<int>(of_year - (153 * shifted + 2) / 5 + 1)};
}

std::int64_t days_of(Date date) {
    const std::int64_t year = date.year - (date.month <= 2);
    const std::int64_t era = year / 400, of_era_year = year % 400;
    const std::int64_t of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return era * days_per_era + of_era_year * 365 + of_era_year / 4 - of_era_year / 100 + of_year - days_0_to_1601;
}

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in_month(int year, int month) {
    constexpr std::int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && is_leap(year));
}

} // namespace

nt::TIME_FIELDS fields_of(std::int64_t time) {
    const std::int64_t days = time / ticks_per_day;
    const auto milliseconds = static_cast<int>(time % ticks_per_day / ticks_per_millisecond);
    const Date date = date_of(days);
    nt::TIME_FIELDS fields;
    fields.Year = static_cast<std::int16_t>(date.year);
    fields.Month = static_cast<std::int16_t>(date.month);
    fields.Day = static_cast<std::int16_t>(date.day);
    fields.Hour = static_cast<std::int16_t>(milliseconds / 3'600'000);
    fields.Minute = static_cast<std::int16_t>(milliseconds / 60'000 % 60);
    fields.Second = static_cast<std::int16_t>(milliseconds / 1000 % 60);
    fields.Milliseconds = static_cast<std::int16_t>(milliseconds % 1000);
    fields.Weekday = static_cast<std::int16_t>((days + 1) % 7);
    return fields;
}

std::optional<std::int64_t> time_of(const nt::TIME_FIELDS& fields) {
    const auto within = [](int value, int low, int high) { return value >= low && value <= high; };
    if (fields.Year < 1601 || !within(fields.Month, 1, 12)) return std::nullopt;
    if (!within(fields.Day, 1, days_in_month(fields.Year, fields.Month))) return std::nullopt;
    if (!within(fields.Hour, 0, 23) || !within(fields.Minute, 0, 59) || !within(fields.Second, 0, 59)
        || !within(fields.Milliseconds, 0, 999)) {
        return std::nullopt;
    }
    const std::int64_t days = days_of({fields.Year, fields.Month, fields.Day});
    const std::int64_t milliseconds =
        ((fields.Hour * 60LL + fields.Minute) * 60 + fields.Second) * 1000 + fields.Milliseconds;
    std::int64_t time;
    if (__builtin_mul_overflow(days, ticks_per_day, &time)) return std::nullopt;
    if (__builtin_add_overflow(time, milliseconds * ticks_per_millisecond, &time)) return std::nullopt;
    return time;
}

std::optional<std::uint32_t> seconds_since(std::int64_t time, std::int64_t epoch_days) {
    const std::int64_t seconds = time / ticks_per_second - epoch_days * 86'400;
    if (seconds < 0 || seconds > 0xFFFFFFFFLL) return std::nullopt;
    return static_cast<std::uint32_t>(seconds);
}

} // namespace oriel::rtl
