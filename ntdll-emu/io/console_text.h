// SPDX-License-Identifier: MIT
// console_text.h: text of a Windows console as a terminal of the host takes it.
//
// Both draw a grid of cells, and carriage return, line feed, backspace, tab and bell mean the same to both.
// They differ in the rest of the controls: a Windows console draws them (ESC is a small arrow), unless the
// program has asked for VT sequences. A terminal that got a raw ESC would obey it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oriel::io {

/// How the program has set the output side.
struct OutputRules {
    bool processed = true; ///< ENABLE_PROCESSED_OUTPUT
    bool vt = false;       ///< ENABLE_VIRTUAL_TERMINAL_PROCESSING
};

/// A stream of UTF-16 that may be cut inside a surrogate pair, as UTF-8 for the terminal.
class TerminalText {
public:
    void append(std::string& bytes, std::u16string_view text, OutputRules rules);

private:
    char16_t m_high = 0; ///< a high surrogate whose other half has not come
};

/// The SGR sequence that gives a terminal the colours of a console attribute. Grey on black, with which
/// every console begins, is the terminal's own pair of colours.
std::string attribute_sequence(std::uint16_t attributes);

} // namespace oriel::io
