// SPDX-License-Identifier: MIT
// HEAP_GENERATE_EXCEPTIONS: a failure is raised instead of answered ("HeapAlloc function", Microsoft
// documentation: STATUS_NO_MEMORY). Seen by a vectored handler, which lets execution go on.
#include <gtest/gtest.h>

#include <windows.h>

namespace {

DWORD raised_code, raised_count;

LONG CALLBACK note_and_continue(EXCEPTION_POINTERS* exception) {
    if (exception->ExceptionRecord->ExceptionCode != static_cast<DWORD>(STATUS_NO_MEMORY))
        return EXCEPTION_CONTINUE_SEARCH;
    raised_code = exception->ExceptionRecord->ExceptionCode;
    ++raised_count;
    return EXCEPTION_CONTINUE_EXECUTION;
}

struct HeapExceptions : testing::Test {
    void* handler = AddVectoredExceptionHandler(1, note_and_continue);
    HeapExceptions() { raised_code = raised_count = 0; }
    ~HeapExceptions() override { RemoveVectoredExceptionHandler(handler); }
};

} // namespace

TEST_F(HeapExceptions, The_heap_s_flag_makes_every_failure_raise) {
    HANDLE const heap = HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0, 0x10000);
    ASSERT_NE(heap, nullptr);
    EXPECT_EQ(HeapAlloc(heap, 0, 0x10000), nullptr);
    EXPECT_EQ(raised_code, static_cast<DWORD>(STATUS_NO_MEMORY));
    void* const block = HeapAlloc(heap, 0, 100);
    EXPECT_NE(block, nullptr);
    EXPECT_EQ(HeapReAlloc(heap, 0, block, 0x10000), nullptr);
    EXPECT_EQ(raised_count, 2u);
    EXPECT_EQ(HeapSize(heap, 0, block), 100u);
    HeapDestroy(heap);
}

TEST_F(HeapExceptions, The_call_s_flag_makes_one_failure_raise) {
    HANDLE const heap = HeapCreate(0, 0, 0x10000);
    EXPECT_EQ(HeapAlloc(heap, 0, 0x10000), nullptr);
    EXPECT_EQ(raised_count, 0u);
    EXPECT_EQ(HeapAlloc(heap, HEAP_GENERATE_EXCEPTIONS, 0x10000), nullptr);
    EXPECT_EQ(raised_count, 1u);
    HeapDestroy(heap);
}
