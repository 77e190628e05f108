// SPDX-License-Identifier: MIT
// ctype.cpp: classes and cases of bytes.
//
// Each byte has a mask of class bits in a table that programs reach through _pctype (macros of Microsoft's
// <ctype.h>) and __pctype_func; entry -1 is EOF. The "C" locale's table knows ASCII only; setlocale puts a
// table for the code page in its place. Source: "is, isw routines", "_pctype" in Microsoft's <ctype.h>.
#include <dlls/crt/ctype.h>

#include <dlls/crt/locale_data.h>

namespace oriel::crt {

static constexpr unsigned short ascii_types(int c) {
    unsigned short types = 0;
    if (c >= 'A' && c <= 'Z')
        types |= type_upper | type_alpha;
    if (c >= 'a' && c <= 'z')
        types |= type_lower | type_alpha;
    if (is_ascii_digit(c))
        types |= type_digit;
    if (is_ascii_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'))
        types |= type_hex;
    if (is_ascii_space(c))
        types |= type_space;
    if (c == ' ')
        types |= type_blank;
    if (c < 32 || c == 127)
        types |= type_control;
    if (c > 32 && c < 127 && !(types & (type_alpha | type_digit)))
        types |= type_punct;
    return types;
}

struct TypeTable {
    unsigned short types[257]; ///< EOF, then 256 bytes
};

static constexpr TypeTable make_ascii_table() {
    TypeTable table{};
    for (int c = 0; c < 128; ++c)
        table.types[c + 1] = ascii_types(c);
    return table;
}

static constexpr CaseMap make_ascii_case(bool to_lower) {
    CaseMap map{};
    for (int c = 0; c < 256; ++c)
        map.bytes[c] = static_cast<unsigned char>(to_lower ? ascii_lower(c) : ascii_upper(c));
    return map;
}

constinit const CaseMap ascii_lower_map = make_ascii_case(true);
constinit const CaseMap ascii_upper_map = make_ascii_case(false);

} // namespace oriel::crt

using namespace oriel::crt;

/// The "C" locale's table itself is exported too, under the name that the oldest headers use.
CRT_EXPORT constinit const TypeTable _ctype = make_ascii_table();
CRT_EXPORT const unsigned short* _pctype = _ctype.types + 1;

const unsigned short* oriel::crt::ascii_type_table() { return _ctype.types + 1; }
void oriel::crt::use_type_table(const unsigned short* table) { _pctype = table; }

static int has_type(int c, int mask, const unsigned short* table = _pctype) {
    return c >= -1 && c <= 255 ? table[c] & mask : 0;
}

CRT_EXPORT const unsigned short** __p__pctype() { return &_pctype; }
CRT_EXPORT const unsigned short* __pctype_func() { return _pctype; }
CRT_EXPORT int _isctype(int c, int mask) { return has_type(c, mask); }
CRT_EXPORT int _isctype_l(int c, int mask, LocaleHandle* l) { return has_type(c, mask, locale_of(l).types); }

#define CTYPE_FUNCTION(name, mask)                                                                          \
    CRT_EXPORT int name(int c) { return has_type(c, mask); }                                                \
    CRT_EXPORT int _##name##_l(int c, LocaleHandle* l) { return has_type(c, mask, locale_of(l).types); }

CTYPE_FUNCTION(isalpha, type_alpha | type_upper | type_lower)
CTYPE_FUNCTION(isupper, type_upper)
CTYPE_FUNCTION(islower, type_lower)
CTYPE_FUNCTION(isdigit, type_digit)
CTYPE_FUNCTION(isxdigit, type_hex)
CTYPE_FUNCTION(isspace, type_space)
CTYPE_FUNCTION(ispunct, type_punct)
CTYPE_FUNCTION(isalnum, type_alpha | type_upper | type_lower | type_digit)
CTYPE_FUNCTION(isprint, type_blank | type_punct | type_alpha | type_upper | type_lower | type_digit)
CTYPE_FUNCTION(isgraph, type_punct | type_alpha | type_upper | type_lower | type_digit)
CTYPE_FUNCTION(iscntrl, type_control)

CRT_EXPORT int isleadbyte(int c) { return _pctype[c & 0xFF] & type_lead_byte; }
CRT_EXPORT int _isleadbyte_l(int c, LocaleHandle* l) { return locale_of(l).types[c & 0xFF] & type_lead_byte; }

CRT_EXPORT int tolower(int c) { return unsigned(c) < 256 ? current_locale().lower[c] : c; }
CRT_EXPORT int toupper(int c) { return unsigned(c) < 256 ? current_locale().upper[c] : c; }
CRT_EXPORT int _tolower_l(int c, LocaleHandle* l) { return unsigned(c) < 256 ? locale_of(l).lower[c] : c; }
CRT_EXPORT int _toupper_l(int c, LocaleHandle* l) { return unsigned(c) < 256 ? locale_of(l).upper[c] : c; }

// The underscored pair computes blindly: the caller knows that c has the other case.
CRT_EXPORT int _tolower(int c) { return c - 'A' + 'a'; }
CRT_EXPORT int _toupper(int c) { return c - 'a' + 'A'; }

CRT_EXPORT int __isascii(int c) { return unsigned(c) < 0x80; }
CRT_EXPORT int __toascii(int c) { return c & 0x7F; }
CRT_EXPORT int __iscsym(int c) { return c == '_' || isalnum(c); }
CRT_EXPORT int __iscsymf(int c) { return c == '_' || isalpha(c); }
