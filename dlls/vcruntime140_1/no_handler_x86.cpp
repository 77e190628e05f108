// SPDX-License-Identifier: MIT
// no_handler_x86.cpp: 32-bit programs have no vcruntime140_1.dll; this one is there because all DLLs are built twice.
extern "C" int __stdcall DllMainCRTStartup(void*, unsigned long, void*) { return 1; }
