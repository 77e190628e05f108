// SPDX-License-Identifier: MIT
// scanf_format.cpp: reading text by a format.
//
// A blank in the format takes any blanks; another character must match; a conversion is
// %[*][width][size]type. Sizes are printf's (I64, I32, I, w too); %s, %c and %[ store the function's own
// width, %S and %C the other, h narrow and l wide; %f is a float, %lf and %Lf a double. ucrtbase adds what the C
// standard has beyond that (ScanfRules::standard).
// A conversion ends at the first character that cannot belong to it, which is given back.
// Source: "Format specification fields: scanf and wscanf functions", "scanf type field characters".
// (Long, because the conversions are members of one class over one state.)
#include <dlls/crt/scanf_format.h>

#include <dlls/crt/multibyte.h>
#include <dlls/crt/number_parse.h>
#include <dlls/crt/strtod.h>

namespace oriel::crt {

namespace {

enum class Size { none, quarter, half, full_long, wide, bits64, big };

struct Conversion {
    bool suppress = false;
    int width = 0; ///< 0: none given
    Size size = Size::none;
};

/// The characters between [ and ], as the format has them.
template<class Char> struct CharacterSet {
    const Char *begin, *end;
    bool inverted;

    bool has(Char c) const {
        bool found = false;
        for (const Char* p = begin; p < end && !found; ++p) {
            if (p + 2 < end && p[1] == '-') {
                Char low = smaller(p[0], p[2]), high = larger(p[0], p[2]);
                found = c >= low && c <= high;
                p += 2;
            } else {
                found = c == *p;
            }
        }
        return found != inverted;
    }
};

template<class Char> class Scanner {
public:
    Scanner(Source<Char>& source, ScanfRules rules, va_list arguments) : m_source(source), m_rules(rules) {
        va_copy(m_arguments, arguments);
    }
    ~Scanner() { va_end(m_arguments); }

    int run(const Char* format);

private:
    int next() {
        int c = m_source.next(m_source);
        if (c >= 0)
            ++m_read;
        return c;
    }
    void back(int c) {
        if (c >= 0) {
            --m_read;
            m_source.back(m_source, c);
        }
    }
    int skip_blanks() {
        int c;
        do
            c = next();
        while (c >= 0 && is_ascii_space(c));
        return c;
    }

    const Char* read_conversion(const Char* format, Conversion& c);
    bool convert(const Char*& format, const Conversion& c);
    bool scan_integer(Char type, const Conversion& c);
    bool scan_floating(const Conversion& c);
    struct FloatText;
    bool collect_decimal(FloatText& text);
    bool collect_number(FloatText& text);
    template<class Accept> bool scan_text(bool wide, bool terminate, const Conversion& c, Accept accept);
    template<class To, class Accept> bool store_text(bool terminate, const Conversion& c, Accept accept);
    bool takes_wide(bool own_width_letter, const Conversion& c) const;

    Source<Char>& m_source;
    ScanfRules m_rules;
    va_list m_arguments;
    int m_read = 0, m_stored = 0;
    bool m_ended = false; ///< the input was over before a conversion found anything
};

template<class Char> const Char* Scanner<Char>::read_conversion(const Char* format, Conversion& c) {
    if (*format == '*') {
        c.suppress = true;
        ++format;
    }
    for (; is_ascii_digit(*format); ++format)
        c.width = c.width * 10 + int(*format - '0');
    for (;; ++format) {
        switch (*format) {
        case 'h': c.size = m_rules.standard && c.size == Size::half ? Size::quarter : Size::half; continue;
        case 'j':
            if (!m_rules.standard)
                return format;
            c.size = Size::bits64;
            continue;
        case 't':
        case 'z':
            if (!m_rules.standard)
                return format;
            if (sizeof(void*) == 8)
                c.size = Size::bits64;
            continue;
        case 'l': c.size = c.size == Size::full_long ? Size::bits64 : Size::full_long; continue;
        case 'L': c.size = Size::big; continue;
        case 'w': c.size = Size::wide; continue;
        case 'I':
            if (format[1] == '6' && format[2] == '4') {
                format += 2;
                c.size = Size::bits64;
            } else if (format[1] == '3' && format[2] == '2') {
                format += 2;
            } else if (sizeof(void*) == 8) {
                c.size = Size::bits64;
            }
            continue;
        }
        return format;
    }
}

template<class Char> bool Scanner<Char>::scan_integer(Char type, const Conversion& c) {
    unsigned base = type == 'i' ? 0 : type == 'o' ? 8 : type == 'x' || type == 'X' || type == 'p' ? 16 : 10;
    int left = c.width ? c.width : INT_MAX;
    int character = skip_blanks();
    if (character < 0) {
        m_ended = true;
        return false;
    }
    bool negative = false, digits = false;
    if (character == '+' || character == '-') {
        negative = character == '-';
        character = --left > 0 ? next() : -1;
    }
    if ((base == 0 || base == 16) && character == '0' && left > 0) {
        digits = true;
        character = --left > 0 ? next() : -1;
        if (character == 'x' || character == 'X') {
            base = 16;
            digits = false; // "0x" alone is no number
            character = --left > 0 ? next() : -1;
        } else if (base == 0) {
            base = 8;
        }
    }
    if (base == 0)
        base = 10;
    unsigned long long value = 0;
    while (left > 0 && character >= 0 && digit_value(Char(character)) < base) {
        value = value * base + digit_value(Char(character));
        digits = true;
        character = --left > 0 ? next() : -1;
    }
    if (left > 0)
        back(character);
    if (!digits)
        return false;
    if (negative)
        value = 0 - value;
    if (c.suppress)
        return true;
    void* where = va_arg(m_arguments, void*);
    if (c.size == Size::bits64 || (type == 'p' && sizeof(void*) == 8))
        *static_cast<unsigned long long*>(where) = value;
    else if (c.size == Size::quarter)
        *static_cast<unsigned char*>(where) = static_cast<unsigned char>(value);
    else if (c.size == Size::half)
        *static_cast<unsigned short*>(where) = static_cast<unsigned short>(value);
    else
        *static_cast<unsigned*>(where) = unsigned(value);
    ++m_stored;
    return true;
}

/// The characters of a number, as they are taken from the source.
template<class Char> struct Scanner<Char>::FloatText {
    Scanner& scanner;
    int left;
    int character; ///< the next one, not yet taken; -1: none
    size_t used = 0;
    char text[800]{};

    bool is(char lower) const { return left > 0 && character >= 0 && ascii_lower(character) == lower; }
    bool is_sign() const { return is('+') || is('-'); }
    void take() {
        if (used < sizeof text - 1)
            text[used++] = char(character);
        character = --left > 0 ? scanner.next() : -1;
    }
    template<class Accept> bool take_all(Accept accept) {
        bool any = false;
        for (; left > 0 && character >= 0 && accept(character); any = true)
            take();
        return any;
    }
    /// The whole word, or false with a part of it taken.
    bool take_word(const char* word) {
        for (; *word; ++word) {
            if (!is(*word))
                return false;
            take();
        }
        return true;
    }
};

/// Digits with a point and an exponent, of 10 or, behind "0x", of 2.
template<class Char> bool Scanner<Char>::collect_decimal(FloatText& text) {
    bool digits = false, hexadecimal = false;
    if (m_rules.standard && text.is('0')) {
        digits = true;
        text.take();
        hexadecimal = text.is('x');
        if (hexadecimal)
            text.take();
    }
    auto is_digit = [&](int c) {
        return is_ascii_digit(c) || (hexadecimal && ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
    };
    digits = text.take_all(is_digit) || (digits && !hexadecimal);
    if (text.is('.')) {
        text.take();
        digits = text.take_all(is_digit) || digits;
    }
    if (digits && text.is(hexadecimal ? 'p' : 'e')) {
        text.take();
        if (text.is_sign())
            text.take();
        text.take_all([](int c) { return is_ascii_digit(c); });
    }
    return digits;
}

template<class Char> bool Scanner<Char>::collect_number(FloatText& text) {
    if (text.is_sign())
        text.take();
    if (m_rules.standard && text.is('n'))
        return text.take_word("nan");
    if (m_rules.standard && text.is('i'))
        return text.take_word("inf") && (!text.is('i') || text.take_word("inity"));
    return collect_decimal(text);
}

template<class Char> bool Scanner<Char>::scan_floating(const Conversion& c) {
    int first = skip_blanks();
    if (first < 0) {
        m_ended = true;
        return false;
    }
    FloatText text{*this, c.width ? c.width : INT_MAX, first};
    bool is_number = collect_number(text);
    if (text.left > 0)
        back(text.character);
    if (!is_number)
        return false;
    if (c.suppress)
        return true;
    text.text[text.used] = 0;
    double value = parse_double<char>(text.text, nullptr);
    void* where = va_arg(m_arguments, void*);
    if (c.size == Size::full_long || c.size == Size::big || c.size == Size::bits64)
        *static_cast<double*>(where) = value;
    else
        *static_cast<float*>(where) = float(value);
    ++m_stored;
    return true;
}

template<class Char> bool Scanner<Char>::takes_wide(bool own_width_letter, const Conversion& c) const {
    if (c.size == Size::half)
        return false;
    if (c.size == Size::full_long || c.size == Size::wide)
        return true;
    if (m_rules.standard_wide_specifiers)
        return !own_width_letter;
    return (sizeof(Char) == 2) == own_width_letter;
}

/// Stores the characters that `accept` takes as characters of type To, converting between the widths.
template<class Char>
template<class To, class Accept>
bool Scanner<Char>::store_text(bool terminate, const Conversion& c, Accept accept) {
    To* out = c.suppress ? nullptr : va_arg(m_arguments, To*);
    size_t room = m_rules.secure && !c.suppress ? va_arg(m_arguments, unsigned) : SIZE_MAX, used = 0;
    int left = c.width ? c.width : terminate ? INT_MAX : 1, count = 0;
    To* begin = out;
    char pending[multibyte_longest];
    int pending_bytes = 0;
    auto put = [&](To piece) {
        if (used + (terminate ? 1 : 0) >= room)
            return false;
        if (out)
            *out++ = piece;
        ++used;
        return true;
    };
    bool fits = true;
    while (left > 0 && fits) {
        int character = next();
        if (character < 0 || !accept(Char(character))) {
            if (character < 0 && !count)
                m_ended = true;
            back(character);
            break;
        }
        --left;
        ++count;
        if constexpr (sizeof(To) == sizeof(Char)) {
            fits = put(To(character));
        } else if constexpr (sizeof(To) == 1) {
            char bytes[multibyte_longest];
            int length = wide_to_multibyte(bytes, wchar_t(character));
            for (int i = 0; i < length && fits; ++i)
                fits = put(bytes[i]);
        } else {
            // A wide character may need several bytes: %lc and %ls count those, as the width does.
            pending[pending_bytes++] = char(character);
            wchar_t wide;
            if (multibyte_to_wide(&wide, pending, size_t(pending_bytes)) > 0) {
                fits = put(To(wide));
                pending_bytes = 0;
            } else if (pending_bytes == multibyte_longest) {
                pending_bytes = 0;
            }
        }
    }
    if (!fits) {
        if (begin && room)
            *begin = 0;
        invalid_parameter(e_nomem);
        return false;
    }
    if (!count || (!terminate && left > 0))
        return false;
    if (c.suppress)
        return true;
    if (terminate)
        *out = 0;
    ++m_stored;
    return true;
}

template<class Char>
template<class Accept>
bool Scanner<Char>::scan_text(bool wide, bool terminate, const Conversion& c, Accept accept) {
    return wide ? store_text<wchar_t>(terminate, c, accept) : store_text<char>(terminate, c, accept);
}

/// `format` is at the type; it is left at the last character of the conversion.
template<class Char> bool Scanner<Char>::convert(const Char*& format, const Conversion& c) {
    Char type = *format;
    switch (type) {
    case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': case 'p': return scan_integer(type, c);
    case 'a': case 'A': case 'F':
        if (m_rules.standard)
            return scan_floating(c);
        break;
    case 'e': case 'E': case 'f': case 'g': case 'G': return scan_floating(c);
    case 'c': case 'C': return scan_text(takes_wide(type == 'c', c), false, c, [](Char) { return true; });
    case 's': case 'S': {
        int first = skip_blanks();
        if (first < 0)
            m_ended = true;
        back(first);
        return scan_text(takes_wide(type == 's', c), true, c, [](Char each) { return !is_ascii_space(each); });
    }
    case '[': {
        CharacterSet<Char> set{format + 1, nullptr, false};
        if (*set.begin == '^') {
            set.inverted = true;
            ++set.begin;
        }
        const Char* p = set.begin;
        if (*p == ']') // a bracket that comes first belongs to the set
            ++p;
        while (*p && *p != ']')
            ++p;
        if (!*p)
            return false;
        set.end = p;
        format = p;
        return scan_text(takes_wide(true, c), true, c, [=](Char each) { return set.has(each); });
    }
    case 'n':
        if (!c.suppress) {
            void* where = va_arg(m_arguments, void*);
            if (c.size == Size::half)
                *static_cast<short*>(where) = short(m_read);
            else if (c.size == Size::bits64)
                *static_cast<long long*>(where) = m_read;
            else
                *static_cast<int*>(where) = m_read;
        }
        return true;
    }
    // "%%" and any other letter stand for themselves.
    int character = next();
    if (character >= 0 && Char(character) == type)
        return true;
    m_ended = character < 0;
    back(character);
    return false;
}

template<class Char> int Scanner<Char>::run(const Char* format) {
    bool converted = false;
    for (; *format; ++format) {
        if (is_ascii_space(*format)) {
            back(skip_blanks());
            continue;
        }
        if (*format == '%') {
            Conversion c;
            format = read_conversion(format + 1, c);
            if (!*format)
                break;
            if (!convert(format, c))
                break;
            converted = true;
            continue;
        }
        int character = next();
        if (character < 0 || Char(character) != *format) {
            m_ended = character < 0;
            back(character);
            break;
        }
    }
    return m_ended && !converted && !m_stored ? -1 : m_stored;
}

} // namespace

template<class Char> int scan_from(Source<Char>& source, const Char* format, va_list arguments, ScanfRules rules) {
    return Scanner<Char>(source, rules, arguments).run(format);
}

template int scan_from(Source<char>&, const char*, va_list, ScanfRules);
template int scan_from(Source<wchar_t>&, const wchar_t*, va_list, ScanfRules);

} // namespace oriel::crt
