// SPDX-License-Identifier: MIT
// floating_control.cpp: rounding, precision and exceptions of the floating-point units.
//
// The functions speak of abstract bits (<float.h>: _MCW_EM, _MCW_RC, _MCW_PC, _MCW_DN). On x64 they mean
// MXCSR only, and the precision cannot be set; on x86 they mean the x87 and, with it, MXCSR.
// Source: "_control87, _controlfp", "_clear87, _clearfp", "_status87, _statusfp", "_fpreset".
#include <dlls/crt/crt.h>

namespace oriel::crt {

namespace {

constexpr unsigned mcw_em = 0x0008001F, mcw_rc = 0x300, mcw_pc = 0x30000, mcw_dn = 0x03000000;
constexpr unsigned em_denormal = 0x80000;
constexpr unsigned mxcsr_default = 0x1F80, x87_default = 0x27F;
#if defined(__i386__)
constexpr bool has_x87_mode = true;
#else
constexpr bool has_x87_mode = false;
#endif

unsigned read_mxcsr() { return __builtin_ia32_stmxcsr(); }
void write_mxcsr(unsigned value) { __builtin_ia32_ldmxcsr(value); }
unsigned short read_x87() {
    unsigned short word;
    asm volatile("fnstcw %0" : "=m"(word));
    return word;
}
void write_x87(unsigned short word) { asm volatile("fnclex\n\tfldcw %0" : : "m"(word)); }

/// The hardware's six exception bits: invalid, denormal, divide, overflow, underflow, inexact from bit 0.
unsigned exceptions_from_hardware(unsigned bits) {
    return (bits & 1 ? 0x10 : 0) | (bits & 2 ? em_denormal : 0) | (bits & 4 ? 8 : 0) | (bits & 8 ? 4 : 0) |
           (bits & 0x10 ? 2 : 0) | (bits & 0x20 ? 1 : 0);
}
unsigned exceptions_to_hardware(unsigned abstract) {
    return (abstract & 0x10 ? 1 : 0) | (abstract & em_denormal ? 2 : 0) | (abstract & 8 ? 4 : 0) |
           (abstract & 4 ? 8 : 0) | (abstract & 2 ? 0x10 : 0) | (abstract & 1 ? 0x20 : 0);
}

unsigned control_word() {
    unsigned mxcsr = read_mxcsr();
    unsigned word = exceptions_from_hardware(mxcsr >> 7) | (mxcsr >> 13 & 3) << 8;
    // Denormals: 1 flush results and operands, 2 operands only, 3 results only.
    unsigned flush = (mxcsr & 0x8000 ? 1 : 0) | (mxcsr & 0x40 ? 2 : 0);
    word |= flush == 3 ? 0x01000000 : flush == 2 ? 0x02000000 : flush == 1 ? 0x03000000 : 0;
    if (has_x87_mode) {
        unsigned precision = read_x87() >> 8 & 3; // 0: 24 bits, 2: 53, 3: 64
        word |= precision == 0 ? 0x20000 : precision == 2 ? 0x10000 : 0;
    }
    return word;
}

void set_control_word(unsigned word) {
    unsigned mxcsr = read_mxcsr() & 0x3F;
    unsigned masks = exceptions_to_hardware(word), rounding = word >> 8 & 3;
    mxcsr |= masks << 7 | rounding << 13;
    switch (word & mcw_dn) {
    case 0x01000000: mxcsr |= 0x8040; break;
    case 0x02000000: mxcsr |= 0x40; break;
    case 0x03000000: mxcsr |= 0x8000; break;
    }
    write_mxcsr(mxcsr);
    if (has_x87_mode) {
        unsigned precision = word & 0x20000 ? 0 : word & 0x10000 ? 2 : 3;
        write_x87(static_cast<unsigned short>((read_x87() & 0xF0C0) | masks | precision << 8 | rounding << 10));
    }
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

CRT_EXPORT unsigned _control87(unsigned value, unsigned mask) {
    if (!has_x87_mode)
        mask &= ~mcw_pc;
    unsigned word = control_word();
    if (!mask)
        return word;
    word = (word & ~mask) | (value & mask);
    set_control_word(word & (mcw_em | mcw_rc | mcw_pc | mcw_dn));
    return control_word();
}

/// As _control87, but the denormal exception stays as it is.
CRT_EXPORT unsigned _controlfp(unsigned value, unsigned mask) { return _control87(value, mask & ~em_denormal); }

CRT_EXPORT int _controlfp_s(unsigned* current, unsigned value, unsigned mask) {
    unsigned word = _controlfp(value, mask);
    if (current)
        *current = word;
    return 0;
}
CRT_EXPORT void _set_controlfp(unsigned value, unsigned mask) { _controlfp(value, mask); }

CRT_EXPORT unsigned _statusfp() {
    unsigned status = read_mxcsr() & 0x3F;
    if (has_x87_mode) {
        unsigned short x87;
        asm volatile("fnstsw %0" : "=m"(x87));
        status |= x87 & 0x3F;
    }
    return exceptions_from_hardware(status);
}

CRT_EXPORT unsigned _clearfp() {
    unsigned before = _statusfp();
    write_mxcsr(read_mxcsr() & ~0x3Fu);
    if (has_x87_mode)
        asm volatile("fnclex");
    return before;
}

CRT_EXPORT void _fpreset() {
    write_mxcsr(mxcsr_default);
    unsigned short word = x87_default;
    asm volatile("fninit\n\tfldcw %0" : : "m"(word));
}

CRT_ALIAS(_status87, _statusfp);
CRT_ALIAS(_clear87, _clearfp);

/// SSE2 is always used; asking for it changes nothing.
CRT_EXPORT int _set_SSE2_enable(int) { return 1; }
