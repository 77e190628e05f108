// SPDX-License-Identifier: MIT
// names.cpp: upper case for the scripts in which objects are named.
//
// Covers the blocks whose simple upper-case mapping is regular: Latin, Greek, Cyrillic, Armenian, full-width
// forms. File names are folded elsewhere, with the whole table (io/fold.h); ob lies below io.
#include <ntdll-emu/ob/names.h>

namespace oriel::ob {

namespace {

constexpr bool between(char16_t unit, char16_t first, char16_t last) { return unit >= first && unit <= last; }

/// Blocks in which each upper-case letter has an even number and its lower-case one follows.
constexpr bool pairs_from_even(char16_t unit) {
    return between(unit, 0x100, 0x12F) || between(unit, 0x132, 0x137) || between(unit, 0x14A, 0x177)
        || between(unit, 0x1DE, 0x1EF) || between(unit, 0x1F8, 0x21F) || between(unit, 0x222, 0x233)
        || between(unit, 0x460, 0x481) || between(unit, 0x48A, 0x4BF) || between(unit, 0x4D0, 0x52F)
        || between(unit, 0x1E00, 0x1E95) || between(unit, 0x1EA0, 0x1EFF);
}
/// The same with odd upper-case letters.
constexpr bool pairs_from_odd(char16_t unit) {
    return between(unit, 0x139, 0x148) || between(unit, 0x179, 0x17E) || between(unit, 0x1CD, 0x1DC)
        || between(unit, 0x4C1, 0x4CE);
}

} // namespace

char16_t upcase(char16_t unit) {
    if (between(unit, u'a', u'z')) return unit - 0x20;
    if (unit < 0x80) return unit;
    if (between(unit, 0xE0, 0xFE) && unit != 0xF7) return unit - 0x20;
    if (unit == 0xFF) return 0x178;
    if (unit == 0x131) return unit; // dotless i stays: its upper case is ASCII's I
    if (pairs_from_even(unit)) return unit & ~1;
    if (pairs_from_odd(unit)) return unit % 2 == 0 ? unit - 1 : unit;
    if (between(unit, 0x3B1, 0x3C9) && unit != 0x3C2) return unit - 0x20;
    if (between(unit, 0x430, 0x44F)) return unit - 0x20;
    if (between(unit, 0x450, 0x45F)) return unit - 0x50;
    if (between(unit, 0x561, 0x586)) return unit - 0x30;
    if (between(unit, 0xFF41, 0xFF5A)) return unit - 0x20;
    return unit;
}

std::u16string upcase(std::u16string_view name) {
    std::u16string folded(name);
    for (char16_t& unit : folded) unit = upcase(unit);
    return folded;
}

} // namespace oriel::ob
