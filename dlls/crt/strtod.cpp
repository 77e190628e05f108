// SPDX-License-Identifier: MIT
// strtod.cpp: text to doubles, correct to the last bit (David Gay's strtod, in libmingwex).
//
// msvcrt reads decimal numbers only: no "inf", "nan" or hexadecimal; and it knows 'd' and 'D' as letters of
// the exponent, for Fortran's sake. ucrtbase reads what the C standard says. So the number's extent is found here and only that goes to the library.
// Overflow is HUGE_VAL, underflow 0 or a denormal, with errno = ERANGE. Source: "strtod", "atof", "_atodbl".
#include <dlls/crt/strtod.h>

#include <dlls/crt/dtoa.h>

namespace oriel::crt {

namespace {

constexpr size_t local_room = 128;

/// The length of `word` if the text begins with it, in any case; else 0.
template<class Char> size_t begins_with(const Char* text, const char* word) {
    size_t length = 0;
    for (; word[length]; ++length)
        if (ascii_lower(text[length]) != Char(word[length]))
            return 0;
    return length;
}

/// The end of "nan", or of "nan(letters and digits)".
template<class Char> const Char* nan_end(const Char* p) {
    const Char* inside = p;
    if (*inside++ != '(')
        return p;
    while (is_ascii_digit(*inside) || *inside == '_' || (ascii_lower(*inside) >= 'a' && ascii_lower(*inside) <= 'z'))
        ++inside;
    return *inside == ')' ? inside + 1 : p;
}

template<class Char> bool is_hex_digit(Char c) { return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f'); }

/// The end of what follows "0x": digits, a point, an exponent of 2. "0x" alone is the number 0, up to the x.
template<class Char> const Char* hexadecimal_end(const Char* x) {
    const Char* p = x + 1;
    size_t count = 0;
    for (; is_hex_digit(*p); ++p)
        ++count;
    if (*p == '.')
        for (++p; is_hex_digit(*p); ++p)
            ++count;
    if (!count)
        return x;
    if (ascii_lower(*p) == 'p') {
        const Char* exponent = p + 1;
        if (*exponent == '+' || *exponent == '-')
            ++exponent;
        if (is_ascii_digit(*exponent)) {
            while (is_ascii_digit(*exponent))
                ++exponent;
            p = exponent;
        }
    }
    return p;
}

/// Where the number that begins at `text` ends; `text` itself if there is none.
template<class Char> const Char* number_end(const Char* text) {
    const Char* p = text;
    if (*p == '+' || *p == '-')
        ++p;
    if constexpr (is_ucrt) {
        if (size_t whole = begins_with(p, "infinity"))
            return p + whole;
        if (size_t part = begins_with(p, "inf"))
            return p + part;
        if (size_t part = begins_with(p, "nan"))
            return nan_end(p + part);
        if (begins_with(p, "0x"))
            return hexadecimal_end(p + 1);
    }
    const Char* digits = p;
    while (is_ascii_digit(*p))
        ++p;
    size_t count = size_t(p - digits);
    if (*p == '.') {
        const Char* fraction = ++p;
        while (is_ascii_digit(*p))
            ++p;
        count += size_t(p - fraction);
    }
    if (!count)
        return text;
    Char letter = ascii_lower(*p);
    if (letter == 'e' || (!is_ucrt && letter == 'd')) {
        const Char* exponent = p + 1;
        if (*exponent == '+' || *exponent == '-')
            ++exponent;
        if (is_ascii_digit(*exponent)) {
            while (is_ascii_digit(*exponent))
                ++exponent;
            p = exponent;
        }
    }
    return p;
}

/// The words, which Gay's functions need not know; false if it is a number in digits.
bool parse_word(const char* text, double& value) {
    bool negative = *text == '-';
    if (*text == '-' || *text == '+')
        ++text;
    if (begins_with(text, "inf"))
        value = __builtin_inf();
    else if (begins_with(text, "nan"))
        value = __builtin_nan("");
    else
        return false;
    if (negative)
        value = -value;
    return true;
}

template<class Number> Number convert_text(const char* text);
template<> double convert_text<double>(const char* text) { return __strtod(text, nullptr); }
template<> float convert_text<float>(const char* text) { return __strtof(text, nullptr); }

} // namespace

template<class Number, class Char> static Number parse_number(const Char* text, const Char** end) {
    const Char* begin = text;
    while (is_ascii_space(*begin))
        ++begin;
    const Char* stop = number_end(begin);
    if (end)
        *end = stop == begin ? text : stop;
    size_t length = size_t(stop - begin);
    char local[local_room];
    Owned<char> large(length >= local_room ? Owned<char>::allocate(length + 1) : nullptr);
    if (!length || (length >= local_room && !large))
        return 0;
    char* copy = large ? large.get() : local;
    for (size_t i = 0; i < length; ++i) {
        char c = char(begin[i]);
        copy[i] = !is_ucrt && (c == 'd' || c == 'D') ? 'e' : c;
    }
    copy[length] = 0;
    double word;
    if (is_ucrt && parse_word(copy, word))
        return Number(word);
    return convert_text<Number>(copy);
}

template<class Char> double parse_double(const Char* text, const Char** end) { return parse_number<double>(text, end); }

template double parse_double(const char*, const char**);
template double parse_double(const wchar_t*, const wchar_t**);

namespace {

struct Extended {
    unsigned char bytes[10]; ///< _LDOUBLE: an x87 number
};

enum : int { converted = 0, underflow = 4, overflow = 3 };

int range_of(double value, int error) {
    return error != e_range ? converted : value == 0 || __builtin_fabs(value) < 1 ? underflow : overflow;
}

/// Runs a conversion and tells its errno, leaving the caller's as it was.
template<class Convert> int watch(Convert convert) {
    int before = *_errno();
    *_errno() = 0;
    double value = convert();
    int error = *_errno();
    *_errno() = before;
    return range_of(value, error);
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT double strtod(const char* text, char** end) {
    if (!text)
        return invalid_parameter(), 0;
    return parse_double(text, const_cast<const char**>(end));
}
CRT_EXPORT double wcstod(const wchar_t* text, wchar_t** end) {
    if (!text)
        return invalid_parameter(), 0;
    return parse_double(text, const_cast<const wchar_t**>(end));
}
/// Of ucrtbase only; rounded once, from the text.
UCRT_EXPORT float strtof(const char* text, char** end) {
    if (!text)
        return invalid_parameter(), 0;
    return parse_number<float>(text, const_cast<const char**>(end));
}
UCRT_EXPORT float wcstof(const wchar_t* text, wchar_t** end) {
    if (!text)
        return invalid_parameter(), 0;
    return parse_number<float>(text, const_cast<const wchar_t**>(end));
}
UCRT_EXPORT float _strtof_l(const char* text, char** end, void*) { return strtof(text, end); }
UCRT_EXPORT float _wcstof_l(const wchar_t* text, wchar_t** end, void*) { return wcstof(text, end); }

CRT_EXPORT double _strtod_l(const char* text, char** end, void*) { return strtod(text, end); }
CRT_EXPORT double _wcstod_l(const wchar_t* text, wchar_t** end, void*) { return wcstod(text, end); }
CRT_EXPORT double atof(const char* text) { return strtod(text, nullptr); }
CRT_EXPORT double _wtof(const wchar_t* text) { return wcstod(text, nullptr); }
CRT_EXPORT double _atof_l(const char* text, void*) { return strtod(text, nullptr); }
CRT_EXPORT double _wtof_l(const wchar_t* text, void*) { return wcstod(text, nullptr); }

CRT_EXPORT int _atodbl(double* value, char* text) {
    return watch([&] { return *value = strtod(text, nullptr); });
}
CRT_EXPORT int _atodbl_l(double* value, char* text, void*) { return _atodbl(value, text); }
CRT_EXPORT int _atoflt(float* value, const char* text) {
    return watch([&] {
        double exact = strtod(text, nullptr);
        *value = float(exact);
        return exact;
    });
}
CRT_EXPORT int _atoflt_l(float* value, const char* text, void*) { return _atoflt(value, text); }
CRT_EXPORT int _atoldbl(Extended* value, char* text) {
    return watch([&] {
        double exact = strtod(text, nullptr);
        long double wide = exact;
        memcpy(value->bytes, &wide, sizeof value->bytes);
        return exact;
    });
}
CRT_EXPORT int _atoldbl_l(Extended* value, char* text, void*) { return _atoldbl(value, text); }
