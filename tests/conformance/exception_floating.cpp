// SPDX-License-Identifier: MIT
// exception_floating.cpp: floating-point exceptions, as far as the masks let them through.
//
// The codes of SSE instructions differ between 64 and 32 bits: the 32-bit trap answers
// STATUS_FLOAT_MULTIPLE_FAULTS or _TRAPS, which the comment of the Universal C Runtime's "x86 exception filter" calls
// an issue of the x86 and WOW64 trap. A denormal operand is an invalid operation to NT.
// Sources: "_control87, _controlfp", "EXCEPTION_RECORD structure", Microsoft documentation.
#include "exception_trial.h"

#include <gtest/gtest.h>

#include <float.h>

namespace {

void expect_code(const Trial& trial, DWORD code) {
    ASSERT_TRUE(trial.raised);
    EXPECT_EQ(trial.record.ExceptionCode, code);
    EXPECT_EQ(trial.record.ExceptionFlags, 0u);
    EXPECT_GE(trial.record.NumberParameters, 1u);
    EXPECT_EQ(trial.record.ExceptionInformation[0], 0u);
}

#if defined(__x86_64__)
constexpr DWORD simd(DWORD code, DWORD) { return code; }
#else
constexpr DWORD simd(DWORD, DWORD code) { return code; }
#endif
constexpr DWORD multiple_faults = 0xC00002B4, multiple_traps = 0xC00002B5;

struct Operands {
    double left, right;
    DWORD mxcsr;
    WORD control;
};

} // namespace

#if defined(__x86_64__)
#define CX "%rcx"
#else
#define CX "%ecx"
#endif
SNIPPET(sse_divide, "ldmxcsr 16(" CX ")\n movsd (" CX "), %xmm0\n divsd 8(" CX "), %xmm0\n ret");
SNIPPET(sse_multiply, "ldmxcsr 16(" CX ")\n movsd (" CX "), %xmm0\n mulsd 8(" CX "), %xmm0\n ret");
SNIPPET(x87_divide, "fldcw 20(" CX ")\n fldl (" CX ")\n fdivl 8(" CX ")\n fwait\n ret");
SNIPPET(x87_multiply, "fldcw 20(" CX ")\n fldl (" CX ")\n fmull 8(" CX ")\n fstpl (" CX ")\n fwait\n ret");
SNIPPET(x87_overflow_stack, "fldcw 20(" CX ")\n fldz\n fldz\n fldz\n fldz\n fldz\n fldz\n fldz\n fldz\n fldz\n fwait\n ret");

constexpr DWORD all_masked = 0x1F80;
constexpr DWORD unmask(DWORD exception) { return all_masked & ~(exception << 7); }
constexpr DWORD invalid = 1, denormal = 2, zero_divide = 4, overflow = 8, underflow = 16, inexact = 32;
constexpr WORD unmask87(DWORD exception) { return static_cast<WORD>(0x37F & ~exception); }

TEST(Floating, Masked_exceptions_do_not_happen) {
    Operands operands{1, 0, all_masked, 0x37F};
    EXPECT_FALSE(run_trial(sse_divide, &operands).raised);
    EXPECT_FALSE(run_trial(x87_divide, &operands).raised);
}

TEST(Floating, SSE_tells_each_kind) {
    Operands by_zero{1, 0, unmask(zero_divide), 0};
    expect_code(run_trial(sse_divide, &by_zero), simd(EXCEPTION_FLT_DIVIDE_BY_ZERO, multiple_faults));
    Operands zero_by_zero{0, 0, unmask(invalid), 0};
    expect_code(run_trial(sse_divide, &zero_by_zero), simd(EXCEPTION_FLT_INVALID_OPERATION, multiple_faults));
    Operands large{1e300, 1e300, unmask(overflow), 0};
    expect_code(run_trial(sse_multiply, &large), simd(EXCEPTION_FLT_OVERFLOW, multiple_traps));
    Operands small{1e-300, 1e-300, unmask(underflow), 0};
    expect_code(run_trial(sse_multiply, &small), simd(EXCEPTION_FLT_UNDERFLOW, multiple_traps));
    Operands third{1, 3, unmask(inexact), 0};
    expect_code(run_trial(sse_divide, &third), simd(EXCEPTION_FLT_INEXACT_RESULT, multiple_traps));
    Operands tiny{4.9406564584124654e-324, 1, unmask(denormal), 0};
    expect_code(run_trial(sse_multiply, &tiny), simd(EXCEPTION_FLT_INVALID_OPERATION, multiple_faults));
}

#if defined(__x86_64__)
TEST(Floating, The_context_of_an_SSE_exception_shows_the_flag_in_MXCSR) {
    Operands by_zero{1, 0, unmask(zero_divide), 0};
    const Trial trial = run_trial(sse_divide, &by_zero);
    EXPECT_EQ(trial.context.MxCsr, unmask(zero_divide) | zero_divide);
    EXPECT_EQ(trial.context.FltSave.MxCsr, trial.context.MxCsr);
    EXPECT_EQ(reinterpret_cast<DWORD64>(trial.record.ExceptionAddress), reinterpret_cast<DWORD64>(sse_divide) + 8);
}
#endif

// x87 tells an exception at the next x87 instruction that waits.
TEST(Floating, X87_tells_each_kind) {
    Operands by_zero{1, 0, 0, unmask87(zero_divide)};
    expect_code(run_trial(x87_divide, &by_zero), EXCEPTION_FLT_DIVIDE_BY_ZERO);
    Operands zero_by_zero{0, 0, 0, unmask87(invalid)};
    expect_code(run_trial(x87_divide, &zero_by_zero), EXCEPTION_FLT_INVALID_OPERATION);
    Operands large{1e300, 1e300, 0, unmask87(overflow)};
    expect_code(run_trial(x87_multiply, &large), EXCEPTION_FLT_OVERFLOW);
    Operands small{1e-300, 1e-300, 0, unmask87(underflow)};
    expect_code(run_trial(x87_multiply, &small), EXCEPTION_FLT_UNDERFLOW);
    Operands third{1, 3, 0, unmask87(inexact)};
    expect_code(run_trial(x87_divide, &third), EXCEPTION_FLT_INEXACT_RESULT);
    Operands full{0, 0, 0, unmask87(invalid)};
    expect_code(run_trial(x87_overflow_stack, &full), EXCEPTION_FLT_STACK_CHECK);
}

// ---- through the C library's masks

namespace {
DWORD g_seen;
}
static LONG CALLBACK mask_and_go_on(EXCEPTION_POINTERS* pointers) {
    g_seen = pointers->ExceptionRecord->ExceptionCode;
#if defined(__x86_64__)
    pointers->ContextRecord->MxCsr |= all_masked;
    pointers->ContextRecord->FltSave.MxCsr = pointers->ContextRecord->MxCsr;
#else
    pointers->ContextRecord->FloatSave.ControlWord |= 0x3F;
    *reinterpret_cast<DWORD*>(pointers->ContextRecord->ExtendedRegisters + 24) |= all_masked;
#endif
    return EXCEPTION_CONTINUE_EXECUTION;
}
__attribute__((noinline)) static double divide(const volatile double& a, const volatile double& b) { return a / b; }

TEST(Floating, Controlfp_lets_an_exception_through_and_a_handler_can_mask_it_and_go_on) {
    void* handler = AddVectoredExceptionHandler(1, mask_and_go_on);
    _clearfp();
    const unsigned before = _controlfp(0, 0);
    _controlfp(before & ~_EM_ZERODIVIDE, _MCW_EM);
    g_seen = 0;
    const volatile double one = 1, zero = 0;
    const double result = divide(one, zero);
    _clearfp();
    _controlfp(before, _MCW_EM);
    RemoveVectoredExceptionHandler(handler);
    EXPECT_EQ(g_seen, static_cast<DWORD>(EXCEPTION_FLT_DIVIDE_BY_ZERO)); // x87 in 32 bits: the same
#if defined(__x86_64__)
    EXPECT_GT(result, 1e308); // infinity: the instruction was done again
#else
    // x87 tells of it only at its next instruction, and had left the dividend where it was ("Intel 64 and IA-32
    // Architectures Software Developer's Manual", volume 1, "Divide-By-Zero Exception").
    EXPECT_EQ(result, 1);
#endif
}
