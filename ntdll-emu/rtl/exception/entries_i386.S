/* SPDX-License-Identifier: MIT
   entries_i386.S: where the host continues a guest thread (i386); see entries_x64.S. */
#if defined(__i386__)
    .text

/* ESP: KUSER_EXCEPTION_STACK32. */
    .globl _KiUserExceptionDispatcher
_KiUserExceptionDispatcher:
    cld
    movl (%esp), %esi               /* the record */
    movl 4(%esp), %ebx              /* the CONTEXT */
    pushl %ebx
    pushl %esi
    call _oriel_dispatch_exception
    testb %al, %al
    je 1f
    pushl $0
    pushl %ebx
    call _NtContinue@8
    jmp 2f
1:  pushl $0
    pushl %ebx
    pushl %esi
    call _NtRaiseException@12
2:  pushl %eax
    call _RtlRaiseStatus@4
    int3

/* ESP: KUSER_APC_STACK32. The routine pops its three arguments. */
    .globl _KiUserApcDispatcher
_KiUserApcDispatcher:
    cld
    leal 16(%esp), %edi             /* the CONTEXT */
    popl %eax
    call *%eax
    pushl $1
    pushl %edi
    call _NtContinue@8
    pushl %eax
    call _RtlRaiseStatus@4
    int3

    .globl _KiRaiseUserExceptionDispatcher
_KiRaiseUserExceptionDispatcher:
    jmp _oriel_raise_user_exception

/* EAX: the function, EBX: its argument. The end of the handler chain lies in this frame. */
    .globl _RtlUserThreadStart
_RtlUserThreadStart:
    xorl %ebp, %ebp
    pushl $_oriel_handler_of_thread_start
    pushl $-1
    movl %esp, %fs:0
    pushl %ebx
    call *%eax
    pushl %eax
    call _RtlExitUserThread@4
    int3

    .section .drectve, "yn"
    .ascii " -export:KiUserExceptionDispatcher"
    .ascii " -export:KiUserApcDispatcher"
    .ascii " -export:KiRaiseUserExceptionDispatcher"
    .ascii " -export:RtlUserThreadStart"
#endif
