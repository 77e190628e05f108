// SPDX-License-Identifier: MIT
// crt_memory.cpp: the memory functions that ntdll exports; the guest runtime linked into it has them.
#include <nt/export.h>

#include <cstddef>
#include <cstdint>

asm(".section .drectve,\"yn\"\n"
    ".ascii \" -export:memcpy -export:memmove -export:memset -export:memcmp -export:memchr\"\n"
    ".text");

#define NO_BUILTIN __attribute__((no_builtin))

NT_EXPORT NO_BUILTIN int _memicmp(const void* Left, const void* Right, std::size_t Count) {
    const auto *left = static_cast<const std::uint8_t*>(Left), *right = static_cast<const std::uint8_t*>(Right);
    const auto lower = [](std::uint8_t c) { return c >= 'A' && c <= 'Z' ? c + 0x20 : int{c}; };
    for (; Count != 0; --Count, ++left, ++right) {
        if (const int difference = lower(*left) - lower(*right); difference != 0) return difference;
    }
    return 0;
}
