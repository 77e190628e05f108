// SPDX-License-Identifier: MIT
// block_limits.c: how large can a block be?
//
// A heap with a maximum size is a single segment: it cannot grow, its own structures lie in it, and no block may be
// larger than just under 512 KB (32 bits) or 1 MB (64 bits), however much room there is. A growable heap passes larger
// requests on to VirtualAlloc.
// Source: "HeapCreate function", dwMaximumSize (Microsoft documentation).
//
//   oriel heap block_limits.exe
#include <stdio.h>
#include <windows.h>

/// The largest block that a fresh heap gives, to the byte.
static SIZE_T largest(SIZE_T heap_size) {
    SIZE_T can = 0, cannot = heap_size + 1;
    while (cannot - can > 1) {
        SIZE_T size = can + (cannot - can) / 2;
        HANDLE heap = HeapCreate(0, heap_size, heap_size);
        if (HeapAlloc(heap, 0, size)) can = size;
        else cannot = size;
        HeapDestroy(heap);
    }
    return can;
}

int main(void) {
    SIZE_T sizes[] = {0x10000, 0x80000, 0x100000, 0x400000}, i;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; ++i)
        printf("a heap of %8u bytes gives a block of at most %7u\n", (unsigned)sizes[i], (unsigned)largest(sizes[i]));

    // Look at these two: the fixed heap is one full segment; the growable one has a large block of its own.
    HANDLE fixed = HeapCreate(0, 0x400000, 0x400000), growable = HeapCreate(0, 0, 0);
    void* refused = HeapAlloc(fixed, 0, 0x200000);
    void* given = HeapAlloc(growable, 0, 0x200000);
    printf("2 MB from a fixed heap of 4 MB: %s; from a growable heap: %s\n", refused ? "given" : "refused", given ? "given" : "refused");
    return 0;
}
