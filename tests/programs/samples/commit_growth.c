// SPDX-License-Identifier: MIT
// commit_growth.c: reserving is not committing.
//
// A heap reserves addresses at once and commits memory as it is needed, page by page; when a segment is full it takes
// another one, larger than the last. Freeing gives little of it back before HeapDestroy.
//
//   oriel heap --at=debug-text:start --at=debug-text:full --at=debug-text:freed commit_growth.exe
//   oriel vm --at=debug-text:start --at=debug-text:full commit_growth.exe
//   oriel trace --only=virtual_memory commit_growth.exe      (each NtAllocateVirtualMemory is a step of growth)
#include <stdio.h>
#include <windows.h>

enum { blocks = 4000, block_size = 1000 };

int main(void) {
    static void* held[blocks];
    HANDLE heap = HeapCreate(0, 0x1000, 0);
    OutputDebugStringA("start");
    for (int i = 0; i < blocks; ++i) held[i] = HeapAlloc(heap, 0, block_size);
    OutputDebugStringA("full");
    for (int i = 0; i < blocks; ++i) HeapFree(heap, 0, held[i]);
    OutputDebugStringA("freed");
    HeapDestroy(heap);
    printf("%d blocks of %d bytes came and went\n", blocks, block_size);
    return 0;
}
