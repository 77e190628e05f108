// SPDX-License-Identifier: MIT
// entry.cpp: the entry point of a DLL that has nothing to do when it is loaded.
//
// The linker takes it from the archive only for a DLL that does not define its own.

extern "C" int __attribute__((stdcall)) DllMainCRTStartup(void*, unsigned long, void*) { return 1; }
