// SPDX-License-Identifier: MIT
// char.cpp: characters and their case, stepping through text, and the OEM code page.
//
// The functions with one pointer take either a string or, with the upper half zero, a single character.
// Source: "CharUpperW function" and its neighbours in winuser.h (Microsoft documentation).
#include <dlls/win32_dll.h>

using namespace oriel::win32;

namespace {

bool is_character(const void* text) { return reinterpret_cast<std::uintptr_t>(text) <= 0xFFFF; }

WCHAR upper(WCHAR c) { return static_cast<WCHAR>(RtlUpcaseUnicodeChar(static_cast<char16_t>(c))); }
WCHAR lower(WCHAR c) { return static_cast<WCHAR>(RtlDowncaseUnicodeChar(static_cast<char16_t>(c))); }

/// One byte of the ANSI code page, through UTF-16 and back.
template<WCHAR (*Map)(WCHAR)>
char map_byte(char byte) {
    WCHAR wide = 0;
    char result = byte;
    MultiByteToWideChar(CP_ACP, 0, &byte, 1, &wide, 1);
    wide = Map(wide);
    WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, &wide, 1, &result, 1, nullptr, nullptr);
    return result;
}
template<WCHAR (*Map)(WCHAR)>
WCHAR* map_text(WCHAR* text) {
    if (is_character(text))
        return reinterpret_cast<WCHAR*>(
            static_cast<std::uintptr_t>(Map(static_cast<WCHAR>(reinterpret_cast<std::uintptr_t>(text)))));
    for (WCHAR* at = text; *at; ++at) *at = Map(*at);
    return text;
}
template<WCHAR (*Map)(WCHAR)>
char* map_text(char* text) {
    if (is_character(text)) {
        const char mapped = map_byte<Map>(static_cast<char>(reinterpret_cast<std::uintptr_t>(text)));
        return reinterpret_cast<char*>(static_cast<std::uintptr_t>(static_cast<unsigned char>(mapped)));
    }
    for (char* at = text; *at; ++at) *at = map_byte<Map>(*at);
    return text;
}

bool has_type(WCHAR c, WORD wanted) {
    return (RtlOrielCharacterType(CT_CTYPE1, static_cast<char16_t>(c)) & wanted) != 0;
}
WCHAR widened(char byte) {
    WCHAR wide = 0;
    MultiByteToWideChar(CP_ACP, 0, &byte, 1, &wide, 1);
    return wide;
}

BOOL convert(UINT from_page, const char* from, int length, UINT to_page, char* to) {
    if (!from || !to) return FALSE;
    for (int i = 0; length < 0 || i < length; ++i) {
        const char byte = from[i];
        WCHAR wide = 0;
        MultiByteToWideChar(from_page, 0, &byte, 1, &wide, 1);
        WideCharToMultiByte(to_page, 0, &wide, 1, to + i, 1, nullptr, nullptr);
        if (length < 0 && !byte) break;
    }
    return TRUE;
}

} // namespace

// ------------------------------------------------------------------------------------- case
DLL_EXPORT LPWSTR WINAPI CharUpperW(LPWSTR text) { return map_text<upper>(text); }
DLL_EXPORT LPSTR WINAPI CharUpperA(LPSTR text) { return map_text<upper>(text); }
DLL_EXPORT LPWSTR WINAPI CharLowerW(LPWSTR text) { return map_text<lower>(text); }
DLL_EXPORT LPSTR WINAPI CharLowerA(LPSTR text) { return map_text<lower>(text); }
DLL_EXPORT DWORD WINAPI CharUpperBuffW(LPWSTR text, DWORD length) {
    for (DWORD i = 0; i < length; ++i) text[i] = upper(text[i]);
    return length;
}
DLL_EXPORT DWORD WINAPI CharUpperBuffA(LPSTR text, DWORD length) {
    for (DWORD i = 0; i < length; ++i) text[i] = map_byte<upper>(text[i]);
    return length;
}
DLL_EXPORT DWORD WINAPI CharLowerBuffW(LPWSTR text, DWORD length) {
    for (DWORD i = 0; i < length; ++i) text[i] = lower(text[i]);
    return length;
}
DLL_EXPORT DWORD WINAPI CharLowerBuffA(LPSTR text, DWORD length) {
    for (DWORD i = 0; i < length; ++i) text[i] = map_byte<lower>(text[i]);
    return length;
}

// ------------------------------------------------------------------------------------- stepping: every code page
// here is single-byte
DLL_EXPORT LPWSTR WINAPI CharNextW(LPCWSTR text) {
    if (!*text) return const_cast<LPWSTR>(text);
    ++text;
    while (*text && RtlOrielCharacterType(CT_CTYPE3, static_cast<char16_t>(*text)) & C3_NONSPACING)
        ++text; // marks belong to their letter
    return const_cast<LPWSTR>(text);
}
DLL_EXPORT LPSTR WINAPI CharNextA(LPCSTR text) { return const_cast<LPSTR>(*text ? text + 1 : text); }
DLL_EXPORT LPSTR WINAPI CharNextExA(WORD, LPCSTR text, DWORD) { return CharNextA(text); }
DLL_EXPORT LPWSTR WINAPI CharPrevW(LPCWSTR start, LPCWSTR text) {
    if (text <= start) return const_cast<LPWSTR>(start);
    --text;
    while (text > start && RtlOrielCharacterType(CT_CTYPE3, static_cast<char16_t>(*text)) & C3_NONSPACING) --text;
    return const_cast<LPWSTR>(text);
}
DLL_EXPORT LPSTR WINAPI CharPrevA(LPCSTR start, LPCSTR text) {
    return const_cast<LPSTR>(text > start ? text - 1 : start);
}
DLL_EXPORT LPSTR WINAPI CharPrevExA(WORD, LPCSTR start, LPCSTR text, DWORD) { return CharPrevA(start, text); }

// ------------------------------------------------------------------------------------- types
DLL_EXPORT BOOL WINAPI IsCharAlphaW(WCHAR c) { return has_type(c, C1_ALPHA); }
DLL_EXPORT BOOL WINAPI IsCharAlphaA(CHAR c) { return has_type(widened(c), C1_ALPHA); }
DLL_EXPORT BOOL WINAPI IsCharAlphaNumericW(WCHAR c) { return has_type(c, C1_ALPHA | C1_DIGIT); }
DLL_EXPORT BOOL WINAPI IsCharAlphaNumericA(CHAR c) { return has_type(widened(c), C1_ALPHA | C1_DIGIT); }
DLL_EXPORT BOOL WINAPI IsCharUpperW(WCHAR c) { return has_type(c, C1_UPPER); }
DLL_EXPORT BOOL WINAPI IsCharUpperA(CHAR c) { return has_type(widened(c), C1_UPPER); }
DLL_EXPORT BOOL WINAPI IsCharLowerW(WCHAR c) { return has_type(c, C1_LOWER); }
DLL_EXPORT BOOL WINAPI IsCharLowerA(CHAR c) { return has_type(widened(c), C1_LOWER); }

// ------------------------------------------------------------------------------------- OEM
DLL_EXPORT BOOL WINAPI CharToOemA(LPCSTR from, LPSTR to) { return convert(CP_ACP, from, -1, CP_OEMCP, to); }
DLL_EXPORT BOOL WINAPI OemToCharA(LPCSTR from, LPSTR to) { return convert(CP_OEMCP, from, -1, CP_ACP, to); }
DLL_EXPORT BOOL WINAPI CharToOemBuffA(LPCSTR from, LPSTR to, DWORD length) {
    return convert(CP_ACP, from, static_cast<int>(length), CP_OEMCP, to);
}
DLL_EXPORT BOOL WINAPI OemToCharBuffA(LPCSTR from, LPSTR to, DWORD length) {
    return convert(CP_OEMCP, from, static_cast<int>(length), CP_ACP, to);
}
DLL_EXPORT BOOL WINAPI CharToOemW(LPCWSTR from, LPSTR to) {
    return from && to &&
           WideCharToMultiByte(CP_OEMCP, 0, from, -1, to, static_cast<int>(length_of(from) + 1), nullptr, nullptr);
}
DLL_EXPORT BOOL WINAPI OemToCharW(LPCSTR from, LPWSTR to) {
    return from && to &&
           MultiByteToWideChar(CP_OEMCP, MB_PRECOMPOSED | MB_USEGLYPHCHARS, from, -1, to,
                               static_cast<int>(length_of(from) + 1));
}
DLL_EXPORT BOOL WINAPI CharToOemBuffW(LPCWSTR from, LPSTR to, DWORD length) {
    return from && to &&
           WideCharToMultiByte(CP_OEMCP, 0, from, static_cast<int>(length), to, static_cast<int>(length), nullptr,
                               nullptr);
}
DLL_EXPORT BOOL WINAPI OemToCharBuffW(LPCSTR from, LPWSTR to, DWORD length) {
    return from && to &&
           MultiByteToWideChar(CP_OEMCP, MB_PRECOMPOSED | MB_USEGLYPHCHARS, from, static_cast<int>(length), to,
                               static_cast<int>(length));
}
