// SPDX-License-Identifier: MIT
// math_x87.h: the x87's precision, for code that computes in 80 bits.
#pragma once

namespace oriel::crt {

/// Sets 64-bit precision for a scope: Windows starts threads with 53 bits.
class ExtendedPrecision {
public:
    ExtendedPrecision() {
        asm volatile("fnstcw %0" : "=m"(m_before));
        unsigned short wide = m_before | 0x300;
        if (wide != m_before)
            asm volatile("fldcw %0" : : "m"(wide));
    }
    ~ExtendedPrecision() {
        if ((m_before & 0x300) != 0x300)
            asm volatile("fldcw %0" : : "m"(m_before));
    }
    ExtendedPrecision(const ExtendedPrecision&) = delete;
    ExtendedPrecision& operator=(const ExtendedPrecision&) = delete;

private:
    unsigned short m_before;
};

} // namespace oriel::crt
