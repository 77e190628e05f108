// SPDX-License-Identifier: MIT
// divide.cpp: division of integers twice as wide as the machine's.
//
// i386 has no 64-bit division and x86-64 no 128-bit one, so the compiler calls these (the names are
// libgcc's and compiler-rt's). Both come from one template: schoolbook division with the processor's
// own double-by-single divide where the divisor is one word, and shift-and-subtract otherwise.
#include <cstdint>

namespace {

#if defined(__i386__)
using Word = std::uint32_t;
using Wide = std::uint64_t;
using SignedWide = std::int64_t;
#else
using Word = std::uint64_t;
using Wide = unsigned __int128;
using SignedWide = __int128;
#endif
constexpr unsigned word_bits = sizeof(Word) * 8;

constexpr Word high(Wide value) { return static_cast<Word>(value >> word_bits); }
constexpr Word low(Wide value) { return static_cast<Word>(value); }
constexpr Wide join(Word upper, Word lower) { return static_cast<Wide>(upper) << word_bits | lower; }

/// (upper:lower) / divisor, where upper < divisor, so that the quotient fits a word.
inline Word divide_word(Word upper, Word lower, Word divisor, Word& remainder) {
    Word quotient;
#if defined(__i386__)
    asm("divl %4" : "=a"(quotient), "=d"(remainder) : "a"(lower), "d"(upper), "r"(divisor) : "cc");
#else
    asm("divq %4" : "=a"(quotient), "=d"(remainder) : "a"(lower), "d"(upper), "r"(divisor) : "cc");
#endif
    return quotient;
}

inline unsigned leading_zeros(Word value) {
    return sizeof(Word) == 8 ? static_cast<unsigned>(__builtin_clzll(value))
                             : static_cast<unsigned>(__builtin_clz(static_cast<unsigned>(value)));
}

/// Division by zero raises the processor's own divide error, as a one-word division would.
Wide divide(Wide dividend, Wide divisor, Wide& remainder) {
    if (high(divisor) == 0) {
        Word rest;
        const Word upper = divide_word(0, high(dividend), low(divisor), rest);
        const Word lower = divide_word(rest, low(dividend), low(divisor), rest);
        remainder = rest;
        return join(upper, lower);
    }
    if (dividend < divisor) {
        remainder = dividend;
        return 0;
    }
    // The quotient has at most word_bits bits: one step of shift-and-subtract for each bit by which
    // the dividend is longer.
    unsigned shift = leading_zeros(high(divisor)) - leading_zeros(high(dividend));
    Wide aligned = divisor << shift;
    Word quotient = 0;
    for (;; --shift) {
        quotient <<= 1;
        if (dividend >= aligned) {
            dividend -= aligned;
            quotient |= 1;
        }
        aligned >>= 1;
        if (shift == 0) break;
    }
    remainder = dividend;
    return quotient;
}

SignedWide divide_signed(SignedWide dividend, SignedWide divisor, SignedWide& remainder) {
    const Wide a = dividend < 0 ? -static_cast<Wide>(dividend) : static_cast<Wide>(dividend);
    const Wide b = divisor < 0 ? -static_cast<Wide>(divisor) : static_cast<Wide>(divisor);
    Wide rest;
    const Wide quotient = divide(a, b, rest);
    remainder = static_cast<SignedWide>(dividend < 0 ? -rest : rest);
    return static_cast<SignedWide>((dividend < 0) != (divisor < 0) ? -quotient : quotient);
}

} // namespace

extern "C" {

#if defined(__i386__)
#define DIVIDE_NAME(name) __##name##di3
#define DIVIDE_BOTH(name) __##name##di4
#else
#define DIVIDE_NAME(name) __##name##ti3
#define DIVIDE_BOTH(name) __##name##ti4
#endif

Wide DIVIDE_NAME(udiv)(Wide a, Wide b) {
    Wide rest;
    return divide(a, b, rest);
}
Wide DIVIDE_NAME(umod)(Wide a, Wide b) {
    Wide rest;
    divide(a, b, rest);
    return rest;
}
SignedWide DIVIDE_NAME(div)(SignedWide a, SignedWide b) {
    SignedWide rest;
    return divide_signed(a, b, rest);
}
SignedWide DIVIDE_NAME(mod)(SignedWide a, SignedWide b) {
    SignedWide rest;
    divide_signed(a, b, rest);
    return rest;
}
Wide DIVIDE_BOTH(udivmod)(Wide a, Wide b, Wide* rest) {
    Wide remainder;
    const Wide quotient = divide(a, b, remainder);
    if (rest != nullptr) *rest = remainder;
    return quotient;
}
SignedWide DIVIDE_BOTH(divmod)(SignedWide a, SignedWide b, SignedWide* rest) {
    return divide_signed(a, b, *rest);
}

} // extern "C"
