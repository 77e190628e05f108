// SPDX-License-Identifier: MIT
// pdb.c: dies; built as Microsoft's tools do it, with a PDB and without a C library.
__declspec(dllimport) void __stdcall ExitProcess(unsigned);

__declspec(noinline) static int read_through(volatile int* address) { return *address + 1; }
__declspec(noinline) static int deeper(int depth) { return depth > 1 ? deeper(depth - 1) + 1 : read_through((int*)8) + 2; }

int start(void) {
    ExitProcess(deeper(3));
    return 0;
}
