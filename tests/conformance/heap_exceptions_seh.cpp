// SPDX-License-Identifier: MIT
// heap_exceptions_seh.cpp: HEAP_GENERATE_EXCEPTIONS and __except: the documented use ("Using the Heap Functions":
// if the __except block handles the exception but does not exit, HeapAlloc returns NULL).
// Sources: "HeapAlloc function", "HeapReAlloc function", "try-except statement" (Microsoft documentation).
#include <windows.h>

#include <gtest/gtest.h>

#undef __try // a macro of libstdc++

namespace {

struct Attempt {
    DWORD code;  ///< what the filter saw; 0: nothing was raised
    void* block; ///< what the call returned, if it did
    bool handled;
};

int g_answer; ///< the filter's
int note(Attempt& attempt, DWORD code) {
    attempt.code = code;
    return g_answer;
}

__attribute__((noinline)) void* allocate(HANDLE heap, SIZE_T size) {
    return HeapAlloc(heap, HEAP_GENERATE_EXCEPTIONS, size);
}

} // namespace

static void allocate_in_try(Attempt& attempt, HANDLE heap, SIZE_T size) {
    __try {
        attempt.block = allocate(heap, size);
    } __except (note(attempt, GetExceptionCode())) {
        attempt.handled = true;
    }
}
/// The filter answers `answer`.
static Attempt allocate_under_filter(HANDLE heap, SIZE_T size, int answer) {
    g_answer = answer;
    Attempt attempt{0, &g_answer, false};
    allocate_in_try(attempt, heap, size);
    return attempt;
}

TEST(HeapSeh, The_handler_runs_and_the_call_does_not_return) {
    HANDLE const heap = HeapCreate(0, 0, 0x10000);
    const Attempt attempt = allocate_under_filter(heap, 0x10000, EXCEPTION_EXECUTE_HANDLER);
    EXPECT_EQ(attempt.code, static_cast<DWORD>(STATUS_NO_MEMORY));
    EXPECT_TRUE(attempt.handled);
    EXPECT_NE(HeapAlloc(heap, 0, 100), nullptr); // the heap is not locked, and sound
    EXPECT_TRUE(HeapValidate(heap, 0, nullptr));
    HeapDestroy(heap);
}

TEST(HeapSeh, A_filter_that_continues_makes_the_call_return_null) {
    HANDLE const heap = HeapCreate(0, 0, 0x10000);
    const Attempt attempt = allocate_under_filter(heap, 0x10000, EXCEPTION_CONTINUE_EXECUTION);
    EXPECT_EQ(attempt.code, static_cast<DWORD>(STATUS_NO_MEMORY));
    EXPECT_FALSE(attempt.handled);
    EXPECT_EQ(attempt.block, nullptr);
    HeapDestroy(heap);
}

TEST(HeapSeh, What_succeeds_raises_nothing) {
    HANDLE const heap = HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0, 0);
    const Attempt attempt = allocate_under_filter(heap, 1000, EXCEPTION_EXECUTE_HANDLER);
    EXPECT_EQ(attempt.code, 0u);
    EXPECT_NE(attempt.block, nullptr);
    HeapDestroy(heap);
}

TEST(HeapSeh, A_heap_that_is_none_is_an_access_violation) { // "HeapAlloc function": improper function parameters
    auto* const nowhere = reinterpret_cast<HANDLE>(0x7EADBE0000);
    const Attempt attempt = allocate_under_filter(nowhere, 100, EXCEPTION_EXECUTE_HANDLER);
    EXPECT_EQ(attempt.code, static_cast<DWORD>(STATUS_ACCESS_VIOLATION));
}
