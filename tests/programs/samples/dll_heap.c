// SPDX-License-Identifier: MIT
// dll_heap.c: each DLL a heap of its own.
//
// A DLL that makes its own heap when it is loaded and destroys it when it is unloaded cannot leak into the program that
// loads it, nor can the program's errors reach its blocks; and freeing all at once is quick.
//
//   oriel heap --at=debug-text:loaded --at=debug-text:unloaded dll_heap.exe    (a heap comes, a heap goes)
#include <stdio.h>
#include <windows.h>

typedef const char* (*Keep)(const char*);

int main(void) {
    HMODULE library = LoadLibraryA("dll_heap_library.dll");
    if (!library) return 1;
    Keep keep = (Keep)(void*)GetProcAddress(library, "keep");
    printf("%lu heaps with the library\n", GetProcessHeaps(0, NULL));
    for (int i = 0; i < 1000; ++i) keep("a text that nobody frees");
    OutputDebugStringA("loaded");
    FreeLibrary(library);
    printf("%lu heaps without it: its 1000 blocks have gone with its heap\n", GetProcessHeaps(0, NULL));
    OutputDebugStringA("unloaded");
    return 0;
}
