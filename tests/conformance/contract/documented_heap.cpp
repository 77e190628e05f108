// SPDX-License-Identifier: MIT
// What `oriel --contract=documented` withholds. Not for Windows, which gives more than it promises: each case says
// what the documentation says of the last error, and that nothing beyond it happens.
#include <gtest/gtest.h>

#include <windows.h>

namespace {

constexpr DWORD untouched = 0xDEADBEEF;

struct DocumentedHeap : testing::Test {
    HANDLE heap = HeapCreate(0, 0, 0x10000);
    DocumentedHeap() { SetLastError(untouched); }
    ~DocumentedHeap() override { HeapDestroy(heap); }
};

} // namespace

TEST_F(DocumentedHeap, A_failing_HeapAlloc_does_not_call_SetLastError) { // "HeapAlloc function", return value
    EXPECT_EQ(HeapAlloc(heap, 0, 0x10000), nullptr);
    EXPECT_EQ(HeapAlloc(GetProcessHeap(), 0, ~SIZE_T{0}), nullptr);
    EXPECT_EQ(GetLastError(), untouched);
}

TEST_F(DocumentedHeap, A_failing_HeapReAlloc_does_not_call_SetLastError) { // "HeapReAlloc function", return value
    void* const block = HeapAlloc(heap, 0, 10);
    EXPECT_EQ(HeapReAlloc(heap, 0, block, 0x10000), nullptr);
    EXPECT_EQ(HeapReAlloc(heap, 0, nullptr, 10), nullptr);
    EXPECT_EQ(GetLastError(), untouched);
    EXPECT_EQ(HeapSize(heap, 0, block), 10u);
}

TEST_F(DocumentedHeap, HeapValidate_has_no_extended_error_information) { // "HeapValidate function", return value
    EXPECT_FALSE(HeapValidate(heap, 0, reinterpret_cast<void*>(0xDEADBE00)));
    EXPECT_EQ(GetLastError(), untouched);
}

TEST_F(DocumentedHeap, A_failing_HeapSize_does_not_call_SetLastError) { // "HeapSize function", return value
    static char no_block[64];
    EXPECT_EQ(HeapSize(heap, 0, no_block + 32), ~SIZE_T{0});
    EXPECT_EQ(GetLastError(), untouched);
}

TEST_F(DocumentedHeap, Functions_that_are_documented_to_set_it_still_do) { // "GlobalAlloc", "HeapDestroy", ...
    EXPECT_EQ(GlobalAlloc(GMEM_FIXED, ~SIZE_T{0} / 2), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
    SetLastError(untouched);
    EXPECT_EQ(GlobalFree(reinterpret_cast<HGLOBAL>(0xDEADBE00)), reinterpret_cast<HGLOBAL>(0xDEADBE00));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOACCESS));
    SetLastError(untouched);
    EXPECT_FALSE(HeapDestroy(GetProcessHeap()));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
}
