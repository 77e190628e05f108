/* SPDX-License-Identifier: MIT
   raise_x64.S: RtlRaiseException(EXCEPTION_RECORD* rcx): an exception at the place of the call (x64).

   Captures the registers and turns them into the caller's. Should a handler continue execution, it goes on
   behind the call. */
#if defined(__x86_64__)
    .text
    .globl RtlRaiseException
    .p2align 4
RtlRaiseException:
    .seh_proc RtlRaiseException
    subq $0x4F8, %rsp               /* home 0x20, CONTEXT 0x4D0, padding 8: RSP is then a multiple of 16 */
    .seh_stackalloc 0x4F8
    .seh_endprologue
    movq %rcx, 0x500(%rsp)          /* our own home space */
    leaq 0x20(%rsp), %rcx
    call RtlCaptureContext
    movq 0x500(%rsp), %rcx
    movq %rcx, 0x20+0x80(%rsp)      /* Rcx as it came */
    leaq 0x500(%rsp), %rax
    movq %rax, 0x20+0x98(%rsp)      /* Rsp after the return */
    movq 0x4F8(%rsp), %rax
    movq %rax, 0x20+0xF8(%rsp)      /* Rip: the return address */
    movq %rax, 0x10(%rcx)           /* ExceptionRecord->ExceptionAddress */
    leaq 0x20(%rsp), %rdx
    call oriel_raise_captured
    int3
    .seh_endproc

    .section .drectve, "yn"
    .ascii " -export:RtlRaiseException"
#endif
