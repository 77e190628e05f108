// SPDX-License-Identifier: MIT
// string_case.cpp: case in strings, comparison without case, and collation.
//
// In the "C" locale only ASCII letters have case and collation is comparison by value; another LC_CTYPE
// changes the bytes that have case. Collation stays by value in every locale that setlocale takes
// (locale.cpp), so strxfrm is a copy. Source: "_stricmp", "_strlwr", "strcoll functions", "strxfrm".
#include <dlls/crt/locale_data.h>

CRT_EXPORT unsigned short towlower(unsigned short c);
CRT_EXPORT unsigned short towupper(unsigned short c);
CRT_EXPORT int strcmp(const char* a, const char* b);
CRT_EXPORT int wcscmp(const wchar_t* a, const wchar_t* b);
CRT_EXPORT int strncmp(const char* a, const char* b, size_t count);
CRT_EXPORT int wcsncmp(const wchar_t* a, const wchar_t* b, size_t count);

namespace oriel::crt {

namespace {

constexpr int nls_compare_error = INT_MAX; ///< _NLSCMPERROR

int folded(char c, const LocaleData& locale) { return locale.lower[static_cast<unsigned char>(c)]; }
int folded(wchar_t c, const LocaleData&) { return c < 0x80 ? ascii_lower(int(c)) : towlower(c); }

template<class Char>
int compare_folded(const Char* a, const Char* b, size_t count, const LocaleHandle* handle = nullptr) {
    if (!count)
        return 0;
    if (!a || !b)
        return invalid_parameter(), nls_compare_error;
    const LocaleData& locale = locale_of(handle);
    for (; count; ++a, ++b, --count) {
        int x = folded(*a, locale), y = folded(*b, locale);
        if (x != y)
            return x - y;
        if (!x)
            break;
    }
    return 0;
}

char* change(char* text, const unsigned char* map) {
    for (char* p = text; p && *p; ++p)
        *p = char(map[static_cast<unsigned char>(*p)]);
    return text;
}
wchar_t* change(wchar_t* text, unsigned short (*map)(unsigned short)) {
    for (wchar_t* p = text; p && *p; ++p)
        *p = wchar_t(map(*p));
    return text;
}

/// Answers the length that is needed; writes only if it fits.
template<class Char> size_t transform(Char* to, const Char* from, size_t room) {
    size_t length = length_of(from);
    if (length < room)
        memcpy(to, from, (length + 1) * sizeof(Char));
    else if (to && room)
        *to = 0;
    return length;
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT int _stricmp(const char* a, const char* b) { return compare_folded(a, b, SIZE_MAX); }
CRT_EXPORT int _wcsicmp(const wchar_t* a, const wchar_t* b) { return compare_folded(a, b, SIZE_MAX); }
CRT_EXPORT int _strnicmp(const char* a, const char* b, size_t n) { return compare_folded(a, b, n); }
CRT_EXPORT int _wcsnicmp(const wchar_t* a, const wchar_t* b, size_t n) { return compare_folded(a, b, n); }
CRT_EXPORT int _stricmp_l(const char* a, const char* b, LocaleHandle* l) { return compare_folded(a, b, SIZE_MAX, l); }
CRT_EXPORT int _wcsicmp_l(const wchar_t* a, const wchar_t* b, LocaleHandle*) { return _wcsicmp(a, b); }
CRT_EXPORT int _strnicmp_l(const char* a, const char* b, size_t n, LocaleHandle* l) {
    return compare_folded(a, b, n, l);
}
CRT_EXPORT int _wcsnicmp_l(const wchar_t* a, const wchar_t* b, size_t n, LocaleHandle*) { return _wcsnicmp(a, b, n); }
CRT_ALIAS(_strcmpi, _stricmp);

CRT_EXPORT int strcoll(const char* a, const char* b) { return strcmp(a, b); }
CRT_EXPORT int wcscoll(const wchar_t* a, const wchar_t* b) { return wcscmp(a, b); }
CRT_EXPORT int _strcoll_l(const char* a, const char* b, LocaleHandle*) { return strcmp(a, b); }
CRT_EXPORT int _wcscoll_l(const wchar_t* a, const wchar_t* b, LocaleHandle*) { return wcscmp(a, b); }
CRT_EXPORT int _strncoll(const char* a, const char* b, size_t n) { return strncmp(a, b, n); }
CRT_EXPORT int _wcsncoll(const wchar_t* a, const wchar_t* b, size_t n) { return wcsncmp(a, b, n); }
CRT_EXPORT int _strncoll_l(const char* a, const char* b, size_t n, LocaleHandle*) { return strncmp(a, b, n); }
CRT_EXPORT int _wcsncoll_l(const wchar_t* a, const wchar_t* b, size_t n, LocaleHandle*) { return wcsncmp(a, b, n); }
CRT_ALIAS(_stricoll, _stricmp);
CRT_ALIAS(_stricoll_l, _stricmp_l);
CRT_ALIAS(_wcsicoll, _wcsicmp);
CRT_ALIAS(_wcsicoll_l, _wcsicmp_l);
CRT_ALIAS(_strnicoll, _strnicmp);
CRT_ALIAS(_strnicoll_l, _strnicmp_l);
CRT_ALIAS(_wcsnicoll, _wcsnicmp);
CRT_ALIAS(_wcsnicoll_l, _wcsnicmp_l);

CRT_EXPORT size_t strxfrm(char* to, const char* from, size_t room) { return transform(to, from, room); }
CRT_EXPORT size_t wcsxfrm(wchar_t* to, const wchar_t* from, size_t room) { return transform(to, from, room); }
CRT_EXPORT size_t _strxfrm_l(char* to, const char* from, size_t room, LocaleHandle*) {
    return transform(to, from, room);
}
CRT_EXPORT size_t _wcsxfrm_l(wchar_t* to, const wchar_t* from, size_t room, LocaleHandle*) {
    return transform(to, from, room);
}

CRT_EXPORT char* _strlwr(char* text) { return change(text, current_locale().lower); }
CRT_EXPORT char* _strupr(char* text) { return change(text, current_locale().upper); }
CRT_EXPORT wchar_t* _wcslwr(wchar_t* text) { return change(text, towlower); }
CRT_EXPORT wchar_t* _wcsupr(wchar_t* text) { return change(text, towupper); }
CRT_EXPORT char* _strlwr_l(char* text, LocaleHandle* l) { return change(text, locale_of(l).lower); }
CRT_EXPORT char* _strupr_l(char* text, LocaleHandle* l) { return change(text, locale_of(l).upper); }
CRT_EXPORT wchar_t* _wcslwr_l(wchar_t* text, LocaleHandle*) { return change(text, towlower); }
CRT_EXPORT wchar_t* _wcsupr_l(wchar_t* text, LocaleHandle*) { return change(text, towupper); }
