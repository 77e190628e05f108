// SPDX-License-Identifier: MIT
// format.h: the printf of ntdll: what DbgPrint and _snprintf, _snwprintf understand.
//
//     %[flags][width][.precision][size]type    types d i u o x X p c C s S Z %, no floating point
//
// Sizes: h l ll w I I32 I64 z. Strings of the other width go through the ANSI code page; %Z prints an
// ANSI_STRING, %wZ a UNICODE_STRING.
#pragma once

#include <ntdll-emu/rtl/strings/text.h>

#include <cstdarg>
#include <string_view>

namespace oriel::rtl {

/// Counts what it is given, keeps what fits.
template<class Unit>
class FormatSink {
public:
    FormatSink(Unit* to, std::size_t room) : m_to(to), m_room(room) {}
    void put(Unit unit) {
        if (m_count < m_room) m_to[m_count] = unit;
        ++m_count;
    }
    void fill(Unit unit, std::ptrdiff_t count) {
        for (; count > 0; --count) put(unit);
    }
    [[nodiscard]] std::size_t count() const { return m_count; }

private:
    Unit* m_to;
    std::size_t m_room, m_count = 0;
};

template<class Unit>
class Formatter {
public:
    explicit Formatter(FormatSink<Unit>& sink) : m_sink(sink) {}

    void run(const Unit* format, va_list arguments) {
        va_list list;
        va_copy(list, arguments);
        while (*format != 0) {
            if (*format != Unit('%')) {
                m_sink.put(*format++);
                continue;
            }
            ++format;
            parse(format, list);
            convert(*format, list);
            if (*format != 0) ++format;
        }
        va_end(list);
    }

private:
    enum class Size { Default, Short, Long, Wide64 };

    void parse(const Unit*& format, va_list& list) {
        m_left = m_zero = m_plus = m_space = m_alternate = false;
        m_width = 0;
        m_precision = -1;
        m_size = Size::Default;
        for (;; ++format) {
            if (*format == Unit('-')) m_left = true;
            else if (*format == Unit('0')) m_zero = true;
            else if (*format == Unit('+')) m_plus = true;
            else if (*format == Unit(' ')) m_space = true;
            else if (*format == Unit('#')) m_alternate = true;
            else break;
        }
        m_width = number(format, list);
        if (m_width < 0) {
            m_left = true;
            m_width = -m_width;
        }
        if (*format == Unit('.')) {
            ++format;
            m_precision = number(format, list);
        }
        parse_size(format);
    }

    static int number(const Unit*& format, va_list& list) {
        if (*format == Unit('*')) {
            ++format;
            return va_arg(list, int);
        }
        int value = 0;
        for (; *format >= Unit('0') && *format <= Unit('9'); ++format) value = value * 10 + (*format - Unit('0'));
        return value;
    }

    void parse_size(const Unit*& format) {
        for (;; ++format) {
            if (*format == Unit('h')) m_size = Size::Short;
            else if (*format == Unit('l')) m_size = m_size == Size::Long ? Size::Wide64 : Size::Long;
            else if (*format == Unit('w')) m_size = Size::Long;
            else if (*format == Unit('z')) m_size = sizeof(void*) == 8 ? Size::Wide64 : Size::Default;
            else if (*format == Unit('I') && format[1] == Unit('6') && format[2] == Unit('4')) {
                m_size = Size::Wide64;
                format += 2;
            } else if (*format == Unit('I') && format[1] == Unit('3') && format[2] == Unit('2')) {
                format += 2;
            } else if (*format == Unit('I')) {
                m_size = sizeof(void*) == 8 ? Size::Wide64 : Size::Default;
            } else {
                return;
            }
        }
    }

    void convert(Unit type, va_list& list) {
        switch (static_cast<char>(type)) {
        case 'd':
        case 'i': {
            const std::int64_t value = m_size == Size::Wide64 ? va_arg(list, long long) : va_arg(list, int);
            print_integer(value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value), 10,
                          false,
                          value < 0 ? '-'
                          : m_plus  ? '+'
                          : m_space ? ' '
                                    : '\0');
            break;
        }
        case 'u': print_integer(next_unsigned(list), 10, false, '\0'); break;
        case 'o': print_integer(next_unsigned(list), 8, false, '\0'); break;
        case 'x': print_integer(next_unsigned(list), 16, true, '\0'); break;
        case 'X': print_integer(next_unsigned(list), 16, false, '\0'); break;
        case 'p':
            m_precision = 2 * sizeof(void*);
            print_integer(reinterpret_cast<std::uintptr_t>(va_arg(list, void*)), 16, false, '\0');
            break;
        case 'c':
        case 'C': {
            const bool wide = is_wide(type == Unit('C'));
            const int value = va_arg(list, int);
            print_character(wide, value);
            break;
        }
        case 's':
        case 'S': print_string(type == Unit('S'), list); break;
        case 'Z': print_counted(list); break;
        case '\0': break;
        default: m_sink.put(type); break;
        }
    }

    std::uint64_t next_unsigned(va_list& list) {
        if (m_size == Size::Wide64) return va_arg(list, unsigned long long);
        const unsigned value = va_arg(list, unsigned);
        return m_size == Size::Short ? static_cast<std::uint16_t>(value) : value;
    }

    void print_integer(std::uint64_t value, unsigned base, bool lower, char sign) {
        char digits[66];
        char* const end = digits + 66;
        char* begin = value == 0 && m_precision == 0 ? end : format_integer(value, base, end);
        std::ptrdiff_t count = end - begin;
        std::ptrdiff_t zeroes = m_precision > count ? m_precision - count : 0;
        const bool prefix = m_alternate && base == 16 && value != 0;
        const std::ptrdiff_t taken = count + zeroes + (sign != 0) + (prefix ? 2 : 0);
        if (m_zero && !m_left && m_precision < 0 && m_width > taken) zeroes += m_width - taken;
        const std::ptrdiff_t padding = m_width - (count + zeroes + (sign != 0) + (prefix ? 2 : 0));
        if (!m_left) m_sink.fill(Unit(' '), padding);
        if (sign != 0) m_sink.put(Unit(sign));
        if (prefix) {
            m_sink.put(Unit('0'));
            m_sink.put(lower ? Unit('x') : Unit('X'));
        }
        m_sink.fill(Unit('0'), zeroes);
        for (; begin != end; ++begin) m_sink.put(Unit(lower && *begin >= 'A' ? *begin + 0x20 : *begin));
        if (m_left) m_sink.fill(Unit(' '), padding);
    }

    /// %s and %c are of this function's own width, %S and %C of the other; h and l (or w) say which.
    [[nodiscard]] bool is_wide(bool other) const {
        if (m_size == Size::Short) return false;
        return m_size == Size::Long || (sizeof(Unit) == 2) != other;
    }

    void print_character(bool wide, int value) {
        const char narrow = static_cast<char>(value);
        const auto unit = static_cast<char16_t>(value);
        wide ? print_text(Text(&unit, 1)) : print_text(std::string_view(&narrow, 1));
    }

    void print_string(bool other, va_list& list) {
        const bool wide = is_wide(other);
        const void* const pointer = va_arg(list, const void*);
        const std::size_t limit = m_precision >= 0 ? static_cast<std::size_t>(m_precision) : ~std::size_t{0};
        if (pointer == nullptr) print_text(std::string_view("(null)").substr(0, limit));
        else if (wide) print_text(bounded(static_cast<const char16_t*>(pointer), limit));
        else print_text(bounded(static_cast<const char*>(pointer), limit));
    }
    template<class Source>
    static std::basic_string_view<Source> bounded(const Source* text, std::size_t limit) {
        std::size_t length = 0;
        while (length < limit && text[length] != 0) ++length;
        return {text, length};
    }

    void print_counted(va_list& list) {
        const void* const pointer = va_arg(list, const void*);
        if (pointer == nullptr) print_text(std::string_view("(null)"));
        else if (m_size == Size::Long) print_text(text_of(*static_cast<const UnicodeString*>(pointer)));
        else print_text(text_of(*static_cast<const AnsiString*>(pointer)));
    }

    template<class Source>
    void print_text(std::basic_string_view<Source> text) {
        const std::ptrdiff_t padding = m_width - static_cast<std::ptrdiff_t>(text.size());
        if (!m_left) m_sink.fill(Unit(' '), padding);
        for (const Source unit : text) {
            if constexpr (sizeof(Source) == sizeof(Unit)) m_sink.put(static_cast<Unit>(unit));
            else if constexpr (sizeof(Unit) == 1) m_sink.put(ansi_page.encode(unit));
            else m_sink.put(ansi_page.decode(unit));
        }
        if (m_left) m_sink.fill(Unit(' '), padding);
    }

    FormatSink<Unit>& m_sink;
    bool m_left = false, m_zero = false, m_plus = false, m_space = false, m_alternate = false;
    int m_width = 0, m_precision = -1;
    Size m_size = Size::Default;
};

/// Characters that the whole text has; writes at most `room`, no NUL.
template<class Unit>
std::size_t format_text(Unit* to, std::size_t room, const Unit* format, va_list arguments) {
    FormatSink<Unit> sink(to, room);
    Formatter<Unit>(sink).run(format, arguments);
    return sink.count();
}

} // namespace oriel::rtl
