/* SPDX-License-Identifier: MIT
   handler_calls_i386.S: calling a frame's handler, behind a registration that tells of it (i386).

   Disposition oriel_execute_handler_for_X(record, frame, context, reached, handler), cdecl. Our registration
   lies at EBP - 24; the frame whose handler is called, our second argument, 36 bytes above it. */
#if defined(__i386__)
    .text

    .macro EXECUTE_HANDLER name, own_handler
    .globl \name
\name:
    pushl %ebp
    movl %esp, %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
    pushl $0
    pushl $\own_handler
    pushl %fs:0
    movl %esp, %fs:0
    pushl 20(%ebp)
    pushl 16(%ebp)
    pushl 12(%ebp)
    pushl 8(%ebp)
    call *24(%ebp)
    leal -24(%ebp), %esp            /* whatever the handler did to it */
    popl %fs:0
    addl $8, %esp
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret
    .endm

    EXECUTE_HANDLER _oriel_execute_handler_for_exception, .Lnested
    EXECUTE_HANDLER _oriel_execute_handler_for_unwind, .Lcollided

/* (record, registration, context, reached): the called frame into *reached. */
.Lnested:
    movl 4(%esp), %ecx
    testl $0x66, 4(%ecx)            /* ExceptionFlags: unwinding of any kind */
    movl $1, %eax                   /* ContinueSearch */
    jnz 1f
    movl $2, %eax                   /* NestedException */
    jmp 2f
.Lcollided:
    movl 4(%esp), %ecx
    testl $0x66, 4(%ecx)
    movl $1, %eax                   /* in a search: on to the frames that the unwind has not left */
    jz 1f
    movl $3, %eax                   /* CollidedUnwind */
2:  movl 8(%esp), %ecx
    movl 36(%ecx), %ecx             /* our second argument: the frame */
    movl 16(%esp), %edx
    movl %ecx, (%edx)
1:  ret
#endif
