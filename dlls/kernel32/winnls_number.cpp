// SPDX-License-Identifier: MIT
// winnls_number.cpp: GetNumberFormat and GetCurrencyFormat.
//
// The value is a text: an optional minus, digits, at most one point. It is rounded to the digits that the format
// asks for, grouped, and signed in one of the numbered ways. Sources: "GetNumberFormatEx function",
// "LOCALE_INEGNUMBER", "LOCALE_INEGCURR" (Microsoft documentation).
#include "kernel32.h"
#include "locale.h"
#include "message_text.h"
#include "nls/locale_data.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

constexpr unsigned most_digits = 128;

/// A decimal number as digits.
struct Decimal {
    bool negative = false;
    WCHAR whole[most_digits];
    unsigned whole_count = 0;
    WCHAR fraction[most_digits];
    unsigned fraction_count = 0;
};

bool parse(const WCHAR* text, Decimal& value) {
    if (*text == L'-') {
        value.negative = true;
        ++text;
    }
    bool point = false;
    for (; *text; ++text) {
        if (*text == L'.' && !point) {
            point = true;
            continue;
        }
        if (*text < L'0' || *text > L'9') return false;
        if (point) {
            if (value.fraction_count < most_digits) value.fraction[value.fraction_count++] = *text;
        } else if (value.whole_count != 0 || *text != L'0') { // leading zeros mean nothing
            if (value.whole_count == most_digits) return false;
            value.whole[value.whole_count++] = *text;
        }
    }
    return true;
}

/// Adds one to the last digit kept; a carry may lengthen the number.
void round_up(Decimal& value) {
    for (unsigned i = value.fraction_count; i-- > 0;) {
        if (value.fraction[i] != L'9') {
            ++value.fraction[i];
            return;
        }
        value.fraction[i] = L'0';
    }
    for (unsigned i = value.whole_count; i-- > 0;) {
        if (value.whole[i] != L'9') {
            ++value.whole[i];
            return;
        }
        value.whole[i] = L'0';
    }
    if (value.whole_count == most_digits) return;
    std::copy_backward(value.whole, value.whole + value.whole_count, value.whole + value.whole_count + 1);
    value.whole[0] = L'1';
    ++value.whole_count;
}
void round_to(Decimal& value, unsigned digits) {
    if (value.fraction_count > digits) {
        const bool up = value.fraction[digits] >= L'5';
        value.fraction_count = digits;
        if (up) round_up(value);
    }
    while (value.fraction_count < digits && value.fraction_count < most_digits)
        value.fraction[value.fraction_count++] = L'0';
}
bool is_zero(const Decimal& value) {
    return value.whole_count == 0 &&
           std::all_of(value.fraction, value.fraction + value.fraction_count, [](WCHAR c) { return c == L'0'; });
}

struct Style {
    unsigned digits;
    bool leading_zero;
    unsigned grouping; ///< 0: none; 32: by three, then by two for ever
    const WCHAR* decimal;
    const WCHAR* thousand;
};

void put(MessageText& to, const WCHAR* text) { to.append(text, length_of(text)); }

/// Whether a separator stands before the digit that has `right` digits to its right.
bool group_ends(unsigned grouping, unsigned right) {
    if (!grouping || !right) return false;
    if (grouping < 10) return right % grouping == 0;
    const unsigned first = grouping / 10, next = grouping % 10; // "3;2;0" is 32, "3;0" is 3
    return right == first || (right > first && next && (right - first) % next == 0);
}

void put_digits(MessageText& to, const Decimal& value, const Style& style) {
    if (value.whole_count == 0 && style.leading_zero) to.append(L'0');
    for (unsigned i = 0; i < value.whole_count; ++i) {
        if (i && group_ends(style.grouping, value.whole_count - i)) put(to, style.thousand);
        to.append(value.whole[i]);
    }
    if (!style.digits) return;
    put(to, style.decimal);
    to.append(value.fraction, value.fraction_count);
}

/// Writes a pattern: 1 stands for the number, $ for the currency's symbol, other characters for themselves.
void put_pattern(MessageText& to, const char* pattern, const Decimal& value, const Style& style,
                 const WCHAR* symbol) {
    for (; *pattern; ++pattern) {
        if (*pattern == '1')
            put_digits(to, value, style);
        else if (*pattern == '$')
            put(to, symbol);
        else
            to.append(static_cast<WCHAR>(*pattern));
    }
}

constexpr const char* negative_numbers[] = {"(1)", "-1", "- 1", "1-", "1 -"};
constexpr const char* positive_money[] = {"$1", "1$", "$ 1", "1 $"};
constexpr const char* negative_money[] = {"($1)", "-$1",  "$-1",  "$1-",  "(1$)", "-1$",  "1-$",   "1$-",
                                          "-1 $", "-$ 1", "1 $-", "$ 1-", "$ -1", "1- $", "($ 1)", "(1 $)"};

int give(const MessageText& text, WCHAR* to, int size) {
    const std::size_t length = text.length();
    if (!text.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    if (size == 0) return static_cast<int>(length + 1);
    if (length + 1 > static_cast<std::size_t>(size)) return fail(ERROR_INSUFFICIENT_BUFFER);
    std::copy_n(text.data(), length, to);
    to[length] = 0;
    return static_cast<int>(length + 1);
}

int format_number(bool known, DWORD flags, const WCHAR* text, const NUMBERFMTW* format, WCHAR* to, int size) {
    if (!known || !text || size < 0 || (size && !to)) return fail(ERROR_INVALID_PARAMETER);
    if (format && flags) return fail(ERROR_INVALID_FLAGS);
    if (format && (format->NegativeOrder > 4 || format->LeadingZero > 1 || format->NumDigits > 9))
        return fail(ERROR_INVALID_PARAMETER);
    const Style style = format ? Style{format->NumDigits, format->LeadingZero != 0, format->Grouping,
                                       format->lpDecimalSep, format->lpThousandSep}
                               : Style{2, true, 3, L".", L","};
    Decimal value;
    if (!parse(text, value)) return fail(ERROR_INVALID_PARAMETER);
    round_to(value, style.digits);
    MessageText result;
    if (value.negative && !is_zero(value))
        put_pattern(result, negative_numbers[format ? format->NegativeOrder : 1], value, style, L"");
    else
        put_digits(result, value, style);
    return give(result, to, size);
}

int format_money(bool known, DWORD flags, const WCHAR* text, const CURRENCYFMTW* format, WCHAR* to, int size) {
    if (!known || !text || size < 0 || (size && !to)) return fail(ERROR_INVALID_PARAMETER);
    if (format && flags) return fail(ERROR_INVALID_FLAGS);
    if (format &&
        (format->NegativeOrder > 15 || format->PositiveOrder > 3 || format->LeadingZero > 1 || format->NumDigits > 9))
        return fail(ERROR_INVALID_PARAMETER);
    const Style style = format ? Style{format->NumDigits, format->LeadingZero != 0, format->Grouping,
                                       format->lpDecimalSep, format->lpThousandSep}
                               : Style{2, true, 3, L".", L","};
    const WCHAR* const symbol = format ? format->lpCurrencySymbol : L"$";
    Decimal value;
    if (!parse(text, value)) return fail(ERROR_INVALID_PARAMETER);
    round_to(value, style.digits);
    MessageText result;
    const char* const pattern = value.negative && !is_zero(value)
                                    ? negative_money[format ? format->NegativeOrder : 0]
                                    : positive_money[format ? format->PositiveOrder : 0];
    put_pattern(result, pattern, value, style, symbol);
    return give(result, to, size);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT int WINAPI GetNumberFormatW(LCID locale, DWORD flags, LPCWSTR value, const NUMBERFMTW* format, LPWSTR to,
                                       int size) {
    return format_number(is_known_locale(locale), flags, value, format, to, size);
}
K32_EXPORT int WINAPI GetNumberFormatEx(LPCWSTR locale, DWORD flags, LPCWSTR value, const NUMBERFMTW* format,
                                        LPWSTR to, int size) {
    return format_number(is_known_locale(locale), flags, value, format, to, size);
}
K32_EXPORT int WINAPI GetCurrencyFormatW(LCID locale, DWORD flags, LPCWSTR value, const CURRENCYFMTW* format,
                                         LPWSTR to, int size) {
    return format_money(is_known_locale(locale), flags, value, format, to, size);
}
K32_EXPORT int WINAPI GetCurrencyFormatEx(LPCWSTR locale, DWORD flags, LPCWSTR value, const CURRENCYFMTW* format,
                                          LPWSTR to, int size) {
    return format_money(is_known_locale(locale), flags, value, format, to, size);
}
