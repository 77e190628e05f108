// SPDX-License-Identifier: MIT
// strings.cpp: strlen, memchr, wcslen, strcmp: what std::string_view and the optimiser call.
#include <cstddef>
#include <cstdint>

#define NO_BUILTIN __attribute__((no_builtin))
#define WEAK __attribute__((weak)) // a DLL that exports its own wins

extern "C" {

NO_BUILTIN WEAK std::size_t strlen(const char* text) {
    std::size_t length = 0;
    while (text[length] != 0) ++length;
    return length;
}
NO_BUILTIN WEAK std::size_t wcslen(const wchar_t* text) {
    std::size_t length = 0;
    while (text[length] != 0) ++length;
    return length;
}
NO_BUILTIN WEAK void* memchr(const void* block, int value, std::size_t bytes) {
    const auto* at = static_cast<const std::uint8_t*>(block);
    for (; bytes != 0; --bytes, ++at) {
        if (*at == static_cast<std::uint8_t>(value)) return const_cast<std::uint8_t*>(at);
    }
    return nullptr;
}
NO_BUILTIN WEAK int strcmp(const char* left, const char* right) {
    for (; *left != 0 && *left == *right; ++left, ++right) {}
    const auto a = static_cast<unsigned char>(*left), b = static_cast<unsigned char>(*right);
    return a < b ? -1 : a > b;
}

} // extern "C"
