// SPDX-License-Identifier: MIT
// ldr_start.cpp: the beginning and the end of processes and threads, as ntdll exports them.
#include <nt/rtl_process.h>
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>
#include <ntdll-emu/rtl/heap/debug/settings.h>
#include <ntdll-emu/rtl/heap/front_end/front_end.h>
#include <ntdll-emu/rtl/ldr/dll_main_calls.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/process_start.h>
#include <ntdll-emu/rtl/ldr/tls.h>

using namespace oriel::rtl::ldr;
using nt::Status;

namespace {

constexpr std::uint32_t thread_am_i_last = 12; ///< ThreadAmILastThread

bool am_i_last_thread() {
    std::uint32_t last = 0;
    const Status status = NtQueryInformationThread(current_thread, thread_am_i_last, &last, sizeof last, nullptr);
    return nt::is_success(status) && last != 0;
}

} // namespace

/// Every thread's first function, where the host lets it begin: initialises the process or announces the
/// thread, then goes on to what `Context` says.
NT_EXPORT void NT_API LdrInitializeThunk(NtContext* Context, void* NtdllBase) {
    const Status status = process_has_started() ? start_thread() : start_process(NtdllBase);
    if (!nt::is_success(status)) {
        if (process_has_started()) (void)NtTerminateThread(current_thread, status);
        else (void)NtTerminateProcess(current_process, status);
    }
    (void)NtContinue(Context, 1);
    __builtin_trap(); // NtContinue comes back only from a context that cannot be
}

/// Tells every DLL that the process ends. Other threads are gone already.
NT_EXPORT Status NT_API LdrShutdownProcess() {
    if (!modules.has_started()) return Status::Success;
    auto& data = modules.data();
    if (data.ShutdownInProgress) return Status::Success;
    RtlProcessFlsData(nt::current_teb()->FlsData, 1); // callbacks of this thread's values
    data.ShutdownInProgress = 1;
    data.ShutdownThreadId = reinterpret_cast<void*>(nt::current_teb()->ClientId.UniqueThread);
    // Taken, or inherited from a thread that was ended while it held it: nobody else will ever ask.
    (void)RtlTryEnterCriticalSection(&loader_lock);
    detach_process();
    return Status::Success;
}

NT_EXPORT Status NT_API LdrShutdownThread() {
    RtlProcessFlsData(nt::current_teb()->FlsData, 1); // callbacks, before any DLL hears of the thread's end
    const HoldLoaderLock held;
    if (!modules.data().ShutdownInProgress && was_announced()) detach_thread();
    end_thread_tls();
    Teb& teb = *nt::current_teb();
    RtlProcessFlsData(teb.FlsData, 2); // the memory; DLLs may have set values until now
    release(teb.TlsExpansionSlots.get());
    teb.TlsExpansionSlots = nullptr;
    oriel::rtl::heap::front_end::end_thread(); // the last call that may touch a heap
    return Status::Success;
}

NT_EXPORT std::uint8_t NT_API RtlDllShutdownInProgress() { return modules.data().ShutdownInProgress; }

/// ExitProcess. The other threads end first, wherever they are; the loader lock and the heap's are held
/// while they are ended, so that none dies with half a change in either.
NT_EXPORT void NT_API RtlExitUserProcess(Status ExitStatus) {
    RtlEnterCriticalSection(&loader_lock);
    (void)RtlLockHeap(own_peb().ProcessHeap);
    (void)NtTerminateProcess(nullptr, ExitStatus);
    (void)RtlUnlockHeap(own_peb().ProcessHeap);
    (void)LdrShutdownProcess();
    if (own_peb().NtGlobalFlag & oriel::rtl::heap::debug::global_flag::user_stack_trace_db) oriel::rtl::heap::debug::report_leaks();
    (void)NtTerminateProcess(current_process, ExitStatus);
    __builtin_trap();
}

/// ExitThread. The last thread's end is the process's.
NT_EXPORT void NT_API RtlExitUserThread(Status ExitStatus) {
    if (am_i_last_thread()) RtlExitUserProcess(ExitStatus);
    (void)LdrShutdownThread();
    (void)NtTerminateThread(current_thread, ExitStatus);
    __builtin_trap();
}
