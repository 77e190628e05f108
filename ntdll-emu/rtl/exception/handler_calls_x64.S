/* SPDX-License-Identifier: MIT
   handler_calls_x64.S: calling a language handler, in a frame that tells of it (x64).

   Disposition oriel_execute_handler_for_exception/unwind(record, frame, context, dispatcher).
   The dispatcher context is kept at frame + 0x20 for the handlers in frame_handlers_x64.cpp. */
#if defined(__x86_64__)
    .text

    .globl oriel_execute_handler_for_exception
    .p2align 4
oriel_execute_handler_for_exception:
    .seh_proc oriel_execute_handler_for_exception
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    movq %r9, 0x20(%rsp)
    callq *0x30(%r9)                /* DISPATCHER_CONTEXT.LanguageHandler */
    nop                             /* the return address must lie before the epilog */
    addq $0x28, %rsp
    ret
    .seh_handler oriel_handler_of_search_call, @except, @unwind
    .seh_handlerdata
    .text
    .seh_endproc

    .globl oriel_execute_handler_for_unwind
    .p2align 4
oriel_execute_handler_for_unwind:
    .seh_proc oriel_execute_handler_for_unwind
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    movq %r9, 0x20(%rsp)
    callq *0x30(%r9)
    nop
    addq $0x28, %rsp
    ret
    .seh_handler oriel_handler_of_unwind_call, @except, @unwind
    .seh_handlerdata
    .text
    .seh_endproc

/* bool oriel_call_guarded(void (*function)(void*), void* argument): false if the function raised. */
    .globl oriel_call_guarded
    .p2align 4
oriel_call_guarded:
    .seh_proc oriel_call_guarded
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    movq %rcx, %rax
    movq %rdx, %rcx
    callq *%rax
    movl $1, %eax
1:  addq $0x28, %rsp
    ret
    .globl oriel_guarded_call_failed
oriel_guarded_call_failed:
    xorl %eax, %eax
    jmp 1b
    .seh_handler oriel_handler_of_guarded_call, @except, @unwind
    .seh_handlerdata
    .text
    .seh_endproc
#endif
