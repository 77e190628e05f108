/* SPDX-License-Identifier: MIT
   unwind_entry_x64.S: RtlUnwindEx's first and last instructions (x64).

   An unwind begins and ends with registers that a function must preserve; the others mean nothing on either side.
   So it does without FXSAVE, FXRSTOR and IRETQ, which RtlCaptureContext and RtlRestoreContext need: a C++ exception
   unwinds twice for each frame with something to destroy.
   Offsets are those of CONTEXT<Nt64> (include/nt/context.h asserts them). */
#if defined(__x86_64__)
    .text

/* void RtlUnwindEx(frame rcx, ip rdx, record r8, value r9, CONTEXT* +0x28, history +0x30): the context becomes that of
   our caller, as after the call, so that the walk need not begin with a frame of its own. */
    .globl RtlUnwindEx
    .p2align 4
RtlUnwindEx:
    .seh_proc RtlUnwindEx
    subq $0x38, %rsp
    .seh_stackalloc 0x38
    .seh_endprologue
    movq 0x38+0x28(%rsp), %rax
    movq %rax, 0x20(%rsp)           /* the fifth argument of what follows */
    movl $0x10000F, 0x30(%rax)      /* control, integer, segments, floating point */
    movq $0, 0x78(%rax)
    movq %rcx, 0x80(%rax)
    movq %rdx, 0x88(%rax)
    movq %rbx, 0x90(%rax)
    leaq 0x40(%rsp), %r10
    movq %r10, 0x98(%rax)           /* Rsp */
    movq %rbp, 0xA0(%rax)
    movq %rsi, 0xA8(%rax)
    movq %rdi, 0xB0(%rax)
    movq %r8, 0xB8(%rax)
    movq %r9, 0xC0(%rax)
    movq $0, 0xC8(%rax)
    movq $0, 0xD0(%rax)
    movq %r12, 0xD8(%rax)
    movq %r13, 0xE0(%rax)
    movq %r14, 0xE8(%rax)
    movq %r15, 0xF0(%rax)
    movq 0x38(%rsp), %r10
    movq %r10, 0xF8(%rax)           /* Rip */
    movw %cs, 0x38(%rax)
    movw %ds, 0x3A(%rax)
    movw %es, 0x3C(%rax)
    movw %fs, 0x3E(%rax)
    movw %gs, 0x40(%rax)
    movw %ss, 0x42(%rax)
    movl $0x202, 0x44(%rax)         /* EFlags */
    stmxcsr 0x34(%rax)
    xorps %xmm0, %xmm0
    movups %xmm0, 0x100(%rax)       /* FltSave's head: no x87 register is in use */
    movups %xmm0, 0x110(%rax)
    fnstcw 0x100(%rax)
    movl 0x34(%rax), %r10d
    movl %r10d, 0x118(%rax)         /* MxCsr */
    movl $0xFFFF, 0x11C(%rax)       /* MxCsr_Mask */
    movups %xmm6, 0x200(%rax)
    movups %xmm7, 0x210(%rax)
    movups %xmm8, 0x220(%rax)
    movups %xmm9, 0x230(%rax)
    movups %xmm10, 0x240(%rax)
    movups %xmm11, 0x250(%rax)
    movups %xmm12, 0x260(%rax)
    movups %xmm13, 0x270(%rax)
    movups %xmm14, 0x280(%rax)
    movups %xmm15, 0x290(%rax)
    call oriel_unwind_captured
    int3
    .seh_endproc

/* void oriel_restore_frame(CONTEXT* rcx): does not return. Handlers may have set Rax and Rdx for the code it goes to. */
    .globl oriel_restore_frame
    .p2align 4
oriel_restore_frame:
    .seh_proc oriel_restore_frame
    .seh_endprologue
    movq %rcx, %r10
    movups 0x200(%r10), %xmm6
    movups 0x210(%r10), %xmm7
    movups 0x220(%r10), %xmm8
    movups 0x230(%r10), %xmm9
    movups 0x240(%r10), %xmm10
    movups 0x250(%r10), %xmm11
    movups 0x260(%r10), %xmm12
    movups 0x270(%r10), %xmm13
    movups 0x280(%r10), %xmm14
    movups 0x290(%r10), %xmm15
    ldmxcsr 0x34(%r10)
    fldcw 0x100(%r10)
    movq 0x78(%r10), %rax
    movq 0x88(%r10), %rdx
    movq 0x90(%r10), %rbx
    movq 0xA0(%r10), %rbp
    movq 0xA8(%r10), %rsi
    movq 0xB0(%r10), %rdi
    movq 0xB8(%r10), %r8
    movq 0xC0(%r10), %r9
    movq 0xD8(%r10), %r12
    movq 0xE0(%r10), %r13
    movq 0xE8(%r10), %r14
    movq 0xF0(%r10), %r15
    movq 0xF8(%r10), %r11           /* Rip */
    cld
    movq 0x80(%r10), %rcx
    movq 0x98(%r10), %rsp           /* the last read: from here on an APC may overwrite the context */
    jmpq *%r11
    .seh_endproc

    .section .drectve, "yn"
    .ascii " -export:RtlUnwindEx"
#endif
