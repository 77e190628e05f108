// SPDX-License-Identifier: MIT
// winnls_locale.cpp: locales by number and by name, and what they say about themselves.
//
// Sources: "GetLocaleInfoEx function", "LocaleNameToLCID function", "Locale Names" (Microsoft documentation).
#include "kernel32.h"
#include "locale.h"
#include "nls/code_page.h"
#include "nls/locale_data.h"
#include "text.h"

#include <algorithm>
#include <iterator>

namespace oriel::k32 {

bool is_known_locale(LCID locale) {
    switch (locale) {
    case LOCALE_NEUTRAL:
    case LOCALE_USER_DEFAULT:
    case LOCALE_SYSTEM_DEFAULT:
    case LOCALE_CUSTOM_DEFAULT:
    case LOCALE_INVARIANT:
    case 0x0009: // "en"
    case english_us:
        return true;
    default:
        return false;
    }
}
bool is_known_locale(const WCHAR* name) {
    if (!name) return true; // LOCALE_NAME_USER_DEFAULT
    for (const WCHAR* const known : {L"", L"en-US", L"en", L"!x-sys-default-locale"})
        if (CompareStringOrdinal(name, -1, known, -1, TRUE) == CSTR_EQUAL) return true;
    return false;
}

namespace {

constexpr const WCHAR* our_name = L"en-US";

/// A number as GetLocaleInfo spells it: decimal, but languages as four hexadecimal digits.
std::size_t spell(std::uint32_t value, bool hexadecimal, WCHAR (&to)[16]) {
    WCHAR digits[16];
    std::size_t count = 0, length = 0;
    const unsigned base = hexadecimal ? 16 : 10;
    do digits[count++] = static_cast<WCHAR>("0123456789abcdef"[value % base]);
    while (value /= base);
    while (hexadecimal && count < 4) digits[count++] = L'0';
    while (count) to[length++] = digits[--count];
    return length;
}

/// The usual answer here: characters with the NUL; 0 and ERROR_INSUFFICIENT_BUFFER if it did not fit.
int give(const WCHAR* text, std::size_t length, WCHAR* to, int size) {
    if (size == 0) return static_cast<int>(length + 1);
    if (length + 1 > static_cast<std::size_t>(size)) return fail(ERROR_INSUFFICIENT_BUFFER);
    std::copy_n(text, length, to);
    to[length] = 0;
    return static_cast<int>(length + 1);
}

int locale_info(bool known, LCTYPE type, WCHAR* to, int size) {
    if (!known || size < 0 || (size && !to)) return fail(ERROR_INVALID_PARAMETER);
    constexpr DWORD modifiers = LOCALE_NOUSEROVERRIDE | LOCALE_USE_CP_ACP | LOCALE_RETURN_GENITIVE_NAMES;
    const bool as_number = (type & LOCALE_RETURN_NUMBER) != 0;
    type &= ~DWORD{modifiers | LOCALE_RETURN_NUMBER};
    std::uint32_t value = 0;
    if (locale_number(type, value)) {
        if (as_number) {
            constexpr int units = sizeof(DWORD) / sizeof(WCHAR);
            if (size && size < units) return fail(ERROR_INSUFFICIENT_BUFFER);
            if (size) __builtin_memcpy(to, &value, sizeof value);
            return units;
        }
        WCHAR text[16];
        const std::size_t length = spell(value, type == LOCALE_ILANGUAGE || type == LOCALE_IDEFAULTLANGUAGE, text);
        return give(text, length, to, size);
    }
    const char16_t* const text = locale_text(type);
    if (!text || as_number) return fail(ERROR_INVALID_FLAGS);
    return give(wide(text), length_of(wide(text)), to, size);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- information
K32_EXPORT int WINAPI GetLocaleInfoW(LCID locale, LCTYPE type, LPWSTR to, int size) {
    return locale_info(is_known_locale(locale), type, to, size);
}
K32_EXPORT int WINAPI GetLocaleInfoEx(LPCWSTR locale, LCTYPE type, LPWSTR to, int size) {
    return locale_info(is_known_locale(locale), type, to, size);
}
K32_EXPORT int WINAPI GetLocaleInfoA(LCID locale, LCTYPE type, LPSTR to, int size) {
    if (size < 0 || (size && !to)) return fail(ERROR_INVALID_PARAMETER);
    WCHAR text[128];
    const int length = locale_info(is_known_locale(locale), type, text, static_cast<int>(std::size(text)));
    if (!length) return 0;
    if (type & LOCALE_RETURN_NUMBER) {
        if (size && size < static_cast<int>(sizeof(DWORD))) return fail(ERROR_INSUFFICIENT_BUFFER);
        if (size) __builtin_memcpy(to, text, sizeof(DWORD));
        return sizeof(DWORD);
    }
    return WideCharToMultiByte(CP_ACP, 0, text, length, to, size, nullptr, nullptr);
}
/// What a user set for himself is not kept anywhere yet.
K32_EXPORT BOOL WINAPI IsValidLocale(LCID locale, DWORD) {
    return is_known_locale(locale) && locale != LOCALE_NEUTRAL;
}
K32_EXPORT BOOL WINAPI IsValidLocaleName(LPCWSTR name) { return name && is_known_locale(name); }

// ------------------------------------------------------------------------------------- names and numbers
K32_EXPORT LCID WINAPI LocaleNameToLCID(LPCWSTR name, DWORD) {
    if (!is_known_locale(name)) return static_cast<LCID>(fail(ERROR_INVALID_PARAMETER));
    if (name && !*name) return LOCALE_INVARIANT;
    if (name && CompareStringOrdinal(name, -1, L"en", -1, TRUE) == CSTR_EQUAL) return 0x0009;
    return english_us;
}
K32_EXPORT int WINAPI LCIDToLocaleName(LCID locale, LPWSTR to, int size, DWORD) {
    if (!is_known_locale(locale) || size < 0 || (size && !to)) return fail(ERROR_INVALID_PARAMETER);
    const WCHAR* const name = locale == LOCALE_INVARIANT ? L"" : locale == 0x0009 ? L"en" : our_name;
    return give(name, length_of(name), to, size);
}
K32_EXPORT int WINAPI ResolveLocaleName(LPCWSTR name, LPWSTR to, int size) {
    if (size < 0 || (size && !to)) return fail(ERROR_INVALID_PARAMETER);
    const WCHAR* const resolved = is_known_locale(name) && !(name && !*name) ? our_name : L"";
    return give(resolved, length_of(resolved), to, size);
}
K32_EXPORT int WINAPI GetUserDefaultLocaleName(LPWSTR to, int size) {
    return give(our_name, length_of(our_name), to, size);
}
K32_EXPORT int WINAPI GetSystemDefaultLocaleName(LPWSTR to, int size) {
    return give(our_name, length_of(our_name), to, size);
}
K32_EXPORT LCID WINAPI ConvertDefaultLocale(LCID locale) {
    return locale == LOCALE_USER_DEFAULT || locale == LOCALE_SYSTEM_DEFAULT || locale == LOCALE_NEUTRAL ||
                   locale == 0x0009
               ? english_us
               : locale;
}

K32_EXPORT LCID WINAPI GetUserDefaultLCID() { return english_us; }
K32_EXPORT LCID WINAPI GetSystemDefaultLCID() { return english_us; }
K32_EXPORT LANGID WINAPI GetUserDefaultLangID() { return english_us; }
K32_EXPORT LANGID WINAPI GetSystemDefaultLangID() { return english_us; }
K32_EXPORT LANGID WINAPI GetUserDefaultUILanguage() { return english_us; }
K32_EXPORT LANGID WINAPI GetSystemDefaultUILanguage() { return english_us; }

/// The thread's locale lives in its TEB; 0 there means the user's default.
K32_EXPORT LCID WINAPI GetThreadLocale() {
    const std::uint32_t locale = nt::current_teb()->CurrentLocale;
    return locale ? locale : english_us;
}
K32_EXPORT BOOL WINAPI SetThreadLocale(LCID locale) {
    locale = ConvertDefaultLocale(locale);
    if (!is_known_locale(locale)) return fail(ERROR_INVALID_PARAMETER);
    nt::current_teb()->CurrentLocale = locale;
    return TRUE;
}
K32_EXPORT LANGID WINAPI GetThreadUILanguage() { return english_us; }
K32_EXPORT LANGID WINAPI SetThreadUILanguage(LANGID) { return english_us; }

// ------------------------------------------------------------------------------------- lists of locales
K32_EXPORT BOOL WINAPI EnumSystemLocalesW(LOCALE_ENUMPROCW callback, DWORD) {
    if (!callback) return fail(ERROR_INVALID_PARAMETER);
    WCHAR number[] = L"00000409";
    callback(number);
    return TRUE;
}
K32_EXPORT BOOL WINAPI EnumSystemLocalesA(LOCALE_ENUMPROCA callback, DWORD) {
    if (!callback) return fail(ERROR_INVALID_PARAMETER);
    char number[] = "00000409";
    callback(number);
    return TRUE;
}
K32_EXPORT BOOL WINAPI EnumSystemLocalesEx(LOCALE_ENUMPROCEX callback, DWORD, LPARAM parameter, LPVOID reserved) {
    if (!callback || reserved) return fail(ERROR_INVALID_PARAMETER);
    WCHAR name[] = L"en-US";
    callback(name, LOCALE_WINDOWS | LOCALE_SPECIFICDATA, parameter);
    return TRUE;
}

// ------------------------------------------------------------------------------------- geography
K32_EXPORT GEOID WINAPI GetUserGeoID(GEOCLASS kind) {
    return kind == GEOCLASS_NATION ? 244 : GEOID{39070};
} // the United States; the world
K32_EXPORT int WINAPI GetGeoInfoW(GEOID place, GEOTYPE type, LPWSTR to, int size, LANGID) {
    if (place != 244) return fail(ERROR_INVALID_PARAMETER);
    const WCHAR* text = nullptr;
    switch (type) {
    case GEO_ISO2:
        text = L"US";
        break;
    case GEO_ISO3:
        text = L"USA";
        break;
    case GEO_NATION:
        text = L"244";
        break;
    case GEO_FRIENDLYNAME:
        text = L"United States";
        break;
    case GEO_OFFICIALNAME:
        text = L"United States of America";
        break;
    case GEO_RFC1766:
        text = L"en-us";
        break;
    case GEO_LCID:
        text = L"00000409";
        break;
    default:
        return fail(ERROR_INVALID_FLAGS);
    }
    return give(text, length_of(text), to, size);
}
K32_EXPORT int WINAPI GetGeoInfoA(GEOID place, GEOTYPE type, LPSTR to, int size, LANGID language) {
    WCHAR text[64];
    const int length = GetGeoInfoW(place, type, text, static_cast<int>(std::size(text)), language);
    return length ? WideCharToMultiByte(CP_ACP, 0, text, length, to, size, nullptr, nullptr) : 0;
}
