// SPDX-License-Identifier: MIT
// throw.cpp: _CxxThrowException, which every `throw` calls.
#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/crt.h>

// Of kernel32; <windows.h> and nt/rtl_exception.h declare the same functions in two ways.
extern "C" void NT_API RaiseException(std::uint32_t Code, std::uint32_t Flags, std::uint32_t Count, const std::uintptr_t* Words);

using namespace oriel::crt::cxx;

/// `throw object;`: both null in `throw;`. The object lies in the thrower's frame and is destroyed by the
/// last catch block that handles it.
CRT_EXPORT void __attribute__((noreturn)) _CxxThrowException(void* object, const ThrowInfo* info) {
    constexpr std::uint32_t is_pure = 8;
    void* base = nullptr;
    if (info != nullptr) RtlPcToFileHeader(const_cast<ThrowInfo*>(info), &base);
    const bool pure = info != nullptr && (info->attributes & is_pure) != 0;
    const std::uintptr_t words[Thrown::parameters] = {
        static_cast<std::uintptr_t>(pure ? magic_pure : magic_vc6),
        reinterpret_cast<std::uintptr_t>(object),
        reinterpret_cast<std::uintptr_t>(info),
        reinterpret_cast<std::uintptr_t>(base),
    };
    RaiseException(exception_code, nt::exception_flag::noncontinuable, Thrown::parameters, words);
    terminate();
}
