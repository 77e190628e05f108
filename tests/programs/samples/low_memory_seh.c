// SPDX-License-Identifier: MIT
// low_memory_seh.c: an exception instead of NULL.
//
// With HEAP_GENERATE_EXCEPTIONS a request that cannot be met raises STATUS_NO_MEMORY; one parameter of its record is the
// size. A program can then handle all its requests in one place.
// Source: "HeapAlloc function", dwFlags and the return value (Microsoft documentation).
//
//   oriel heap low_memory_seh.exe
//   oriel --commit-limit=8M low_memory_seh.exe
#include <stdio.h>
#include <windows.h>

static EXCEPTION_RECORD record;
static int remember(EXCEPTION_POINTERS* exception) {
    record = *exception->ExceptionRecord;
    return EXCEPTION_EXECUTE_HANDLER;
}

static unsigned fill(HANDLE heap, DWORD flags) {
    volatile unsigned count = 0;
    __try {
        while (HeapAlloc(heap, flags, 1000)) ++count;
        printf("no more blocks: NULL\n");
    } __except (remember(GetExceptionInformation())) {
        printf("no more blocks: exception %08lX, %lu parameter, %lu bytes\n", record.ExceptionCode, record.NumberParameters,
               (unsigned long)record.ExceptionInformation[0]);
    }
    return count;
}

int main(void) {
    HANDLE quiet = HeapCreate(0, 0x10000, 0x10000), loud = HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0x10000, 0x10000);
    unsigned first = fill(quiet, 0), second = fill(loud, 0);
    printf("both heaps gave %s blocks of 1000 bytes\n", first == second && first > 50 ? "as many" : "not as many");
    return 0;
}
