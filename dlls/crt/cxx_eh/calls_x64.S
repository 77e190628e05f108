/* SPDX-License-Identifier: MIT
   calls_x64.S: calling the pieces that the compiler made, in frames that know what it means if an exception
   comes through them (x64). */
#if defined(__x86_64__)
    .text

/* void oriel_cxx_call_cleanup(funclet rcx, frame rdx) */
    .globl oriel_cxx_call_cleanup
    .p2align 4
oriel_cxx_call_cleanup:
    .seh_proc oriel_cxx_call_cleanup
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    movq %rcx, %rax
    callq *%rax
    nop
    addq $0x28, %rsp
    ret
    .seh_handler oriel_cxx_handler_of_no_throw_call, @except
    .seh_handlerdata
    .text
    .seh_endproc

/* void oriel_cxx_call_copy(constructor rcx, to rdx, from r8, is_most_derived r9d) */
    .globl oriel_cxx_call_copy
    .p2align 4
oriel_cxx_call_copy:
    .seh_proc oriel_cxx_call_copy
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    movq %rcx, %rax
    movq %rdx, %rcx
    movq %r8, %rdx
    movl %r9d, %r8d
    callq *%rax
    nop
    addq $0x28, %rsp
    ret
    .seh_handler oriel_cxx_handler_of_no_throw_call, @except
    .seh_handlerdata
    .text
    .seh_endproc

/* void* oriel_cxx_call_catch(funclet rcx, frame rdx, active r8): `active` is kept at RSP + 0x20. */
    .globl oriel_cxx_call_catch
    .p2align 4
oriel_cxx_call_catch:
    .seh_proc oriel_cxx_call_catch
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    movq %r8, 0x20(%rsp)
    movq %rcx, %rax
    callq *%rax
    nop
    addq $0x28, %rsp
    ret
    .seh_handler oriel_cxx_handler_of_catch_call, @unwind
    .seh_handlerdata
    .text
    .seh_endproc
#endif
