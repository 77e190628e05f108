// SPDX-License-Identifier: MIT
// dll_main.cpp: vcruntime140.dll's entry point, and the state of exceptions of each thread.
//
// The state lies behind a fiber-local slot, as in Microsoft's runtime: a fiber that is in a catch block stays in it.
// It is made when first needed and freed by the slot's callback.
#include <dlls/crt/thread_data.h>

#include <dlls/crt/win32.h>

CRT_EXPORT CRT_NORETURN void terminate();

namespace oriel::crt {

static DWORD slot = FLS_OUT_OF_INDEXES;

static void WINAPI free_state(void* state) {
    if (state)
        HeapFree(GetProcessHeap(), 0, state);
}

CxxThreadState& cxx_state() {
    DWORD last_error = GetLastError();
    auto* state = static_cast<CxxThreadState*>(FlsGetValue(slot));
    if (!state) {
        state = static_cast<CxxThreadState*>(HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(CxxThreadState)));
        if (!state || !FlsSetValue(slot, state))
            terminate();
    }
    SetLastError(last_error);
    return *state;
}

} // namespace oriel::crt

using namespace oriel::crt;

extern "C" BOOL WINAPI DllMainCRTStartup(HINSTANCE, DWORD reason, void* reserved) {
    switch (reason) {
    case DLL_PROCESS_ATTACH: slot = FlsAlloc(free_state); return slot != FLS_OUT_OF_INDEXES;
    case DLL_PROCESS_DETACH:
        if (!reserved)
            FlsFree(slot);
        break;
    }
    return TRUE;
}
