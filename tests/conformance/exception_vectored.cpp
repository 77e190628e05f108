// SPDX-License-Identifier: MIT
// exception_vectored.cpp: vectored exception and continue handlers.
// Sources: "AddVectoredExceptionHandler function", "RemoveVectoredExceptionHandler function",
// "AddVectoredContinueHandler function", "Vectored Exception Handling", Microsoft documentation.
#include <windows.h>

#include <gtest/gtest.h>

#include <string>

namespace {

constexpr DWORD test_code = 0xE0001000;
std::string g_events;
void* g_registered[4];

LONG CALLBACK handler_a(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode == test_code) g_events += 'a';
    return EXCEPTION_CONTINUE_SEARCH;
}
LONG CALLBACK handler_b(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode == test_code) g_events += 'b';
    return EXCEPTION_CONTINUE_SEARCH;
}
LONG CALLBACK continuing(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != test_code) return EXCEPTION_CONTINUE_SEARCH;
    g_events += 'c';
    return EXCEPTION_CONTINUE_EXECUTION;
}
LONG CALLBACK removes_itself(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != test_code) return EXCEPTION_CONTINUE_SEARCH;
    g_events += 'r';
    RemoveVectoredExceptionHandler(g_registered[0]);
    return EXCEPTION_CONTINUE_SEARCH;
}
LONG CALLBACK removes_the_next(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != test_code) return EXCEPTION_CONTINUE_SEARCH;
    g_events += 'n';
    RemoveVectoredExceptionHandler(g_registered[1]);
    return EXCEPTION_CONTINUE_SEARCH;
}
LONG CALLBACK raises_another(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != test_code) return EXCEPTION_CONTINUE_SEARCH;
    g_events += '(';
    RaiseException(test_code + 1, 0, 0, nullptr);
    g_events += ')';
    return EXCEPTION_CONTINUE_EXECUTION;
}
LONG CALLBACK takes_the_other(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != test_code + 1) return EXCEPTION_CONTINUE_SEARCH;
    g_events += 'o';
    return EXCEPTION_CONTINUE_EXECUTION;
}
LONG CALLBACK continue_handler(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode == test_code) g_events += 'k';
    return EXCEPTION_CONTINUE_SEARCH;
}

std::string events_of_raise() {
    g_events.clear();
    RaiseException(test_code, 0, 0, nullptr);
    return g_events;
}

} // namespace

TEST(Vectored, Handlers_run_in_the_order_of_the_list) {
    void* last = AddVectoredExceptionHandler(0, continuing);
    void* a = AddVectoredExceptionHandler(1, handler_a);
    void* b = AddVectoredExceptionHandler(1, handler_b);
    EXPECT_EQ(events_of_raise(), "bac");
    EXPECT_NE(RemoveVectoredExceptionHandler(b), 0u);
    EXPECT_EQ(events_of_raise(), "ac");
    void* behind = AddVectoredExceptionHandler(0, handler_b);
    EXPECT_EQ(events_of_raise(), "ac"); // the last one is never asked: the one before continues
    EXPECT_NE(RemoveVectoredExceptionHandler(behind), 0u);
    EXPECT_NE(RemoveVectoredExceptionHandler(a), 0u);
    EXPECT_NE(RemoveVectoredExceptionHandler(last), 0u);
}

TEST(Vectored, A_registration_can_be_removed_once) {
    void* a = AddVectoredExceptionHandler(1, handler_a);
    EXPECT_NE(RemoveVectoredExceptionHandler(a), 0u);
    EXPECT_EQ(RemoveVectoredExceptionHandler(a), 0u);
}

TEST(Vectored, A_handler_may_remove_itself) {
    void* last = AddVectoredExceptionHandler(0, continuing);
    g_registered[0] = AddVectoredExceptionHandler(1, removes_itself);
    EXPECT_EQ(events_of_raise(), "rc");
    EXPECT_EQ(events_of_raise(), "c");
    EXPECT_EQ(RemoveVectoredExceptionHandler(g_registered[0]), 0u);
    RemoveVectoredExceptionHandler(last);
}

TEST(Vectored, A_handler_that_was_removed_by_the_one_before_is_not_called) {
    void* last = AddVectoredExceptionHandler(0, continuing);
    g_registered[1] = AddVectoredExceptionHandler(1, handler_b);
    void* first = AddVectoredExceptionHandler(1, removes_the_next);
    EXPECT_EQ(events_of_raise(), "nc");
    RemoveVectoredExceptionHandler(first);
    RemoveVectoredExceptionHandler(last);
}

TEST(Vectored, A_handler_may_raise) {
    void* outer = AddVectoredExceptionHandler(1, raises_another);
    void* inner = AddVectoredExceptionHandler(1, takes_the_other);
    EXPECT_EQ(events_of_raise(), "(o)");
    RemoveVectoredExceptionHandler(inner);
    RemoveVectoredExceptionHandler(outer);
}

TEST(Vectored, Continue_handlers_hear_of_an_exception_that_is_continued) {
    void* last = AddVectoredExceptionHandler(0, continuing);
    void* continued = AddVectoredContinueHandler(1, continue_handler);
    EXPECT_EQ(events_of_raise(), "ck");
    EXPECT_NE(RemoveVectoredContinueHandler(continued), 0u);
    EXPECT_EQ(RemoveVectoredContinueHandler(last), 0u); // of the other list
    EXPECT_NE(RemoveVectoredExceptionHandler(last), 0u);
}

// ---- texts for a debugger are exceptions

namespace {
constexpr DWORD print_exception = 0x40010006, print_exception_wide = 0x4001000A; // DBG_PRINTEXCEPTION_C, _WIDE_C
std::string g_printed;
unsigned g_wide_prints;
} // namespace
static LONG CALLBACK takes_text(EXCEPTION_POINTERS* pointers) {
    const EXCEPTION_RECORD& record = *pointers->ExceptionRecord;
    if (record.ExceptionCode == print_exception_wide) ++g_wide_prints;
    if (record.ExceptionCode != print_exception || record.NumberParameters != 2) return EXCEPTION_CONTINUE_SEARCH;
    g_printed.assign(reinterpret_cast<const char*>(record.ExceptionInformation[1]), record.ExceptionInformation[0]);
    return EXCEPTION_CONTINUE_EXECUTION;
}

#if defined(__x86_64__)
TEST(Vectored, OutputDebugString_is_an_exception_that_a_handler_can_take) {
    void* handler = AddVectoredExceptionHandler(1, takes_text);
    g_printed.clear();
    OutputDebugStringA("for the debugger");
    EXPECT_EQ(g_printed, std::string("for the debugger\0", 17)); // the NUL counts
    g_printed.clear();
    g_wide_prints = 0;
    OutputDebugStringW(L"wide");
    EXPECT_EQ(g_wide_prints, 1u); // asked first
    EXPECT_EQ(g_printed, std::string("wide\0", 5));
    RemoveVectoredExceptionHandler(handler);
    OutputDebugStringA("nobody takes this"); // and the program goes on
    SUCCEED();
}
#endif
