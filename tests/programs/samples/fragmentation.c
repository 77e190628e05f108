// SPDX-License-Identifier: MIT
// fragmentation.c: free memory that is of no use.
//
// Every second of many blocks is freed: half of the memory is free, and yet no block larger than one of them can be
// had without committing more. The low-fragmentation heap keeps blocks of one size together, so that what is freed is
// what will be asked for again; it begins to work for a size after some 17 allocations of it.
//
//   oriel heap fragmentation.exe              (the second heap: external fragmentation, free blocks by size)
//   oriel heap --html=map.html fragmentation.exe
#include <stdio.h>
#include <windows.h>

enum { blocks = 20000 };
static void* held[blocks];

/// Blocks of differing sizes, every second one freed.
static void crumble(HANDLE heap, SIZE_T smallest, SIZE_T steps, SIZE_T step) {
    for (int i = 0; i < blocks; ++i) held[i] = HeapAlloc(heap, 0, smallest + (SIZE_T)i * 7919 % steps * step);
    for (int i = 0; i < blocks; i += 2) HeapFree(heap, 0, held[i]);
}

int main(void) {
    HANDLE without = HeapCreate(HEAP_NO_SERIALIZE, 0, 0), with = HeapCreate(0, 0, 0);
    ULONG low_fragmentation = 2, kind = 0;
    // A heap without serialization has no low-fragmentation front end.
    crumble(without, 100, 10, 40);
    printf("asking for the low-fragmentation heap: %s\n",
           HeapSetInformation(with, HeapCompatibilityInformation, &low_fragmentation, sizeof low_fragmentation) ? "granted" : "refused");
    HeapQueryInformation(with, HeapCompatibilityInformation, &kind, sizeof kind, NULL);
    crumble(with, 100, 10, 40);
    printf("heap without: %d blocks left; heap with (kind %lu): as many\n", blocks / 2, kind);
    return 0;
}
