// SPDX-License-Identifier: MIT
// locale_tables.cpp: making the tables of a code page from what kernel32 knows of it.
//
// Bytes below 128 are ASCII in every code page taken here. The others become the UTF-16 character that they
// stand for, whose types and cases kernel32 tells. A set is kept for each code page that was ever used.
#include <dlls/crt/locale_tables.h>

#include <dlls/crt/ctype.h>
#include <dlls/crt/win32.h>

namespace oriel::crt {

namespace {

CodePageTables* known_tables[16];

/// From GetStringType's C1 bits, which are <ctype.h>'s by design, to ours.
unsigned short types_from_system(unsigned short c1, int byte) {
    unsigned short types = c1 & 0x1BF; // upper lower digit space punct control hex alpha
    if (byte == ' ')
        types |= type_blank;
    return types;
}

void fill_tables(CodePageTables& tables, unsigned code_page) {
    tables.code_page = code_page;
    memcpy(tables.types, ascii_type_table() - 1, sizeof tables.types);
    memcpy(tables.lower, ascii_lower_map.bytes, 256);
    memcpy(tables.upper, ascii_upper_map.bytes, 256);
    for (int byte = 128; byte < 256; ++byte) {
        char narrow = char(byte);
        wchar_t wide;
        WORD c1 = 0;
        if (IsDBCSLeadByteEx(code_page, BYTE(byte))) {
            tables.types[byte + 1] = type_lead_byte;
            continue;
        }
        if (MultiByteToWideChar(code_page, MB_ERR_INVALID_CHARS, &narrow, 1, &wide, 1) != 1)
            continue;
        if (GetStringTypeW(CT_CTYPE1, &wide, 1, &c1))
            tables.types[byte + 1] = types_from_system(c1, byte);
        auto map = [&](DWORD how, unsigned char& result) {
            wchar_t mapped;
            char back;
            if (LCMapStringW(english_us, how, &wide, 1, &mapped, 1) == 1 &&
                WideCharToMultiByte(code_page, 0, &mapped, 1, &back, 1, nullptr, nullptr) == 1)
                result = static_cast<unsigned char>(back);
        };
        if (tables.types[byte + 1] & type_upper)
            map(LCMAP_LOWERCASE, tables.lower[byte]);
        if (tables.types[byte + 1] & type_lower)
            map(LCMAP_UPPERCASE, tables.upper[byte]);
    }
}

} // namespace

const CodePageTables* tables_of(unsigned code_page) {
    for (auto*& slot : known_tables) {
        if (!slot) {
            slot = Owned<CodePageTables>::allocate(1);
            if (slot)
                fill_tables(*slot, code_page);
            return slot;
        }
        if (slot->code_page == code_page)
            return slot;
    }
    return nullptr;
}

} // namespace oriel::crt
