// SPDX-License-Identifier: MIT
// walk_heap.c: a heap told entry by entry.
//
// HeapWalk shows a program what `oriel heap --blocks` shows from outside: the region (a segment), its blocks, and the
// range that is reserved only. The heap is locked meanwhile, or it would change under the walk.
// Source: "Enumerating a Heap" (Microsoft documentation).
//
//   oriel heap --blocks --heap=2 walk_heap.exe     (compare the two lists)
#include <stdio.h>
#include <windows.h>

int main(void) {
    HANDLE heap = HeapCreate(0, 0, 0);
    PROCESS_HEAP_ENTRY entry = {0};
    unsigned busy = 0, bytes = 0;
    void* middle;
    HeapAlloc(heap, 0, 100);
    middle = HeapAlloc(heap, 0, 200);
    HeapAlloc(heap, 0, 300);
    HeapFree(heap, 0, middle);
    HeapLock(heap);
    while (HeapWalk(heap, &entry)) {
        const char* kind = entry.wFlags & PROCESS_HEAP_ENTRY_BUSY       ? "busy"
                           : entry.wFlags & PROCESS_HEAP_REGION         ? "region"
                           : entry.wFlags & PROCESS_HEAP_UNCOMMITTED_RANGE ? "uncommitted"
                                                                        : "free";
        printf("%-12s at +%06lx, %6lu bytes, %2u over\n", kind, (unsigned long)((char*)entry.lpData - (char*)heap), (unsigned long)entry.cbData,
               entry.cbOverhead);
        if (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) {
            ++busy;
            bytes += entry.cbData;
        }
    }
    HeapUnlock(heap);
    printf("%u busy blocks, %u bytes; the walk ended with error %lu\n", busy, bytes, GetLastError());
    return 0;
}
