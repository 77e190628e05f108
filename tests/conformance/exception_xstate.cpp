// SPDX-License-Identifier: MIT
// exception_xstate.cpp: the upper halves of the vector registers, over exceptions and in CONTEXTs.
// Sources: "Working with XState Context", "InitializeContext function", "LocateXStateFeature function",
// "SetXStateFeaturesMask function", "CopyContext function", Microsoft documentation.
#include "exception_trial.h"

#include <gtest/gtest.h>

#include <vector>
#include <cstring>

#if defined(__x86_64__)
#ifndef CONTEXT_XSTATE
#define CONTEXT_XSTATE (CONTEXT_AMD64 | 0x40)
#endif

namespace {

constexpr DWORD avx = 2;
constexpr DWORD64 avx_mask = 1 << avx;

bool has_avx() { return (GetEnabledXStateFeatures() & avx_mask) != 0; }

LONG CALLBACK skip_ud2(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_ILLEGAL_INSTRUCTION) return EXCEPTION_CONTINUE_SEARCH;
    pointers->ContextRecord->Rip += 2;
    asm volatile(".byte 0xC5, 0xF8, 0x77"); // vzeroall's little sister vzeroupper: the handler uses the registers too
    return EXCEPTION_CONTINUE_EXECUTION;
}

struct Seen {
    bool located = false;
    DWORD length = 0;
    DWORD64 mask = 0;
    BYTE upper[256];
};
Seen g_seen;

LONG CALLBACK look_at_avx(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_ILLEGAL_INSTRUCTION) return EXCEPTION_CONTINUE_SEARCH;
    CONTEXT* context = pointers->ContextRecord;
    context->Rip += 2;
    if (!GetXStateFeaturesMask(context, &g_seen.mask)) return EXCEPTION_CONTINUE_EXECUTION;
    if (const void* at = LocateXStateFeature(context, avx, &g_seen.length)) {
        g_seen.located = true;
        memcpy(g_seen.upper, at, sizeof g_seen.upper);
    }
    return EXCEPTION_CONTINUE_EXECUTION;
}

LONG CALLBACK change_avx(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_ILLEGAL_INSTRUCTION) return EXCEPTION_CONTINUE_SEARCH;
    CONTEXT* context = pointers->ContextRecord;
    context->Rip += 2;
    DWORD64 mask = 0;
    GetXStateFeaturesMask(context, &mask);
    if (BYTE* at = static_cast<BYTE*>(LocateXStateFeature(context, avx, nullptr))) {
        if (!(mask & avx_mask)) memset(at, 0, 256);
        memset(at + 16 * 3, 0x5A, 16);
        SetXStateFeaturesMask(context, mask | avx_mask);
    }
    return EXCEPTION_CONTINUE_EXECUTION;
}

/// Loads YMM3 from `value`, faults, and stores YMM3 back.
__attribute__((target("avx"), noinline)) void fault_with_ymm3(BYTE* value) {
    asm volatile("vmovups (%0), %%ymm3\n ud2\n vmovups %%ymm3, (%0)\n vzeroupper" ::"r"(value) : "xmm3", "memory");
}
/// The same with the upper halves in their initial state at the fault.
__attribute__((target("avx"), noinline)) void fault_without_upper(BYTE* value) {
    asm volatile("vzeroupper\n ud2\n vmovups %%ymm3, (%0)\n vzeroupper" ::"r"(value) : "xmm3", "memory");
}

class Xstate : public testing::Test {
protected:
    void SetUp() override {
        if (!has_avx()) GTEST_SKIP() << "this CPU has no AVX";
        for (unsigned i = 0; i < 32; ++i) value[i] = static_cast<BYTE>(i + 1);
    }
    void handle(PVECTORED_EXCEPTION_HANDLER handler) { m_handler = AddVectoredExceptionHandler(1, handler); }
    void TearDown() override {
        if (m_handler) RemoveVectoredExceptionHandler(m_handler);
    }
    BYTE value[32];

private:
    void* m_handler = nullptr;
};

} // namespace

TEST_F(Xstate, Upper_halves_survive_an_exception_that_is_continued) {
    handle(skip_ud2);
    fault_with_ymm3(value);
    for (unsigned i = 0; i < 32; ++i) EXPECT_EQ(value[i], i + 1);
}

TEST_F(Xstate, A_handler_sees_the_upper_halves) {
    handle(look_at_avx);
    g_seen = {};
    fault_with_ymm3(value);
    ASSERT_TRUE(g_seen.located);
    EXPECT_EQ(g_seen.length, 256u);
    EXPECT_TRUE(g_seen.mask & avx_mask);
    for (unsigned i = 0; i < 16; ++i) EXPECT_EQ(g_seen.upper[16 * 3 + i], 17 + i);
}

TEST_F(Xstate, A_handler_can_change_the_upper_halves) {
    handle(change_avx);
    fault_with_ymm3(value);
    for (unsigned i = 0; i < 16; ++i) EXPECT_EQ(value[i], i + 1);
    for (unsigned i = 16; i < 32; ++i) EXPECT_EQ(value[i], 0x5A);
}

TEST_F(Xstate, A_handler_can_set_upper_halves_that_were_not_in_use) {
    handle(change_avx);
    fault_without_upper(value);
    for (unsigned i = 16; i < 32; ++i) EXPECT_EQ(value[i], 0x5A);
}

TEST_F(Xstate, InitializeContext_tells_the_length_it_needs) {
    DWORD plain = 0, extended = 0;
    CONTEXT* context = nullptr;
    EXPECT_FALSE(InitializeContext(nullptr, CONTEXT_FULL, &context, &plain));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INSUFFICIENT_BUFFER));
    EXPECT_GE(plain, sizeof(CONTEXT));
    EXPECT_FALSE(InitializeContext(nullptr, CONTEXT_FULL | CONTEXT_XSTATE, &context, &extended));
    EXPECT_GE(extended, plain + 64 + 256);
    DWORD small = plain - 1;
    std::vector<BYTE> buffer(extended);
    EXPECT_FALSE(InitializeContext(buffer.data(), CONTEXT_FULL, &context, &small));
    EXPECT_EQ(small, plain);
    EXPECT_FALSE(InitializeContext(buffer.data(), 0x00010007, &context, &extended)); // of the other architecture
}

TEST_F(Xstate, Features_of_a_made_context_can_be_located_marked_and_copied) {
    DWORD length = 0;
    CONTEXT *one = nullptr, *other = nullptr;
    InitializeContext(nullptr, CONTEXT_ALL | CONTEXT_XSTATE, &one, &length);
    std::vector<BYTE> first(length), second(length);
    ASSERT_TRUE(InitializeContext(first.data(), CONTEXT_ALL | CONTEXT_XSTATE, &one, &length));
    ASSERT_TRUE(InitializeContext(second.data(), CONTEXT_ALL | CONTEXT_XSTATE, &other, &length));
    EXPECT_EQ(reinterpret_cast<ULONG_PTR>(one) % 16, 0u);
    EXPECT_EQ(one->ContextFlags, CONTEXT_ALL | CONTEXT_XSTATE);
    DWORD64 mask = 77;
    ASSERT_TRUE(GetXStateFeaturesMask(one, &mask));
    EXPECT_EQ(mask, 3u); // legacy state, of CONTEXT_FLOATING_POINT
    DWORD bytes = 0;
    EXPECT_EQ(LocateXStateFeature(one, 1, &bytes), &one->Xmm0);
    EXPECT_EQ(bytes, 256u);
    EXPECT_EQ(LocateXStateFeature(one, 0, &bytes), &one->FltSave);
    EXPECT_EQ(bytes, 160u);
    EXPECT_EQ(LocateXStateFeature(one, 40, nullptr), nullptr);
    auto* upper = static_cast<BYTE*>(LocateXStateFeature(one, avx, &bytes));
    ASSERT_NE(upper, nullptr);
    EXPECT_EQ(bytes, 256u);
    memset(upper, 0x77, 256);
    one->Rbx = 0x1234;
    ASSERT_TRUE(SetXStateFeaturesMask(one, avx_mask));
    ASSERT_TRUE(CopyContext(other, CONTEXT_INTEGER | CONTEXT_XSTATE, one));
    EXPECT_EQ(other->Rbx, 0x1234u);
    ASSERT_TRUE(GetXStateFeaturesMask(other, &mask));
    EXPECT_EQ(mask & ~3ull, avx_mask);
    EXPECT_EQ(memcmp(LocateXStateFeature(other, avx, nullptr), upper, 256), 0);
    EXPECT_FALSE(CopyContext(other, 0x00010007, one));
}

TEST_F(Xstate, A_context_without_room_has_no_features) {
    DWORD length = 0;
    CONTEXT* context = nullptr;
    InitializeContext(nullptr, CONTEXT_FULL, &context, &length);
    std::vector<BYTE> buffer(length);
    ASSERT_TRUE(InitializeContext(buffer.data(), CONTEXT_FULL, &context, &length));
    EXPECT_EQ(LocateXStateFeature(context, avx, nullptr), nullptr);
    EXPECT_FALSE(SetXStateFeaturesMask(context, avx_mask));
    EXPECT_TRUE(SetXStateFeaturesMask(context, 3));
}

// ---- another thread's

namespace {
volatile LONG g_stop, g_running;
BYTE g_pattern[32];
BYTE g_after[32];
} // namespace
__attribute__((target("avx"))) static DWORD WINAPI spin_with_ymm5(void*) {
    asm volatile("vmovups (%0), %%ymm5" ::"r"(g_pattern) : "xmm5");
    asm volatile("movl $1, %0" : "=m"(g_running));
    asm volatile("1: cmpl $0, %0\n je 1b" ::"m"(g_stop));
    asm volatile("vmovups %%ymm5, (%0)\n vzeroupper" ::"r"(g_after) : "memory");
    return 0;
}

TEST_F(Xstate, The_extended_state_of_a_suspended_thread_can_be_read_and_set) {
    memcpy(g_pattern, value, 32);
    g_stop = g_running = 0;
    const HANDLE thread = CreateThread(nullptr, 0, spin_with_ymm5, nullptr, 0, nullptr);
    ASSERT_NE(thread, nullptr);
    while (!g_running) Sleep(1);
    ASSERT_EQ(SuspendThread(thread), 0u);
    DWORD length = 0;
    CONTEXT* context = nullptr;
    InitializeContext(nullptr, CONTEXT_FULL | CONTEXT_XSTATE, &context, &length);
    std::vector<BYTE> buffer(length);
    ASSERT_TRUE(InitializeContext(buffer.data(), CONTEXT_FULL | CONTEXT_XSTATE, &context, &length));
    ASSERT_TRUE(SetXStateFeaturesMask(context, avx_mask));
    ASSERT_TRUE(GetThreadContext(thread, context));
    DWORD64 mask = 0;
    GetXStateFeaturesMask(context, &mask);
    EXPECT_TRUE(mask & avx_mask);
    auto* upper = static_cast<BYTE*>(LocateXStateFeature(context, avx, nullptr));
    ASSERT_NE(upper, nullptr);
    EXPECT_EQ(memcmp(upper + 16 * 5, value + 16, 16), 0);
    memset(upper + 16 * 5, 0x3C, 16);
    ASSERT_TRUE(SetThreadContext(thread, context));
    g_stop = 1;
    ResumeThread(thread);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    EXPECT_EQ(memcmp(g_after, value, 16), 0);
    for (unsigned i = 16; i < 32; ++i) EXPECT_EQ(g_after[i], 0x3C);
}
#endif
