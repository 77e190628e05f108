// SPDX-License-Identifier: MIT
// ctype.h: the class bits of characters, with Microsoft's values.
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

enum CharacterType : unsigned short {
    type_upper = 0x1, type_lower = 0x2, type_digit = 0x4, type_space = 0x8, type_punct = 0x10,
    type_control = 0x20, type_blank = 0x40, type_hex = 0x80, type_alpha = 0x100, type_lead_byte = 0x8000,
};

struct CaseMap {
    unsigned char bytes[256];
};
extern const CaseMap ascii_lower_map, ascii_upper_map;

const unsigned short* ascii_type_table();              ///< [-1] to [255]
void use_type_table(const unsigned short* table);      ///< what _pctype points to

} // namespace oriel::crt
