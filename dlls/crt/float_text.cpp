// SPDX-License-Identifier: MIT
// float_text.cpp: _ecvt, _fcvt and _gcvt: the oldest way to print a double.
//
// _ecvt gives so many digits, _fcvt so many behind the point, both without a point: its place and the sign
// come back apart. Their answers lie in the thread's own buffer. Source: "_ecvt", "_fcvt", "_gcvt".
#include <dlls/crt/printf_float.h>
#include <dlls/crt/thread_data.h>

using namespace oriel::crt;

static constexpr int cvt_room = int(sizeof(ThreadData::cvt_buffer));

/// The digits rounded to `keep`, padded with zeros to that many; ERANGE if they do not fit.
static int write_digits(char* out, size_t room, Digits& digits, int keep) {
    keep = larger(keep, 0);
    if (size_t(keep) >= room) {
        *out = 0;
        return e_range;
    }
    for (int i = 0; i < keep; ++i)
        out[i] = i < digits.count ? digits.text[i] : '0';
    out[keep] = 0;
    return 0;
}

static int convert_e(char* out, size_t room, double value, int count, int* point, int* sign) {
    Digits digits = digits_of(value);
    *sign = __builtin_signbit(value) != 0;
    if (digits.count)
        round_digits(digits, larger(count, 0));
    *point = digits.point;
    return write_digits(out, room, digits, count);
}

static int convert_f(char* out, size_t room, double value, int decimals, int* point, int* sign) {
    Digits digits = digits_of(value);
    *sign = __builtin_signbit(value) != 0;
    if (digits.count)
        round_digits(digits, digits.point + decimals);
    *point = digits.count ? digits.point : value != 0 ? -decimals : 0;
    return write_digits(out, room, digits, digits.count ? digits.point + decimals : value != 0 ? 0 : decimals);
}

static int convert_g(char* out, size_t room, double value, int digits) {
    char text[512];
    FloatFormat how{'g', smaller(digits, 400), true};
    size_t length = float_text(text, value, how);
    // The zeros of a fraction go, its point stays: 100 is "100.".
    size_t exponent = 0;
    while (exponent < length && text[exponent] != 'e')
        ++exponent;
    size_t mantissa = exponent;
    while (mantissa && text[mantissa - 1] == '0')
        --mantissa;
    bool negative = __builtin_signbit(value);
    if (negative + mantissa + (length - exponent) + 1 > room) {
        *out = 0;
        return e_range;
    }
    if (negative)
        *out++ = '-';
    memcpy(out, text, mantissa);
    memcpy(out + mantissa, text + exponent, length - exponent);
    out[mantissa + length - exponent] = 0;
    return 0;
}

CRT_EXPORT char* _ecvt(double value, int count, int* point, int* sign) {
    char* buffer = this_thread().cvt_buffer;
    convert_e(buffer, cvt_room, value, smaller(count, cvt_room - 2), point, sign);
    return buffer;
}
CRT_EXPORT char* _fcvt(double value, int decimals, int* point, int* sign) {
    char* buffer = this_thread().cvt_buffer;
    convert_f(buffer, cvt_room, value, decimals, point, sign);
    return buffer;
}
CRT_EXPORT char* _gcvt(double value, int digits, char* buffer) {
    if (!buffer)
        return invalid_parameter(), nullptr;
    convert_g(buffer, 512, value, digits);
    return buffer;
}
CRT_EXPORT int _ecvt_s(char* out, size_t room, double value, int count, int* point, int* sign) {
    if (!out || !room || !point || !sign)
        return invalid_parameter();
    int error = convert_e(out, room, value, count, point, sign);
    return error ? invalid_parameter(error) : 0;
}
CRT_EXPORT int _fcvt_s(char* out, size_t room, double value, int decimals, int* point, int* sign) {
    if (!out || !room || !point || !sign)
        return invalid_parameter();
    int error = convert_f(out, room, value, decimals, point, sign);
    return error ? invalid_parameter(error) : 0;
}
CRT_EXPORT int _gcvt_s(char* out, size_t room, double value, int digits) {
    if (!out || !room)
        return invalid_parameter();
    int error = convert_g(out, room, value, digits);
    return error ? invalid_parameter(error) : 0;
}
