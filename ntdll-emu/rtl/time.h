// SPDX-License-Identifier: MIT
// time.h: NT's time (100 ns since the first of January 1601, a Monday) as calendar fields, and as seconds of
// the epochs that others use. The calendar is the Gregorian one, extended backwards; no leap seconds.
#pragma once

#include <nt/rtl_time.h>

#include <optional>

namespace oriel::rtl {

inline constexpr std::int64_t ticks_per_millisecond = 10'000;
inline constexpr std::int64_t ticks_per_second = 10'000'000;
inline constexpr std::int64_t ticks_per_day = 86'400 * ticks_per_second;
inline constexpr std::int64_t days_1601_to_1970 = 134'774;
inline constexpr std::int64_t days_1601_to_1980 = 138'426;

nt::TIME_FIELDS fields_of(std::int64_t time);
/// None for fields that name no moment (month 13, the 30th of February, before 1601).
std::optional<std::int64_t> time_of(const nt::TIME_FIELDS& fields);
/// None if it does not fit 32 bits.
std::optional<std::uint32_t> seconds_since(std::int64_t time, std::int64_t epoch_days);

} // namespace oriel::rtl
