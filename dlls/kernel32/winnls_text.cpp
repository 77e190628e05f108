// SPDX-License-Identifier: MIT
// winnls_text.cpp: comparing and mapping text: CompareString, LCMapString, FoldString.
//
// Our order is one for all locales (nls/collation.h), so the locale argument chooses nothing. CompareStringOrdinal
// and the case mappings without LCMAP_LINGUISTIC_CASING use NT's upcase table, as the file system does.
// Sources: "CompareStringEx function", "LCMapStringEx function", "FoldString function" (Microsoft documentation).
#include "kernel32.h"
#include "nls/collation.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

constexpr DWORD ignore_kana = NORM_IGNOREKANATYPE, linguistic_casing = NORM_LINGUISTIC_CASING;
constexpr DWORD compare_flags = NORM_IGNORECASE | NORM_IGNORENONSPACE | NORM_IGNORESYMBOLS | LINGUISTIC_IGNORECASE |
                                LINGUISTIC_IGNOREDIACRITIC | ignore_kana | NORM_IGNOREWIDTH | linguistic_casing |
                                SORT_STRINGSORT;

SortOptions options_of(DWORD flags) {
    SortOptions options;
    options.ignore_case = (flags & (NORM_IGNORECASE | LINGUISTIC_IGNORECASE)) != 0;
    options.ignore_accents = (flags & (NORM_IGNORENONSPACE | LINGUISTIC_IGNOREDIACRITIC)) != 0;
    options.ignore_symbols = (flags & NORM_IGNORESYMBOLS) != 0;
    options.ignore_width = (flags & NORM_IGNOREWIDTH) != 0;
    options.string_sort = (flags & SORT_STRINGSORT) != 0;
    return options;
}

std::span<const char16_t> span_of(const WCHAR* text, int length) {
    return {u16(text), length < 0 ? length_of(text) : static_cast<std::size_t>(length)};
}

int compare_strings(DWORD flags, const WCHAR* left, int left_length, const WCHAR* right, int right_length) {
    if (!left || !right) return fail(ERROR_INVALID_PARAMETER);
    if (flags & ~DWORD{compare_flags}) return fail(ERROR_INVALID_FLAGS);
    const int order = compare(span_of(left, left_length), span_of(right, right_length), options_of(flags));
    return order < 0 ? CSTR_LESS_THAN : order > 0 ? CSTR_GREATER_THAN : CSTR_EQUAL;
}

// ------------------------------------------------------------------------------------- mapping
constexpr DWORD case_flags = LCMAP_LOWERCASE | LCMAP_UPPERCASE;
constexpr DWORD width_flags = LCMAP_HALFWIDTH | LCMAP_FULLWIDTH;
constexpr DWORD kana_flags = LCMAP_HIRAGANA | LCMAP_KATAKANA;

char16_t map_character(char16_t c, DWORD flags) {
    switch (flags & case_flags) {
    case LCMAP_UPPERCASE:
        c = RtlUpcaseUnicodeChar(c);
        break;
    case LCMAP_LOWERCASE:
        c = RtlDowncaseUnicodeChar(c);
        break;
    default:
        break;
    }
    if (flags & LCMAP_KATAKANA) {
        if (c >= 0x3041 && c <= 0x3096) c = static_cast<char16_t>(c + 0x60);
    } else if (flags & LCMAP_HIRAGANA) {
        if (c >= 0x30A1 && c <= 0x30F6) c = static_cast<char16_t>(c - 0x60);
    }
    if (flags & LCMAP_FULLWIDTH) {
        if (c == u' ')
            c = 0x3000;
        else if (c > u' ' && c < 0x7F)
            c = static_cast<char16_t>(c + 0xFEE0);
    } else if (flags & LCMAP_HALFWIDTH) {
        if (c == 0x3000)
            c = u' ';
        else if (c >= 0xFF01 && c <= 0xFF5E)
            c = static_cast<char16_t>(c - 0xFEE0);
    }
    return c;
}

bool exactly_one(DWORD flags, DWORD pair) { return (flags & pair) != pair; }

/// Whether a combination of LCMAP_* makes sense, and is one that we do.
bool mapping_flags_ok(DWORD flags) {
    constexpr DWORD known = case_flags | width_flags | kana_flags | LCMAP_SORTKEY | LCMAP_BYTEREV |
                            LCMAP_LINGUISTIC_CASING | compare_flags;
    if ((flags & ~known) || !(flags & (case_flags | width_flags | kana_flags | LCMAP_SORTKEY | LCMAP_BYTEREV |
                                       NORM_IGNORENONSPACE | NORM_IGNORESYMBOLS)))
        return false;
    if (flags & LCMAP_SORTKEY) return !(flags & (case_flags | width_flags | kana_flags));
    if ((flags & LCMAP_LINGUISTIC_CASING) && !(flags & case_flags)) return false;
    return exactly_one(flags, case_flags) && exactly_one(flags, width_flags) && exactly_one(flags, kana_flags);
}

int map_string(DWORD flags, const WCHAR* from, int length, WCHAR* to, int size) {
    if (!from || length == 0 || size < 0 || (size && !to)) return fail(ERROR_INVALID_PARAMETER);
    if (!mapping_flags_ok(flags)) return fail(ERROR_INVALID_FLAGS);
    const std::size_t count = length < 0 ? length_of(from) + 1 : static_cast<std::size_t>(length);
    if (flags & LCMAP_SORTKEY) { // the key is bytes, and so is its length; the terminator of the text takes no part
        if (from == to) return fail(ERROR_INVALID_FLAGS);
        const std::span text(u16(from), length < 0 ? count - 1 : count);
        const std::size_t needed =
            sort_key(text, options_of(flags), {reinterpret_cast<std::uint8_t*>(to), static_cast<std::size_t>(size)});
        if (size && needed > static_cast<std::size_t>(size)) return fail(ERROR_INSUFFICIENT_BUFFER);
        return static_cast<int>(needed);
    }
    if (from == to && (flags & (width_flags | kana_flags)))
        return fail(ERROR_INVALID_FLAGS); // only case may be mapped in place
    std::size_t written = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto c = static_cast<char16_t>(from[i]);
        const CollationWeight weight =
            flags & (NORM_IGNORENONSPACE | NORM_IGNORESYMBOLS) ? weight_of(c) : CollationWeight{};
        if ((flags & NORM_IGNORENONSPACE) && weight.letter == 1) continue; // a combining mark
        if ((flags & NORM_IGNORESYMBOLS) && weight.letter >> 8 >= 0x06 && weight.letter >> 8 <= 0x0B) continue;
        char16_t mapped = map_character(c, flags);
        if (flags & LCMAP_BYTEREV) mapped = static_cast<char16_t>(mapped << 8 | mapped >> 8);
        if (size) {
            if (written == static_cast<std::size_t>(size)) return fail(ERROR_INSUFFICIENT_BUFFER);
            to[written] = static_cast<WCHAR>(mapped);
        }
        ++written;
    }
    return static_cast<int>(written);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

// ------------------------------------------------------------------------------------- comparing
K32_EXPORT int WINAPI CompareStringW(LCID, DWORD flags, PCNZWCH left, int left_length, PCNZWCH right,
                                     int right_length) {
    return compare_strings(flags, left, left_length, right, right_length);
}
K32_EXPORT int WINAPI CompareStringEx(LPCWSTR, DWORD flags, LPCWCH left, int left_length, LPCWCH right,
                                      int right_length, LPNLSVERSIONINFO, LPVOID reserved, LPARAM parameter) {
    if (reserved || parameter) return fail(ERROR_INVALID_PARAMETER);
    return compare_strings(flags, left, left_length, right, right_length);
}
K32_EXPORT int WINAPI CompareStringA(LCID, DWORD flags, PCNZCH left, int left_length, PCNZCH right,
                                     int right_length) {
    if (!left || !right) return fail(ERROR_INVALID_PARAMETER);
    const WideText a(left, left_length < 0 ? length_of(left) : static_cast<std::size_t>(left_length), CP_ACP);
    const WideText b(right, right_length < 0 ? length_of(right) : static_cast<std::size_t>(right_length), CP_ACP);
    if (!a.ok() || !b.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    return compare_strings(flags & ~DWORD{LOCALE_USE_CP_ACP}, a.get(), static_cast<int>(a.length()), b.get(),
                           static_cast<int>(b.length()));
}

K32_EXPORT int WINAPI CompareStringOrdinal(LPCWCH left, int left_length, LPCWCH right, int right_length,
                                           BOOL ignore_case) {
    if (!left || !right || left_length < -1 || right_length < -1) return fail(ERROR_INVALID_PARAMETER);
    const auto a = span_of(left, left_length), b = span_of(right, right_length);
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        const char16_t x = ignore_case ? RtlUpcaseUnicodeChar(a[i]) : a[i],
                       y = ignore_case ? RtlUpcaseUnicodeChar(b[i]) : b[i];
        if (x != y) return x < y ? CSTR_LESS_THAN : CSTR_GREATER_THAN;
    }
    return a.size() == b.size() ? CSTR_EQUAL : a.size() < b.size() ? CSTR_LESS_THAN : CSTR_GREATER_THAN;
}

/// Ordinal search; -1 with ERROR_SUCCESS if there is none.
K32_EXPORT int WINAPI FindStringOrdinal(DWORD flags, LPCWSTR text, int text_length, LPCWSTR wanted, int wanted_length,
                                        BOOL ignore_case) {
    constexpr DWORD known = FIND_STARTSWITH | FIND_ENDSWITH | FIND_FROMSTART | FIND_FROMEND;
    if (!text || !wanted) {
        set_last_error(ERROR_INVALID_PARAMETER);
        return -1;
    }
    if ((flags & ~DWORD{known}) || (flags & (flags - 1))) {
        set_last_error(ERROR_INVALID_FLAGS);
        return -1;
    }
    const auto a = span_of(text, text_length), b = span_of(wanted, wanted_length);
    set_last_error(ERROR_SUCCESS);
    if (b.size() > a.size()) return -1;
    const std::size_t last = a.size() - b.size();
    const auto matches = [&](std::size_t at) {
        return CompareStringOrdinal(wide(const_cast<char16_t*>(a.data())) + at, static_cast<int>(b.size()), wanted,
                                    static_cast<int>(b.size()), ignore_case) == CSTR_EQUAL;
    };
    if (flags == FIND_STARTSWITH) return matches(0) ? 0 : -1;
    if (flags == FIND_ENDSWITH) return matches(last) ? static_cast<int>(last) : -1;
    for (std::size_t i = 0; i <= last; ++i) {
        const std::size_t at = flags == FIND_FROMEND ? last - i : i;
        if (matches(at)) return static_cast<int>(at);
    }
    return -1;
}

// ------------------------------------------------------------------------------------- mapping
K32_EXPORT int WINAPI LCMapStringW(LCID, DWORD flags, LPCWSTR from, int length, LPWSTR to, int size) {
    return map_string(flags, from, length, to, size);
}
K32_EXPORT int WINAPI LCMapStringEx(LPCWSTR, DWORD flags, LPCWSTR from, int length, LPWSTR to, int size,
                                    LPNLSVERSIONINFO, LPVOID reserved, LPARAM sort_handle) {
    if (reserved || sort_handle) return fail(ERROR_INVALID_PARAMETER);
    return map_string(flags, from, length, to, size);
}
K32_EXPORT int WINAPI LCMapStringA(LCID, DWORD flags, LPCSTR from, int length, LPSTR to, int size) {
    if (!from || length == 0 || size < 0) return fail(ERROR_INVALID_PARAMETER);
    const WideText source(from, length < 0 ? length_of(from) + 1 : static_cast<std::size_t>(length), CP_ACP);
    if (!source.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    flags &= ~DWORD{LOCALE_USE_CP_ACP};
    const auto count = static_cast<int>(source.length());
    if (flags & LCMAP_SORTKEY)
        return map_string(flags, source.get(), length < 0 ? -1 : count, reinterpret_cast<WCHAR*>(to), size);
    PathBuffer mapped;
    if (!mapped.reserve(source.length() + 1)) return fail(ERROR_NOT_ENOUGH_MEMORY);
    const int written = map_string(flags, source.get(), count, mapped.data(), count);
    if (!written) return 0;
    return WideCharToMultiByte(CP_ACP, 0, mapped.data(), written, to, size, nullptr, nullptr);
}

/// Digits to ASCII, compatibility forms to plain ones, as far as width goes; composing is not done.
K32_EXPORT int WINAPI FoldStringW(DWORD flags, LPCWCH from, int length, LPWSTR to, int size) {
    constexpr DWORD done = MAP_FOLDDIGITS | MAP_FOLDCZONE | MAP_EXPAND_LIGATURES;
    if (!from || length == 0 || size < 0 || (size && !to) || from == to) return fail(ERROR_INVALID_PARAMETER);
    if (!flags || (flags & ~DWORD{done | MAP_PRECOMPOSED | MAP_COMPOSITE})) return fail(ERROR_INVALID_FLAGS);
    if (flags & (MAP_PRECOMPOSED | MAP_COMPOSITE)) return fail(ERROR_CALL_NOT_IMPLEMENTED);
    const std::size_t count = length < 0 ? length_of(from) + 1 : static_cast<std::size_t>(length);
    if (size == 0) return static_cast<int>(count);
    if (static_cast<std::size_t>(size) < count) return fail(ERROR_INSUFFICIENT_BUFFER);
    for (std::size_t i = 0; i < count; ++i) {
        auto c = static_cast<char16_t>(from[i]);
        if (flags & MAP_FOLDCZONE) c = map_character(c, LCMAP_HALFWIDTH);
        const CollationWeight weight = flags & MAP_FOLDDIGITS ? weight_of(c) : CollationWeight{};
        if (weight.letter >> 8 == 0x0C)
            for (char16_t digit = u'0'; digit <= u'9'; ++digit)
                if (weight_of(digit).letter == weight.letter) c = digit;
        to[i] = static_cast<WCHAR>(c);
    }
    return static_cast<int>(count);
}
