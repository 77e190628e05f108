// SPDX-License-Identifier: MIT
// memoryapi_physical.cpp: address windowing extensions: frames by number, and windows to see them through.
//
// All of it is mm's (ntdll-emu/mm/address_space_window.cpp). It needs the privilege to lock pages in memory, which a
// program enables first. Sources: "AllocateUserPhysicalPages function" and its neighbours, "AWE Example" (Microsoft
// documentation).
#include "kernel32.h"

namespace oriel::k32 {
namespace {

native_uptr* words(ULONG_PTR* array) { return reinterpret_cast<native_uptr*>(array); }

} // namespace

bool is_numa_node(DWORD node) {
    constexpr DWORD no_preference = 0xFFFFFFFF; // NUMA_NO_PREFERRED_NODE
    return node == 0 || node == no_preference;  // machines as we show them have one
}

} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI AllocateUserPhysicalPages(HANDLE process, PULONG_PTR count, PULONG_PTR frames) {
    return finish(NtAllocateUserPhysicalPages(process, words(count), words(frames)));
}
K32_EXPORT BOOL WINAPI AllocateUserPhysicalPagesNuma(HANDLE process, PULONG_PTR count, PULONG_PTR frames, DWORD node) {
    if (!is_numa_node(node)) return fail(ERROR_INVALID_PARAMETER);
    return AllocateUserPhysicalPages(process, count, frames);
}
K32_EXPORT BOOL WINAPI AllocateUserPhysicalPages2(HANDLE process, PULONG_PTR count, PULONG_PTR frames,
                                                  MEM_EXTENDED_PARAMETER* parameters, ULONG parameter_count) {
    return finish(NtAllocateUserPhysicalPagesEx(process, words(count), words(frames),
                                                reinterpret_cast<nt::MEM_EXTENDED_PARAMETER<Native>*>(parameters),
                                                parameter_count));
}
K32_EXPORT BOOL WINAPI FreeUserPhysicalPages(HANDLE process, PULONG_PTR count, PULONG_PTR frames) {
    return finish(NtFreeUserPhysicalPages(process, words(count), words(frames)));
}
K32_EXPORT BOOL WINAPI MapUserPhysicalPages(PVOID address, ULONG_PTR count, PULONG_PTR frames) {
    return finish(NtMapUserPhysicalPages(address, count, words(frames)));
}
K32_EXPORT BOOL WINAPI MapUserPhysicalPagesScatter(PVOID* addresses, ULONG_PTR count, PULONG_PTR frames) {
    return finish(NtMapUserPhysicalPagesScatter(addresses, count, words(frames)));
}
