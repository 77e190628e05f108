// SPDX-License-Identifier: MIT
// unwind_steps.cpp: RtlVirtualUnwind at every instruction that really runs.
//
// Some functions are run with the trap flag set. At each instruction the vectored handler unwinds from there
// until the frame that called the function, and compares with the registers of that call: stack pointer,
// return address and all non-volatile registers must come out, whether the instruction is in a prolog, a
// body, an epilog or in anything called from there.
// On i386 there are no such tables, and nothing to test.
// Source: "x64 exception handling", "x64 calling convention", Microsoft documentation.
#if defined(__x86_64__)
#include <windows.h>

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

using Body = int (*)(int);

struct Watch {
    bool active = false;
    CONTEXT call{}; ///< at the first instruction of the function
    unsigned steps = 0;
    unsigned wrong = 0;
    DWORD64 first_wrong = 0;
    unsigned limit = 200000;
};
Watch g_watch;

/// The caller's registers at the call, from those at `context`; false if the walk does not get there.
bool unwind_to_call(CONTEXT context) {
    const DWORD64 target = g_watch.call.Rsp + 8;
    for (int frames = 0; frames < 200 && context.Rsp <= target; ++frames) {
        if (context.Rsp == target) break;
        DWORD64 image = 0, establisher = 0;
        void* data = nullptr;
        if (auto* entry = RtlLookupFunctionEntry(context.Rip, &image, nullptr)) {
            RtlVirtualUnwind(0, image, context.Rip, entry, &context, &data, &establisher, nullptr);
        } else {
            context.Rip = *reinterpret_cast<DWORD64*>(context.Rsp);
            context.Rsp += 8;
        }
    }
    const CONTEXT& call = g_watch.call;
    return context.Rsp == target && context.Rip == *reinterpret_cast<DWORD64*>(call.Rsp) && context.Rbx == call.Rbx
        && context.Rbp == call.Rbp && context.Rsi == call.Rsi && context.Rdi == call.Rdi && context.R12 == call.R12
        && context.R13 == call.R13 && context.R14 == call.R14 && context.R15 == call.R15
        && memcmp(&context.Xmm6, &call.Xmm6, 10 * sizeof(M128A)) == 0;
}

LONG CALLBACK on_step(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_SINGLE_STEP) return EXCEPTION_CONTINUE_SEARCH;
    if (!g_watch.active) return EXCEPTION_CONTINUE_EXECUTION;
    CONTEXT& context = *pointers->ContextRecord;
    if (g_watch.steps == 0) g_watch.call = context;
    if (context.Rsp > g_watch.call.Rsp || g_watch.steps == g_watch.limit) { // it has returned
        g_watch.active = false;
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    ++g_watch.steps;
    if (!unwind_to_call(context) && g_watch.wrong++ == 0) g_watch.first_wrong = context.Rip;
    context.EFlags |= 0x100;
    return EXCEPTION_CONTINUE_EXECUTION;
}

/// Calls body(argument) with the trap flag set for its first instruction, and odd numbers in the non-volatile
/// registers.
__attribute__((naked, noinline)) int call_stepping(Body, int) {
    asm(R"(
        pushq %rbx
        pushq %rbp
        pushq %rsi
        pushq %rdi
        pushq %r12
        pushq %r13
        pushq %r14
        pushq %r15
        subq $0x28, %rsp
        movq %rcx, %rax
        movl %edx, %ecx
        movl $0x101, %ebx
        movl $0x102, %ebp
        movl $0x103, %esi
        movl $0x104, %edi
        movl $0x105, %r12d
        movl $0x106, %r13d
        movl $0x107, %r14d
        movl $0x108, %r15d
        pushfq
        orl $0x100, (%rsp)
        popfq
        callq *%rax
        nop
        addq $0x28, %rsp
        popq %r15
        popq %r14
        popq %r13
        popq %r12
        popq %rdi
        popq %rsi
        popq %rbp
        popq %rbx
        ret
    )");
}

// ---- what is run

__attribute__((noinline)) int leaf(int n) { return n * 3 + 1; }
__attribute__((noinline)) int tail_call(int n) { return leaf(n + 1); }
__attribute__((noinline)) int several_registers(int n) {
    volatile int a[9];
    for (int i = 0; i < 9; ++i) a[i] = leaf(n + i);
    int sum = 0;
    for (int i = 0; i < 9; ++i) sum += a[i] * leaf(a[8 - i]) + (i % 2 ? leaf(sum) : n);
    return sum;
}
__attribute__((noinline)) int floating(int n) {
    double x = n, y = 1.5, z = 2.5, u = 0.25, v = 3, w = 0.5;
    for (int i = 0; i < 5; ++i) {
        x += leaf(i) * y;
        y -= leaf(i + 1) * z;
        z += u * leaf(i + 2);
        u *= v + leaf(i);
        v -= w;
        w += x * 1e-3;
    }
    return static_cast<int>(x + y + z + u + v + w);
}
__attribute__((noinline)) int with_alloca(int n) {
    volatile char* bytes = static_cast<volatile char*>(__builtin_alloca(n * 16));
    for (int i = 0; i < n * 16; ++i) bytes[i] = static_cast<char>(i);
    return bytes[n] + leaf(n);
}
__attribute__((noinline)) int large_frame(int n) {
    volatile char bytes[20000];
    bytes[n] = 1;
    bytes[19999] = 2;
    return bytes[n] + leaf(bytes[19999]);
}
__attribute__((noinline)) int recursion(int n) { return n == 0 ? 1 : n * recursion(n - 1) + several_registers(n); }
int compare(const void* a, const void* b) { return *static_cast<const int*>(a) - *static_cast<const int*>(b); }
__attribute__((noinline)) int sorting(int n) {
    int values[16];
    for (int i = 0; i < 16; ++i) values[i] = (i * 7 + n) % 16;
    qsort(values, 16, sizeof(int), compare);
    return values[3];
}
__attribute__((noinline)) int formatting(int n) {
    char text[100];
    return std::snprintf(text, sizeof text, "%d %s %8.3f %llx", n, "text", n * 1.25, 0x123456789ull);
}
__attribute__((noinline)) int allocating(int n) {
    void* block = HeapAlloc(GetProcessHeap(), 0, static_cast<SIZE_T>(n) * 100);
    const bool made = block != nullptr;
    HeapFree(GetProcessHeap(), 0, block);
    return made;
}

struct Sample {
    const char* name;
    Body body;
    int argument;
};
const Sample g_runs[] = {
    {"leaf", leaf, 1},           {"tail_call", tail_call, 1},   {"several_registers", several_registers, 3},
    {"floating", floating, 2},   {"with_alloca", with_alloca, 5}, {"large_frame", large_frame, 7},
    {"recursion", recursion, 4}, {"sorting", sorting, 3},       {"formatting", formatting, 42},
    {"allocating", allocating, 3},
};

class UnwindSteps : public testing::TestWithParam<Sample> {};

} // namespace

TEST_P(UnwindSteps, Finds_the_caller_from_every_instruction) {
    const Sample& sample = GetParam();
    const int expected = sample.body(sample.argument);
    void* handler = AddVectoredExceptionHandler(1, on_step);
    g_watch = Watch{};
    g_watch.active = true;
    const int got = call_stepping(sample.body, sample.argument);
    g_watch.active = false;
    RemoveVectoredExceptionHandler(handler);
    EXPECT_EQ(got, expected);
    EXPECT_GT(g_watch.steps, 1u);
    EXPECT_EQ(g_watch.wrong, 0u) << "of " << g_watch.steps << " instructions, the first at " << std::hex << g_watch.first_wrong;
}

INSTANTIATE_TEST_SUITE_P(Functions, UnwindSteps, testing::ValuesIn(g_runs),
                         [](const testing::TestParamInfo<Sample>& info) { return info.param.name; });
#endif
