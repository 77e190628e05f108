// SPDX-License-Identifier: MIT
// entry_x86.S: the instructions of the crossing, for 32-bit guest code.
//
// A 32-bit program runs in the same 64-bit process, in the CPU's compatibility mode: a code segment (0x23) whose
// descriptor says so, and addresses cut to 32 bits. A stub does `call fs:[0xC0]`, as under Windows' WOW64; there lies
// `jmp 0x33:...` (write_entry_code_x86), which makes the CPU decode 64-bit code again, and that jumps here.
//
// What is hard is where the host's block of this thread is: FS is the guest's here (its TEB), and with its base all of
// the host's thread-local storage is gone. GS leads to the block: 32-bit code sees of its base only the lower half, and
// so nothing. A program that loads a selector into GS destroys it; but a base from a selector is below 4 GiB, and
// the block is not. Then, and on a CPU without RDGSBASE, the signal handler is asked, whose stack knows the thread.
//
// Nothing but the lower halves of the registers lasts while 32-bit code runs; the guest's full RSP needs no
// keeping, the host's is gate::Thread's.
    .intel_syntax noprefix
#include "thread_offsets.inc"

    .text
    .p2align 6
    .globl oriel_gate_service_x86
    .type oriel_gate_service_x86, @function
// In: EAX service number; on the guest's stack the return address into the stub, the stub's, then the arguments.
oriel_gate_service_x86:
    cmp byte ptr [rip + oriel_gate_has_fsgsbase], 0
    je oriel_gate_service_x86_lost
    rdgsbase r11
    mov r10, r11
    shr r10, 32
    jz oriel_gate_service_x86_lost
    mov r10, [r11 + T_HOST_FS]
    wrfsbase r10
// R11 = thread, and FS is the host's; the signal handler continues here too.
    .globl oriel_gate_service_x86_found
oriel_gate_service_x86_found:
    mov esp, esp
    .globl oriel_gate_service_x86_pop
oriel_gate_service_x86_pop:
    mov ecx, [rsp]                      // the return address; a fault here is the guest's (a bad ESP)
    add rsp, 4
    mov esp, esp
    mov eax, eax                        // whole registers are stored, because whole ones are read
    mov edx, edx
    mov ebx, ebx
    mov ebp, ebp
    mov esi, esi
    mov edi, edi
    mov [r11 + T_RSP], rsp
    mov rsp, [r11 + T_HOST_STACK]
    mov [r11 + T_RIP], rcx
    mov [r11 + T_RAX], rax
    mov [r11 + T_RDX], rdx
    mov [r11 + T_RBX], rbx
    mov [r11 + T_RBP], rbp
    mov [r11 + T_RSI], rsi
    mov [r11 + T_RDI], rdi
    pushfq
    pop rax
    mov [r11 + T_EFLAGS], rax
    stmxcsr [r11 + T_MXCSR]
    fnstcw [r11 + T_X87_CONTROL]
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

// Fast exit, RBX = thread: see entry_x64.S. In its second half FS is the guest's.
    .globl oriel_gate_exit_x86_begin
oriel_gate_exit_x86_begin:
    mov rax, [rbx + T_PENDING]
    cmp dword ptr [rax], 0
    jne .Lpending
    mov eax, [rbx + T_MXCSR]
    and eax, 0xFFC0
    cmp eax, 0x1F80
    jne .Lrestore_mxcsr
.Lmxcsr_restored:
    mov eax, [rbx + T_RIP]
    mov [rbx + T_FAST_EXIT], eax
    movzx eax, word ptr [rbx + T_FS_SELECTOR]
    mov fs, eax
    mov esp, [rbx + T_RSP]
    mov eax, [rbx + T_RAX]
    mov ebp, [rbx + T_RBP]
    mov esi, [rbx + T_RSI]
    mov edi, [rbx + T_RDI]
    mov ebx, [rbx + T_RBX]
    .att_syntax
    ljmpl *%gs:T_FAST_EXIT
    .intel_syntax noprefix
    .globl oriel_gate_exit_x86_end
oriel_gate_exit_x86_end:

    .globl oriel_gate_exit_x86_restart
oriel_gate_exit_x86_restart:
    mov rbx, fs:[oriel_gate_thread@TPOFF]
    mov rsp, [rbx + T_HOST_STACK]
    jmp oriel_gate_exit_x86_begin

.Lpending:
    mov rdi, rbx
    call [rip + oriel_gate_on_interrupt]
    test eax, eax
    jz oriel_gate_exit_x86_begin
.Lnot_fast:
    mov rdi, rbx
    cmp eax, EXIT_FULL
    je oriel_gate_resume
    jmp oriel_gate_leave

// The signal handler knows this instruction.
    .globl oriel_gate_service_x86_lost
oriel_gate_service_x86_lost:
    ud2

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

// The guest's own part, position-independent but for the far jump's target, which write_entry_code_x86 fills in.
    .section .rodata
    .globl oriel_gate_entry_code_x86, oriel_gate_entry_code_x86_target, oriel_gate_entry_code_x86_long
    .globl oriel_gate_entry_code_x86_end
oriel_gate_entry_code_x86:
    .byte 0xEA                          // jmp 0x33:target, as 32-bit code has it
oriel_gate_entry_code_x86_target:
    .long 0
    .word 0x33
oriel_gate_entry_code_x86_long:
    jmp [rip + 3]                       // the address behind it: aligned, for programs that set AC
    .zero 3
oriel_gate_entry_code_x86_end:

    .section .note.GNU-stack,"",@progbits
