// SPDX-License-Identifier: MIT
// list_heaps.c: which heaps a process has.
//
// The process heap comes first; the list is a copy, and a heap that is destroyed leaves it.
// Source: "Getting Process Heaps" (Microsoft documentation).
//
//   oriel heap list_heaps.exe
#include <stdio.h>
#include <windows.h>

int main(void) {
    HANDLE heaps[16], made[3];
    for (int i = 0; i < 3; ++i) made[i] = HeapCreate(i == 1 ? HEAP_NO_SERIALIZE : 0, 0, i == 2 ? 0x20000 : 0);
    DWORD count = GetProcessHeaps(16, heaps);
    printf("%lu heaps; the first is the process heap: %s\n", count, heaps[0] == GetProcessHeap() ? "yes" : "no");
    for (DWORD i = 0; i < count; ++i) printf("%lu: %p\n", i + 1, heaps[i]);
    HeapDestroy(made[1]);
    count = GetProcessHeaps(16, heaps);
    printf("%lu heaps after HeapDestroy; the last is the one of fixed size: %s\n", count, heaps[count - 1] == made[2] ? "yes" : "no");
    return 0;
}
