// SPDX-License-Identifier: MIT
// time.cpp: the multimedia clock. Our timers are as fine as the host's always, so a period is only checked.
// Sources: "timeGetTime function", "timeBeginPeriod function" (Microsoft documentation).
#define WINMMAPI __declspec(dllexport)
#include <dlls/win32_dll.h>

namespace {
constexpr UINT no_error = 0, cannot_do = 97; // TIMERR_NOERROR, TIMERR_NOCANDO
constexpr UINT longest_period = 1000000;
UINT check_period(UINT period) { return period >= 1 && period <= longest_period ? no_error : cannot_do; }
} // namespace

DLL_EXPORT DWORD WINAPI timeGetTime() { return GetTickCount(); }
DLL_EXPORT UINT WINAPI timeBeginPeriod(UINT period) { return check_period(period); }
DLL_EXPORT UINT WINAPI timeEndPeriod(UINT period) { return check_period(period); }
DLL_EXPORT UINT WINAPI timeGetDevCaps(LPTIMECAPS to, UINT size) {
    if (!to || size != sizeof *to) return cannot_do;
    *to = {1, longest_period};
    return no_error;
}
