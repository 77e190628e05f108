// SPDX-License-Identifier: MIT
// execute_heap.c: data is not code.
//
// The processor refuses to execute a page that is only readable and writable (data execution prevention). A heap for
// code says so when it is made: HEAP_CREATE_ENABLE_EXECUTE, and its pages are PAGE_EXECUTE_READWRITE.
//
//   oriel vm execute_heap.exe          (two heaps, two protections)
//   oriel heap execute_heap.exe call   (calls into the plain heap: the crash report and the heaps at the crash)
#include <stdio.h>
#include <string.h>
#include <windows.h>

typedef int (*Function)(void);
static const unsigned char answer[] = {0xB8, 42, 0, 0, 0, 0xC3}; // mov eax, 42; ret

static Function place(HANDLE heap) {
    void* code = HeapAlloc(heap, 0, sizeof answer);
    memcpy(code, answer, sizeof answer);
    return (Function)code;
}

static DWORD protection_of(void* address) {
    MEMORY_BASIC_INFORMATION information;
    VirtualQuery(address, &information, sizeof information);
    return information.Protect;
}

int main(int count, char** arguments) {
    Function plain = place(HeapCreate(0, 0, 0)), executable = place(HeapCreate(HEAP_CREATE_ENABLE_EXECUTE, 0, 0));
    printf("plain heap: protection %02lX; heap for code: %02lX\n", protection_of((void*)plain), protection_of((void*)executable));
    printf("called in the heap for code: %d\n", executable());
    fflush(stdout);
    if (count > 1 && strcmp(arguments[1], "call") == 0) printf("called in the plain heap: %d\n", plain());
    return 0;
}
