// SPDX-License-Identifier: MIT
// strtod.cpp: text to doubles, correct to the last bit (David Gay's strtod, in libmingwex).
//
// msvcrt reads decimal numbers only: no "inf", "nan" or hexadecimal; and it knows 'd' and 'D' as letters of
// the exponent, for Fortran's sake. So the number's extent is found here and only that goes to the library.
// Overflow is HUGE_VAL, underflow 0 or a denormal, with errno = ERANGE. Source: "strtod", "atof", "_atodbl".
#include <dlls/crt/strtod.h>

#include <dlls/crt/dtoa.h>

namespace oriel::crt {

namespace {

constexpr size_t local_room = 128;

/// Where the number that begins at `text` ends; `text` itself if there is none.
template<class Char> const Char* number_end(const Char* text) {
    const Char* p = text;
    if (*p == '+' || *p == '-')
        ++p;
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
    if (letter == 'e' || letter == 'd') {
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

} // namespace

template<class Char> double parse_double(const Char* text, const Char** end) {
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
        copy[i] = c == 'd' || c == 'D' ? 'e' : c;
    }
    copy[length] = 0;
    return __strtod(copy, nullptr);
}

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
