// SPDX-License-Identifier: MIT
// locale_data.h: the one locale that there is, English (United States), and its names.
//
// Windows has some hundreds. A console program of another language mostly asks for the user's default and formats
// dates by it; ours is en-US, and every other locale answers as one that is not installed.
// Sources: "Locale Information Constants", "[MS-LCID]" (Microsoft documentation).
#pragma once

#include <cstddef>
#include <cstdint>

namespace oriel::k32 {

inline constexpr unsigned english_us = 0x0409;
inline constexpr unsigned invariant_locale = 0x007F;

struct LocaleText {
    std::uint32_t type; ///< LOCALE_*
    const char16_t* text;
};
struct LocaleNumber {
    std::uint32_t type;
    std::uint32_t value;
};

/// A LOCALE_S* text, or null. Month and day names count through their LCTYPEs.
const char16_t* locale_text(std::uint32_t type);
/// A LOCALE_I* number; false if there is none of that type.
bool locale_number(std::uint32_t type, std::uint32_t& value);

const char16_t* day_name(unsigned weekday, bool abbreviated); ///< 0: Sunday
const char16_t* month_name(unsigned month, bool abbreviated); ///< 1: January

} // namespace oriel::k32
