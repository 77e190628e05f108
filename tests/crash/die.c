// SPDX-License-Identifier: MIT
// die.c: dies as its argument says.
#include <windows.h>

#include <stdio.h>
#include <string.h>

__attribute__((noinline)) static int read_through(volatile int* address) { return *address + 1; }
__attribute__((noinline)) static int recurse(volatile int depth) {
    volatile char some[200];
    some[0] = (char)depth;
    return recurse(depth + 1) + some[0];
}
static void (*volatile null_function)(void);
static volatile int zero;

/// Reads the second page of a mapped file once somebody outside has cut it off.
static int read_mapped_file(void) {
    HANDLE file = CreateFileA("mapped.bin", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, CREATE_ALWAYS, 0, NULL);
    SetFilePointer(file, 8192, NULL, FILE_BEGIN);
    SetEndOfFile(file);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READONLY, 0, 0, NULL);
    const char* view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    puts("mapped"), fflush(stdout);
    getchar();
    return read_through((int*)(view + 4096));
}

__attribute__((noinline)) static int die(const char* how) {
    if (strcmp(how, "null") == 0) return read_through((int*)8);
    if (strcmp(how, "freed") == 0) {
        int* block = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        VirtualFree(block, 0, MEM_RELEASE);
        return read_through(block);
    }
    if (strcmp(how, "block") == 0) {
        int* block = HeapAlloc(GetProcessHeap(), 0, 24);
        HeapFree(GetProcessHeap(), 0, block);
        return read_through(block + 1);
    }
    if (strcmp(how, "heap") == 0) {
        HANDLE heap = HeapCreate(0, 0, 0);
        return read_through((int*)((char*)heap + 0x8000)); // reserved, as a rule
    }
    if (strcmp(how, "stack") == 0) return read_through((int*)((char*)((NT_TIB*)NtCurrentTeb())->StackLimit - 0x4000));
    if (strcmp(how, "in-page") == 0) return read_mapped_file();
    if (strcmp(how, "wait") == 0) puts("waiting"), fflush(stdout), Sleep(60000);
    if (strcmp(how, "constant") == 0) *(volatile char*)"text" = 1;
    if (strcmp(how, "recursion") == 0) return recurse(0);
    if (strcmp(how, "call") == 0) null_function();
    if (strcmp(how, "division") == 0) return 7 / zero;
    if (strcmp(how, "fastfail") == 0) __asm__ volatile("int $0x29" ::"c"(7));
    if (strcmp(how, "raise") == 0) RaiseException(0xE0001234, 0, 0, NULL);
    if (strcmp(how, "illegal") == 0) __asm__ volatile("ud2");
    if (strcmp(how, "failfast") == 0) RaiseFailFastException(NULL, NULL, 0);
    if (strcmp(how, "stackless") == 0) __asm__ volatile("xorl %%esp, %%esp\n movl (%%rsp), %%eax" ::: "rax");
    if (strcmp(how, "silent") == 0) SetErrorMode(SEM_NOGPFAULTERRORBOX), read_through(NULL);
    return 0;
}

int main(int count, char** words) { return count > 1 ? die(words[1]) : 0; }
