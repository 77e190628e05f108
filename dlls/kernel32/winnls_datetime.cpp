// SPDX-License-Identifier: MIT
// winnls_datetime.cpp: GetDateFormat and GetTimeFormat.
//
// Both expand a picture: runs of d, M, y (or h, H, m, s, t) stand for fields, text between apostrophes for itself.
// Without a picture the locale's own is taken. Sources: "GetDateFormatEx function", "GetTimeFormatEx function",
// "Day, Month, Year, and Era Format Pictures", "Hour, Minute, and Second Format Pictures" (Microsoft documentation).
#include "kernel32.h"
#include "locale.h"
#include "message_text.h"
#include "nls/locale_data.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

void put_number(MessageText& to, unsigned value, unsigned least_digits) {
    WCHAR digits[8];
    unsigned count = 0;
    do digits[count++] = static_cast<WCHAR>(L'0' + value % 10);
    while ((value /= 10) && count < 8);
    while (count < least_digits) digits[count++] = L'0';
    while (count) to.append(digits[--count]);
}
void put_text(MessageText& to, const char16_t* text) { to.append(wide(text), length_of(wide(text))); }

/// Expands a picture; `field(letter, count)` writes a run of one of `letters`.
template<class Field>
void expand_picture(const WCHAR* picture, const WCHAR* letters, MessageText& to, Field field) {
    bool quoted = false;
    while (*picture) {
        const WCHAR c = *picture;
        if (c == L'\'') {
            ++picture;
            if (*picture == L'\'') { // two of them are one
                to.append(L'\'');
                ++picture;
            } else {
                quoted = !quoted;
            }
            continue;
        }
        const bool is_field =
            !quoted && std::find(letters, letters + length_of(letters), c) != letters + length_of(letters);
        if (!is_field) {
            to.append(c);
            ++picture;
            continue;
        }
        unsigned count = 0;
        while (*picture == c) {
            ++picture;
            ++count;
        }
        field(c, count);
    }
}

void expand_date(const WCHAR* picture, const SYSTEMTIME& date, MessageText& to) {
    expand_picture(picture, L"dMyg", to, [&](WCHAR letter, unsigned count) {
        switch (letter) {
        case L'd':
            if (count <= 2)
                put_number(to, date.wDay, count);
            else
                put_text(to, day_name(date.wDayOfWeek, count == 3));
            break;
        case L'M':
            if (count <= 2)
                put_number(to, date.wMonth, count);
            else
                put_text(to, month_name(date.wMonth, count == 3));
            break;
        case L'y':
            if (count <= 2)
                put_number(to, date.wYear % 100, count);
            else
                put_number(to, date.wYear, 4);
            break;
        default:
            put_text(to, u"A.D.");
            break; // g: the era
        }
    });
}

void expand_time(const WCHAR* picture, const SYSTEMTIME& time, DWORD flags, MessageText& to) {
    expand_picture(picture, L"hHmst", to, [&](WCHAR letter, unsigned count) {
        const bool full_day = letter == L'H' || (flags & TIME_FORCE24HOURFORMAT);
        switch (letter) {
        case L'h':
        case L'H':
            put_number(to, full_day ? time.wHour : (time.wHour + 11u) % 12 + 1, std::min(count, 2u));
            break;
        case L'm':
            put_number(to, time.wMinute, std::min(count, 2u));
            break;
        case L's':
            put_number(to, time.wSecond, std::min(count, 2u));
            break;
        default:
            if (count == 1)
                to.append(time.wHour < 12 ? L'A' : L'P');
            else
                put_text(to, time.wHour < 12 ? u"AM" : u"PM");
        }
    });
}

/// The locale's picture without what the flags take away, and without the separator that led to it.
const WCHAR* default_time_picture(DWORD flags) {
    const bool marker = !(flags & (TIME_NOTIMEMARKER | TIME_FORCE24HOURFORMAT)) ||
                        (flags & TIME_FORCE24HOURFORMAT && !(flags & TIME_NOTIMEMARKER));
    if (flags & TIME_NOMINUTESORSECONDS) return marker ? L"h tt" : L"h";
    if (flags & TIME_NOSECONDS) return marker ? L"h:mm tt" : L"h:mm";
    return marker ? L"h:mm:ss tt" : L"h:mm:ss";
}

/// The given date, checked and with its weekday put right; or today's.
bool date_of(const SYSTEMTIME* given, SYSTEMTIME& date) {
    if (!given) {
        GetLocalTime(&date);
        return true;
    }
    FILETIME time;
    SYSTEMTIME plain{given->wYear, given->wMonth, given->wDayOfWeek, given->wDay, 0, 0, 0, 0};
    return SystemTimeToFileTime(&plain, &time) && FileTimeToSystemTime(&time, &date);
}

int give(const MessageText& text, WCHAR* to, int size) {
    const std::size_t length = text.length();
    if (!text.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    if (size == 0) return static_cast<int>(length + 1);
    if (length + 1 > static_cast<std::size_t>(size)) return fail(ERROR_INSUFFICIENT_BUFFER);
    std::copy_n(text.data(), length, to);
    to[length] = 0;
    return static_cast<int>(length + 1);
}

int format_date(bool known, DWORD flags, const SYSTEMTIME* given, const WCHAR* picture, WCHAR* to, int size) {
    constexpr DWORD kinds = DATE_SHORTDATE | DATE_LONGDATE | DATE_YEARMONTH | DATE_MONTHDAY;
    constexpr DWORD accepted = kinds | DATE_USE_ALT_CALENDAR | DATE_LTRREADING | DATE_RTLREADING | DATE_AUTOLAYOUT |
                               LOCALE_NOUSEROVERRIDE | LOCALE_USE_CP_ACP;
    const DWORD kind = flags & kinds;
    if (!known || size < 0 || (size && !to)) return fail(ERROR_INVALID_PARAMETER);
    if ((flags & ~DWORD{accepted}) || (kind & (kind - 1)) || (picture && kind)) return fail(ERROR_INVALID_FLAGS);
    SYSTEMTIME date;
    if (!date_of(given, date)) return fail(ERROR_INVALID_PARAMETER);
    if (!picture) {
        const std::uint32_t type = kind == DATE_LONGDATE    ? LOCALE_SLONGDATE
                                   : kind == DATE_YEARMONTH ? LOCALE_SYEARMONTH
                                   : kind == DATE_MONTHDAY  ? LOCALE_SMONTHDAY
                                                            : LOCALE_SSHORTDATE;
        picture = wide(locale_text(type));
    }
    MessageText text;
    expand_date(picture, date, text);
    return give(text, to, size);
}

int format_time(bool known, DWORD flags, const SYSTEMTIME* given, const WCHAR* picture, WCHAR* to, int size) {
    constexpr DWORD parts = TIME_NOMINUTESORSECONDS | TIME_NOSECONDS | TIME_NOTIMEMARKER | TIME_FORCE24HOURFORMAT;
    if (!known || size < 0 || (size && !to)) return fail(ERROR_INVALID_PARAMETER);
    if (flags & ~DWORD{parts | LOCALE_NOUSEROVERRIDE | LOCALE_USE_CP_ACP}) return fail(ERROR_INVALID_FLAGS);
    SYSTEMTIME time;
    if (given)
        time = *given;
    else
        GetLocalTime(&time);
    if (time.wHour > 23 || time.wMinute > 59 || time.wSecond > 59) return fail(ERROR_INVALID_PARAMETER);
    MessageText text;
    expand_time(picture ? picture : default_time_picture(flags), time, flags, text);
    return give(text, to, size);
}

/// The A forms: the picture goes in and the result comes out in the ANSI code page.
template<class Format>
int narrow_format(const char* picture, char* to, int size, Format format) {
    const WideText wide_picture(picture);
    if (!wide_picture.ok()) return fail(ERROR_NOT_ENOUGH_MEMORY);
    WCHAR text[256];
    const int length = format(wide_picture.get(), text, 256);
    return length ? WideCharToMultiByte(CP_ACP, 0, text, length, to, size, nullptr, nullptr) : 0;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT int WINAPI GetDateFormatW(LCID locale, DWORD flags, const SYSTEMTIME* date, LPCWSTR picture, LPWSTR to,
                                     int size) {
    return format_date(is_known_locale(locale), flags, date, picture, to, size);
}
K32_EXPORT int WINAPI GetDateFormatEx(LPCWSTR locale, DWORD flags, const SYSTEMTIME* date, LPCWSTR picture, LPWSTR to,
                                      int size, LPCWSTR calendar) {
    return calendar ? fail(ERROR_INVALID_PARAMETER)
                    : format_date(is_known_locale(locale), flags, date, picture, to, size);
}
K32_EXPORT int WINAPI GetDateFormatA(LCID locale, DWORD flags, const SYSTEMTIME* date, LPCSTR picture, LPSTR to,
                                     int size) {
    return narrow_format(picture, to, size, [&](const WCHAR* wide_picture, WCHAR* text, int room) {
        return format_date(is_known_locale(locale), flags, date, wide_picture, text, room);
    });
}
K32_EXPORT int WINAPI GetTimeFormatW(LCID locale, DWORD flags, const SYSTEMTIME* time, LPCWSTR picture, LPWSTR to,
                                     int size) {
    return format_time(is_known_locale(locale), flags, time, picture, to, size);
}
K32_EXPORT int WINAPI GetTimeFormatEx(LPCWSTR locale, DWORD flags, const SYSTEMTIME* time, LPCWSTR picture, LPWSTR to,
                                      int size) {
    return format_time(is_known_locale(locale), flags, time, picture, to, size);
}
K32_EXPORT int WINAPI GetTimeFormatA(LCID locale, DWORD flags, const SYSTEMTIME* time, LPCSTR picture, LPSTR to,
                                     int size) {
    return narrow_format(picture, to, size, [&](const WCHAR* wide_picture, WCHAR* text, int room) {
        return format_time(is_known_locale(locale), flags, time, wide_picture, text, room);
    });
}
