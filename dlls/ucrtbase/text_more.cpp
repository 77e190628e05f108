// SPDX-License-Identifier: MIT
// text_more.cpp: text functions that ucrtbase has and msvcrt has not.
//
// Source: "isblank, iswblank", "wctype", "towctrans", "strnlen", "_dupenv_s", "llabs", "lldiv".
#include <dlls/crt/crt.h>

CRT_EXPORT int iswctype(unsigned short character, unsigned short type);
CRT_EXPORT unsigned short towlower(unsigned short character);
CRT_EXPORT unsigned short towupper(unsigned short character);
CRT_EXPORT char* getenv(const char* name);
CRT_EXPORT wchar_t* _wgetenv(const wchar_t* name);
CRT_EXPORT int strcmp(const char* a, const char* b);

namespace oriel::crt {

namespace {

/// The caller frees it. No such variable: success, null and 0.
template<class Char> int duplicate(Char** copy, size_t* count, const Char* value) {
    *copy = nullptr;
    if (count)
        *count = 0;
    if (!value)
        return 0;
    size_t length = length_of(value) + 1;
    *copy = Owned<Char>::allocate(length);
    if (!*copy) {
        set_errno(e_nomem);
        return e_nomem;
    }
    memcpy(*copy, value, length * sizeof(Char));
    if (count)
        *count = length;
    return 0;
}

/// The bits of <ctype.h>: _UPPER 1, _LOWER 2, _DIGIT 4, _SPACE 8, _PUNCT 0x10, _CONTROL 0x20, _BLANK 0x40, _HEX 0x80,
/// _ALPHA 0x103.
struct TypeName {
    const char* name;
    unsigned short bits;
};
constexpr TypeName type_names[] = {{"alnum", 0x107}, {"alpha", 0x103}, {"blank", 0x48}, {"cntrl", 0x20}, {"digit", 4},
    {"graph", 0x117}, {"lower", 2}, {"print", 0x157}, {"punct", 0x10}, {"space", 8}, {"upper", 1}, {"xdigit", 0x80}};

enum : unsigned short { to_lower = 1, to_upper = 2 };

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;


UCRT_EXPORT int isblank(int c) { return c == ' ' || c == '\t'; }
/// Tab, and what Unicode calls a space separator.
UCRT_EXPORT int iswblank(unsigned short c) {
    return c == ' ' || c == '\t' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}
UCRT_EXPORT unsigned short wctype(const char* name) {
    for (auto& each : type_names)
        if (strcmp(each.name, name) == 0)
            return each.bits;
    return 0;
}
UCRT_EXPORT unsigned short wctrans(const char* name) {
    return strcmp(name, "tolower") == 0 ? to_lower : strcmp(name, "toupper") == 0 ? to_upper : 0;
}
UCRT_EXPORT unsigned short towctrans(unsigned short c, unsigned short how) {
    return how == to_lower ? towlower(c) : how == to_upper ? towupper(c) : c;
}

UCRT_EXPORT int _dupenv_s(char** copy, size_t* count, const char* name) {
    return copy && name ? duplicate(copy, count, getenv(name)) : invalid_parameter();
}
UCRT_EXPORT int _wdupenv_s(wchar_t** copy, size_t* count, const wchar_t* name) {
    return copy && name ? duplicate(copy, count, _wgetenv(name)) : invalid_parameter();
}

UCRT_EXPORT long long llabs(long long value) { return value < 0 ? -value : value; }

struct LongLongDivision {
    long long quotient, remainder;
};
UCRT_EXPORT LongLongDivision lldiv(long long a, long long b) { return {a / b, a % b}; }

UCRT_EXPORT int wmemcpy_s(wchar_t* to, size_t room, const wchar_t* from, size_t count) {
    if (!count)
        return 0;
    if (!to)
        return invalid_parameter();
    if (!from || count > room) {
        memset(to, 0, room * sizeof(wchar_t));
        return invalid_parameter(from ? e_range : e_inval);
    }
    memcpy(to, from, count * sizeof(wchar_t));
    return 0;
}
UCRT_EXPORT int wmemmove_s(wchar_t* to, size_t room, const wchar_t* from, size_t count) {
    if (!count)
        return 0;
    if (!to || !from)
        return invalid_parameter();
    if (count > room)
        return invalid_parameter(e_range);
    memmove(to, from, count * sizeof(wchar_t));
    return 0;
}
