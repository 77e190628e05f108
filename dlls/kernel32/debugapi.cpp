// SPDX-License-Identifier: MIT
// debugapi.cpp: talking to a debugger.
//
// OutputDebugString raises an exception with the text as its parameters, whether or not a debugger is there:
// vectored handlers see it, and one that continues execution has taken the text. Otherwise its own handler ends the
// exception, and the text goes to the host's log. The wide form tries the wide exception first, which old debuggers do
// not know, and then the other.
// Sources: "OutputDebugString function", "IsDebuggerPresent function" (Microsoft documentation); the codes and their
// parameters: ntstatus.h, DBG_PRINTEXCEPTION_C and DBG_PRINTEXCEPTION_WIDE_C.
#include "text.h"

namespace oriel::k32 {
namespace {

constexpr DWORD print_exception = 0x40010006, print_exception_wide = 0x4001000A;

#if defined(__x86_64__)
__attribute__((noinline)) void raise_text(DWORD code, DWORD count, const ULONG_PTR* words) { RaiseException(code, 0, count, words); }

/// True if somebody continued execution.
bool somebody_took(DWORD code, DWORD count, const ULONG_PTR* words) {
    __try {
        raise_text(code, count, words);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return false;
    }
    return true;
}
#else
// clang has no __try for i386: nothing is raised there.
bool somebody_took(DWORD, DWORD, const ULONG_PTR*) { return false; }
#endif

/// `text` as UTF-8 in the host's log.
void print(LPCWSTR text, std::size_t length) {
    const std::size_t bytes = narrow_length(text, length, CP_UTF8);
    Buffer<char, 512> utf8;
    if (!utf8.reserve(bytes + 1)) return;
    narrow(text, length, utf8.data(), bytes, CP_UTF8);
    NtOrielDebugPrint(utf8.data(), static_cast<std::uint32_t>(bytes));
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI IsDebuggerPresent() { return peb().BeingDebugged; }
K32_EXPORT void WINAPI DebugBreak() { __builtin_debugtrap(); }

K32_EXPORT BOOL WINAPI CheckRemoteDebuggerPresent(HANDLE process, PBOOL present) {
    constexpr std::uint32_t ProcessDebugPort = 7;
    if (!process || !present) return fail(ERROR_INVALID_PARAMETER);
    native_uptr port = 0;
    const Status status = NtQueryInformationProcess(process, ProcessDebugPort, &port, sizeof port, nullptr);
    if (nt::is_success(status)) *present = port != 0;
    return finish(status);
}

K32_EXPORT void WINAPI OutputDebugStringA(LPCSTR text) {
    if (!text) return;
    std::size_t length = 0;
    while (text[length]) ++length;
    const ULONG_PTR words[] = {length + 1, reinterpret_cast<ULONG_PTR>(text)};
    if (somebody_took(print_exception, 2, words)) return;
    const WideText wide_text(text);
    if (wide_text.ok()) print(wide_text.get(), length_of(wide_text.get()));
}
K32_EXPORT void WINAPI OutputDebugStringW(LPCWSTR text) {
    if (!text) return;
    const std::size_t length = length_of(text);
    const std::size_t bytes = narrow_length(text, length, CP_ACP);
    Buffer<char, 512> ansi;
    if (!ansi.reserve(bytes + 1)) return;
    narrow(text, length, ansi.data(), bytes, CP_ACP);
    ansi.data()[bytes] = 0;
    const ULONG_PTR words[] = {length + 1, reinterpret_cast<ULONG_PTR>(text), bytes + 1, reinterpret_cast<ULONG_PTR>(ansi.data())};
    if (somebody_took(print_exception_wide, 4, words) || somebody_took(print_exception, 2, words + 2)) return;
    print(text, length);
}
