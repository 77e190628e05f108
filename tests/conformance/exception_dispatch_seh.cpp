// SPDX-License-Identifier: MIT
// exception_dispatch_seh.cpp: how exceptions travel: strange handlers, APCs and callbacks of the system, other ways out.
// (Code that no image holds, and stacks of one's own: exception_seh_places.cpp.)
// Sources: "RtlRestoreContext function", "x64 exception handling", "Vectored Exception Handling", "longjmp", "QueueUserAPC
// function", Microsoft documentation.
#include <windows.h>

#include <gtest/gtest.h>

#include <csetjmp>
#include <cstdlib>
#include <string>

#undef __try // a macro of libstdc++

namespace {

constexpr DWORD test_code = 0xE0002000;
std::string g_events;

__attribute__((noinline)) void note(char event) { g_events += event; }
__attribute__((noinline)) void raise_code(DWORD code, DWORD flags = 0) { RaiseException(code, flags, 0, nullptr); }
__attribute__((noinline)) void raise_test() { raise_code(test_code); }

class Dispatch : public testing::Test {
protected:
    void SetUp() override { g_events.clear(); }
};

/// Runs `function` in a __try; the code of what came out, 0 for nothing.
DWORD code_out_of(void (*function)()) {
    __try {
        function();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return 0;
}

} // namespace

// ---- language handlers that misbehave

extern "C" int answers_99(EXCEPTION_RECORD* record, void*, CONTEXT*, void*) asm("answers_99");
extern "C" int answers_99(EXCEPTION_RECORD* record, void*, CONTEXT*, void*) {
    return record->ExceptionCode == test_code ? 99 : 1;
}
extern "C" void call_below_bad_handler(void (*)()) asm("call_below_bad_handler");
asm(R"(
    .text
    .globl call_below_bad_handler
call_below_bad_handler:
    .seh_proc call_below_bad_handler
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    callq *%rcx
    nop
    addq $0x28, %rsp
    ret
    .seh_handler answers_99, @except
    .seh_endproc
)");
static void raise_below_bad_handler() { call_below_bad_handler(raise_test); }

TEST_F(Dispatch, A_handler_that_answers_nonsense_raises_another_exception) {
    EXPECT_EQ(code_out_of(raise_below_bad_handler), 0xC0000026u); // STATUS_INVALID_DISPOSITION
}

static int chained_code(EXCEPTION_POINTERS* pointers, DWORD* chained, DWORD* flags) {
    *flags = pointers->ExceptionRecord->ExceptionFlags;
    if (pointers->ExceptionRecord->ExceptionRecord) *chained = pointers->ExceptionRecord->ExceptionRecord->ExceptionCode;
    return EXCEPTION_EXECUTE_HANDLER;
}
TEST_F(Dispatch, That_exception_is_noncontinuable_and_leads_to_the_first) {
    DWORD chained = 0, flags = 0;
    __try {
        raise_below_bad_handler();
    } __except (chained_code(GetExceptionInformation(), &chained, &flags)) {
    }
    EXPECT_EQ(chained, test_code);
    EXPECT_TRUE(flags & EXCEPTION_NONCONTINUABLE);
}

// ---- through the system's frames

static void CALLBACK raising_apc(ULONG_PTR) { raise_test(); }
static void wait_for_apc() {
    QueueUserAPC(raising_apc, GetCurrentThread(), 0);
    SleepEx(INFINITE, TRUE);
}
TEST_F(Dispatch, An_exception_of_an_APC_reaches_the_handler_around_the_wait) {
    EXPECT_EQ(code_out_of(wait_for_apc), test_code);
    EXPECT_EQ(code_out_of(wait_for_apc), test_code); // and again: the thread is whole
}

static void CALLBACK throwing_apc(ULONG_PTR value) { throw static_cast<int>(value); }
TEST_F(Dispatch, A_cxx_exception_of_an_APC_does_too) {
    int caught = 0;
    try {
        QueueUserAPC(throwing_apc, GetCurrentThread(), 77);
        SleepEx(INFINITE, TRUE);
    } catch (int value) {
        caught = value;
    }
    EXPECT_EQ(caught, 77);
}

static void WINAPI throwing_fls_callback(void* value) {
    if (value) throw 5;
}
TEST_F(Dispatch, A_callback_of_FlsFree_may_throw) {
    const DWORD index = FlsAlloc(throwing_fls_callback);
    ASSERT_NE(index, FLS_OUT_OF_INDEXES);
    int local = 0, caught = 0;
    FlsSetValue(index, &local);
    try {
        FlsFree(index);
    } catch (int value) {
        caught = value;
    }
    EXPECT_EQ(caught, 5);
}

static int CALLBACK throwing_compare(const void*, const void*) { throw 6; }
TEST_F(Dispatch, Comparisons_of_qsort_and_bsearch_may_throw) {
    int numbers[] = {3, 1, 2};
    int caught = 0;
    try {
        qsort(numbers, 3, sizeof(int), throwing_compare);
    } catch (int value) {
        caught += value;
    }
    try {
        (void)bsearch(numbers, numbers, 3, sizeof(int), throwing_compare);
    } catch (int value) {
        caught += value;
    }
    EXPECT_EQ(caught, 12);
}

static BOOL CALLBACK throwing_locale(LPSTR) { throw 7; }
TEST_F(Dispatch, A_callback_of_an_enumeration_may_throw) {
    int caught = 0;
    try {
        EnumSystemLocalesA(throwing_locale, LCID_SUPPORTED);
    } catch (int value) {
        caught = value;
    }
    EXPECT_EQ(caught, 7);
}

// ---- other ways out

static jmp_buf g_buffer;
__attribute__((noinline)) static void jump_out_of_try() {
    __try {
        longjmp(g_buffer, 3);
    } __finally {
        note('f');
    }
}
TEST_F(Dispatch, Longjmp_unwinds) {
    volatile int result = setjmp(g_buffer);
    if (result == 0) jump_out_of_try();
    EXPECT_EQ(result, 3);
    EXPECT_EQ(g_events, "f");
}

TEST_F(Dispatch, A_captured_context_can_be_gone_on_from) {
    CONTEXT context;
    volatile int visits = 0;
    RtlCaptureContext(&context);
    visits = visits + 1;
    if (visits < 3) RtlRestoreContext(&context, nullptr);
    EXPECT_EQ(visits, 3);
}

// ---- vectored handlers that change their list

static void* g_handles[3];
static LONG CALLBACK adds_another(EXCEPTION_POINTERS* pointers);
static LONG CALLBACK continues(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != test_code) return EXCEPTION_CONTINUE_SEARCH;
    note('c');
    return EXCEPTION_CONTINUE_EXECUTION;
}
static LONG CALLBACK adds_another(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != test_code) return EXCEPTION_CONTINUE_SEARCH;
    note('a');
    if (!g_handles[1]) g_handles[1] = AddVectoredExceptionHandler(0, continues);
    return EXCEPTION_CONTINUE_SEARCH;
}
TEST_F(Dispatch, A_vectored_handler_that_is_added_behind_the_running_one_is_asked) {
    g_handles[1] = nullptr;
    g_handles[0] = AddVectoredExceptionHandler(1, adds_another);
    raise_test();
    EXPECT_EQ(g_events, "ac");
    RemoveVectoredExceptionHandler(g_handles[0]);
    RemoveVectoredExceptionHandler(g_handles[1]);
}
