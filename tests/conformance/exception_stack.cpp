// SPDX-License-Identifier: MIT
// exception_stack.cpp: stacks that end, and stacks that the system knows nothing of.
// Sources: "SetThreadStackGuarantee function", "_resetstkoflw", "Thread Stack Size", Microsoft documentation; the
// 4,096 bytes: Go's runtime (runtime/stack.go, "system" of Windows) leaves so much for the system's frame.
#include "exception_trial.h"

#include <gtest/gtest.h>

#include <malloc.h>

#include <cstring>

namespace {

struct Overflow {
    DWORD code = 0;
    DWORD parameters = 0;
    ULONG_PTR kind = 0, address = 0, stack_pointer = 0;
    unsigned times = 0;
};
Overflow g_overflow;
ULONG_PTR g_use; ///< bytes of stack that the handler touches

/// Goes down the stack, page by page.
__attribute__((noinline)) void touch_below(ULONG_PTR bytes) {
    volatile char here;
    for (ULONG_PTR down = 0; down < bytes; down += 4096) *(&here - down) = 1;
}

LONG CALLBACK on_overflow(EXCEPTION_POINTERS* pointers) {
    const EXCEPTION_RECORD& record = *pointers->ExceptionRecord;
    if (record.ExceptionCode != EXCEPTION_STACK_OVERFLOW) return EXCEPTION_CONTINUE_SEARCH;
    g_overflow.code = record.ExceptionCode;
    g_overflow.parameters = record.NumberParameters;
    g_overflow.kind = record.ExceptionInformation[0];
    g_overflow.address = record.ExceptionInformation[1];
    ++g_overflow.times;
    if (g_use) touch_below(g_use);
    CONTEXT& context = *pointers->ContextRecord;
#if defined(__x86_64__)
    g_overflow.stack_pointer = context.Rsp;
    context.Rip = reinterpret_cast<ULONG_PTR>(trial_resume);
    context.Rsp = trial_stack;
#else
    g_overflow.stack_pointer = context.Esp;
    context.Eip = reinterpret_cast<ULONG_PTR>(trial_resume);
    context.Esp = trial_stack;
#endif
    return EXCEPTION_CONTINUE_EXECUTION;
}

} // namespace

#if defined(__x86_64__)
SNIPPET(endless_recursion, "subq $0x400, %rsp\n movl %eax, (%rsp)\n call endless_recursion\n ret");
SNIPPET(fault_on_this_stack, "movq %rcx, %rsp\n ud2");
#else
SNIPPET(endless_recursion, "subl $0x400, %esp\n movl %eax, (%esp)\n call endless_recursion\n ret");
SNIPPET(fault_on_this_stack, "movl %ecx, %esp\n ud2");
#endif

namespace {
Overflow overflow_once(ULONG_PTR use = 0) {
    void* handler = AddVectoredExceptionHandler(1, on_overflow);
    g_overflow = {};
    g_use = use;
    trial_enter(reinterpret_cast<const void*>(endless_recursion), nullptr);
    RemoveVectoredExceptionHandler(handler);
    return g_overflow;
}
/// In a thread of its own, whose stack may be spoiled.
template<class F> void in_thread(F body) {
    static F* current;
    current = &body;
    struct Entry {
        static DWORD WINAPI run(void*) { return (*current)(), 0; }
    };
    const HANDLE thread = CreateThread(nullptr, 0, Entry::run, nullptr, 0, nullptr);
    ASSERT_NE(thread, nullptr);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}
} // namespace

TEST(Stack, Its_end_is_told_once_the_guard_page_is_reached) {
    Overflow seen;
    in_thread([&] { seen = overflow_once(); });
    EXPECT_EQ(seen.code, static_cast<DWORD>(EXCEPTION_STACK_OVERFLOW));
    EXPECT_EQ(seen.times, 1u);
    ASSERT_EQ(seen.parameters, 2u);
    EXPECT_EQ(seen.kind, 1u);
    EXPECT_LE(seen.address - seen.stack_pointer + 8, 0x408u); // the access was at RSP or the call's push
}

TEST(Stack, Resetstkoflw_makes_the_next_overflow_be_told_too) {
    Overflow first, second;
    int reset = 0;
    in_thread([&] {
        first = overflow_once();
        reset = _resetstkoflw();
        second = overflow_once();
        _resetstkoflw();
    });
    EXPECT_EQ(first.times, 1u);
    EXPECT_NE(reset, 0);
    EXPECT_EQ(second.times, 1u);
}

TEST(Stack, The_guaranteed_bytes_are_left_to_the_handler) {
    Overflow seen;
    ULONG before = 77, now = 0;
    BOOL set = FALSE;
    in_thread([&] {
        before = 64 * 1024;
        set = SetThreadStackGuarantee(&before);
        SetThreadStackGuarantee(&now);
        seen = overflow_once(60 * 1024);
    });
    EXPECT_TRUE(set);
    EXPECT_EQ(before, 0u); // what was guaranteed before: nothing that was asked for
    EXPECT_GE(now, 64u * 1024); // zero only asks
    EXPECT_EQ(seen.times, 1u);
}

TEST(Stack, A_guarantee_larger_than_the_stack_is_refused) {
    BOOL set = TRUE;
    DWORD error = 0;
    in_thread([&] {
        ULONG bytes = 0x7F000000;
        set = SetThreadStackGuarantee(&bytes);
        error = GetLastError();
    });
    EXPECT_FALSE(set);
    EXPECT_NE(error, 0u);
}

// ---- a stack of one's own

TEST(Stack, On_a_stack_outside_the_TEBs_limits_vectored_handlers_need_less_than_4096_bytes) {
    char* room = static_cast<char*>(VirtualAlloc(nullptr, 0x4000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
    ASSERT_NE(room, nullptr);
    DWORD before;
    ASSERT_TRUE(VirtualProtect(room, 0x2000, PAGE_NOACCESS, &before));
    const Trial trial = run_trial(reinterpret_cast<const void*>(fault_on_this_stack), room + 0x3000);
    ASSERT_TRUE(trial.raised);
    EXPECT_EQ(trial.record.ExceptionCode, static_cast<DWORD>(EXCEPTION_ILLEGAL_INSTRUCTION));
    VirtualFree(room, 0, MEM_RELEASE);
}
