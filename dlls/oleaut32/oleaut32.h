// SPDX-License-Identifier: MIT
// oleaut32.h: what the sources of oleaut32 start with.
//
// Programs import these functions by number, so the numbers are Windows'. EXPORT_ORDINAL(name, bytes, ordinal) goes
// to the linker as an -export directive; `bytes` is the size of the arguments, part of a 32-bit function's symbol.
#pragma once

#include <dlls/win32_dll.h>

#include <oleauto.h>

#if defined(__i386__)
#define EXPORT_ORDINAL(name, bytes, ordinal)                                                                         \
    __asm__(".section .drectve,\"yn\"\n.ascii \" -export:" #name "=" #name "@" #bytes ",@" #ordinal "\"\n.text")
#else
#define EXPORT_ORDINAL(name, bytes, ordinal)                                                                         \
    __asm__(".section .drectve,\"yn\"\n.ascii \" -export:" #name ",@" #ordinal "\"\n.text")
#endif
#define OLE_FUNCTION extern "C"
