/* SPDX-License-Identifier: MIT
   chkstk.S: stack probes.

   NT grows a stack one guard page at a time: only a touch of the guard page commits the next one. A
   function with a frame of a page or more therefore touches its pages in order before it moves the stack
   pointer; the compiler calls these helpers for that, with the frame's size in RAX (EAX).

   ___chkstk_ms (x86_64 mingw) and ___chkstk (old i686 mingw): probe; see each. */
    .text
#if defined(__x86_64__)
/* RAX bytes below the caller's RSP are touched. All registers are preserved; the caller subtracts. */
    .globl ___chkstk_ms
    .globl __chkstk
___chkstk_ms:
__chkstk:
    .seh_proc ___chkstk_ms
    pushq %rcx
    .seh_pushreg %rcx
    pushq %rax
    .seh_pushreg %rax
    .seh_endprologue
    leaq 24(%rsp), %rcx          /* the caller's RSP */
    cmpq $0x1000, %rax
    jb 2f
1:  subq $0x1000, %rcx
    testb $0, (%rcx)
    subq $0x1000, %rax
    cmpq $0x1000, %rax
    ja 1b
2:  subq %rax, %rcx
    testb $0, (%rcx)
    popq %rax
    popq %rcx
    ret
    .seh_endproc
#else
/* i686: __alloca and ___chkstk touch the pages and lower ESP by EAX themselves; ___chkstk_ms only
   touches. (Symbols carry the i386 ABI's extra underscore.) */
    .globl __alloca
    .globl ___chkstk
    .globl __chkstk
__alloca:
___chkstk:
__chkstk:
    pushl %ecx
    leal 8(%esp), %ecx           /* the caller's ESP */
    cmpl $0x1000, %eax
    jb 2f
1:  subl $0x1000, %ecx
    testb $0, (%ecx)
    subl $0x1000, %eax
    cmpl $0x1000, %eax
    ja 1b
2:  subl %eax, %ecx
    testb $0, (%ecx)
    movl %esp, %eax
    movl %ecx, %esp              /* the new stack */
    movl (%eax), %ecx            /* the caller's ECX */
    pushl 4(%eax)                /* the return address */
    ret

    .globl ____chkstk_ms
    .globl ___chkstk_ms
____chkstk_ms:
___chkstk_ms:
    pushl %ecx
    pushl %eax
    leal 12(%esp), %ecx
    cmpl $0x1000, %eax
    jb 2f
1:  subl $0x1000, %ecx
    testb $0, (%ecx)
    subl $0x1000, %eax
    cmpl $0x1000, %eax
    ja 1b
2:  subl %eax, %ecx
    testb $0, (%ecx)
    popl %eax
    popl %ecx
    ret
#endif
