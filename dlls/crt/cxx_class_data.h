// SPDX-License-Identifier: MIT
// cxx_class_data.h: a class's vtable and type information, laid out as Microsoft's compiler does.
//
// The address of a vtable is that of its first function; the word before it leads to the type information
// ("complete object locator", R4), which leads to the type (R0) and to its bases (R3, R2, R1). On x64 the
// references inside are 32-bit offsets from the image's base, on x86 they are addresses. C++ as clang
// compiles it for mingw uses another layout, so these objects are written as assembler data.
#pragma once

#include <dlls/crt/crt.h>

#if defined(__i386__)
#define CXX_POINTER ".long "
#define CXX_REFERENCE ".long "
#define CXX_LOCATOR_SIGNATURE "0"
#define CXX_LOCATOR_SELF(name)
#else
#define CXX_POINTER ".quad "
#define CXX_REFERENCE ".rva "
#define CXX_LOCATOR_SIGNATURE "1"
#define CXX_LOCATOR_SELF(name) "\n\t.rva \"??_R4" name "@@6B@\""
#endif

/// The library's exception classes are in no namespace in msvcrt, and in std in its successors.
#if defined(ORIEL_UCRT)
#define CXX_STD(name) name "@std"
#else
#define CXX_STD(name) name
#endif

#define CXX_SYMBOL(name) "\n\t.globl \"" name "\"\n\"" name "\":\n\t"

/// The type descriptor and, below it, the entry that the class has among its derived classes' bases.
#define CXX_TYPE(name, bases)                                                                               \
    "\n\t.section .data,\"dw\"\n\t.balign 8" CXX_SYMBOL("??_R0?AV" name "@@@8") CXX_POINTER                 \
    "\"??_7type_info@@6B@\"\n\t" CXX_POINTER "0\n\t.asciz \".?AV" name "@@\"\n\t"                           \
    ".section .rdata,\"dr\"\n\t.balign 8" CXX_SYMBOL("??_R1A@?0A@EA@" name "@@8") CXX_REFERENCE             \
    "\"??_R0?AV" name "@@@8\"\n\t.long " bases ", 0, -1, 0, 0x40\n\t" CXX_REFERENCE "\"??_R3" name "@@8\""

/// The hierarchy and the locator. `count` includes the class; `array` lists the R1 references.
#define CXX_HIERARCHY(name, count, array)                                                                   \
    "\n\t.balign 8" CXX_SYMBOL("??_R2" name "@@8") array "\n\t.balign 8" CXX_SYMBOL("??_R3" name "@@8")     \
    ".long 0, 0, " count "\n\t" CXX_REFERENCE "\"??_R2" name "@@8\"\n\t.balign 8"                           \
    CXX_SYMBOL("??_R4" name "@@6B@") ".long " CXX_LOCATOR_SIGNATURE ", 0, 0\n\t" CXX_REFERENCE              \
    "\"??_R0?AV" name "@@@8\"\n\t" CXX_REFERENCE "\"??_R3" name "@@8\"" CXX_LOCATOR_SELF(name)

#define CXX_BASE(name) CXX_REFERENCE "\"??_R1A@?0A@EA@" name "@@8\"\n\t"

#if defined(ORIEL_EXPORTS_BY_SPEC)
#define CXX_EXPORT_DATA(symbol) "\n\t.text"
#else
#define CXX_EXPORT_DATA(symbol) "\n\t.section .drectve,\"yn\"\n\t.ascii \" -export:" symbol ",data\"\n\t.text"
#endif

#define CXX_VTABLE(name, functions)                                                                         \
    "\n\t.section .rdata,\"dr\"\n\t.balign 8\n\t" CXX_POINTER "\"??_R4" name "@@6B@\""                       \
    CXX_SYMBOL("??_7" name "@@6B@") functions CXX_EXPORT_DATA("??_7" name "@@6B@")
