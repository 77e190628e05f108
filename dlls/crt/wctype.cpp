// SPDX-License-Identifier: MIT
// wctype.cpp: classes and cases of wide characters.
//
// The first 256 have a table (_pwctype, exported), made here from what Unicode says of Latin-1; the rest
// ask kernel32. towupper and towlower change ASCII only while LC_CTYPE is "C". WEOF has no class.
// Source: "is, isw routines", "towlower, towupper".
#include <dlls/crt/ctype.h>

#include <dlls/crt/locale_data.h>
#include <dlls/crt/win32.h>

namespace oriel::crt {

struct WideTypeTable {
    unsigned short types[257];
};

static constexpr unsigned short latin1_types(int c) {
    unsigned short types = 0;
    if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7))
        types |= type_upper | type_alpha;
    if ((c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7) || c == 0xAA || c == 0xB5 || c == 0xBA)
        types |= type_lower | type_alpha;
    if (is_ascii_digit(c) || c == 0xB2 || c == 0xB3 || c == 0xB9)
        types |= type_digit;
    if (is_ascii_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'))
        types |= type_hex;
    if (is_ascii_space(c) || c == 0x85 || c == 0xA0)
        types |= type_space;
    if (c == ' ' || c == '\t' || c == 0xA0)
        types |= type_blank;
    if (c < 32 || (c >= 127 && c < 160) || c == 0xAD)
        types |= type_control;
    if (c > 32 && c != 127 && !(c >= 128 && c <= 0xA0) && !(types & (type_alpha | type_digit)))
        types |= type_punct;
    return types;
}

static constexpr WideTypeTable make_wide_table() {
    WideTypeTable table{};
    for (int c = 0; c < 256; ++c)
        table.types[c + 1] = latin1_types(c);
    return table;
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT constinit const WideTypeTable _wctype = make_wide_table();
CRT_EXPORT const unsigned short* _pwctype = _wctype.types + 1;

static int wide_type(unsigned short c, unsigned short mask) {
    if (c == 0xFFFF)
        return 0;
    if (c < 256)
        return _pwctype[c] & mask;
    wchar_t character = c;
    WORD types = 0;
    if (!GetStringTypeW(CT_CTYPE1, &character, 1, &types))
        return 0;
    return types & mask;
}

static unsigned short change_case(unsigned short c, DWORD how) {
    if (c < 0x80)
        return how == LCMAP_LOWERCASE ? ascii_lower(c) : ascii_upper(c);
    if (c == 0xFFFF || !current_locale().code_page)
        return c;
    wchar_t character = c, mapped;
    return LCMapStringW(current_locale().language, how, &character, 1, &mapped, 1) == 1 ? mapped : c;
}

CRT_EXPORT const unsigned short** __p__pwctype() { return &_pwctype; }
CRT_EXPORT const unsigned short* __pwctype_func() { return _pwctype; }
CRT_EXPORT int iswctype(unsigned short c, unsigned short mask) { return wide_type(c, mask); }
CRT_EXPORT int _iswctype_l(unsigned short c, unsigned short mask, LocaleHandle*) { return wide_type(c, mask); }
CRT_ALIAS(is_wctype, iswctype);

#define WCTYPE_FUNCTION(name, mask)                                                                         \
    CRT_EXPORT int name(unsigned short c) { return wide_type(c, mask); }                                    \
    CRT_EXPORT int _##name##_l(unsigned short c, LocaleHandle*) { return wide_type(c, mask); }

WCTYPE_FUNCTION(iswalpha, type_alpha | type_upper | type_lower)
WCTYPE_FUNCTION(iswupper, type_upper)
WCTYPE_FUNCTION(iswlower, type_lower)
WCTYPE_FUNCTION(iswdigit, type_digit)
WCTYPE_FUNCTION(iswxdigit, type_hex)
WCTYPE_FUNCTION(iswspace, type_space)
WCTYPE_FUNCTION(iswpunct, type_punct)
WCTYPE_FUNCTION(iswalnum, type_alpha | type_upper | type_lower | type_digit)
WCTYPE_FUNCTION(iswprint, type_blank | type_punct | type_alpha | type_upper | type_lower | type_digit)
WCTYPE_FUNCTION(iswgraph, type_punct | type_alpha | type_upper | type_lower | type_digit)
WCTYPE_FUNCTION(iswcntrl, type_control)

CRT_EXPORT int iswascii(unsigned short c) { return c < 0x80; }

CRT_EXPORT unsigned short towlower(unsigned short c) { return change_case(c, LCMAP_LOWERCASE); }
CRT_EXPORT unsigned short towupper(unsigned short c) { return change_case(c, LCMAP_UPPERCASE); }
CRT_EXPORT unsigned short _towlower_l(unsigned short c, LocaleHandle*) { return towlower(c); }
CRT_EXPORT unsigned short _towupper_l(unsigned short c, LocaleHandle*) { return towupper(c); }
