// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/time.h>

#include <gtest/gtest.h>

#include <tuple>

using namespace oriel::rtl;

namespace {
auto date(const nt::TIME_FIELDS& f) { return std::tuple(f.Year, f.Month, f.Day, f.Weekday); }
} // namespace

TEST(Time, It_begins_on_a_Monday_in_1601) {
    EXPECT_EQ(date(fields_of(0)), std::tuple(1601, 1, 1, 1));
    const nt::TIME_FIELDS last = fields_of(ticks_per_day - 1);
    EXPECT_EQ(std::tuple(last.Hour, last.Minute, last.Second, last.Milliseconds), std::tuple(23, 59, 59, 999));
}

TEST(Time, Known_days) {
    EXPECT_EQ(date(fields_of(days_1601_to_1970 * ticks_per_day)), std::tuple(1970, 1, 1, 4));
    EXPECT_EQ(date(fields_of(days_1601_to_1980 * ticks_per_day)), std::tuple(1980, 1, 1, 2));
    EXPECT_EQ(date(fields_of(125'911'584'000'000'000)), std::tuple(2000, 1, 1, 6));
}

TEST(Time, Every_day_of_nine_hundred_years_goes_there_and_back) {
    for (std::int64_t day = 0; day < 330'000; ++day) {
        const nt::TIME_FIELDS fields = fields_of(day * ticks_per_day);
        const auto back = time_of(fields);
        ASSERT_TRUE(back.has_value());
        ASSERT_EQ(*back, day * ticks_per_day);
        ASSERT_EQ(fields.Weekday, (day + 1) % 7);
    }
}

TEST(Time, Fields_that_name_no_moment_are_refused) {
    const auto valid = [](int year, int month, int day, int hour = 0) {
        nt::TIME_FIELDS fields{};
        fields.Year = static_cast<std::int16_t>(year);
        fields.Month = static_cast<std::int16_t>(month);
        fields.Day = static_cast<std::int16_t>(day);
        fields.Hour = static_cast<std::int16_t>(hour);
        return time_of(fields).has_value();
    };
    EXPECT_TRUE(valid(2000, 2, 29));
    EXPECT_FALSE(valid(1900, 2, 29));
    EXPECT_FALSE(valid(2001, 13, 1));
    EXPECT_FALSE(valid(2001, 0, 1));
    EXPECT_FALSE(valid(2001, 4, 31));
    EXPECT_FALSE(valid(1600, 12, 31));
    EXPECT_FALSE(valid(2001, 1, 1, 24));
    EXPECT_FALSE(valid(30828, 9, 15)); // beyond what 63 bits hold
}

TEST(Time, Seconds_of_an_epoch_fit_32_bits_or_are_refused) {
    EXPECT_EQ(seconds_since(days_1601_to_1970 * ticks_per_day + 5 * ticks_per_second, days_1601_to_1970), 5u);
    EXPECT_FALSE(seconds_since(0, days_1601_to_1970).has_value());
    EXPECT_FALSE(seconds_since(0x7FFFFFFFFFFFFFFF, days_1601_to_1970).has_value());
}
