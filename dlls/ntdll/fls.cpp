// SPDX-License-Identifier: MIT
// fls.cpp: ntdll's exports of fiber-local storage (ntdll-emu/rtl/fls.h).
#include <nt/rtl_process.h>

#include <ntdll-emu/rtl/fls.h>

using nt::Status;

namespace {
/// The calling fiber's set of values, as a pointer that can be replaced.
void*& own_values() { return reinterpret_cast<void*&>(nt::current_teb()->FlsData); }
} // namespace

NT_EXPORT Status NT_API RtlFlsAlloc(NtFlsCallback Callback, std::uint32_t* FlsIndex) {
    return oriel::rtl::fls_allocate(Callback, *FlsIndex);
}
NT_EXPORT Status NT_API RtlFlsFree(std::uint32_t FlsIndex) { return oriel::rtl::fls_free(FlsIndex); }
NT_EXPORT Status NT_API RtlFlsSetValue(std::uint32_t FlsIndex, void* FlsData) {
    return oriel::rtl::fls_set(own_values(), FlsIndex, FlsData);
}
NT_EXPORT Status NT_API RtlFlsGetValue(std::uint32_t FlsIndex, void** FlsData) {
    return oriel::rtl::fls_get(own_values(), FlsIndex, *FlsData);
}
NT_EXPORT void NT_API RtlProcessFlsData(void* FlsData, std::uint32_t Flags) {
    constexpr std::uint32_t run_callbacks = 1, free_data = 2;
    if (Flags & run_callbacks) oriel::rtl::fls_run_callbacks(FlsData);
    if (!(Flags & free_data)) return;
    if (nt::current_teb()->FlsData.get() == FlsData) nt::current_teb()->FlsData = nullptr;
    oriel::rtl::fls_free_data(FlsData);
}
