// SPDX-License-Identifier: MIT
// surroundings_guest.cpp: what the pool asks of the system, inside ntdll.dll.
#include <ntdll-emu/rtl/pool/pool.h>

#include <generated/nt_services.h>
#include <nt/ldr.h>
#include <nt/peb.h>
#include <nt/rtl_error.h>
#include <nt/rtl_process.h>

namespace oriel::rtl::platform {

Status start_thread(ThreadFunction function, void* argument, std::size_t stack_reserve, std::size_t stack_commit) {
    void* thread = nullptr;
    const Status status = RtlCreateUserThread(reinterpret_cast<void*>(std::intptr_t{-1}), nullptr, false, 0, stack_reserve,
                                              stack_commit, function, argument, &thread, nullptr);
    if (nt::is_success(status)) NtClose(thread);
    return status;
}

void*& thread_pool_data() { return reinterpret_cast<void*&>(nt::current_teb()->ThreadPoolData); }

std::int64_t system_time() {
    std::int64_t time = 0;
    NtQuerySystemTime(&time);
    return time;
}

void settle(NtTpInstance& instance) {
    if (instance.section) RtlLeaveCriticalSection(instance.section);
    if (instance.mutex) NtReleaseMutant(instance.mutex, nullptr);
    if (instance.semaphore)
        NtReleaseSemaphore(instance.semaphore, static_cast<std::int32_t>(instance.semaphore_count), nullptr);
    if (instance.event) NtSetEvent(instance.event, nullptr);
    if (instance.dll) LdrUnloadDll(instance.dll);
}

std::uint32_t win32_error(Status status) { return RtlNtStatusToDosError(status); }
void reference_dll(void* dll) { LdrAddRefDll(0, dll); }
void dereference_dll(void* dll) { LdrUnloadDll(dll); }

} // namespace oriel::rtl::platform
