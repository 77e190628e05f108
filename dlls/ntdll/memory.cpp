// SPDX-License-Identifier: MIT
// memory.cpp: ntdll's functions on runs of bytes.
#include <nt/rtl_memory.h>

#include <cstring>

NT_EXPORT std::size_t NT_API RtlCompareMemory(const void* Source1, const void* Source2, std::size_t Length) {
    const auto *left = static_cast<const std::uint8_t*>(Source1), *right = static_cast<const std::uint8_t*>(Source2);
    std::size_t equal = 0;
    while (equal < Length && left[equal] == right[equal]) ++equal;
    return equal;
}

NT_EXPORT std::size_t NT_API RtlCompareMemoryUlong(void* Source, std::size_t Length, std::uint32_t Pattern) {
    const auto* words = static_cast<const std::uint32_t*>(Source);
    std::size_t equal = 0;
    while (equal < Length / sizeof Pattern && words[equal] == Pattern) ++equal;
    return equal * sizeof Pattern;
}

NT_EXPORT void NT_API RtlFillMemoryUlong(void* Destination, std::size_t Length, std::uint32_t Pattern) {
    auto* words = static_cast<std::uint32_t*>(Destination);
    for (std::size_t i = 0; i < Length / sizeof Pattern; ++i) words[i] = Pattern;
}

NT_EXPORT void NT_API RtlFillMemoryUlonglong(void* Destination, std::size_t Length, std::uint64_t Pattern) {
    auto* words = static_cast<std::uint64_t*>(Destination);
    for (std::size_t i = 0; i < Length / sizeof Pattern; ++i) words[i] = Pattern;
}

NT_EXPORT void NT_API RtlZeroMemory(void* Destination, std::size_t Length) { std::memset(Destination, 0, Length); }
NT_EXPORT void NT_API RtlFillMemory(void* Destination, std::size_t Length, std::uint8_t Fill) {
    std::memset(Destination, Fill, Length);
}
NT_EXPORT void NT_API RtlMoveMemory(void* Destination, const void* Source, std::size_t Length) {
    std::memmove(Destination, Source, Length);
}
#if defined(__x86_64__)
// On x86 the name is only a macro; x64's ntdll exports it.
NT_EXPORT void NT_API RtlCopyMemory(void* Destination, const void* Source, std::size_t Length) {
    std::memmove(Destination, Source, Length);
}
#endif
