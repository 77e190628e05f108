// SPDX-License-Identifier: MIT
// setjmp_x64.cpp: setjmp and longjmp for 64-bit programs.
//
// The buffer (_JUMP_BUFFER of Microsoft's <setjmp.h>) holds the frame, the registers that survive calls,
// and the floating-point modes. If there is a frame, longjmp unwinds to it with RtlUnwindEx, so that
// __finally blocks and destructors on the way run; ntdll then restores the registers from the buffer,
// which the exception record carries. With a null frame (mingw-w64 passes one where it has no unwind
// tables) the registers are simply put back. Source: "setjmp", "longjmp"; "x64 exception handling".
#include <dlls/crt/crt.h>

#include <dlls/crt/win32.h>

namespace oriel::crt {

struct JumpBuffer {
    uint64_t frame, rbx, rsp, rbp, rsi, rdi, r12, r13, r14, r15, rip;
    uint32_t mxcsr;
    uint16_t fpu_control, spare;
    struct { uint64_t low, high; } xmm6_to_15[10];
};
static_assert(sizeof(JumpBuffer) == 256);

static constexpr DWORD status_longjump = 0x80000026;

} // namespace oriel::crt

using namespace oriel::crt;

#define SAVE_REGISTERS                                                                                      \
    "movq %rdx, 0x00(%rcx)\n\t movq %rbx, 0x08(%rcx)\n\t leaq 8(%rsp), %rax\n\t movq %rax, 0x10(%rcx)\n\t"  \
    "movq %rbp, 0x18(%rcx)\n\t movq %rsi, 0x20(%rcx)\n\t movq %rdi, 0x28(%rcx)\n\t"                         \
    "movq %r12, 0x30(%rcx)\n\t movq %r13, 0x38(%rcx)\n\t movq %r14, 0x40(%rcx)\n\t"                         \
    "movq %r15, 0x48(%rcx)\n\t movq (%rsp), %rax\n\t movq %rax, 0x50(%rcx)\n\t"                             \
    "stmxcsr 0x58(%rcx)\n\t fnstcw 0x5c(%rcx)\n\t"                                                          \
    "movups %xmm6, 0x60(%rcx)\n\t movups %xmm7, 0x70(%rcx)\n\t movups %xmm8, 0x80(%rcx)\n\t"                \
    "movups %xmm9, 0x90(%rcx)\n\t movups %xmm10, 0xa0(%rcx)\n\t movups %xmm11, 0xb0(%rcx)\n\t"              \
    "movups %xmm12, 0xc0(%rcx)\n\t movups %xmm13, 0xd0(%rcx)\n\t movups %xmm14, 0xe0(%rcx)\n\t"             \
    "movups %xmm15, 0xf0(%rcx)\n\t xorl %eax, %eax\n\t ret"

/// Called with the buffer and the caller's frame.
CRT_EXPORT __attribute__((naked)) int _setjmp(JumpBuffer*, void*) { asm(SAVE_REGISTERS); }
CRT_EXPORT __attribute__((naked)) int _setjmpex(JumpBuffer*, void*) { asm(SAVE_REGISTERS); }
CRT_ALIAS(setjmp, _setjmp);

/// Puts everything back and goes on after setjmp, which now answers `value`.
static __attribute__((naked)) void restore(JumpBuffer*, int) {
    asm("movl %edx, %eax\n\t movq 0x08(%rcx), %rbx\n\t movq 0x18(%rcx), %rbp\n\t movq 0x20(%rcx), %rsi\n\t"
        "movq 0x28(%rcx), %rdi\n\t movq 0x30(%rcx), %r12\n\t movq 0x38(%rcx), %r13\n\t"
        "movq 0x40(%rcx), %r14\n\t movq 0x48(%rcx), %r15\n\t ldmxcsr 0x58(%rcx)\n\t"
        "fnclex\n\t fldcw 0x5c(%rcx)\n\t"
        "movups 0x60(%rcx), %xmm6\n\t movups 0x70(%rcx), %xmm7\n\t movups 0x80(%rcx), %xmm8\n\t"
        "movups 0x90(%rcx), %xmm9\n\t movups 0xa0(%rcx), %xmm10\n\t movups 0xb0(%rcx), %xmm11\n\t"
        "movups 0xc0(%rcx), %xmm12\n\t movups 0xd0(%rcx), %xmm13\n\t movups 0xe0(%rcx), %xmm14\n\t"
        "movups 0xf0(%rcx), %xmm15\n\t movq 0x50(%rcx), %rdx\n\t movq 0x10(%rcx), %rsp\n\t jmpq *%rdx");
}

CRT_EXPORT void longjmp(JumpBuffer* buffer, int value) {
    if (!value)
        value = 1;
    if (!buffer->frame)
        return restore(buffer, value);
    EXCEPTION_RECORD record{};
    record.ExceptionCode = status_longjump;
    record.NumberParameters = 1;
    record.ExceptionInformation[0] = reinterpret_cast<ULONG_PTR>(buffer);
    CONTEXT context;
    RtlUnwindEx(reinterpret_cast<void*>(buffer->frame), reinterpret_cast<void*>(buffer->rip), &record,
                reinterpret_cast<void*>(intptr_t(value)), &context, nullptr);
}
