/* SPDX-License-Identifier: MIT
   fiber_switch.S: from one fiber's stack to another's (winbase_fibers.cpp).

   oriel_fiber_switch(void** save, void* load): what a function call preserves is pushed, the stack pointer is stored
   in *save and replaced by `load`, and what was pushed there is popped. So each fiber returns from the call that it
   made when it was left. A new fiber's stack is written as if it had been left at oriel_fiber_begin. */
    .text
#if defined(__x86_64__)
    .globl oriel_fiber_switch
    .p2align 4
oriel_fiber_switch:
    .seh_proc oriel_fiber_switch
    pushq %rbx
    .seh_pushreg %rbx
    pushq %rbp
    .seh_pushreg %rbp
    pushq %rdi
    .seh_pushreg %rdi
    pushq %rsi
    .seh_pushreg %rsi
    pushq %r12
    .seh_pushreg %r12
    pushq %r13
    .seh_pushreg %r13
    pushq %r14
    .seh_pushreg %r14
    pushq %r15
    .seh_pushreg %r15
    subq $0xB8, %rsp
    .seh_stackalloc 0xB8
    .seh_endprologue
    movaps %xmm6, 0x00(%rsp)
    movaps %xmm7, 0x10(%rsp)
    movaps %xmm8, 0x20(%rsp)
    movaps %xmm9, 0x30(%rsp)
    movaps %xmm10, 0x40(%rsp)
    movaps %xmm11, 0x50(%rsp)
    movaps %xmm12, 0x60(%rsp)
    movaps %xmm13, 0x70(%rsp)
    movaps %xmm14, 0x80(%rsp)
    movaps %xmm15, 0x90(%rsp)
    stmxcsr 0xA0(%rsp)
    fnstcw 0xA4(%rsp)
    movq %rsp, (%rcx)
    movq %rdx, %rsp
    movaps 0x00(%rsp), %xmm6
    movaps 0x10(%rsp), %xmm7
    movaps 0x20(%rsp), %xmm8
    movaps 0x30(%rsp), %xmm9
    movaps 0x40(%rsp), %xmm10
    movaps 0x50(%rsp), %xmm11
    movaps 0x60(%rsp), %xmm12
    movaps 0x70(%rsp), %xmm13
    movaps 0x80(%rsp), %xmm14
    movaps 0x90(%rsp), %xmm15
    ldmxcsr 0xA0(%rsp)
    fldcw 0xA4(%rsp)
    addq $0xB8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rsi
    popq %rdi
    popq %rbp
    popq %rbx
    ret
    .seh_endproc

/* RBX: the function, RSI: its argument, RDI: ntdll!RtlUserThreadStart, the outermost frame of a fiber too, which has
   a null return address. */
    .globl oriel_fiber_begin
oriel_fiber_begin:
    pushq $0
    movq %rbx, %rcx
    movq %rsi, %rdx
    jmpq *%rdi
#else
    .globl _oriel_fiber_switch
    .p2align 4
_oriel_fiber_switch:
    movl 4(%esp), %ecx
    movl 8(%esp), %edx
    pushl %ebx
    pushl %ebp
    pushl %edi
    pushl %esi
    subl $8, %esp
    stmxcsr (%esp)
    fnstcw 4(%esp)
    movl %esp, (%ecx)
    movl %edx, %esp
    ldmxcsr (%esp)
    fldcw 4(%esp)
    addl $8, %esp
    popl %esi
    popl %edi
    popl %ebp
    popl %ebx
    ret

/* EBX: the argument, ESI: the function, EDI: ntdll!RtlUserThreadStart, which takes the function in EAX. */
    .globl _oriel_fiber_begin
_oriel_fiber_begin:
    movl %esi, %eax
    jmp *%edi
#endif
