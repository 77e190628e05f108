// SPDX-License-Identifier: MIT
// setjmp_x86.cpp: setjmp and longjmp for 32-bit programs.
//
// The buffer holds the registers that survive calls and the head of the chain of exception registrations
// (fs:[0]). longjmp first unwinds that chain with RtlUnwind, then lets the frame of setjmp itself leave its
// try levels, through the function that the compiler passed to _setjmp3 (its cookie is "VC20").
// Source: "setjmp", "longjmp"; the layout is _JUMP_BUFFER of Microsoft's <setjmp.h>.
#include <dlls/crt/crt.h>

#include <dlls/crt/win32.h>

namespace oriel::crt {

struct Registration;

struct JumpBuffer {
    uint32_t ebp, ebx, edi, esi, esp, eip;
    Registration* registration;
    uint32_t try_level;
    uint32_t cookie;
    void(__stdcall* unwind)(JumpBuffer*);
    uint32_t unwind_data[6];
};
static_assert(sizeof(JumpBuffer) == 64);

static constexpr uint32_t vc20_cookie = 0x56433230;

} // namespace oriel::crt

using namespace oriel::crt;

/// The compiler may pass more: the unwind function, the try level and data for it.
CRT_EXPORT __attribute__((naked)) int _setjmp3(JumpBuffer*, int, ...) {
    asm("movl 4(%esp), %edx\n\t movl %ebp, 0(%edx)\n\t movl %ebx, 4(%edx)\n\t movl %edi, 8(%edx)\n\t"
        "movl %esi, 12(%edx)\n\t leal 4(%esp), %eax\n\t movl %eax, 16(%edx)\n\t movl (%esp), %eax\n\t"
        "movl %eax, 20(%edx)\n\t movl $0x56433230, 32(%edx)\n\t movl $0, 36(%edx)\n\t"
        "movl %fs:0, %eax\n\t movl %eax, 24(%edx)\n\t movl $-1, 28(%edx)\n\t"
        "cmpl $-1, %eax\n\t je 3f\n\t"
        "movl 8(%esp), %ecx\n\t testl %ecx, %ecx\n\t jne 1f\n\t"
        "movl 12(%eax), %eax\n\t movl %eax, 28(%edx)\n\t jmp 3f\n"
        "1:\t movl 12(%esp), %eax\n\t movl %eax, 36(%edx)\n\t decl %ecx\n\t jz 3f\n\t"
        "movl 16(%esp), %eax\n\t movl %eax, 28(%edx)\n\t decl %ecx\n\t jz 3f\n\t"
        "pushl %esi\n\t pushl %edi\n\t leal 28(%esp), %esi\n\t leal 40(%edx), %edi\n\t"
        "cmpl $6, %ecx\n\t jbe 2f\n\t movl $6, %ecx\n"
        "2:\t cld\n\t rep movsl\n\t popl %edi\n\t popl %esi\n"
        "3:\t xorl %eax, %eax\n\t ret");
}

CRT_EXPORT __attribute__((naked)) int _setjmp(JumpBuffer*) {
    asm("movl 4(%esp), %edx\n\t movl %ebp, 0(%edx)\n\t movl %ebx, 4(%edx)\n\t movl %edi, 8(%edx)\n\t"
        "movl %esi, 12(%edx)\n\t leal 4(%esp), %eax\n\t movl %eax, 16(%edx)\n\t movl (%esp), %eax\n\t"
        "movl %eax, 20(%edx)\n\t movl $0, 32(%edx)\n\t movl %fs:0, %eax\n\t movl %eax, 24(%edx)\n\t"
        "movl $-1, 28(%edx)\n\t cmpl $-1, %eax\n\t je 1f\n\t movl 12(%eax), %eax\n\t movl %eax, 28(%edx)\n"
        "1:\t xorl %eax, %eax\n\t ret");
}

static __attribute__((naked)) void restore(JumpBuffer*, int) {
    asm("movl 4(%esp), %edx\n\t movl 8(%esp), %eax\n\t movl 0(%edx), %ebp\n\t movl 4(%edx), %ebx\n\t"
        "movl 8(%edx), %edi\n\t movl 12(%edx), %esi\n\t movl 16(%edx), %esp\n\t jmpl *20(%edx)");
}

static Registration* current_registration() {
    Registration* head;
    asm volatile("movl %%fs:0, %0" : "=r"(head));
    return head;
}

CRT_EXPORT void longjmp(JumpBuffer* buffer, int value) {
    if (current_registration() != buffer->registration)
        RtlUnwind(buffer->registration, nullptr, nullptr, nullptr);
    if (buffer->cookie == vc20_cookie && buffer->unwind &&
        buffer->registration != reinterpret_cast<Registration*>(-1))
        buffer->unwind(buffer);
    restore(buffer, value ? value : 1);
}
