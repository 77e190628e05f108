// SPDX-License-Identifier: MIT
// itoa.cpp: integers to text in any base from 2 to 36.
//
// Only base 10 has a sign; in other bases a negative number is its bit pattern. The _s versions know the
// room and answer EINVAL or ERANGE. Source: "_itoa, _ltoa, _ultoa, _i64toa", "_itoa_s".
#include <dlls/crt/crt.h>

namespace oriel::crt {

namespace {

template<class Char>
int convert(unsigned long long value, bool negative, Char* out, size_t room, int base) {
    if (!out || !room)
        return invalid_parameter();
    if (base < 2 || base > 36) {
        *out = 0;
        return invalid_parameter();
    }
    char digits[65];
    size_t count = 0;
    if (negative)
        value = 0 - value;
    do
        digits[count++] = "0123456789abcdefghijklmnopqrstuvwxyz"[value % unsigned(base)];
    while (value /= unsigned(base));
    if (negative)
        digits[count++] = '-';
    if (count >= room) {
        *out = 0;
        return invalid_parameter(e_range);
    }
    while (count)
        *out++ = Char(digits[--count]);
    *out = 0;
    return 0;
}

constexpr size_t unlimited = 66;

/// Signed values of 32 bits keep 32 bits in other bases than 10.
template<class Char> int convert_long(long value, Char* out, size_t room, int base) {
    bool negative = value < 0 && base == 10;
    unsigned long long bits = negative ? static_cast<unsigned long long>(static_cast<long long>(value))
                                       : static_cast<unsigned long>(value);
    return convert(bits, negative, out, room, base);
}
template<class Char> int convert_i64(long long value, Char* out, size_t room, int base) {
    return convert(static_cast<unsigned long long>(value), value < 0 && base == 10, out, room, base);
}
template<class Char, class Value>
Char* in_place(int (*converter)(Value, Char*, size_t, int), Value value, Char* out, int base) {
    converter(value, out, unlimited, base);
    return out;
}
template<class Char> int convert_ulong(unsigned long value, Char* out, size_t room, int base) {
    return convert(value, false, out, room, base);
}
template<class Char> int convert_u64(unsigned long long value, Char* out, size_t room, int base) {
    return convert(value, false, out, room, base);
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

#define INTEGER_TO_TEXT(type, converter, narrow, wide)                                                      \
    CRT_EXPORT char* narrow(type v, char* out, int base) { return in_place(converter<char>, v, out, base); } \
    CRT_EXPORT wchar_t* wide(type v, wchar_t* out, int base) {                                              \
        return in_place(converter<wchar_t>, v, out, base);                                                  \
    }                                                                                                       \
    CRT_EXPORT int narrow##_s(type v, char* out, size_t room, int base) {                                   \
        return converter(v, out, room, base);                                                               \
    }                                                                                                       \
    CRT_EXPORT int wide##_s(type v, wchar_t* out, size_t room, int base) {                                  \
        return converter(v, out, room, base);                                                               \
    }

INTEGER_TO_TEXT(long, convert_long, _ltoa, _ltow)
INTEGER_TO_TEXT(unsigned long, convert_ulong, _ultoa, _ultow)
INTEGER_TO_TEXT(long long, convert_i64, _i64toa, _i64tow)
INTEGER_TO_TEXT(unsigned long long, convert_u64, _ui64toa, _ui64tow)
CRT_ALIAS(_itoa, _ltoa);
CRT_ALIAS(_itow, _ltow);
CRT_ALIAS(_itoa_s, _ltoa_s);
CRT_ALIAS(_itow_s, _ltow_s);
