// SPDX-License-Identifier: MIT
// winnls.cpp: code pages as Win32 describes them, and which kinds of character there are.
//
// Sources: "National Language Support Functions", "GetStringTypeW function" (Microsoft documentation).
#include "kernel32.h"
#include "nls/code_page.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

struct PageName {
    UINT number;
    const WCHAR* name;
};
constexpr PageName page_names[] = {
    {437, L"437   (OEM - United States)"}, {850, L"850   (OEM - Multilingual Latin I)"},
    {1252, L"1252  (ANSI - Latin I)"},     {65001, L"65001 (UTF-8)"},
    {20127, L"20127 (US-ASCII)"},          {28591, L"28591 (ISO 8859-1 Latin I)"}};

bool fill_page_info(UINT number, CPINFO& info) {
    info = CPINFO{};
    info.DefaultChar[0] = '?';
    if (number == utf8_page) {
        info.MaxCharSize = 4;
        return true;
    }
    if (!find_single_byte_page(number)) return false;
    info.MaxCharSize = 1;
    return true;
}

template<class Info>
void copy_page_info(const CPINFO& from, Info& to) {
    to.MaxCharSize = from.MaxCharSize;
    std::copy(std::begin(from.DefaultChar), std::end(from.DefaultChar), to.DefaultChar);
    std::copy(std::begin(from.LeadByte), std::end(from.LeadByte), to.LeadByte);
    to.UnicodeDefaultChar = L'?';
}

/// The name in the form that GetCPInfoEx gives: "1252  (ANSI - Latin I)".
std::size_t page_name(UINT number, WCHAR (&to)[64]) {
    const auto found = std::ranges::find(page_names, number, &PageName::number);
    if (found != std::end(page_names)) {
        const std::size_t length = length_of(found->name);
        std::copy_n(found->name, length + 1, to);
        return length;
    }
    WCHAR digits[10];
    std::size_t count = 0, length = 0;
    do digits[count++] = static_cast<WCHAR>(L'0' + number % 10);
    while (number /= 10);
    while (count) to[length++] = digits[--count];
    to[length] = 0;
    return length;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- code pages
K32_EXPORT UINT WINAPI GetACP() { return system_ansi_page; }
K32_EXPORT UINT WINAPI GetOEMCP() { return system_oem_page; }
K32_EXPORT BOOL WINAPI IsValidCodePage(UINT number) {
    // The names CP_ACP and so on are no code pages themselves.
    return number == utf8_page || find_single_byte_page(number) != nullptr;
}
K32_EXPORT BOOL WINAPI GetCPInfo(UINT number, LPCPINFO info) {
    if (!info || !fill_page_info(resolve_code_page(number), *info)) return fail(ERROR_INVALID_PARAMETER);
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetCPInfoExW(UINT number, DWORD flags, LPCPINFOEXW info) {
    number = resolve_code_page(number);
    CPINFO plain;
    if (!info || flags || !fill_page_info(number, plain)) return fail(ERROR_INVALID_PARAMETER);
    copy_page_info(plain, *info);
    info->CodePage = number;
    WCHAR name[64];
    page_name(number, name);
    std::copy(std::begin(name), std::end(name), info->CodePageName);
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetCPInfoExA(UINT number, DWORD flags, LPCPINFOEXA info) {
    number = resolve_code_page(number);
    CPINFO plain;
    if (!info || flags || !fill_page_info(number, plain)) return fail(ERROR_INVALID_PARAMETER);
    copy_page_info(plain, *info);
    info->CodePage = number;
    WCHAR name[64];
    const std::size_t length = page_name(number, name);
    std::copy_n(name, length + 1, info->CodePageName);
    return TRUE;
}
K32_EXPORT BOOL WINAPI EnumSystemCodePagesW(CODEPAGE_ENUMPROCW callback, DWORD flags) {
    if (!callback) return fail(ERROR_INVALID_PARAMETER);
    if (flags != CP_INSTALLED && flags != CP_SUPPORTED) return fail(ERROR_INVALID_FLAGS);
    const auto call = [callback](UINT number) {
        WCHAR text[64];
        std::size_t at = std::size(text);
        text[--at] = 0;
        do text[--at] = static_cast<WCHAR>(L'0' + number % 10);
        while (number /= 10);
        return callback(text + at);
    };
    for (const CodePage& page : all_single_byte_pages())
        if (!call(page.number)) return TRUE;
    call(utf8_page);
    return TRUE;
}

// No code page here has lead bytes; those that do are not installed.
K32_EXPORT BOOL WINAPI IsDBCSLeadByte(BYTE) { return FALSE; }
K32_EXPORT BOOL WINAPI IsDBCSLeadByteEx(UINT number, BYTE) {
    if (!IsValidCodePage(resolve_code_page(number))) return fail(ERROR_INVALID_PARAMETER);
    return FALSE;
}

// ------------------------------------------------------------------------------------- character types
K32_EXPORT BOOL WINAPI GetStringTypeW(DWORD which, LPCWCH text, int length, LPWORD types) {
    if (!text || !types || length == 0 || static_cast<const void*>(text) == static_cast<const void*>(types) ||
        (which != CT_CTYPE1 && which != CT_CTYPE2 && which != CT_CTYPE3))
        return fail(which != CT_CTYPE1 && which != CT_CTYPE2 && which != CT_CTYPE3 ? ERROR_INVALID_FLAGS
                                                                                   : ERROR_INVALID_PARAMETER);
    const std::size_t count = length < 0 ? length_of(text) + 1 : static_cast<std::size_t>(length);
    for (std::size_t i = 0; i < count; ++i) types[i] = RtlOrielCharacterType(which, static_cast<char16_t>(text[i]));
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetStringTypeExW(LCID, DWORD which, LPCWCH text, int length, LPWORD types) {
    return GetStringTypeW(which, text, length, types);
}
K32_EXPORT BOOL WINAPI GetStringTypeA(LCID, DWORD which, LPCSTR text, int length, LPWORD types) {
    if (!text || length == 0) return fail(ERROR_INVALID_PARAMETER);
    const WideText converted(text, length < 0 ? length_of(text) + 1 : static_cast<std::size_t>(length), CP_ACP);
    if (!converted.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    return GetStringTypeW(which, converted.get(), static_cast<int>(converted.length()), types);
}
K32_EXPORT BOOL WINAPI GetStringTypeExA(LCID locale, DWORD which, LPCSTR text, int length, LPWORD types) {
    return GetStringTypeA(locale, which, text, length, types);
}
