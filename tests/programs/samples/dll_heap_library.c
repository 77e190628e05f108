// SPDX-License-Identifier: MIT
// dll_heap_library.c: a DLL with a heap of its own: see dll_heap.c.
#include <windows.h>

static HANDLE heap;

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    if (reason == DLL_PROCESS_ATTACH) heap = HeapCreate(0, 0, 0);
    // At the process's end the memory goes anyway; HeapDestroy is for FreeLibrary.
    if (reason == DLL_PROCESS_DETACH && reserved == NULL) HeapDestroy(heap);
    return heap != NULL;
}

/// Keeps a copy of a text, in the DLL's heap.
__declspec(dllexport) const char* keep(const char* text) {
    int length = lstrlenA(text) + 1;
    char* copy = HeapAlloc(heap, 0, length);
    if (copy) CopyMemory(copy, text, length);
    return copy;
}
