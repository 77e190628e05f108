// SPDX-License-Identifier: MIT
// exception_trial.h: runs a few instructions that fault, and tells what the exception was.
//
// A snippet is a function in assembly that gets its argument in RCX (ECX). The first exception it raises is
// kept, and the thread goes on behind the call, with the floating-point unit as a thread begins with it; so
// a snippet that is expected to fault need not be repairable.
#pragma once

#include <windows.h>

struct Trial {
    bool raised = false;
    EXCEPTION_RECORD record{};
    CONTEXT context{};
    ULONG_PTR resumed_at() const {
#if defined(__x86_64__)
        return context.Rip;
#else
        return context.Eip;
#endif
    }
};

// Top-level assembly: names without the underscore that C names get on i386.
extern "C" int trial_enter(const void* snippet, void* argument) asm("trial_enter");
extern "C" char trial_resume[] asm("trial_resume");
extern "C" ULONG_PTR trial_stack asm("trial_stack");

#if defined(__x86_64__)
asm(R"(
    .bss
    .p2align 3
    .globl trial_stack
trial_stack: .zero 8
    .text
    .globl trial_enter
    .seh_proc trial_enter
trial_enter:
    pushq %rbx
    .seh_pushreg %rbx
    pushq %rbp
    .seh_pushreg %rbp
    pushq %rsi
    .seh_pushreg %rsi
    pushq %rdi
    .seh_pushreg %rdi
    pushq %r12
    .seh_pushreg %r12
    pushq %r13
    .seh_pushreg %r13
    pushq %r14
    .seh_pushreg %r14
    pushq %r15
    .seh_pushreg %r15
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    movq %rsp, trial_stack(%rip)
    movq %rcx, %rax
    movq %rdx, %rcx
    callq *%rax
    xorl %eax, %eax
    jmp 1f
    .globl trial_resume
trial_resume:
    movl $1, %eax
1:  addq $0x28, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rdi
    popq %rsi
    popq %rbp
    popq %rbx
    ret
    .seh_endproc
)");
#else
asm(R"(
    .bss
    .p2align 2
    .globl trial_stack
trial_stack: .zero 4
    .text
    .globl trial_enter
trial_enter:
    pushl %ebx
    pushl %ebp
    pushl %esi
    pushl %edi
    movl 20(%esp), %eax
    movl 24(%esp), %ecx
    movl %esp, trial_stack
    call *%eax
    xorl %eax, %eax
    jmp 1f
    .globl trial_resume
trial_resume:
    movl $1, %eax
1:  popl %edi
    popl %esi
    popl %ebp
    popl %ebx
    ret
)");
#endif

/// A snippet: the text is AT&T assembly and ends with `ret` if it does not fault.
#define SNIPPET(name, text)                                                                                    \
    extern "C" char name[] asm(#name);                                                                         \
    asm(".text\n.globl " #name "\n" #name ":\n" text "\n")

inline Trial* g_trial = nullptr;

inline void reset_floating_point(CONTEXT& context) {
#if defined(__x86_64__)
    context.MxCsr = context.FltSave.MxCsr = 0x1F80;
    context.FltSave.ControlWord = 0x27F;
    context.FltSave.StatusWord = 0;
    context.FltSave.TagWord = 0;
#else
    context.FloatSave.ControlWord = 0x27F;
    context.FloatSave.StatusWord = 0;
    context.FloatSave.TagWord = 0xFFFF;
    *reinterpret_cast<DWORD*>(context.ExtendedRegisters) = 0x27F; // FCW, FSW
    *reinterpret_cast<DWORD*>(context.ExtendedRegisters + 4) = 0; // tags
    *reinterpret_cast<DWORD*>(context.ExtendedRegisters + 24) = 0x1F80;
#endif
}

inline LONG CALLBACK keep_trial(EXCEPTION_POINTERS* pointers) {
    if (!g_trial) return EXCEPTION_CONTINUE_SEARCH;
    CONTEXT& context = *pointers->ContextRecord;
    g_trial->raised = true;
    g_trial->record = *pointers->ExceptionRecord;
    g_trial->context = context;
    g_trial = nullptr;
#if defined(__x86_64__)
    context.Rip = reinterpret_cast<ULONG_PTR>(trial_resume);
    context.Rsp = trial_stack;
#else
    context.Eip = reinterpret_cast<ULONG_PTR>(trial_resume);
    context.Esp = trial_stack;
#endif
    context.EFlags &= ~0x40500u; // AC, DF, TF
    reset_floating_point(context);
    return EXCEPTION_CONTINUE_EXECUTION;
}

/// Runs the snippet; the exception it raised, if it did.
inline Trial run_trial(const void* snippet, void* argument = nullptr) {
    Trial trial;
    void* handler = AddVectoredExceptionHandler(1, keep_trial);
    g_trial = &trial;
    trial_enter(snippet, argument);
    g_trial = nullptr;
    RemoveVectoredExceptionHandler(handler);
    return trial;
}
