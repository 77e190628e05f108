// SPDX-License-Identifier: MIT
// fibersapi.cpp: fiber-local storage. ntdll keeps it; each fiber (winbase_fibers.cpp) has values of its own, and slots have
// a callback for what a fiber or a thread leaves behind. Source: "FlsAlloc function" (Microsoft documentation).
#include "kernel32.h"

using namespace oriel::k32;

K32_EXPORT DWORD WINAPI FlsAlloc(PFLS_CALLBACK_FUNCTION callback) {
    std::uint32_t index = 0;
    const Status status = RtlFlsAlloc(reinterpret_cast<NtFlsCallback>(callback), &index);
    return finish(status) ? index : FLS_OUT_OF_INDEXES;
}
K32_EXPORT BOOL WINAPI FlsFree(DWORD index) { return finish(RtlFlsFree(index)); }
K32_EXPORT PVOID WINAPI FlsGetValue(DWORD index) {
    void* value = nullptr;
    if (!finish(RtlFlsGetValue(index, &value))) return nullptr;
    set_last_error(ERROR_SUCCESS); // null is a value like any other
    return value;
}
K32_EXPORT PVOID WINAPI FlsGetValue2(DWORD index) {
    void* value = nullptr;
    return nt::is_success(RtlFlsGetValue(index, &value)) ? value : nullptr;
}
K32_EXPORT BOOL WINAPI FlsSetValue(DWORD index, PVOID value) { return finish(RtlFlsSetValue(index, value)); }

K32_EXPORT BOOL WINAPI IsThreadAFiber() { return (nt::current_teb()->SameTebFlags & 4) != 0; } // HasFiberData
