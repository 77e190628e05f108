// SPDX-License-Identifier: MIT
// console_keys.h: what a terminal sends when a key is pressed, as the key events of a Windows console.
#pragma once

#include <nt/console_ioctl.h>

#include <deque>
#include <string>
#include <string_view>

namespace oriel::io {

/// Characters, control characters, and the sequences of the arrow and editing keys (VT220, xterm).
class KeyDecoder {
public:
    /// Each key gives two records: pressed, released.
    void decode(std::deque<nt::CONSOLE_INPUT_RECORD>& records, std::string_view bytes);

private:
    std::string m_cut; ///< the beginning of a character or sequence
};

} // namespace oriel::io
