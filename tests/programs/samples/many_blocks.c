// SPDX-License-Identifier: MIT
// many_blocks.c: a million blocks, every third one freed; it says what must be left.
//
//   oriel heap --heap=2 many_blocks.exe
//   oriel heap --html=map.html many_blocks.exe
//   many_blocks.exe 1000000 wait   waits at the end: look at it with `oriel heap PID`
//   many_blocks.exe 1000 crash     ends with an exception
//   many_blocks.exe 1000 damage    overwrites a pointer of the heap's own
//   many_blocks.exe 1000 lock      keeps the heap's lock and waits
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

int main(int argc, char** argv) {
    const unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 1000000;
    const char* then = argc > 2 ? argv[2] : "";
    HANDLE heap = HeapCreate(0, 0, 0);
    void** held = VirtualAlloc(NULL, (count + 1) * sizeof(void*), MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    unsigned long long bytes = 0;
    unsigned left = count, seed = 1, i;
    for (i = 0; i < count; ++i) {
        SIZE_T size;
        seed = seed * 1103515245u + 12345u;
        size = 8 + (seed >> 16) % 200;
        held[i] = HeapAlloc(heap, 0, size);
        bytes += size;
    }
    for (i = 0; i < count; i += 3, --left) {
        bytes -= HeapSize(heap, 0, held[i]);
        HeapFree(heap, 0, held[i]);
    }
    printf("%u blocks with %llu bytes are left\n", left, bytes);
    fflush(stdout);
    if (strcmp(then, "wait") == 0) Sleep(60000);
    if (strcmp(then, "crash") == 0) *(volatile int*)0 = 0;
    if (strcmp(then, "damage") == 0) {
        // A large block's place in the heap's list lies before its data (8 words): now it leads nowhere.
        void** large = HeapAlloc(heap, 0, 0x200000);
        large[-8] = (void*)(ULONG_PTR)0xDEAD0000;
        if (argc > 3) {
            OutputDebugStringA("damaged");
            printf("the heap still gives blocks: %s\n", HeapAlloc(heap, 0, 100) ? "yes" : "no");
        }
    }
    if (strcmp(then, "lock") == 0) {
        HeapLock(heap);
        OutputDebugStringA("locked");
        Sleep(60000);
    }
    return 0;
}
