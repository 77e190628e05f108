// SPDX-License-Identifier: MIT
// printf_format.cpp: reading a format and writing its arguments, by Microsoft's rules.
//
// A conversion is %[flags][width][.precision][size]type. Where msvcrt differs from standard C (ucrtbase, by
// PrintfRules::standard, only in I and w, and in refusing %n):
// - sizes: I64, I32 and I (pointer-sized); w is a wide character or string; L is nothing (long double is
//   double); z, j and t are not known;
// - %s and %c are of the function's own width, %S and %C of the other, %hs narrow, %ls and %ws wide;
// - %Z is a counted string (ANSI_STRING, with w or l UNICODE_STRING); %p is 8 or 16 upper-case digits;
// - an unknown type is written as it is, without the %; the flag 0 pads text, too.
// Source: "Format specification syntax: printf and wprintf functions", "printf type field characters".
// (Long, because the conversions are members of one class over one state.)
#include <dlls/crt/printf_format.h>

#include <dlls/crt/multibyte.h>
#include <dlls/crt/printf_float.h>

namespace oriel::crt {

namespace {

enum class Size { none, quarter, half, full_long, wide, bits32, bits64, big };

struct Conversion {
    bool left = false, plus = false, space = false, zero = false, alternate = false;
    int width = 0;
    int precision = -1;
    Size size = Size::none;
};

/// ANSI_STRING and UNICODE_STRING; the length is in bytes.
struct CountedString {
    unsigned short length, maximum;
    void* buffer;
};

template<class Char> class Formatter {
public:
    Formatter(Sink<Char>& sink, PrintfRules rules, va_list arguments) : m_sink(sink), m_rules(rules) {
        va_copy(m_arguments, arguments);
    }
    ~Formatter() { va_end(m_arguments); }

    int run(const Char* format);

private:
    void put(const Char* text, size_t count) {
        m_sink.total += count;
        m_sink.put(m_sink, text, count);
    }
    void put_ascii(const char* text, size_t count);
    void pad(Char c, int count);
    void put_padded(const char* prefix, int prefix_length, const char* body, int body_length, const Conversion& c);

    bool read_conversion(const Char*& format, Conversion& c);
    bool convert(Char type, Conversion& c);
    void convert_integer(Char type, Conversion& c);
    void convert_floating(Char type, const Conversion& c);
    void convert_character(bool wide, const Conversion& c);
    void convert_string(bool wide, const Conversion& c);
    void convert_counted(const Conversion& c);
    bool store_count(const Conversion& c);
    void put_text(const Char* text, size_t length, const Conversion& c);
    void put_narrow(const char* text, size_t length, const Conversion& c);
    void put_wide(const wchar_t* text, size_t length, const Conversion& c);
    bool takes_wide(Char type, const Conversion& c, bool own_width_letter);

    Sink<Char>& m_sink;
    PrintfRules m_rules;
    va_list m_arguments;
};

template<class Char> void Formatter<Char>::put_ascii(const char* text, size_t count) {
    if constexpr (sizeof(Char) == 1) {
        put(text, count);
    } else {
        Char buffer[64];
        while (count) {
            size_t part = smaller(count, size_t(64));
            for (size_t i = 0; i < part; ++i)
                buffer[i] = static_cast<unsigned char>(text[i]);
            put(buffer, part);
            text += part;
            count -= part;
        }
    }
}

template<class Char> void Formatter<Char>::pad(Char c, int count) {
    Char buffer[32];
    for (auto& each : buffer)
        each = c;
    for (; count > 0; count -= 32)
        put(buffer, size_t(smaller(count, 32)));
}

/// The padding that all conversions share: blanks, prefix, zeros, body, blanks.
template<class Char>
void Formatter<Char>::put_padded(const char* prefix, int prefix_length, const char* body, int body_length,
                                 const Conversion& c) {
    int missing = c.width - prefix_length - body_length;
    if (!c.left && !c.zero)
        pad(' ', missing);
    put_ascii(prefix, size_t(prefix_length));
    if (c.zero && !c.left)
        pad('0', missing);
    put_ascii(body, size_t(body_length));
    if (c.left)
        pad(' ', missing);
}

/// Reads up to the type; false at the end of the format.
template<class Char> bool Formatter<Char>::read_conversion(const Char*& format, Conversion& c) {
    for (;; ++format) {
        switch (*format) {
        case '-': c.left = true; continue;
        case '+': c.plus = true; continue;
        case ' ': c.space = true; continue;
        case '0': c.zero = true; continue;
        case '#': c.alternate = true; continue;
        }
        break;
    }
    auto number = [&](int& value) {
        value = 0;
        if (*format == '*') {
            value = va_arg(m_arguments, int);
            ++format;
        } else {
            for (; is_ascii_digit(*format); ++format)
                value = value * 10 + int(*format - '0');
        }
    };
    number(c.width);
    if (c.width < 0) {
        c.left = true;
        c.width = -c.width;
    }
    if (*format == '.') {
        ++format;
        number(c.precision);
    }
    for (;; ++format) {
        switch (*format) {
        case 'h': c.size = m_rules.standard && c.size == Size::half ? Size::quarter : Size::half; continue;
        case 'j':
            if (!m_rules.standard)
                break;
            c.size = Size::bits64;
            continue;
        case 't':
        case 'z':
            if (!m_rules.standard)
                break;
            c.size = sizeof(void*) == 8 ? Size::bits64 : Size::bits32;
            continue;
        case 'l':
            if (format[1] == 'l') {
                ++format;
                c.size = Size::bits64;
            } else {
                c.size = Size::full_long;
            }
            continue;
        case 'L': c.size = Size::big; continue;
        case 'w': c.size = Size::wide; continue;
        case 'I':
            if (format[1] == '6' && format[2] == '4') {
                format += 2;
                c.size = Size::bits64;
            } else if (format[1] == '3' && format[2] == '2') {
                format += 2;
                c.size = Size::bits32;
            } else {
                c.size = sizeof(void*) == 8 ? Size::bits64 : Size::bits32;
            }
            continue;
        }
        break;
    }
    return *format != 0;
}

template<class Char> void Formatter<Char>::convert_integer(Char type, Conversion& c) {
    bool is_signed = type == 'd' || type == 'i';
    if (type == 'p') {
        c.size = sizeof(void*) == 8 ? Size::bits64 : Size::bits32;
        c.precision = 2 * sizeof(void*);
    }
    long long value;
    if (c.size == Size::bits64)
        value = va_arg(m_arguments, long long);
    else if (c.size == Size::quarter)
        value = is_signed ? (long long)(signed char)va_arg(m_arguments, int)
                          : (long long)(unsigned char)va_arg(m_arguments, int);
    else if (c.size == Size::half)
        value = is_signed ? (long long)(short)va_arg(m_arguments, int)
                          : (long long)(unsigned short)va_arg(m_arguments, int);
    else
        value = is_signed ? (long long)va_arg(m_arguments, int) : (long long)va_arg(m_arguments, unsigned);

    unsigned long long magnitude = static_cast<unsigned long long>(value);
    char prefix[2];
    int prefix_length = 0;
    if (is_signed) {
        if (value < 0) {
            prefix[prefix_length++] = '-';
            magnitude = 0 - magnitude;
        } else if (c.plus || c.space) {
            prefix[prefix_length++] = c.plus ? '+' : ' ';
        }
    }
    unsigned base = type == 'o' ? 8 : is_signed || type == 'u' ? 10 : 16;
    const char* digits = type == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
    char buffer[544];
    char* end = buffer + sizeof buffer;
    char* begin = end;
    bool nonzero = magnitude != 0;
    if (base == 10)
        for (; magnitude; magnitude /= 10)
            *--begin = char('0' + magnitude % 10);
    else
        for (; magnitude; magnitude /= base)
            *--begin = digits[magnitude % base];
    if (c.precision >= 0)
        c.zero = false;
    int least = smaller(c.precision < 0 ? 1 : c.precision, 512);
    while (end - begin < least)
        *--begin = '0';
    if (c.alternate && base == 8 && (begin == end || *begin != '0'))
        *--begin = '0';
    if (c.alternate && base == 16 && nonzero) {
        prefix[prefix_length++] = '0';
        prefix[prefix_length++] = type == 'p' ? 'X' : char(type);
    }
    put_padded(prefix, prefix_length, begin, int(end - begin), c);
}

template<class Char> void Formatter<Char>::convert_floating(Char type, const Conversion& how_padded) {
    double value = va_arg(m_arguments, double);
    Conversion c = how_padded;
    FloatFormat how{char(type), c.precision, c.alternate, m_rules.standard, m_rules.long_exponents, m_rules.half_to_even};
    bool hexadecimal = type == 'a' || type == 'A';
    if (m_rules.standard && !(__builtin_fabs(value) <= __DBL_MAX__)) {
        c.zero = hexadecimal = false; // "inf" and "nan" are padded with blanks
    }
    char local[512];
    size_t needed = float_text_room(value, how);
    Owned<char> large(needed > sizeof local ? Owned<char>::allocate(needed) : nullptr);
    if (needed > sizeof local && !large) {
        m_sink.failed = true;
        return;
    }
    char* text = large ? large.get() : local;
    size_t length = float_text(text, value, how);
    char prefix[4];
    int prefix_length = 0;
    if (__builtin_signbit(value))
        prefix[prefix_length++] = '-';
    else if (c.plus || c.space)
        prefix[prefix_length++] = c.plus ? '+' : ' ';
    if (hexadecimal) {
        prefix[prefix_length++] = '0';
        prefix[prefix_length++] = type == 'a' ? 'x' : 'X';
    }
    put_padded(prefix, prefix_length, text, int(length), c);
}

/// Text of the sink's own width, padded.
template<class Char> void Formatter<Char>::put_text(const Char* text, size_t length, const Conversion& c) {
    int missing = c.width - int(length);
    if (!c.left)
        pad(c.zero ? '0' : ' ', missing);
    put(text, length);
    if (c.left)
        pad(' ', missing);
}

/// Narrow text to a sink of either width; `length` and the width count the sink's characters.
template<class Char> void Formatter<Char>::put_narrow(const char* text, size_t length, const Conversion& c) {
    if constexpr (sizeof(Char) == 1) {
        put_text(text, length, c);
    } else {
        Owned<wchar_t> wide(Owned<wchar_t>::allocate(length + 1));
        size_t units = 0;
        for (size_t i = 0; wide && i < length;) {
            int used = multibyte_to_wide(&wide[units], text + i, length - i);
            if (used <= 0) {
                m_sink.failed = true;
                return;
            }
            ++units;
            i += size_t(used);
        }
        if (wide)
            put_text(wide.get(), units, c);
    }
}

/// Wide text to a sink of either width. In a narrow sink the precision limits bytes, whole characters only.
template<class Char> void Formatter<Char>::put_wide(const wchar_t* text, size_t length, const Conversion& c) {
    if constexpr (sizeof(Char) == 2) {
        put_text(text, length, c);
    } else {
        size_t most = c.precision < 0 ? SIZE_MAX : size_t(c.precision), bytes = 0;
        Owned<char> narrow(Owned<char>::allocate(length * multibyte_longest + 1));
        for (size_t i = 0; narrow && i < length; ++i) {
            char piece[multibyte_longest];
            int used = wide_to_multibyte(piece, text[i]);
            if (used < 0) {
                m_sink.failed = true;
                set_errno(e_ilseq);
                return;
            }
            if (bytes + size_t(used) > most)
                break;
            memcpy(&narrow[bytes], piece, size_t(used));
            bytes += size_t(used);
        }
        if (narrow)
            put_text(narrow.get(), bytes, c);
    }
}

/// %c and %s are of the sink's width, %C and %S of the other; a size prefix decides over both.
template<class Char>
bool Formatter<Char>::takes_wide(Char, const Conversion& c, bool own_width_letter) {
    if (c.size == Size::half)
        return false;
    if (c.size == Size::full_long || c.size == Size::wide)
        return true;
    if (m_rules.standard_wide_specifiers)
        return !own_width_letter;
    return (sizeof(Char) == 2) == own_width_letter;
}

template<class Char> void Formatter<Char>::convert_character(bool wide, const Conversion& c) {
    int value = va_arg(m_arguments, int);
    Conversion whole = c;
    whole.precision = -1;
    if (wide) {
        wchar_t character = wchar_t(value);
        put_wide(&character, 1, whole);
    } else {
        char character = char(value);
        put_narrow(&character, 1, whole);
    }
}

template<class Char> void Formatter<Char>::convert_string(bool wide, const Conversion& c) {
    void* text = va_arg(m_arguments, void*);
    size_t most = c.precision < 0 ? SIZE_MAX : size_t(c.precision), length = 0;
    if (!text) {
        put_narrow("(null)", smaller(size_t(6), most), c);
    } else if (wide) {
        auto* characters = static_cast<const wchar_t*>(text);
        while (length < most && characters[length])
            ++length;
        put_wide(characters, length, c);
    } else {
        auto* characters = static_cast<const char*>(text);
        while (length < most && characters[length])
            ++length;
        put_narrow(characters, length, c);
    }
}

template<class Char> void Formatter<Char>::convert_counted(const Conversion& c) {
    auto* text = static_cast<const CountedString*>(va_arg(m_arguments, void*));
    size_t most = c.precision < 0 ? SIZE_MAX : size_t(c.precision);
    if (!text || !text->buffer)
        put_narrow("(null)", 6, c);
    else if (c.size == Size::full_long || c.size == Size::wide)
        put_wide(static_cast<const wchar_t*>(text->buffer), smaller(size_t(text->length / 2), most), c);
    else
        put_narrow(static_cast<const char*>(text->buffer), smaller(size_t(text->length), most), c);
}

/// ucrtbase refuses, unless the program has asked for it ("_set_printf_count_output").
template<class Char> bool Formatter<Char>::store_count(const Conversion& c) {
    if (m_rules.standard && !count_output_enabled())
        return false;
    void* where = va_arg(m_arguments, void*);
    if (c.size == Size::half)
        *static_cast<short*>(where) = short(m_sink.total);
    else if (m_rules.standard && c.size == Size::bits64)
        *static_cast<long long*>(where) = static_cast<long long>(m_sink.total);
    else
        *static_cast<int*>(where) = int(m_sink.total);
    return true;
}

/// False for an unknown type.
template<class Char> bool Formatter<Char>::convert(Char type, Conversion& c) {
    switch (type) {
    case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': case 'p': convert_integer(type, c); return true;
    case 'F':
        if (!m_rules.standard)
            return false;
        [[fallthrough]];
    case 'e': case 'E': case 'f': case 'g': case 'G': case 'a': case 'A': convert_floating(type, c); return true;
    case 'c': case 'C': convert_character(takes_wide(type, c, type == 'c'), c); return true;
    case 's': case 'S': convert_string(takes_wide(type, c, type == 's'), c); return true;
    case 'Z': convert_counted(c); return true;
    case 'n': return store_count(c);
    }
    return false;
}

template<class Char> int Formatter<Char>::run(const Char* format) {
    while (*format && !m_sink.failed) {
        const Char* plain = format;
        while (*format && *format != '%')
            ++format;
        if (format != plain)
            put(plain, size_t(format - plain));
        if (!*format)
            break;
        Conversion c;
        ++format;
        if (!read_conversion(format, c)) { // a lone % at the end writes nothing
            if (m_rules.standard)
                return invalid_parameter(), -1;
            break;
        }
        if (*format == '%' || !convert(*format, c)) {
            if (m_rules.secure && *format != '%')
                return invalid_parameter(), -1;
            put(format, 1);
        }
        ++format;
    }
    return m_sink.failed || m_sink.total > INT_MAX ? -1 : int(m_sink.total);
}

} // namespace

static bool count_output;
bool count_output_enabled() { return count_output; }
bool enable_count_output(bool enable) { return __atomic_exchange_n(&count_output, enable, __ATOMIC_ACQ_REL); }

template<class Char> int format_to(Sink<Char>& sink, const Char* format, va_list arguments, PrintfRules rules) {
    return Formatter<Char>(sink, rules, arguments).run(format);
}

template int format_to(Sink<char>&, const char*, va_list, PrintfRules);
template int format_to(Sink<wchar_t>&, const wchar_t*, va_list, PrintfRules);

} // namespace oriel::crt
