// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/console_keys.h>

#include <ntdll-emu/io/utf8.h>

#include <algorithm>
#include <cctype>

namespace oriel::io {

namespace {

/// What follows ESC, and the virtual key that it means ("Virtual-Key Codes").
struct Sequence {
    std::string_view text;
    std::uint16_t key;
};
constexpr Sequence sequences[] = {
    {"[A", 0x26},   {"[B", 0x28},   {"[C", 0x27},   {"[D", 0x25},   {"[H", 0x24},   {"[F", 0x23},
    {"OA", 0x26},   {"OB", 0x28},   {"OC", 0x27},   {"OD", 0x25},   {"OH", 0x24},   {"OF", 0x23},
    {"[1~", 0x24},  {"[2~", 0x2D},  {"[3~", 0x2E},  {"[4~", 0x23},  {"[5~", 0x21},  {"[6~", 0x22},
    {"OP", 0x70},   {"OQ", 0x71},   {"OR", 0x72},   {"OS", 0x73},   {"[15~", 0x74}, {"[17~", 0x75},
    {"[18~", 0x76}, {"[19~", 0x77}, {"[20~", 0x78}, {"[21~", 0x79}, {"[23~", 0x7A}, {"[24~", 0x7B},
};

void press(std::deque<nt::CONSOLE_INPUT_RECORD>& records, std::uint16_t key, char16_t unit, std::uint32_t state) {
    nt::CONSOLE_INPUT_RECORD record{};
    record.EventType = nt::CONSOLE_KEY_EVENT;
    record.RepeatCount = 1;
    record.VirtualKeyCode = key;
    record.UnicodeChar = unit;
    record.ControlKeyState = state;
    record.KeyDown = 1;
    records.push_back(record);
    record.KeyDown = 0;
    records.push_back(record);
}

void press_character(std::deque<nt::CONSOLE_INPUT_RECORD>& records, char32_t code) {
    if (code == '\n' || code == '\r') return press(records, 0x0D, u'\r', 0);
    if (code == 0x7F) return press(records, 0x08, 0x08, 0); // terminals send DEL for the backspace key
    if (code == '\t' || code == 0x1B || code == 0x08)
        return press(records, static_cast<std::uint16_t>(code), static_cast<char16_t>(code), 0);
    if (code < 0x20)
        return press(records, static_cast<std::uint16_t>(code + 0x40), static_cast<char16_t>(code),
                     nt::CONSOLE_LEFT_CTRL_PRESSED);
    const bool letter = code < 0x80 && std::isalnum(static_cast<int>(code));
    const bool shifted = code >= 'A' && code <= 'Z';
    std::u16string units;
    append_utf16(units, code);
    for (const char16_t unit : units)
        press(records, letter ? static_cast<std::uint16_t>(std::toupper(static_cast<int>(code))) : 0, unit,
              shifted ? nt::CONSOLE_SHIFT_PRESSED : 0);
}

} // namespace

void KeyDecoder::decode(std::deque<nt::CONSOLE_INPUT_RECORD>& records, std::string_view bytes) {
    const std::string joined = std::move(m_cut) + std::string(bytes);
    m_cut.clear();
    std::string_view rest = joined;
    while (!rest.empty()) {
        if (rest[0] == '\x1b' && rest.size() > 1) {
            const auto place =
                std::find_if(std::begin(sequences), std::end(sequences),
                             [&](const Sequence& sequence) { return rest.substr(1).starts_with(sequence.text); });
            if (place != std::end(sequences)) {
                press(records, place->key, 0, nt::CONSOLE_ENHANCED_KEY);
                rest.remove_prefix(1 + place->text.size());
                continue;
            }
        }
        const Utf8Character character = decode_utf8(rest);
        if (character.bytes == 0 && rest.size() < 4 && (rest[0] & 0xC0) == 0xC0) {
            m_cut = rest;
            return;
        }
        if (character.bytes != 0) press_character(records, character.code);
        rest.remove_prefix(std::max(character.bytes, 1u));
    }
}

} // namespace oriel::io
