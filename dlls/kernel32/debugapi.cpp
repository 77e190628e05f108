// SPDX-License-Identifier: MIT
// debugapi.cpp: talking to a debugger.
//
// On Windows OutputDebugString raises DBG_PRINTEXCEPTION_C where a debugger is there to take it. There are no
// debuggers here yet, so the text goes to the host's log and nothing is raised.
// Sources: "OutputDebugString function", "IsDebuggerPresent function" (Microsoft documentation).
#include "text.h"

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

K32_EXPORT void WINAPI OutputDebugStringW(LPCWSTR text) {
    if (!text) return;
    const std::size_t length = length_of(text);
    const std::size_t bytes = narrow_length(text, length, CP_UTF8);
    Buffer<char, 512> utf8;
    if (!utf8.reserve(bytes + 1)) return;
    narrow(text, length, utf8.data(), bytes, CP_UTF8);
    NtOrielDebugPrint(utf8.data(), static_cast<std::uint32_t>(bytes));
}
K32_EXPORT void WINAPI OutputDebugStringA(LPCSTR text) {
    const WideText wide_text(text);
    if (wide_text.ok()) OutputDebugStringW(wide_text.get());
}
