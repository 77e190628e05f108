// SPDX-License-Identifier: MIT
// entry_x64.S: the instructions of the crossing, for 64-bit guest code.
//
// A stub does `call [0x7FFE1000]`, so the return address on the guest stack is the stub's `ret`: as after
// `syscall`, RIP lies in ntdll and RSP points to the return address into the stub's caller.
//
    .intel_syntax noprefix
#include "thread_offsets.inc"
#include "unwind_x64.inc"
    .text
    .p2align 6
    .globl oriel_gate_service_x64
    .type oriel_gate_service_x64, @function
// In: EAX service number, R10 RDX R8 R9 and the guest stack the arguments. Guest stack.
oriel_gate_service_x64:
    .cfi_startproc simple
    GUEST_IS_CALLER
    pop rcx                             // the return address; a fault here is the guest's (a bad RSP)
    mov r11, fs:[oriel_gate_thread@TPOFF]
    mov [r11 + T_RSP], rsp
    mov rsp, [r11 + T_HOST_STACK]
    mov [r11 + T_RIP], rcx
    mov [r11 + T_RAX], rax
    mov [r11 + T_RDX], rdx
    mov [r11 + T_RBX], rbx
    mov [r11 + T_RBP], rbp
    mov [r11 + T_RSI], rsi
    mov [r11 + T_RDI], rdi
    mov [r11 + T_R8], r8
    mov [r11 + T_R9], r9
    mov [r11 + T_R10], r10
    mov [r11 + T_R12], r12
    mov [r11 + T_R13], r13
    mov [r11 + T_R14], r14
    mov [r11 + T_R15], r15
    movaps [r11 + T_XMM + 0x00], xmm6
    movaps [r11 + T_XMM + 0x10], xmm7
    movaps [r11 + T_XMM + 0x20], xmm8
    movaps [r11 + T_XMM + 0x30], xmm9
    movaps [r11 + T_XMM + 0x40], xmm10
    movaps [r11 + T_XMM + 0x50], xmm11
    movaps [r11 + T_XMM + 0x60], xmm12
    movaps [r11 + T_XMM + 0x70], xmm13
    movaps [r11 + T_XMM + 0x80], xmm14
    movaps [r11 + T_XMM + 0x90], xmm15
    pushfq
    pop rax
    mov [r11 + T_EFLAGS], rax
    stmxcsr [r11 + T_MXCSR]
    mov rbx, r11
    test eax, 0x44500                   // AC, NT, DF, TF: host code wants them clear
    jnz .Lclean_flags
.Lflags_clean:
    mov eax, [rbx + T_MXCSR]
    and eax, 0xFFC0                     // without the sticky exception flags
    cmp eax, 0x1F80
    jne .Lclean_mxcsr
.Lmxcsr_clean:
    mov rdi, rbx
    call [rip + oriel_gate_on_service]
    test eax, eax
    jnz .Lnot_fast

// Fast exit, RBX = thread. From here to the `ret` a signal that wants the thread's attention starts the
// exit again (signal.cpp); everything is loaded from the thread, so starting again is harmless.
    .globl oriel_gate_exit_begin
oriel_gate_exit_begin:
    mov rax, [rbx + T_PENDING]
    cmp dword ptr [rax], 0
    jne .Lpending
    mov eax, [rbx + T_MXCSR]
    and eax, 0xFFC0
    cmp eax, 0x1F80
    jne .Lrestore_mxcsr
.Lmxcsr_restored:
    movaps xmm6, [rbx + T_XMM + 0x00]
    movaps xmm7, [rbx + T_XMM + 0x10]
    movaps xmm8, [rbx + T_XMM + 0x20]
    movaps xmm9, [rbx + T_XMM + 0x30]
    movaps xmm10, [rbx + T_XMM + 0x40]
    movaps xmm11, [rbx + T_XMM + 0x50]
    movaps xmm12, [rbx + T_XMM + 0x60]
    movaps xmm13, [rbx + T_XMM + 0x70]
    movaps xmm14, [rbx + T_XMM + 0x80]
    movaps xmm15, [rbx + T_XMM + 0x90]
    mov rax, [rbx + T_RAX]
    mov rbp, [rbx + T_RBP]
    mov rsi, [rbx + T_RSI]
    mov rdi, [rbx + T_RDI]
    mov r12, [rbx + T_R12]
    mov r13, [rbx + T_R13]
    mov r14, [rbx + T_R14]
    mov r15, [rbx + T_R15]
    mov rcx, [rbx + T_RIP]
    mov rsp, [rbx + T_RSP]
    mov rbx, [rbx + T_RBX]
    push rcx                            // the slot that the stub's call wrote: `ret` pairs with that call
    ret
    .globl oriel_gate_exit_end
oriel_gate_exit_end:

    .globl oriel_gate_exit_restart
oriel_gate_exit_restart:
    mov rbx, fs:[oriel_gate_thread@TPOFF]
    mov rsp, [rbx + T_HOST_STACK]
    jmp oriel_gate_exit_begin

.Lpending:
    mov rdi, rbx
    call [rip + oriel_gate_on_interrupt]
    test eax, eax
    jz oriel_gate_exit_begin
.Lnot_fast:
    mov rdi, rbx
    cmp eax, EXIT_FULL
    je oriel_gate_resume
    jmp oriel_gate_leave

.Lclean_flags:
    push 2
    popfq
    jmp .Lflags_clean
.Lclean_mxcsr:
    ldmxcsr [rip + oriel_gate_default_mxcsr]
    jmp .Lmxcsr_clean
.Lrestore_mxcsr:
    ldmxcsr [rbx + T_MXCSR]
    jmp .Lmxcsr_restored

// The signal handler makes a faulting thread go on here: RDI = thread, on an empty host stack.
    .p2align 4
    .globl oriel_gate_fault
oriel_gate_fault:
    mov rbx, rdi
    ldmxcsr [rip + oriel_gate_default_mxcsr]
    fninit
    call [rip + oriel_gate_on_fault]
    mov rdi, rbx
    cmp eax, EXIT_FULL
    jne oriel_gate_leave

// Full exit: RDI = thread. Loads everything.
    .globl oriel_gate_resume
oriel_gate_resume:
    mov rsp, [rdi + T_HOST_STACK]
    mov rbx, rdi
    .globl oriel_gate_full_begin
oriel_gate_full_begin:
    mov rax, [rbx + T_PENDING]
    cmp dword ptr [rax], 0
    jne .Lfull_pending
    mov rcx, [rbx + T_XSTATE]
    mov eax, [rbx + T_XMASK]
    mov edx, [rbx + T_XMASK + 4]
    xrstor64 [rcx]
    mov eax, ss
    push rax
    push qword ptr [rbx + T_RSP]
    push qword ptr [rbx + T_EFLAGS]
    push qword ptr [rbx + T_CS]
    push qword ptr [rbx + T_RIP]
    cmp word ptr [rbx + T_FS_SELECTOR], 0
    jne .Lfull_segments
.Lfull_registers:
    mov rax, [rbx + T_RAX]
    mov rcx, [rbx + T_RCX]
    mov rdx, [rbx + T_RDX]
    mov rbp, [rbx + T_RBP]
    mov rsi, [rbx + T_RSI]
    mov rdi, [rbx + T_RDI]
    mov r8, [rbx + T_R8]
    mov r9, [rbx + T_R9]
    mov r10, [rbx + T_R10]
    mov r11, [rbx + T_R11]
    mov r12, [rbx + T_R12]
    mov r13, [rbx + T_R13]
    mov r14, [rbx + T_R14]
    mov r15, [rbx + T_R15]
    mov rbx, [rbx + T_RBX]
    iretq
// A 32-bit program's: from here on thread-local storage is out of reach.
.Lfull_segments:
    mov eax, ss
    mov ds, eax
    mov es, eax
    movzx eax, word ptr [rbx + T_FS_SELECTOR]
    mov fs, eax
    jmp .Lfull_registers
    .globl oriel_gate_full_end
oriel_gate_full_end:

    .globl oriel_gate_full_restart
oriel_gate_full_restart:
    mov rdi, fs:[oriel_gate_thread@TPOFF]
    jmp oriel_gate_resume

.Lfull_pending:
    mov rdi, rbx
    call [rip + oriel_gate_on_interrupt]
    mov rdi, rbx
    cmp eax, EXIT_FULL
    je oriel_gate_resume
    test eax, eax
    jz oriel_gate_resume
    jmp oriel_gate_leave

    .cfi_endproc

// void oriel_gate_run(Thread*): called on the carrier's host stack; returns through oriel_gate_leave.
    .p2align 4
    .globl oriel_gate_run
    .type oriel_gate_run, @function
oriel_gate_run:
    push rbp
    push rbx
    push r12
    push r13
    push r14
    push r15
    sub rsp, 8                          // 16-byte alignment: a call from here pushes 8
    mov [rdi + T_RUN_STACK], rsp
    mov [rdi + T_HOST_STACK], rsp
    jmp oriel_gate_resume

    .globl oriel_gate_leave
oriel_gate_leave:
    mov rsp, [rdi + T_RUN_STACK]
    add rsp, 8
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    pop rbp
    ldmxcsr [rip + oriel_gate_default_mxcsr]
    ret

// The first instructions of every signal handler: the guest may have changed FS, on which all host code
// (thread-local storage, the stack protector) stands. The signal stack is aligned to its size and its
// lowest word holds the host's FS base. Linux leaves AC as the guest had it, and the compiler's code for the
// host is not aligned.
    .p2align 4
    .globl oriel_gate_signal_entry
    .type oriel_gate_signal_entry, @function
oriel_gate_signal_entry:
    push 2
    popfq
    mov rax, rsp
    and rax, -0x10000
    mov rax, [rax]
    cmp byte ptr [rip + oriel_gate_has_fsgsbase], 0
    je 1f
    wrfsbase rax
    jmp 2f
1:  push rdi
    push rsi
    push rdx
    mov edi, 0x1002                     // ARCH_SET_FS
    mov rsi, rax
    mov eax, 158                        // arch_prctl
    syscall
    pop rdx
    pop rsi
    pop rdi
// The handler answers which selector FS must hold where the thread goes on; 0: it may stay the host's.
2:  sub rsp, 8
    call oriel_gate_signal
    add rsp, 8
    test eax, eax
    jz 3f
    mov fs, eax
3:  ret

    .section .rodata
    .p2align 2
    .globl oriel_gate_default_mxcsr
oriel_gate_default_mxcsr:
    .long 0x1F80

    .section .note.GNU-stack,"",@progbits
