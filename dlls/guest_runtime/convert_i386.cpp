// SPDX-License-Identifier: MIT
// convert_i386.cpp: 64-bit shifts and conversions between 64-bit integers and floating point on i386,
// under the names that compilers call (libgcc's). Newer compilers inline most of them; -Os does not.
#if defined(__i386__)
#include <cstdint>

namespace {
constexpr double two_32 = 4294967296.0;

template<class Float>
std::uint64_t to_unsigned(Float value) {
    if (!(value >= Float(1))) return 0;
    const auto upper = static_cast<std::uint32_t>(value / Float(two_32));
    const auto lower = static_cast<std::uint32_t>(value - Float(upper) * Float(two_32));
    return static_cast<std::uint64_t>(upper) << 32 | lower;
}

union Halves {
    std::uint64_t whole;
    std::uint32_t half[2];
};
} // namespace

extern "C" {

std::uint64_t __fixunsdfdi(double value) { return to_unsigned<double>(value); }
std::uint64_t __fixunssfdi(float value) { return to_unsigned<double>(static_cast<double>(value)); }
std::uint64_t __fixunsxfdi(long double value) { return to_unsigned<long double>(value); }
std::int64_t __fixdfdi(double value) {
    return value < 0 ? -static_cast<std::int64_t>(to_unsigned(-value))
                     : static_cast<std::int64_t>(to_unsigned(value));
}
std::int64_t __fixsfdi(float value) { return __fixdfdi(static_cast<double>(value)); }
double __floatundidf(std::uint64_t value) {
    const long double upper = static_cast<std::uint32_t>(value >> 32), lower = static_cast<std::uint32_t>(value);
    return static_cast<double>(upper * static_cast<long double>(two_32) + lower);
}
float __floatundisf(std::uint64_t value) {
    const long double upper = static_cast<std::uint32_t>(value >> 32), lower = static_cast<std::uint32_t>(value);
    return static_cast<float>(upper * static_cast<long double>(two_32) + lower);
}

std::uint64_t __ashldi3(std::uint64_t value, int count) {
    Halves in{value}, out;
    if (count & 32) {
        out.half[0] = 0;
        out.half[1] = in.half[0] << (count & 31);
    } else if ((count & 31) == 0) {
        return value;
    } else {
        out.half[0] = in.half[0] << (count & 31);
        out.half[1] = in.half[1] << (count & 31) | in.half[0] >> (32 - (count & 31));
    }
    return out.whole;
}
std::uint64_t __lshrdi3(std::uint64_t value, int count) {
    Halves in{value}, out;
    if (count & 32) {
        out.half[1] = 0;
        out.half[0] = in.half[1] >> (count & 31);
    } else if ((count & 31) == 0) {
        return value;
    } else {
        out.half[1] = in.half[1] >> (count & 31);
        out.half[0] = in.half[0] >> (count & 31) | in.half[1] << (32 - (count & 31));
    }
    return out.whole;
}
std::int64_t __ashrdi3(std::int64_t value, int count) {
    Halves in{static_cast<std::uint64_t>(value)}, out;
    const auto upper = static_cast<std::int32_t>(in.half[1]);
    if (count & 32) {
        out.half[1] = static_cast<std::uint32_t>(upper >> 31);
        out.half[0] = static_cast<std::uint32_t>(upper >> (count & 31));
    } else if ((count & 31) == 0) {
        return value;
    } else {
        out.half[1] = static_cast<std::uint32_t>(upper >> (count & 31));
        out.half[0] = in.half[0] >> (count & 31) | in.half[1] << (32 - (count & 31));
    }
    return static_cast<std::int64_t>(out.whole);
}
std::int64_t __muldi3(std::int64_t a, std::int64_t b) {
    const Halves x{static_cast<std::uint64_t>(a)}, y{static_cast<std::uint64_t>(b)};
    Halves product;
    product.whole = static_cast<std::uint64_t>(x.half[0]) * y.half[0];
    product.half[1] += x.half[0] * y.half[1] + x.half[1] * y.half[0];
    return static_cast<std::int64_t>(product.whole);
}

} // extern "C"
#endif
