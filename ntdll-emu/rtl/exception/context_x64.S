/* SPDX-License-Identifier: MIT
   context_x64.S: registers to a CONTEXT and back (x64).

   Offsets are those of CONTEXT<Nt64> (include/nt/context.h asserts them). */
#if defined(__x86_64__)
    .text

/* void RtlCaptureContext(CONTEXT* rcx): the caller's registers, as they will be after the call. */
    .globl RtlCaptureContext
    .p2align 4
RtlCaptureContext:
    .seh_proc RtlCaptureContext
    pushfq
    .seh_stackalloc 8
    .seh_endprologue
    movq %rax, 0x78(%rcx)
    movq %rcx, 0x80(%rcx)
    movq %rdx, 0x88(%rcx)
    movq %rbx, 0x90(%rcx)
    movq %rbp, 0xA0(%rcx)
    movq %rsi, 0xA8(%rcx)
    movq %rdi, 0xB0(%rcx)
    movq %r8, 0xB8(%rcx)
    movq %r9, 0xC0(%rcx)
    movq %r10, 0xC8(%rcx)
    movq %r11, 0xD0(%rcx)
    movq %r12, 0xD8(%rcx)
    movq %r13, 0xE0(%rcx)
    movq %r14, 0xE8(%rcx)
    movq %r15, 0xF0(%rcx)
    movw %cs, 0x38(%rcx)
    movw %ds, 0x3A(%rcx)
    movw %es, 0x3C(%rcx)
    movw %fs, 0x3E(%rcx)
    movw %gs, 0x40(%rcx)
    movw %ss, 0x42(%rcx)
    fxsave 0x100(%rcx)
    stmxcsr 0x34(%rcx)
    leaq 0x10(%rsp), %rax
    movq %rax, 0x98(%rcx)           /* Rsp */
    movq 8(%rsp), %rax
    movq %rax, 0xF8(%rcx)           /* Rip */
    movl (%rsp), %eax
    movl %eax, 0x44(%rcx)           /* EFlags */
    movl $0x10000F, 0x30(%rcx)      /* control, integer, segments, floating point */
    addq $8, %rsp
    ret
    .seh_endproc

/* void oriel_restore_registers(CONTEXT* rcx): does not return. IRETQ sets flags, stack and RIP at once, and
   needs room on the present stack only: the CONTEXT may lie right below the new one. */
    .globl oriel_restore_registers
    .p2align 4
oriel_restore_registers:
    .seh_proc oriel_restore_registers
    subq $0x38, %rsp
    .seh_stackalloc 0x38
    .seh_endprologue
    testb $8, 0x30(%rcx)            /* ContextFlags: floating point */
    je 1f
    fxrstor 0x100(%rcx)
    ldmxcsr 0x34(%rcx)
1:  movq 0xF8(%rcx), %rax
    movq %rax, 0x08(%rsp)
    movl %cs, %eax
    movq %rax, 0x10(%rsp)
    movl 0x44(%rcx), %eax
    andl $0x210DD5, %eax            /* the flags that user code may set; as NtContinue */
    orl $0x202, %eax
    movq %rax, 0x18(%rsp)
    movq 0x98(%rcx), %rax
    movq %rax, 0x20(%rsp)
    movl %ss, %eax
    movq %rax, 0x28(%rsp)
    movq 0x78(%rcx), %rax
    movq 0x88(%rcx), %rdx
    movq 0x90(%rcx), %rbx
    movq 0xA0(%rcx), %rbp
    movq 0xA8(%rcx), %rsi
    movq 0xB0(%rcx), %rdi
    movq 0xB8(%rcx), %r8
    movq 0xC0(%rcx), %r9
    movq 0xC8(%rcx), %r10
    movq 0xD0(%rcx), %r11
    movq 0xD8(%rcx), %r12
    movq 0xE0(%rcx), %r13
    movq 0xE8(%rcx), %r14
    movq 0xF0(%rcx), %r15
    movq 0x80(%rcx), %rcx
    addq $8, %rsp
    iretq
    .seh_endproc

/* void oriel_consolidate_frames(CONTEXT* rcx, EXCEPTION_RECORD* rdx): does not return.

   Calls the function in ExceptionInformation[0] with the record, and goes on at `context` with the address it
   returns as RIP. While it runs, all frames between it and the context's are hidden: a machine frame and a
   copy of the context stand below it, and unwinding leads from here straight to the context's frame. */
    .globl oriel_consolidate_frames
    .p2align 4
oriel_consolidate_frames:
    .seh_proc oriel_consolidate_frames
    subq $0x518, %rsp               /* home 0x20, CONTEXT 0x4D0, machine frame 0x28 */
    .seh_stackalloc 0x518
    .seh_endprologue
    leaq 0x20(%rsp), %rdi
    movq %rcx, %rsi
    movl $0x9A, %ecx
    cld
    rep movsq
    movq 0x20+0xF8(%rsp), %rax
    movq %rax, 0x4F0(%rsp)          /* Rip */
    movl %cs, %eax
    movq %rax, 0x4F8(%rsp)
    movl 0x20+0x44(%rsp), %eax
    movq %rax, 0x500(%rsp)
    movq 0x20+0x98(%rsp), %rax
    movq %rax, 0x508(%rsp)          /* Rsp */
    movl %ss, %eax
    movq %rax, 0x510(%rsp)
    movq %rdx, %rcx
    jmp oriel_consolidated_frame
    .seh_endproc

    .p2align 4
    nop                             /* not the address behind the jump */
oriel_consolidated_frame:
    .seh_proc oriel_consolidated_frame
    .seh_pushframe
    .seh_stackalloc 0x4F0
    .seh_savereg %rbx, 0x20+0x90
    .seh_savereg %rbp, 0x20+0xA0
    .seh_savereg %rsi, 0x20+0xA8
    .seh_savereg %rdi, 0x20+0xB0
    .seh_savereg %r12, 0x20+0xD8
    .seh_savereg %r13, 0x20+0xE0
    .seh_savereg %r14, 0x20+0xE8
    .seh_savereg %r15, 0x20+0xF0
    .seh_savexmm %xmm6, 0x20+0x200
    .seh_savexmm %xmm7, 0x20+0x210
    .seh_savexmm %xmm8, 0x20+0x220
    .seh_savexmm %xmm9, 0x20+0x230
    .seh_savexmm %xmm10, 0x20+0x240
    .seh_savexmm %xmm11, 0x20+0x250
    .seh_savexmm %xmm12, 0x20+0x260
    .seh_savexmm %xmm13, 0x20+0x270
    .seh_savexmm %xmm14, 0x20+0x280
    .seh_savexmm %xmm15, 0x20+0x290
    .seh_endprologue
    callq *0x20(%rcx)
    movq %rax, 0x20+0xF8(%rsp)
    leaq 0x20(%rsp), %rcx
    call oriel_restore_frame
    int3
    .seh_endproc

    .section .drectve, "yn"
    .ascii " -export:RtlCaptureContext"
#endif
