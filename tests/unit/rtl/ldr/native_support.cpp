// SPDX-License-Identifier: MIT
// native_support.cpp: what the loader's pure parts ask for, natively: memory from malloc, upper case of ASCII.
#include <ntdll-emu/rtl/ldr/memory.h>
#include <ntdll-emu/rtl/ldr/names.h>

#include <cstdlib>

namespace oriel::rtl::ldr {

void* allocate(std::size_t bytes) { return std::malloc(bytes); }
void release(void* memory) { std::free(memory); }
char16_t upcase(char16_t c) { return c >= u'a' && c <= u'z' ? static_cast<char16_t>(c - 32) : c; }

} // namespace oriel::rtl::ldr
