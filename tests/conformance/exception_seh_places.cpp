// SPDX-License-Identifier: MIT
// exception_seh_places.cpp: exceptions in unusual places: code without an image, stacks that NT did not make,
// and stack traces.
//
// Sources: "RtlAddFunctionTable", "RtlInstallFunctionTableCallback", "RtlAddGrowableFunctionTable",
// "CaptureStackBackTrace" and "RtlUnwind" functions, "x64 exception handling", Microsoft documentation.
#include <windows.h>

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>

#undef __try // a macro of libstdc++

namespace {

constexpr DWORD test_code = 0xE0002000;

__attribute__((noinline)) int raise_here(int value) {
    RaiseException(test_code, 0, 0, nullptr);
    return value;
}

// ---- code without an image: calls the function in RCX from a frame of 0x28 bytes.
constexpr unsigned char code_bytes[] = {
    0x48, 0x83, 0xEC, 0x28, // sub rsp, 0x28
    0xFF, 0xD1,             // call rcx
    0x48, 0x83, 0xC4, 0x28, // add rsp, 0x28
    0xC3,                   // ret
};
constexpr unsigned char unwind_bytes[] = {1, 4, 1, 0, 4, 0x42, 0, 0}; // version 1, prolog 4, one code: allocate 0x28
constexpr DWORD unwind_at = 0x100;

struct MadeCode {
    unsigned char* bytes = static_cast<unsigned char*>(VirtualAlloc(nullptr, 0x1000, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE));
    RUNTIME_FUNCTION table[2] = {};

    MadeCode() {
        memcpy(bytes, code_bytes, sizeof code_bytes);
        memcpy(bytes + unwind_at, unwind_bytes, sizeof unwind_bytes);
        table[0].BeginAddress = 0;
        table[0].EndAddress = sizeof code_bytes;
        table[0].UnwindData = unwind_at;
    }
    ~MadeCode() { VirtualFree(bytes, 0, MEM_RELEASE); }
    [[nodiscard]] DWORD64 base() const { return reinterpret_cast<DWORD64>(bytes); }
    [[nodiscard]] bool is_known() const {
        DWORD64 image = 0;
        return RtlLookupFunctionEntry(base() + 6, &image, nullptr) != nullptr && image == base();
    }
};

int caught_through(const MadeCode& made) {
    const auto call = reinterpret_cast<int (*)(int (*)(int))>(made.bytes);
    __try {
        call(raise_here);
    } __except (GetExceptionCode() == test_code ? EXCEPTION_EXECUTE_HANDLER : EXCEPTION_CONTINUE_SEARCH) {
        return 1;
    }
    return 0;
}

RUNTIME_FUNCTION* CALLBACK find_made(DWORD64 pc, void* context) {
    auto* made = static_cast<MadeCode*>(context);
    return pc >= made->base() && pc < made->base() + sizeof code_bytes ? &made->table[0] : nullptr;
}

using AddGrowable = DWORD(NTAPI*)(void**, RUNTIME_FUNCTION*, DWORD, DWORD, ULONG_PTR, ULONG_PTR);
using Grow = void(NTAPI*)(void*, DWORD);
using DeleteGrowable = void(NTAPI*)(void*);
template<class F> F of_ntdll(const char* name) {
    return reinterpret_cast<F>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleA("ntdll.dll"), name)));
}

} // namespace

TEST(DynamicCode, An_exception_passes_through_code_that_a_table_describes) {
    MadeCode made;
    EXPECT_FALSE(made.is_known());
    ASSERT_TRUE(RtlAddFunctionTable(made.table, 1, made.base()));
    EXPECT_TRUE(made.is_known());
    EXPECT_EQ(caught_through(made), 1);
    EXPECT_TRUE(RtlDeleteFunctionTable(made.table));
    EXPECT_FALSE(made.is_known());
    EXPECT_FALSE(RtlDeleteFunctionTable(made.table));
}

TEST(DynamicCode, A_callback_may_describe_it_when_asked) {
    MadeCode made;
    EXPECT_FALSE(RtlInstallFunctionTableCallback(made.base(), made.base(), 0x1000, find_made, &made, nullptr)); // no mark in the low bits
    ASSERT_TRUE(RtlInstallFunctionTableCallback(made.base() | 3, made.base(), 0x1000, find_made, &made, nullptr));
    EXPECT_TRUE(made.is_known());
    EXPECT_EQ(caught_through(made), 1);
    EXPECT_TRUE(RtlDeleteFunctionTable(reinterpret_cast<RUNTIME_FUNCTION*>(made.base() | 3)));
    EXPECT_FALSE(made.is_known());
}

TEST(DynamicCode, A_growable_table_counts_as_far_as_it_has_grown) {
    const auto add = of_ntdll<AddGrowable>("RtlAddGrowableFunctionTable");
    if (add == nullptr) GTEST_SKIP() << "Windows 8 and later";
    MadeCode made;
    void* handle = nullptr;
    ASSERT_EQ(add(&handle, made.table, 0, 2, made.base(), made.base() + 0x1000), 0u);
    EXPECT_FALSE(made.is_known());
    of_ntdll<Grow>("RtlGrowFunctionTable")(handle, 1);
    EXPECT_TRUE(made.is_known());
    EXPECT_EQ(caught_through(made), 1);
    of_ntdll<DeleteGrowable>("RtlDeleteGrowableFunctionTable")(handle);
    EXPECT_FALSE(made.is_known());
}

// ---- a stack of one's own

namespace {

int g_handled;
LONG CALLBACK counts_and_continues(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode == test_code) {
        ++g_handled;
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    if (pointers->ExceptionRecord->ExceptionCode == EXCEPTION_ILLEGAL_INSTRUCTION) {
        ++g_handled;
        pointers->ContextRecord->Rip += 2; // ud2
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    return EXCEPTION_CONTINUE_SEARCH;
}
void raise_and_fault() {
    raise_here(1);
    asm volatile("ud2");
}

/// Runs `function` with RSP in other memory, which the TEB knows nothing of.
__attribute__((naked, noinline)) void call_on_stack(void (*)(), void*) {
    asm(R"(
        pushq %rbp
        movq %rsp, %rbp
        movq %rdx, %rsp
        subq $0x20, %rsp
        callq *%rcx
        movq %rbp, %rsp
        popq %rbp
        ret
    )");
}

} // namespace

TEST(OwnStack, A_vectored_handler_hears_of_exceptions_on_a_stack_that_the_TEB_does_not_know) {
    constexpr SIZE_T bytes = 0x20000;
    auto* stack = static_cast<char*>(VirtualAlloc(nullptr, bytes, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE));
    void* handler = AddVectoredExceptionHandler(1, counts_and_continues);
    g_handled = 0;
    call_on_stack(raise_and_fault, stack + bytes);
    EXPECT_EQ(g_handled, 2);
    RemoveVectoredExceptionHandler(handler);
    VirtualFree(stack, 0, MEM_RELEASE);
}

// ---- stack traces

namespace {

struct Trace {
    void* frames[62] = {};
    unsigned count = 0;
    ULONG hash = 0;
    void* return_addresses[3] = {};
};
__attribute__((noinline)) void innermost(Trace& trace, unsigned skip) {
    trace.return_addresses[0] = __builtin_return_address(0);
    trace.count = CaptureStackBackTrace(skip, 62, trace.frames, &trace.hash);
    asm volatile("" ::: "memory"); // no tail call
}
__attribute__((noinline)) void middle(Trace& trace, unsigned skip) {
    trace.return_addresses[1] = __builtin_return_address(0);
    innermost(trace, skip);
    asm volatile("" ::: "memory");
}
__attribute__((noinline)) void outermost(Trace& trace, unsigned skip) {
    trace.return_addresses[2] = __builtin_return_address(0);
    middle(trace, skip);
    asm volatile("" ::: "memory");
}

} // namespace

TEST(StackTrace, Holds_the_return_addresses_from_the_inside_out) {
    Trace trace;
    outermost(trace, 0);
    ASSERT_GE(trace.count, 4u);
    EXPECT_EQ(trace.frames[1], trace.return_addresses[0]);
    EXPECT_EQ(trace.frames[2], trace.return_addresses[1]);
    EXPECT_EQ(trace.frames[3], trace.return_addresses[2]);
    ULONG sum = 0;
    for (unsigned i = 0; i < trace.count; ++i) sum += static_cast<ULONG>(reinterpret_cast<ULONG_PTR>(trace.frames[i]));
    EXPECT_EQ(trace.hash, sum);
}

TEST(StackTrace, Leaves_out_what_it_is_told_to_skip) {
    Trace whole, rest;
    outermost(whole, 0);
    outermost(rest, 2);
    ASSERT_GE(rest.count, 2u);
    EXPECT_EQ(rest.count, whole.count - 2);
    EXPECT_EQ(rest.frames[0], rest.return_addresses[1]);
}

TEST(StackTrace, Ends_where_the_thread_began) {
    Trace trace;
    std::thread([&] { outermost(trace, 0); }).join();
    EXPECT_GE(trace.count, 4u);
    EXPECT_LT(trace.count, 30u);
}
