// SPDX-License-Identifier: MIT
// time_format.cpp: calendars as text: asctime, ctime, strftime.
//
// Names are English in every locale that setlocale takes. %z is the zone's name in msvcrt, as %Z (in ucrtbase, its distance; C99's letters are known there); the flag
// # drops leading zeros or makes %c and %x long. An unknown letter makes the answer 0 with EINVAL.
// Source: "asctime", "ctime", "strftime, wcsftime".
#include <dlls/crt/time_data.h>

CRT_EXPORT char* _tzname[2];

namespace oriel::crt {

namespace {

constexpr const char* day_names[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr const char* month_names[] = {"January", "February", "March", "April", "May", "June", "July", "August",
                                       "September", "October", "November", "December"};

/// "Sat Nov 21 00:00:00 2026\n": always 26 characters with the NUL.
template<class Char> void write_asctime(Char* out, const Tm& tm) {
    auto name = [&](const char* text) {
        for (int i = 0; i < 3; ++i)
            *out++ = Char(text[i]);
        *out++ = ' ';
    };
    auto two = [&](int value, char after, char zero) {
        *out++ = Char(value >= 10 ? '0' + value / 10 : zero);
        *out++ = Char('0' + value % 10);
        *out++ = Char(after);
    };
    name(day_names[tm.tm_wday % 7]);
    name(month_names[tm.tm_mon % 12]);
    two(tm.tm_mday, ' ', '0');
    two(tm.tm_hour, ':', '0');
    two(tm.tm_min, ':', '0');
    two(tm.tm_sec, ' ', '0');
    int year = tm.tm_year + 1900;
    for (int unit = 1000; unit; unit /= 10)
        *out++ = Char('0' + year / unit % 10);
    *out++ = '\n';
    *out = 0;
}

bool is_valid(const Tm* tm) {
    return tm && tm->tm_year >= 0 && tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday >= 1 && tm->tm_mday <= 31 &&
           tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 && tm->tm_min < 60 && tm->tm_sec >= 0 &&
           tm->tm_sec < 60 && tm->tm_wday >= 0 && tm->tm_wday < 7;
}

template<class Char> int asctime_into(Char* out, size_t room, const Tm* tm) {
    if (!out || !room)
        return invalid_parameter();
    *out = 0;
    if (room < 26 || !is_valid(tm))
        return invalid_parameter();
    write_asctime(out, *tm);
    return 0;
}

/// Writes one conversion after another; remembers when the room ends or a letter is unknown.
template<class Char> class TimeWriter {
public:
    TimeWriter(Char* out, size_t room, const Tm& tm) : m_out(out), m_room(room), m_tm(tm) {}

    size_t run(const Char* format) {
        for (; *format; ++format) {
            if (*format != '%') {
                put(*format);
                continue;
            }
            ++format;
            bool alternate = *format == '#';
            if (alternate)
                ++format;
            if (!convert(char(*format), alternate)) {
                invalid_parameter();
                return fail_empty();
            }
        }
        if (m_used >= m_room) {
            set_errno(e_range);
            return fail_empty();
        }
        m_out[m_used] = 0;
        return m_used;
    }

private:
    size_t fail_empty() {
        *m_out = 0;
        return 0;
    }
    void put(Char c) {
        if (m_used < m_room)
            m_out[m_used] = c;
        ++m_used;
    }
    void text(const char* text, size_t most = SIZE_MAX) {
        for (; *text && most; ++text, --most)
            put(Char(static_cast<unsigned char>(*text)));
    }
    void number(int value, int digits, bool drop_zeros) {
        int unit = 1;
        for (int i = 1; i < digits; ++i)
            unit *= 10;
        for (; drop_zeros && unit > 1 && value / unit == 0; unit /= 10) {}
        for (; unit; unit /= 10)
            put(Char('0' + value / unit % 10));
    }
    void several(const char* letters, bool alternate) {
        for (; *letters; ++letters) {
            if (*letters >= 'A')
                convert(*letters, alternate);
            else
                put(Char(*letters));
        }
    }
    int hour12() const { return m_tm.tm_hour % 12 ? m_tm.tm_hour % 12 : 12; }

    bool convert(char letter, bool alternate) {
        int year = m_tm.tm_year + 1900, monday_based = (m_tm.tm_wday + 6) % 7;
        switch (letter) {
        case 'a': text(day_names[m_tm.tm_wday % 7], 3); break;
        case 'A': text(day_names[m_tm.tm_wday % 7]); break;
        case 'b': text(month_names[m_tm.tm_mon % 12], 3); break;
        case 'B': text(month_names[m_tm.tm_mon % 12]); break;
        case 'c':
            if (is_ucrt && !alternate) {
                several("a b ", false);
                convert('e', false);
                several(" H:M:S Y", false);
            } else {
                several(alternate ? "A, B d, Y H:M:S" : "m/d/y H:M:S", false);
            }
            break;
        case 'd': number(m_tm.tm_mday, 2, alternate); break;
        case 'H': number(m_tm.tm_hour, 2, alternate); break;
        case 'I': number(hour12(), 2, alternate); break;
        case 'j': number(m_tm.tm_yday + 1, 3, alternate); break;
        case 'm': number(m_tm.tm_mon + 1, 2, alternate); break;
        case 'M': number(m_tm.tm_min, 2, alternate); break;
        case 'p': text(m_tm.tm_hour < 12 ? "AM" : "PM"); break;
        case 'S': number(m_tm.tm_sec, 2, alternate); break;
        case 'U': number((m_tm.tm_yday + 7 - m_tm.tm_wday) / 7, 2, alternate); break;
        case 'w': number(m_tm.tm_wday, 1, alternate); break;
        case 'W': number((m_tm.tm_yday + 7 - monday_based) / 7, 2, alternate); break;
        case 'x': several(alternate ? "A, B d, Y" : "m/d/y", false); break;
        case 'X': several("H:M:S", false); break;
        case 'y': number(year % 100, 2, alternate); break;
        case 'Y': number(year, 4, alternate); break;
        case 'z':
            if constexpr (is_ucrt) {
                offset();
                break;
            }
            [[fallthrough]];
        case 'Z':
            load_time_zone(false);
            text(_tzname[m_tm.tm_isdst > 0]);
            break;
        case '%': put('%'); break;
        default: return is_ucrt && convert_standard(letter, alternate);
        }
        return true;
    }

    /// What C99 added, which msvcrt does not know.
    bool convert_standard(char letter, bool alternate) {
        switch (letter) {
        case 'C': number((m_tm.tm_year + 1900) / 100, 2, alternate); break;
        case 'D': several("m/d/y", alternate); break;
        case 'e':
            if (m_tm.tm_mday < 10 && !alternate)
                put(' ');
            number(m_tm.tm_mday, 2, m_tm.tm_mday < 10);
            break;
        case 'F': several("Y-m-d", alternate); break;
        case 'g': number(iso_week().year % 100, 2, alternate); break;
        case 'G': number(iso_week().year, 4, alternate); break;
        case 'h': convert('b', alternate); break;
        case 'n': put('\n'); break;
        case 'r': several("I:M:S p", alternate); break;
        case 'R': several("H:M", alternate); break;
        case 't': put('\t'); break;
        case 'T': several("H:M:S", alternate); break;
        case 'u': number(m_tm.tm_wday ? m_tm.tm_wday : 7, 1, alternate); break;
        case 'V': number(iso_week().week, 2, alternate); break;
        default: return false;
        }
        return true;
    }

    /// ISO 8601: weeks begin on Monday, and a week belongs to the year that has its Thursday.
    struct IsoWeek {
        int year, week;
    };
    IsoWeek iso_week() const {
        auto days_in = [](int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365; };
        int year = m_tm.tm_year + 1900, thursday = m_tm.tm_yday - (m_tm.tm_wday + 6) % 7 + 3;
        if (thursday < 0)
            thursday += days_in(--year);
        else if (thursday >= days_in(year))
            thursday -= days_in(year++);
        return {year, thursday / 7 + 1};
    }
    /// "+0100": how far local time is ahead of UTC.
    void offset() {
        load_time_zone(false);
        long seconds = -(zone_offset() + (m_tm.tm_isdst > 0 ? daylight_offset() : 0));
        put(seconds < 0 ? '-' : '+');
        long minutes = (seconds < 0 ? -seconds : seconds) / 60;
        number(int(minutes / 60 * 100 + minutes % 60), 4, false);
    }

    Char* m_out;
    size_t m_room, m_used = 0;
    const Tm& m_tm;
};

template<class Char> size_t format_time(Char* out, size_t room, const Char* format, const Tm* tm) {
    if (!out || !room || !format || !tm)
        return invalid_parameter(), 0;
    return TimeWriter<Char>(out, room, *tm).run(format);
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT Tm* _localtime64(const Time64* time);

CRT_EXPORT size_t strftime(char* out, size_t room, const char* format, const Tm* tm) {
    return format_time(out, room, format, tm);
}
CRT_EXPORT size_t wcsftime(wchar_t* out, size_t room, const wchar_t* format, const Tm* tm) {
    return format_time(out, room, format, tm);
}
CRT_EXPORT size_t _wcsftime_l(wchar_t* out, size_t room, const wchar_t* format, const Tm* tm, void*) {
    return format_time(out, room, format, tm);
}
CRT_EXPORT size_t _Strftime(char* out, size_t room, const char* format, const Tm* tm, void*) {
    return format_time(out, room, format, tm);
}

CRT_EXPORT char* asctime(const Tm* tm) {
    char* buffer = this_thread().asctime_buffer;
    return asctime_into(buffer, 26, tm) == 0 ? buffer : nullptr;
}
CRT_EXPORT wchar_t* _wasctime(const Tm* tm) {
    wchar_t* buffer = this_thread().wasctime_buffer;
    return asctime_into(buffer, 26, tm) == 0 ? buffer : nullptr;
}
CRT_EXPORT int asctime_s(char* out, size_t room, const Tm* tm) { return asctime_into(out, room, tm); }
CRT_EXPORT int _wasctime_s(wchar_t* out, size_t room, const Tm* tm) { return asctime_into(out, room, tm); }

template<class Time> static Tm* local_or_null(const Time* time) {
    if (!time)
        return invalid_parameter(), nullptr;
    Time64 wide = *time;
    return _localtime64(&wide);
}
template<class Char, class Time> static int ctime_into(Char* out, size_t room, const Time* time) {
    if (!out || !room)
        return invalid_parameter();
    *out = 0;
    Tm* tm = local_or_null(time);
    return tm ? asctime_into(out, room, tm) : e_inval;
}
template<class Time> static char* ctime_of(const Time* time) {
    Tm* tm = local_or_null(time);
    return tm ? asctime(tm) : nullptr;
}
template<class Time> static wchar_t* wctime_of(const Time* time) {
    Tm* tm = local_or_null(time);
    return tm ? _wasctime(tm) : nullptr;
}

CRT_EXPORT char* ctime(const TimeDefault* time) { return ctime_of(time); }
CRT_EXPORT char* _ctime32(const Time32* time) { return ctime_of(time); }
CRT_EXPORT char* _ctime64(const Time64* time) { return ctime_of(time); }
CRT_EXPORT wchar_t* _wctime(const TimeDefault* time) { return wctime_of(time); }
CRT_EXPORT wchar_t* _wctime32(const Time32* time) { return wctime_of(time); }
CRT_EXPORT wchar_t* _wctime64(const Time64* time) { return wctime_of(time); }
CRT_EXPORT int _ctime32_s(char* out, size_t room, const Time32* time) { return ctime_into(out, room, time); }
CRT_EXPORT int _ctime64_s(char* out, size_t room, const Time64* time) { return ctime_into(out, room, time); }
CRT_EXPORT int _wctime32_s(wchar_t* out, size_t room, const Time32* time) { return ctime_into(out, room, time); }
CRT_EXPORT int _wctime64_s(wchar_t* out, size_t room, const Time64* time) { return ctime_into(out, room, time); }
