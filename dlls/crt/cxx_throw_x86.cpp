// SPDX-License-Identifier: MIT
// cxx_throw_x86.cpp: _CxxThrowException for 32-bit programs.
//
// A C++ exception is the structured exception 0xE06D7363 ("msc" and 0xE0) with three parameters: the magic
// number of the format, the object, and its description. (cxx_eh/throw.cpp has x64's, with four.)
#include <dlls/crt/crt.h>

#include <dlls/crt/win32.h>

static constexpr DWORD cxx_exception = 0xE06D7363;
static constexpr ULONG_PTR magic = 0x19930520;

extern "C" void __stdcall _CxxThrowException(void* object, const void* info) asm("_oriel_cxx_throw");
extern "C" void __stdcall _CxxThrowException(void* object, const void* info) {
    const ULONG_PTR parameters[3] = {magic, reinterpret_cast<ULONG_PTR>(object), reinterpret_cast<ULONG_PTR>(info)};
    RaiseException(cxx_exception, EXCEPTION_NONCONTINUABLE, 3, parameters);
}
// The one stdcall function of the library: exported without the decoration.
CRT_ALIAS(_CxxThrowException, oriel_cxx_throw);
