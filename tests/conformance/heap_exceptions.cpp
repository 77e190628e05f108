// SPDX-License-Identifier: MIT
// HEAP_GENERATE_EXCEPTIONS: a failure is raised instead of answered ("HeapAlloc function", Microsoft
// documentation: STATUS_NO_MEMORY, STATUS_ACCESS_VIOLATION). Seen by a vectored handler, which lets execution go on.
// And what a heap without HEAP_CREATE_ENABLE_EXECUTE does to code in it ("HeapCreate function").
#include <gtest/gtest.h>

#include <windows.h>

namespace {

DWORD raised_code, raised_count;
EXCEPTION_RECORD raised_record;

LONG CALLBACK note_and_continue(EXCEPTION_POINTERS* exception) {
    if (exception->ExceptionRecord->ExceptionCode != static_cast<DWORD>(STATUS_NO_MEMORY))
        return EXCEPTION_CONTINUE_SEARCH;
    raised_code = exception->ExceptionRecord->ExceptionCode;
    raised_record = *exception->ExceptionRecord;
    ++raised_count;
    return EXCEPTION_CONTINUE_EXECUTION;
}

/// A call into data: notes the record, and returns from the call at once.
LONG CALLBACK note_and_return(EXCEPTION_POINTERS* exception) {
    if (exception->ExceptionRecord->ExceptionCode != static_cast<DWORD>(STATUS_ACCESS_VIOLATION))
        return EXCEPTION_CONTINUE_SEARCH;
    raised_record = *exception->ExceptionRecord;
    ++raised_count;
#if defined(_WIN64)
    DWORD64& instruction = exception->ContextRecord->Rip;
    DWORD64& stack = exception->ContextRecord->Rsp;
#else
    DWORD& instruction = exception->ContextRecord->Eip;
    DWORD& stack = exception->ContextRecord->Esp;
#endif
    instruction = *reinterpret_cast<ULONG_PTR*>(stack);
    stack += sizeof(void*);
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

TEST_F(HeapExceptions, The_record_has_the_size_that_could_not_be_had) { // read from a public implementation
    HANDLE const heap = HeapCreate(0, 0, 0x10000);
    SetLastError(0xDEADBEEF);
    EXPECT_EQ(HeapAlloc(heap, HEAP_GENERATE_EXCEPTIONS, 0x12345), nullptr);
    EXPECT_EQ(raised_record.ExceptionFlags, 0u); // it can be continued
    EXPECT_EQ(raised_record.NumberParameters, 1u);
    EXPECT_GE(raised_record.ExceptionInformation[0], 0x12345u);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY)); // heap_calls.cpp: so without the flag
    HeapDestroy(heap);
}

TEST_F(HeapExceptions, Reallocating_with_the_flag_raises_and_leaves_the_block) { // "HeapReAlloc function"
    HANDLE const heap = HeapCreate(0, 0, 0x10000);
    auto* const block = static_cast<char*>(HeapAlloc(heap, 0, 100));
    block[99] = 7;
    EXPECT_EQ(HeapReAlloc(heap, HEAP_GENERATE_EXCEPTIONS, block, 0x10000), nullptr);
    EXPECT_EQ(raised_code, static_cast<DWORD>(STATUS_NO_MEMORY));
    EXPECT_EQ(HeapSize(heap, 0, block), 100u);
    EXPECT_EQ(block[99], 7);
    HeapDestroy(heap);
}

TEST_F(HeapExceptions, Success_raises_nothing) {
    HANDLE const heap = HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0, 0);
    EXPECT_TRUE(HeapFree(heap, 0, HeapReAlloc(heap, 0, HeapAlloc(heap, 0, 10), 100000)));
    EXPECT_EQ(raised_count, 0u);
    HeapDestroy(heap);
}

TEST(HeapExecution, Code_in_a_plain_block_is_not_executed) { // "HeapCreate function": STATUS_ACCESS_VIOLATION
    // The record: "EXCEPTION_RECORD structure": 8 where data execution prevention stopped it, and the address.
    auto* const code = static_cast<unsigned char*>(HeapAlloc(GetProcessHeap(), 0, 16));
    code[0] = 0xC3; // ret
    raised_count = 0;
    void* const handler = AddVectoredExceptionHandler(1, note_and_return);
    reinterpret_cast<void (*)()>(code)();
    RemoveVectoredExceptionHandler(handler);
    EXPECT_EQ(raised_count, 1u);
    EXPECT_EQ(raised_record.NumberParameters, 2u);
    EXPECT_EQ(raised_record.ExceptionInformation[0], 8u);
    EXPECT_EQ(raised_record.ExceptionInformation[1], reinterpret_cast<ULONG_PTR>(code));
    EXPECT_EQ(raised_record.ExceptionAddress, code);
    HeapFree(GetProcessHeap(), 0, code);
}

TEST(HeapExecution, Code_in_a_block_of_an_executable_heap_is_executed) { // HEAP_CREATE_ENABLE_EXECUTE: all blocks
    HANDLE const heap = HeapCreate(HEAP_CREATE_ENABLE_EXECUTE, 0, 0);
    for (const SIZE_T size : {SIZE_T{16}, SIZE_T{0x3000}, SIZE_T{0x40000}, SIZE_T{0x200000}}) {
        auto* const code = static_cast<unsigned char*>(HeapAlloc(heap, 0, size));
        unsigned char* const at = code + size - 6;
        at[0] = 0xB8; // mov eax, 42; ret
        at[1] = 42;
        at[2] = at[3] = at[4] = 0;
        at[5] = 0xC3;
        EXPECT_EQ(reinterpret_cast<int (*)()>(at)(), 42);
    }
    HeapDestroy(heap);
}
