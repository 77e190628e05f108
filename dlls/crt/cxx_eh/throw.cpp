// SPDX-License-Identifier: MIT
// throw.cpp: _CxxThrowException, which every `throw` calls, and what ends an exception object.
#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/cxx_eh/catch.h>
#include <dlls/crt/thread_data.h>

// Of kernel32; <windows.h> and nt/rtl_exception.h declare the same functions in two ways.
extern "C" void NT_API RaiseException(std::uint32_t Code, std::uint32_t Flags, std::uint32_t Count, const std::uintptr_t* Words);

namespace oriel::crt::cxx {

void destroy_exception(const Thrown& thrown) {
    if (thrown.object == nullptr || thrown.info == nullptr || thrown.info->destructor == 0) return;
    // A destructor has the same shape as a funclet here: one argument, in another register.
    oriel_cxx_call_copy(thrown.at<char>(thrown.info->destructor), thrown.object, nullptr, 0);
}

} // namespace oriel::crt::cxx

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

CRT_EXPORT int __uncaught_exception() { return oriel::crt::this_thread().cxx.processing_throw != 0; }
