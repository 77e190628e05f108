// SPDX-License-Identifier: MIT
// collation.h: text in the order of a dictionary, as CompareString and LCMapString's sort keys have it.
//
// A text is a sequence of sort elements: mostly a character each, but a combining mark joins the letter before it
// and a ligature makes two. An element has weights at three levels (which letter, which accent, which case).
// Two texts are compared by all first-level weights, then all second, then all third. The hyphen and the
// apostrophe have no weight in a word sort ("co-op" stands beside "coop"); they decide last.
//
// The weights are derived from Unicode's data (make_collation.py); those of ASCII are NT's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace oriel::k32 {

struct CollationWeight {
    std::uint16_t letter;     ///< 0: the character takes no part
    std::uint8_t accent;      ///< 2: none
    std::uint8_t letter_case; ///< 2: lower
};

CollationWeight weight_of(char16_t character);

struct SortOptions {
    bool ignore_case = false;
    bool ignore_accents = false;
    bool ignore_symbols = false;
    bool ignore_width = false;
    bool string_sort = false; ///< hyphen and apostrophe are symbols like others
};

/// Reads the elements of a text one by one.
class SortElements {
public:
    SortElements(std::span<const char16_t> text, SortOptions options) : m_text(text), m_options(options) {}

    /// False at the end.
    bool next(CollationWeight& element);

    /// What the last calls skipped in a word sort, as one number that differs where the skipped ones do.
    [[nodiscard]] std::uint32_t specials() const { return m_specials; }

private:
    std::span<const char16_t> m_text;
    SortOptions m_options;
    CollationWeight m_pending{}; ///< the second half of a ligature
    std::uint32_t m_position = 0;
    std::uint32_t m_specials = 0;
};

/// Negative, 0 or positive, as left comes before, with or after right.
int compare(std::span<const char16_t> left, std::span<const char16_t> right, SortOptions options);

/// Writes the sort key, a string of bytes that memcmp orders as compare does; answers its length (all of it, also
/// where `to` is too small or empty).
std::size_t sort_key(std::span<const char16_t> text, SortOptions options, std::span<std::uint8_t> to);

} // namespace oriel::k32
