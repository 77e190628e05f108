// SPDX-License-Identifier: MIT
// collation.cpp: sort elements, their comparison, and sort keys.
//
// A sort key is: letter weights (two bytes each) 01 accents 01 cases 01 01 specials 00; a level's trailing minimal
// weights are left out ("LCMapStringEx function", LCMAP_SORTKEY, Microsoft documentation).
#include "collation.h"

#include <algorithm>
#include <iterator>

namespace oriel::k32 {
namespace {

#include <generated/kernel32/collation.inc>

constexpr std::uint8_t least = 2; ///< no accent, lower case

/// One character that sorts as two letters.
struct Ligature {
    char16_t character;
    char16_t first, second;
};
constexpr Ligature ligatures[] = {{u'\u00C6', u'A', u'E'}, {u'\u00DE', u'T', u'H'}, {u'\u00DF', u's', u's'},
                                  {u'\u00E6', u'a', u'e'}, {u'\u00FE', u't', u'h'}, {u'\u0132', u'I', u'J'},
                                  {u'\u0133', u'i', u'j'}, {u'\u0152', u'O', u'E'}, {u'\u0153', u'o', u'e'},
                                  {u'\uFB01', u'f', u'i'}, {u'\uFB02', u'f', u'l'}};

bool is_special(CollationWeight weight) { return weight.letter >> 8 == 0x06; }
bool is_mark(CollationWeight weight) { return weight.letter == 1; }
bool is_symbol(CollationWeight weight) { return weight.letter >> 8 >= 0x07 && weight.letter >> 8 <= 0x0B; }

constexpr std::uint8_t width_bit = 1; ///< in the case weight: a full- or half-width form

} // namespace

CollationWeight weight_of(char16_t character) {
    // Ideographs and Hangul syllables: by code, two to a letter weight.
    if ((character >= 0x3400 && character <= 0x9FFF) || (character >= 0xAC00 && character <= 0xD7A3) ||
        (character >= 0xF900 && character <= 0xFAFF))
        return {static_cast<std::uint16_t>(0x8000 + character / 2), static_cast<std::uint8_t>(least + character % 2),
                least};
    return collation_weights[collation_index[character >> 8]][character & 0xFF];
}

bool SortElements::next(CollationWeight& element) {
    if (m_pending.letter) {
        element = m_pending;
        m_pending = {};
        return true;
    }
    for (;;) {
        if (m_text.empty()) return false;
        const char16_t character = m_text[0];
        m_text = m_text.subspan(1);
        ++m_position;
        const auto* const ligature = std::ranges::find(ligatures, character, &Ligature::character);
        if (ligature != std::end(ligatures)) {
            element = weight_of(ligature->first);
            m_pending = weight_of(ligature->second);
            // Apart from its letters' own only by an accent: "ss" comes before the sharp s.
            ++element.accent;
            break;
        }
        element = weight_of(character);
        if (element.letter == 0 || is_mark(element)) continue; // a mark without a letter before it
        if (is_special(element) && !m_options.string_sort) {
            m_specials = m_specials * 31 + m_position * 256 + (element.letter & 0xFF);
            continue;
        }
        if (m_options.ignore_symbols && (is_symbol(element) || is_special(element))) continue;
        break;
    }
    while (!m_text.empty() && is_mark(weight_of(m_text[0]))) {
        element.accent = static_cast<std::uint8_t>(std::min(element.accent + weight_of(m_text[0]).accent, 0xFF));
        m_text = m_text.subspan(1);
        ++m_position;
    }
    for (CollationWeight* weight : {&element, &m_pending}) {
        if (m_options.ignore_accents) weight->accent = least;
        if (m_options.ignore_width) weight->letter_case &= static_cast<std::uint8_t>(~width_bit);
        if (m_options.ignore_case)
            weight->letter_case = static_cast<std::uint8_t>(least | (weight->letter_case & width_bit));
    }
    return true;
}

int compare(std::span<const char16_t> left, std::span<const char16_t> right, SortOptions options) {
    SortElements a(left, options), b(right, options);
    int accents = 0, cases = 0;
    for (;;) {
        CollationWeight x, y;
        const bool more_left = a.next(x), more_right = b.next(y);
        if (!more_left || !more_right) {
            if (more_left != more_right) return more_left ? 1 : -1;
            break;
        }
        if (x.letter != y.letter) return x.letter < y.letter ? -1 : 1;
        if (!accents) accents = x.accent - y.accent;
        if (!cases) cases = x.letter_case - y.letter_case;
    }
    if (accents) return accents;
    if (cases) return cases;
    return a.specials() == b.specials() ? 0 : a.specials() < b.specials() ? -1 : 1;
}

std::size_t sort_key(std::span<const char16_t> text, SortOptions options, std::span<std::uint8_t> to) {
    std::size_t length = 0;
    const auto put = [&](unsigned byte) {
        if (length < to.size()) to[length] = static_cast<std::uint8_t>(byte);
        ++length;
    };
    /// One byte an element; minimal weights at the end are not written.
    const auto put_level = [&](auto member) {
        SortElements elements(text, options);
        CollationWeight element;
        std::size_t held_back = 0;
        while (elements.next(element)) {
            if (element.*member == least) {
                ++held_back;
                continue;
            }
            for (; held_back; --held_back) put(least);
            put(element.*member);
        }
    };
    SortElements letters(text, options);
    CollationWeight element;
    while (letters.next(element)) {
        put(element.letter >> 8);
        put(element.letter & 0xFF);
    }
    put(1);
    put_level(&CollationWeight::accent);
    put(1);
    put_level(&CollationWeight::letter_case);
    put(1);
    put(1);
    if (!options.string_sort) { // each skipped one: where it stands, and which
        std::size_t position = 0;
        for (const char16_t character : text) {
            const CollationWeight weight = weight_of(character);
            if (is_special(weight)) {
                put(0x80);
                put(static_cast<unsigned>(7 + 4 * position));
                put(0x06);
                put(weight.letter & 0xFF);
            } else if (weight.letter > 1) {
                ++position;
            }
        }
    }
    put(0);
    return length;
}

} // namespace oriel::k32
