// SPDX-License-Identifier: MIT
// compiler_support_x86.cpp: what 32-bit code of Microsoft's compiler calls without being asked.
//
// Conversions of doubles to integers go through _ftol, and the mathematical functions have a second entry
// each, _CIsin and the like, whose arguments and result are on the x87's stack (the last argument on top).
// _adjust_fdiv tells a Pentium of 1994 from a sound one. Source: the names' descriptions in Microsoft's
// "CRT Alphabetical Function Reference"; the registers are what such code expects.
#include <dlls/crt/crt.h>

CRT_EXPORT int _adjust_fdiv = 0;

/// st(0) to a 64-bit integer in EDX:EAX, rounding towards zero whatever the control word says.
CRT_EXPORT __attribute__((naked)) void _ftol() {
    asm("subl $12, %esp\n\t fnstcw 10(%esp)\n\t movw 10(%esp), %ax\n\t orb $0x0c, %ah\n\t movw %ax, 8(%esp)\n\t"
        "fldcw 8(%esp)\n\t fistpll (%esp)\n\t fldcw 10(%esp)\n\t movl (%esp), %eax\n\t movl 4(%esp), %edx\n\t"
        "addl $12, %esp\n\t ret");
}

#define ON_X87_STACK(name, function)                                                                        \
    CRT_EXPORT __attribute__((naked)) void name() {                                                         \
        asm("subl $8, %esp\n\t fstpl (%esp)\n\t call " function "\n\t addl $8, %esp\n\t ret");              \
    }
#define TWO_ON_X87_STACK(name, function)                                                                    \
    CRT_EXPORT __attribute__((naked)) void name() {                                                         \
        asm("subl $16, %esp\n\t fstpl 8(%esp)\n\t fstpl (%esp)\n\t call " function                          \
            "\n\t addl $16, %esp\n\t ret");                                                                 \
    }

ON_X87_STACK(_CIsin, "_sin")
ON_X87_STACK(_CIcos, "_cos")
ON_X87_STACK(_CIexp, "_exp")
ON_X87_STACK(_CIlog, "_log")
ON_X87_STACK(_CItan, "_tan")
ON_X87_STACK(_CIasin, "_asin")
ON_X87_STACK(_CIacos, "_acos")
ON_X87_STACK(_CIatan, "_atan")
ON_X87_STACK(_CIsinh, "_sinh")
ON_X87_STACK(_CIcosh, "_cosh")
ON_X87_STACK(_CItanh, "_tanh")
ON_X87_STACK(_CIlog10, "_log10")
ON_X87_STACK(_CIsqrt, "_sqrt")
TWO_ON_X87_STACK(_CIpow, "_pow")
TWO_ON_X87_STACK(_CIfmod, "_fmod")
TWO_ON_X87_STACK(_CIatan2, "_atan2")
