/* SPDX-License-Identifier: MIT
   calls.S: see calls.h; and the entries that do not keep to a calling convention. */
#if defined(__i386__)
    .text

    .globl _oriel_eh_call
_oriel_eh_call:
    pushl %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
    movl 20(%esp), %eax
    movl 24(%esp), %ebp
    call *%eax
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret

    .globl _oriel_eh_continue
_oriel_eh_continue:
    movl 4(%esp), %eax
    movl 8(%esp), %ebp
    jmp *%eax

    .globl _oriel_eh_continue_at
_oriel_eh_continue_at:
    movl 4(%esp), %eax
    movl 8(%esp), %ebp
    movl 12(%esp), %esp
    jmp *%eax

/* RtlUnwind of other systems changes EBX, ESI and EDI. */
    .globl _oriel_eh_unwind
_oriel_eh_unwind:
    pushl %ebp
    movl %esp, %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
    pushl $0
    pushl 12(%ebp)
    pushl $1f
    pushl 8(%ebp)
    call _RtlUnwind@16
1:  leal -12(%ebp), %esp
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret

/* A C++ function's handler is a jump to here with its tables in EAX: they become the fifth argument. */
    .globl ___CxxFrameHandler
___CxxFrameHandler:
    pushl %eax
    pushl 20(%esp)
    pushl 20(%esp)
    pushl 20(%esp)
    pushl 20(%esp)
    call _oriel_cxx_frame_handler
    addl $20, %esp
    ret

/* The prolog of a C++ function that was compiled for size: its handler is in EAX. Makes the frame pointer and, above the
   saved one, the registration { next, handler, state -1 }. */
    .globl __EH_prolog
__EH_prolog:
    pushl $-1
    pushl %eax
    pushl %fs:0
    movl 12(%esp), %eax             /* where to return to; its place becomes that of EBP */
    movl %esp, %fs:0
    movl %ebp, 12(%esp)
    leal 12(%esp), %ebp
    pushl %eax
    ret

#if defined(ORIEL_EXPORTS_BY_SPEC)
    .globl ___CxxFrameHandler2, ___CxxFrameHandler3
    .set ___CxxFrameHandler2, ___CxxFrameHandler
    .set ___CxxFrameHandler3, ___CxxFrameHandler
#else
    .section .drectve, "yn"
    .ascii " -export:__CxxFrameHandler=__CxxFrameHandler -export:__CxxFrameHandler2=__CxxFrameHandler"
    .ascii " -export:__CxxFrameHandler3=__CxxFrameHandler -export:_EH_prolog=_EH_prolog"
#endif
#endif
