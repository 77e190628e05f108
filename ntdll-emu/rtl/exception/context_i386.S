/* SPDX-License-Identifier: MIT
   context_i386.S: registers to a CONTEXT, and the functions that begin by capturing one (i386).

   Offsets are those of CONTEXT<Nt32> (include/nt/context.h asserts them). Symbols carry the ABI's extra
   underscore and, for stdcall, the bytes of their arguments. */
#if defined(__i386__)
    .text

/* Into the CONTEXT at EAX: what does not depend on whose registers they are. Changes ECX. */
.Lcapture_common:
    movl %ebx, 0xA4(%eax)
    movl %edi, 0x9C(%eax)
    movl %esi, 0xA0(%eax)
    movl %edx, 0xA8(%eax)
    movw %gs, %cx
    movzwl %cx, %ecx
    movl %ecx, 0x8C(%eax)
    movw %fs, %cx
    movl %ecx, 0x90(%eax)
    movw %es, %cx
    movl %ecx, 0x94(%eax)
    movw %ds, %cx
    movl %ecx, 0x98(%eax)
    movw %cs, %cx
    movl %ecx, 0xBC(%eax)
    movw %ss, %cx
    movl %ecx, 0xC8(%eax)
    pushfl
    popl 0xC0(%eax)
    movl $0x10007, (%eax)           /* control, integer, segments */
    ret

/* void RtlCaptureContext(CONTEXT*): the frame that called the caller, found by EBP, as Windows has it. */
    .globl _RtlCaptureContext@4
_RtlCaptureContext@4:
    pushl %eax
    pushl %ecx
    movl 12(%esp), %eax
    movl %ecx, 0xAC(%eax)
    call .Lcapture_common
    movl 4(%esp), %ecx
    movl %ecx, 0xB0(%eax)           /* Eax */
    movl 4(%ebp), %ecx
    movl %ecx, 0xB8(%eax)           /* Eip */
    movl (%ebp), %ecx
    movl %ecx, 0xB4(%eax)           /* Ebp */
    leal 8(%ebp), %ecx
    movl %ecx, 0xC4(%eax)           /* Esp */
    popl %ecx
    popl %eax
    ret $4

/* After "pushl %ebp; movl %esp, %ebp; subl $0x2CC, %esp": captures the caller of the function whose frame
   this is, as it will be after the function has returned and popped EDX bytes of arguments. */
.Lcapture_caller:
    leal 4(%esp), %eax
    movl %ecx, 0xAC(%eax)
    movl $0, 0xB0(%eax)
    leal 8(%ebp,%edx), %ecx
    movl %ecx, 0xC4(%eax)           /* Esp */
    call .Lcapture_common
    movl 4(%ebp), %ecx
    movl %ecx, 0xB8(%eax)           /* Eip */
    movl (%ebp), %ecx
    movl %ecx, 0xB4(%eax)           /* Ebp */
    ret

/* void RtlRaiseException(EXCEPTION_RECORD*) */
    .globl _RtlRaiseException@4
_RtlRaiseException@4:
    pushl %ebp
    movl %esp, %ebp
    subl $0x2CC, %esp
    movl $4, %edx
    call .Lcapture_caller
    movl 8(%ebp), %edx
    movl 4(%ebp), %ecx
    movl %ecx, 12(%edx)             /* ExceptionAddress */
    pushl %eax
    pushl %edx
    call _oriel_raise_captured
    int3

/* void RtlUnwind(void* frame, void* target_ip, EXCEPTION_RECORD*, void* value): returns `value`. */
    .globl _RtlUnwind@16
_RtlUnwind@16:
    pushl %ebp
    movl %esp, %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
    leal -0x2D0(%esp), %esp
    movl $16, %edx
    call .Lcapture_caller
    pushl %eax
    pushl 16(%ebp)
    pushl 8(%ebp)
    call _oriel_unwind
    leal -12(%ebp), %esp
    popl %edi
    popl %esi
    popl %ebx
    movl 20(%ebp), %eax
    popl %ebp
    ret $16

    .section .drectve, "yn"
    .ascii " -export:RtlCaptureContext=RtlCaptureContext@4 -export:RtlRaiseException=RtlRaiseException@4"
    .ascii " -export:RtlUnwind=RtlUnwind@16"
#endif
