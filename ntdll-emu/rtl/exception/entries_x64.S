/* SPDX-License-Identifier: MIT
   entries_x64.S: where the host continues a guest thread (x64): exceptions, APCs, threads' first frame.

   The host pushes structures on the guest's stack (include/nt/exception.h) and jumps here; nothing has been
   called, so there is no return address. The unwind information describes those structures: a machine frame
   on top, the interrupted registers saved in the CONTEXT. So a walk passes from a handler through the
   dispatcher into the code that was interrupted. A CONTEXT begins with room for the home space of the
   functions called from here. */
#if defined(__x86_64__)
    .text

/* The saved registers, for a CONTEXT at RSP. */
    .macro SAVED_IN_CONTEXT
    .seh_savereg %rbx, 0x90
    .seh_savereg %rbp, 0xA0
    .seh_savereg %rsi, 0xA8
    .seh_savereg %rdi, 0xB0
    .seh_savereg %r12, 0xD8
    .seh_savereg %r13, 0xE0
    .seh_savereg %r14, 0xE8
    .seh_savereg %r15, 0xF0
    .seh_savexmm %xmm6, 0x200
    .seh_savexmm %xmm7, 0x210
    .seh_savexmm %xmm8, 0x220
    .seh_savexmm %xmm9, 0x230
    .seh_savexmm %xmm10, 0x240
    .seh_savexmm %xmm11, 0x250
    .seh_savexmm %xmm12, 0x260
    .seh_savexmm %xmm13, 0x270
    .seh_savexmm %xmm14, 0x280
    .seh_savexmm %xmm15, 0x290
    .endm

/* RSP: KUSER_EXCEPTION_STACK. */
    .globl KiUserExceptionDispatcher
    .p2align 4
KiUserExceptionDispatcher:
    .seh_proc KiUserExceptionDispatcher
    .seh_pushframe
    .seh_stackalloc 0x590
    SAVED_IN_CONTEXT
    .seh_endprologue
    cld
    leaq 0x4F0(%rsp), %rcx          /* ExceptionRecord */
    movq %rsp, %rdx                 /* Context */
    call oriel_dispatch_exception
    testb %al, %al
    je 1f
    movq %rsp, %rcx
    xorl %edx, %edx                 /* no test for alerts */
    call NtContinue
    jmp 2f
1:  leaq 0x4F0(%rsp), %rcx
    movq %rsp, %rdx
    xorl %r8d, %r8d                 /* the second chance */
    call NtRaiseException
2:  movl %eax, %ecx                 /* neither returns, except with an error */
    call RtlRaiseStatus
    int3
    .seh_endproc

/* RSP: KUSER_APC_STACK. */
    .globl KiUserApcDispatcher
    .p2align 4
KiUserApcDispatcher:
    .seh_proc KiUserApcDispatcher
    .seh_pushframe
    .seh_stackalloc 0x4F0
    SAVED_IN_CONTEXT
    .seh_endprologue
    cld
    movq 0x00(%rsp), %rcx           /* P1Home: NormalContext */
    movq 0x08(%rsp), %rdx           /* P2Home: SystemArgument1 */
    movq 0x10(%rsp), %r8            /* P3Home: SystemArgument2 */
    movq %rsp, %r9                  /* the CONTEXT, which the routine may look at */
    callq *0x18(%rsp)               /* P4Home: the routine */
    movq %rsp, %rcx
    movl $1, %edx                   /* and then the next APC, if there is one */
    call NtContinue
    movl %eax, %ecx
    call RtlRaiseStatus
    int3
    .seh_endproc

/* The host continues here in place of a service's return: RSP points at the service stub's return address. */
    .globl KiRaiseUserExceptionDispatcher
    .p2align 4
KiRaiseUserExceptionDispatcher:
    .seh_proc KiRaiseUserExceptionDispatcher
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    call oriel_raise_user_exception
    nop
    addq $0x28, %rsp
    ret
    .seh_endproc

/* RtlUserThreadStart(rcx = function, rdx = argument): every thread's outermost frame. RSP is 8 more than a
   multiple of 16 here, as after a call, and a null return address lies there. */
    .globl RtlUserThreadStart
    .p2align 4
RtlUserThreadStart:
    .seh_proc RtlUserThreadStart
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    movq %rcx, %rax
    movq %rdx, %rcx
    callq *%rax
    movl %eax, %ecx
    call RtlExitUserThread
    int3
    .globl oriel_thread_died
oriel_thread_died:                  /* an unwind arrives here with the exception's code in EAX */
    movl %eax, %edx
    movq $-1, %rcx
    call NtTerminateProcess
    int3
    .seh_handler oriel_handler_of_thread_start, @except, @unwind
    .seh_handlerdata
    .text
    .seh_endproc

    .section .drectve, "yn"
    .ascii " -export:KiUserExceptionDispatcher -export:KiUserApcDispatcher"
    .ascii " -export:KiRaiseUserExceptionDispatcher -export:RtlUserThreadStart"
#endif
