// SPDX-License-Identifier: MIT
// printf_float.cpp: doubles as decimal or hexadecimal text.
//
// The digits come from David Gay's dtoa, in mingw-w64's libmingwex. ucrtbase prints them as the C standard says,
// with "inf", "nan", "nan(ind)" and "nan(snan)"; what follows is msvcrt. It prints no more than 17
// significant digits, then zeros (0.1 with %.20f is 0.10000000000000001000), and rounds that decimal
// number half away from zero (%.0f of 2.5 is 3): so do we. Exponents have three digits unless
// _set_output_format asks for two. Infinities and NaNs are "1.#INF", "1.#QNAN", "1.#IND", treated as if
// "#INF" were digits of a fraction: %.2f of infinity really is "1.#J", as on Windows.
// Source: "printf type field characters"; the 17 digits and the rounding as programs observe them on
// Windows with msvcrt.dll.
#include <dlls/crt/printf_float.h>

#include <dlls/crt/dtoa.h>

namespace oriel::crt {

static unsigned output_format;

namespace {

uint64_t bits_of(double value) { return __builtin_bit_cast(uint64_t, value); }

bool is_finite(double value) { return (bits_of(value) >> 52 & 0x7FF) != 0x7FF; }

const char* special_digits(double value) {
    uint64_t mantissa = bits_of(value) & 0xFFFFFFFFFFFFF;
    if (!mantissa)
        return "1#INF";
    if (!(mantissa >> 51))
        return "1#SNAN";
    return bits_of(value) >> 63 && mantissa == 0x8000000000000 ? "1#IND" : "1#QNAN";
}

/// `count` digits beginning at `from`, zeros where there are none (before and after).
char* put_digits(char* out, const Digits& digits, int from, int count) {
    for (int i = from; i < from + count; ++i)
        *out++ = i >= 0 && i < digits.count ? digits.text[i] : '0';
    return out;
}

char* put_exponent(char* out, char letter, int exponent, bool long_exponents) {
    *out++ = letter;
    *out++ = exponent < 0 ? '-' : '+';
    unsigned value = unsigned(exponent < 0 ? -exponent : exponent);
    if (value >= 100 || (long_exponents && !(output_format & 1)))
        *out++ = char('0' + value / 100);
    *out++ = char('0' + value / 10 % 10);
    *out++ = char('0' + value % 10);
    return out;
}

char* put_fixed(char* out, const Digits& digits, int decimals, bool point) {
    if (digits.point > 0)
        out = put_digits(out, digits, 0, digits.point);
    else
        *out++ = '0';
    if (decimals > 0 || point)
        *out++ = '.';
    return put_digits(out, digits, digits.point, decimals);
}

char* put_scientific(char* out, const Digits& digits, int decimals, const FloatFormat& how) {
    out = put_digits(out, digits, 0, 1);
    if (decimals > 0 || how.alternate)
        *out++ = '.';
    out = put_digits(out, digits, 1, decimals);
    return put_exponent(out, how.type, digits.count ? digits.point - 1 : 0, how.long_exponents);
}

/// Removes the zeros at the end of a fraction, and the point if nothing follows it.
char* drop_zeros(char* begin, char* end) {
    bool fraction = false;
    for (char* p = begin; p < end; ++p)
        fraction = fraction || *p == '.';
    if (!fraction)
        return end;
    while (end[-1] == '0')
        --end;
    return end[-1] == '.' ? end - 1 : end;
}

char* put_general(char* out, Digits& digits, int precision, const FloatFormat& how, bool finite) {
    const bool alternate = how.alternate;
    if (precision == 0)
        precision = 1;
    round_digits(digits, precision, how.half_to_even);
    int exponent = digits.count ? digits.point - 1 : 0;
    bool scientific = exponent < -4 || exponent >= precision;
    int decimals = scientific ? precision - 1 : digits.count ? precision - digits.point : precision - 1;
    if (!alternate && !finite)
        decimals = larger(smaller(decimals, digits.count - digits.point), 0);
    char* begin = out;
    if (!scientific) {
        out = put_fixed(out, digits, decimals, alternate);
        return alternate ? out : drop_zeros(begin, out);
    }
    out = put_digits(out, digits, 0, 1);
    if (decimals > 0 || alternate)
        *out++ = '.';
    out = put_digits(out, digits, 1, decimals);
    if (!alternate)
        out = drop_zeros(begin, out);
    return put_exponent(out, how.type == 'g' ? 'e' : 'E', exponent, how.long_exponents);
}

/// The standard's words for what is no number; the sign is the caller's.
char* put_special(char* out, double value, bool upper) {
    uint64_t mantissa = bits_of(value) & 0xFFFFFFFFFFFFF;
    const char* text = !mantissa ? "inf" : !(mantissa >> 51) ? "nan(snan)"
        : bits_of(value) >> 63 && mantissa == 0x8000000000000 ? "nan(ind)" : "nan";
    for (; *text; ++text)
        *out++ = upper ? ascii_upper(*text) : *text;
    return out;
}

/// %a: one digit before the point, 13 after it unless told otherwise. The sign and 0x are the caller's.
char* put_hexadecimal(char* out, double value, int precision, bool alternate, bool upper) {
    const char* letters = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    uint64_t mantissa = bits_of(value) & 0xFFFFFFFFFFFFF;
    int exponent = int(bits_of(value) >> 52 & 0x7FF);
    if (exponent)
        mantissa |= 1ull << 52;
    exponent = exponent ? exponent - 1023 : mantissa ? -1022 : 0;
    if (precision < 0)
        precision = 13;
    if (precision < 13) {
        int dropped = 4 * (13 - precision);
        uint64_t half = 1ull << (dropped - 1);
        mantissa = (mantissa + half) >> dropped << dropped;
    }
    *out++ = letters[mantissa >> 52];
    if (precision > 0 || alternate)
        *out++ = '.';
    for (int i = 0; i < precision; ++i)
        *out++ = i < 13 ? letters[mantissa >> (48 - 4 * i) & 15] : '0';
    *out++ = upper ? 'P' : 'p';
    *out++ = exponent < 0 ? '-' : '+';
    unsigned left = unsigned(exponent < 0 ? -exponent : exponent);
    char decimal[4];
    int count = 0;
    do
        decimal[count++] = char('0' + left % 10);
    while (left /= 10);
    while (count)
        *out++ = decimal[--count];
    return out;
}

} // namespace

Digits digits_of(double value) {
    Digits digits{};
    if (!is_finite(value)) {
        const char* text = special_digits(value);
        digits.count = int(strlen(text));
        memcpy(digits.text, text, size_t(digits.count));
        digits.point = 1;
        return digits;
    }
    if (value == 0)
        return digits;
    int sign, point;
    char* end;
    constexpr int significant_digits = 2;
    char* text = __dtoa(value, significant_digits, float_digits, &point, &sign, &end);
    digits.count = smaller(int(end - text), float_digits);
    memcpy(digits.text, text, size_t(digits.count));
    digits.point = point;
    __freedtoa(text);
    return digits;
}

void round_digits(Digits& digits, int count, bool half_to_even) {
    if (count >= digits.count)
        return;
    if (count < 0) {
        digits.count = digits.point = 0;
        return;
    }
    bool up = digits.text[count] >= '5';
    if (half_to_even && digits.text[count] == '5' && digits.count == count + 1)
        up = count > 0 && (digits.text[count - 1] - '0') % 2 != 0;
    digits.count = count;
    if (!up) {
        if (!count)
            digits.point = 0;
        return;
    }
    while (count > 0 && digits.text[count - 1] == '9')
        --count;
    if (count > 0) {
        ++digits.text[count - 1];
        digits.count = count;
    } else {
        digits.text[0] = '1';
        digits.count = 1;
        ++digits.point;
    }
}

size_t float_text_room(double value, FloatFormat how) {
    size_t integer = ascii_lower(how.type) == 'f' && is_finite(value) ? 330 : 32;
    return integer + size_t(how.precision < 0 ? 6 : how.precision) + 16;
}

size_t float_text(char* out, double value, FloatFormat how) {
    char* begin = out;
    if (how.standard && !is_finite(value))
        return size_t(put_special(out, value, how.type >= 'A' && how.type <= 'Z') - begin);
    if (how.type == 'a' || how.type == 'A') {
        if (is_finite(value))
            return size_t(put_hexadecimal(out, value, how.precision, how.alternate, how.type == 'A') - begin);
        how.type = 'e';
    }
    int precision = how.precision < 0 ? 6 : how.precision;
    Digits digits = digits_of(value);
    switch (how.type) {
    case 'f':
    case 'F':
        round_digits(digits, digits.point + precision, how.half_to_even);
        out = put_fixed(out, digits, precision, how.alternate);
        break;
    case 'e':
    case 'E':
        round_digits(digits, precision + 1, how.half_to_even);
        out = put_scientific(out, digits, precision, how);
        break;
    default: out = put_general(out, digits, precision, how, is_finite(value));
    }
    return size_t(out - begin);
}

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT unsigned _get_output_format() { return output_format; }
CRT_EXPORT unsigned _set_output_format(unsigned format) {
    if (format > 1)
        return unsigned(invalid_parameter());
    unsigned before = output_format;
    output_format = format;
    return before;
}
