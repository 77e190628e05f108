// SPDX-License-Identifier: MIT
// utf8.cpp: UTF-8 to UTF-16 and back.
//
// An ill-formed sequence becomes one U+FFFD for each maximal part that could have begun a character, as the
// Unicode Standard recommends (chapter 3.9, "U+FFFD Substitution of Maximal Subparts") and Windows does
// since Vista. Surrogates and anything above U+10FFFF are ill-formed in UTF-8.
#include <ntdll-emu/rtl/nls.h>

namespace oriel::rtl {

namespace {

struct Decoded {
    char32_t character;
    unsigned length; ///< bytes consumed
    bool good;
};

Decoded decode_one(const std::uint8_t* at, std::size_t left) {
    const std::uint8_t lead = at[0];
    if (lead < 0x80) return {lead, 1, true};
    // The second byte's range rules out overlong forms, surrogates, and what lies above U+10FFFF.
    unsigned length;
    std::uint8_t low = 0x80, high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) length = 2;
    else if (lead >= 0xE0 && lead <= 0xEF) length = 3;
    else if (lead >= 0xF0 && lead <= 0xF4) length = 4;
    else return {0, 1, false};
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    char32_t character = lead & (0x7Fu >> length);
    for (unsigned i = 1; i < length; ++i) {
        if (i == left || at[i] < low || at[i] > high) return {0, i, false};
        character = character << 6 | (at[i] & 0x3Fu);
        low = 0x80;
        high = 0xBF;
    }
    return {character, length, true};
}

/// Takes whole characters or none of one.
template<class Unit>
class Sink {
public:
    Sink(Unit* to, std::size_t room) : m_to(to), m_room(to != nullptr ? room : ~std::size_t{0}) {}
    template<class... Units>
    bool put(Units... units) {
        if (m_count + sizeof...(Units) > m_room) return false;
        if (m_to != nullptr) ((m_to[m_count++] = static_cast<Unit>(units)), ...);
        else m_count += sizeof...(Units);
        return true;
    }
    [[nodiscard]] std::size_t count() const { return m_count; }

private:
    Unit* m_to;
    std::size_t m_room, m_count = 0;
};

} // namespace

Converted utf8_to_utf16(const char* from, std::size_t bytes, char16_t* to, std::size_t room) {
    Sink<char16_t> sink(to, room);
    Converted result;
    const auto* at = reinterpret_cast<const std::uint8_t*>(from);
    const auto* const end = at + bytes;
    while (at != end) {
        Decoded one = decode_one(at, static_cast<std::size_t>(end - at));
        if (!one.good) one.character = replacement_character;
        const bool wide = one.character > 0xFFFF;
        const char32_t rest = one.character - 0x10000;
        if (!(wide ? sink.put(0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF)) : sink.put(one.character))) {
            result.truncated = true;
            break;
        }
        result.replaced |= !one.good;
        at += one.length;
    }
    result.units = sink.count();
    return result;
}

Converted utf16_to_utf8(const char16_t* from, std::size_t count, char* to, std::size_t room) {
    Sink<char> sink(to, room);
    Converted result;
    for (std::size_t i = 0; i < count;) {
        char32_t c = from[i];
        std::size_t taken = 1;
        bool good = true;
        if (c >= 0xD800 && c <= 0xDFFF) {
            const bool pair = c < 0xDC00 && i + 1 < count && from[i + 1] >= 0xDC00 && from[i + 1] <= 0xDFFF;
            good = pair;
            if (pair) {
                c = 0x10000 + ((c - 0xD800) << 10) + (from[i + 1] - 0xDC00u);
                taken = 2;
            } else {
                c = replacement_character;
            }
        }
        bool room_left;
        if (c < 0x80) room_left = sink.put(c);
        else if (c < 0x800) room_left = sink.put(0xC0 | c >> 6, 0x80 | (c & 0x3F));
        else if (c < 0x10000) room_left = sink.put(0xE0 | c >> 12, 0x80 | (c >> 6 & 0x3F), 0x80 | (c & 0x3F));
        else room_left = sink.put(0xF0 | c >> 18, 0x80 | (c >> 12 & 0x3F), 0x80 | (c >> 6 & 0x3F), 0x80 | (c & 0x3F));
        if (!room_left) {
            result.truncated = true;
            break;
        }
        result.replaced |= !good;
        i += taken;
    }
    result.units = sink.count();
    return result;
}

} // namespace oriel::rtl
