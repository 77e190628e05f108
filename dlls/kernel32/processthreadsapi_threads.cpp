// SPDX-License-Identifier: MIT
// processthreadsapi_threads.cpp: threads: starting, ending, suspending, asking.
//
// Sources: "CreateThread function" and its neighbours (Microsoft documentation).
#include "buffer.h"
#include "kernel32.h"
#include "process_information.h"

namespace oriel::k32 {
namespace {

constexpr std::uint32_t thread_all_access = THREAD_ALL_ACCESS;

HANDLE create_thread(HANDLE process, LPSECURITY_ATTRIBUTES security, SIZE_T stack, LPTHREAD_START_ROUTINE start,
                     LPVOID argument, DWORD flags, LPDWORD id) {
    if (flags & ~DWORD{CREATE_SUSPENDED | STACK_SIZE_PARAM_IS_A_RESERVATION | 0xFFFC0000 /* ignored for ever */})
        return fail_null(ERROR_INVALID_PARAMETER);
    constexpr std::uint32_t create_suspended = 1; // THREAD_CREATE_FLAGS_CREATE_SUSPENDED
    const bool reservation = (flags & STACK_SIZE_PARAM_IS_A_RESERVATION) != 0;
    ObjectAttributes attributes{};
    attributes.Length = sizeof attributes;
    attributes.Attributes = security && security->bInheritHandle ? nt::OBJ_INHERIT : 0;

    // It is created suspended until its number is known: the caller may read *id from the new thread.
    HANDLE thread = nullptr;
    Status status =
        NtCreateThreadEx(&thread, thread_all_access, &attributes, process, reinterpret_cast<void*>(start), argument,
                         create_suspended, 0, reservation ? 0 : stack, reservation ? stack : 0, nullptr);
    if (!finish(status)) return nullptr;
    OwnedHandle owned(thread);
    if (id) {
        ThreadBasic info;
        status = query_thread(thread, ThreadInformation::Basic, info);
        if (nt::is_success(status)) *id = static_cast<DWORD>(info.id.UniqueThread);
    }
    if (nt::is_success(status) && !(flags & CREATE_SUSPENDED)) status = NtResumeThread(thread, nullptr);
    return finish(status) ? owned.take() : nullptr;
}

/// What an APC of Win32 arrives at: NT's have three arguments, the program's function one, and a 32-bit
/// callee pops what it declares.
void NT_API call_user_apc(void* function, void* data, void*) {
    reinterpret_cast<PAPCFUNC>(function)(reinterpret_cast<ULONG_PTR>(data));
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT HANDLE WINAPI GetCurrentThread() { return reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(-2)); }
K32_EXPORT DWORD WINAPI GetCurrentThreadId() { return static_cast<DWORD>(nt::current_teb()->ClientId.UniqueThread); }

K32_EXPORT HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack, LPTHREAD_START_ROUTINE start,
                                      LPVOID argument, DWORD flags, LPDWORD id) {
    return create_thread(GetCurrentProcess(), security, stack, start, argument, flags, id);
}
K32_EXPORT HANDLE WINAPI CreateRemoteThread(HANDLE process, LPSECURITY_ATTRIBUTES security, SIZE_T stack,
                                            LPTHREAD_START_ROUTINE start, LPVOID argument, DWORD flags, LPDWORD id) {
    return create_thread(process, security, stack, start, argument, flags, id);
}
K32_EXPORT HANDLE WINAPI CreateRemoteThreadEx(HANDLE process, LPSECURITY_ATTRIBUTES security, SIZE_T stack,
                                              LPTHREAD_START_ROUTINE start, LPVOID argument, DWORD flags,
                                              LPPROC_THREAD_ATTRIBUTE_LIST list, LPDWORD id) {
    if (list) return fail_null(ERROR_CALL_NOT_IMPLEMENTED);
    return create_thread(process, security, stack, start, argument, flags, id);
}
K32_EXPORT HANDLE WINAPI OpenThread(DWORD access, BOOL inherit, DWORD id) {
    nt::CLIENT_ID<Native> client{};
    client.UniqueThread = id;
    ObjectAttributes attributes{};
    attributes.Length = sizeof attributes;
    attributes.Attributes = inherit ? nt::OBJ_INHERIT : 0;
    HANDLE thread = nullptr;
    return finish(NtOpenThread(&thread, access, &attributes, &client)) ? thread : nullptr;
}

K32_EXPORT void WINAPI ExitThread(DWORD code) {
    RtlExitUserThread(static_cast<Status>(code));
    __builtin_unreachable();
}
K32_EXPORT void WINAPI FreeLibraryAndExitThread(HMODULE module, DWORD code) {
    FreeLibrary(module);
    ExitThread(code);
}
K32_EXPORT BOOL WINAPI TerminateThread(HANDLE thread, DWORD code) {
    if (!thread) return fail(ERROR_INVALID_HANDLE); // to NT, a null handle means the calling thread
    return finish(NtTerminateThread(thread, static_cast<Status>(code)));
}
K32_EXPORT DWORD WINAPI SuspendThread(HANDLE thread) {
    std::uint32_t previous = 0;
    return finish(NtSuspendThread(thread, &previous)) ? previous : static_cast<DWORD>(-1);
}
K32_EXPORT DWORD WINAPI ResumeThread(HANDLE thread) {
    std::uint32_t previous = 0;
    return finish(NtResumeThread(thread, &previous)) ? previous : static_cast<DWORD>(-1);
}
K32_EXPORT BOOL WINAPI SwitchToThread() { return NtYieldExecution() != Status::NoYieldPerformed; }

K32_EXPORT BOOL WINAPI GetThreadContext(HANDLE thread, LPCONTEXT context) {
    return finish(NtGetContextThread(thread, reinterpret_cast<nt::CONTEXT<Native>*>(context)));
}
K32_EXPORT BOOL WINAPI SetThreadContext(HANDLE thread, const CONTEXT* context) {
    return finish(NtSetContextThread(thread, reinterpret_cast<nt::CONTEXT<Native>*>(const_cast<CONTEXT*>(context))));
}
K32_EXPORT DWORD WINAPI QueueUserAPC(PAPCFUNC function, HANDLE thread, ULONG_PTR data) {
    return finish(NtQueueApcThread(thread, reinterpret_cast<void*>(&call_user_apc), reinterpret_cast<void*>(function),
                                   reinterpret_cast<void*>(data), nullptr));
}

K32_EXPORT BOOL WINAPI GetExitCodeThread(HANDLE thread, LPDWORD code) {
    ThreadBasic info;
    const Status status = query_thread(thread, ThreadInformation::Basic, info);
    if (nt::is_success(status)) *code = info.exit_status;
    return finish(status);
}
K32_EXPORT DWORD WINAPI GetThreadId(HANDLE thread) {
    ThreadBasic info;
    return finish(query_thread(thread, ThreadInformation::Basic, info)) ? static_cast<DWORD>(info.id.UniqueThread)
                                                                        : 0;
}
K32_EXPORT DWORD WINAPI GetProcessIdOfThread(HANDLE thread) {
    ThreadBasic info;
    return finish(query_thread(thread, ThreadInformation::Basic, info)) ? static_cast<DWORD>(info.id.UniqueProcess)
                                                                        : 0;
}

K32_EXPORT int WINAPI GetThreadPriority(HANDLE thread) {
    ThreadBasic info;
    if (!finish(query_thread(thread, ThreadInformation::Basic, info))) return THREAD_PRIORITY_ERROR_RETURN;
    // NT keeps saturation as +-16 relative to the class; Win32 calls that +-15.
    if (info.base_priority == 16) return THREAD_PRIORITY_TIME_CRITICAL;
    if (info.base_priority == -16) return THREAD_PRIORITY_IDLE;
    return info.base_priority;
}
K32_EXPORT BOOL WINAPI SetThreadPriority(HANDLE thread, int priority) {
    if (priority == THREAD_MODE_BACKGROUND_BEGIN || priority == THREAD_MODE_BACKGROUND_END)
        return TRUE; // a wish about I/O
    if (priority == THREAD_PRIORITY_TIME_CRITICAL)
        priority = 16;
    else if (priority == THREAD_PRIORITY_IDLE)
        priority = -16;
    return finish(set_thread(thread, ThreadInformation::BasePriority, static_cast<std::int32_t>(priority)));
}
K32_EXPORT BOOL WINAPI GetThreadPriorityBoost(HANDLE thread, PBOOL disabled) {
    std::uint32_t value = 0;
    const Status status = query_thread(thread, ThreadInformation::PriorityBoost, value);
    if (nt::is_success(status)) *disabled = value != 0;
    return finish(status);
}
K32_EXPORT BOOL WINAPI SetThreadPriorityBoost(HANDLE thread, BOOL disable) {
    return finish(set_thread(thread, ThreadInformation::PriorityBoost, std::uint32_t{disable != 0}));
}

K32_EXPORT DWORD_PTR WINAPI SetThreadAffinityMask(HANDLE thread, DWORD_PTR mask) {
    ThreadBasic info;
    Status status = query_thread(thread, ThreadInformation::Basic, info);
    if (nt::is_success(status)) status = set_thread(thread, ThreadInformation::AffinityMask, mask);
    return finish(status) ? info.affinity : 0;
}
K32_EXPORT DWORD WINAPI SetThreadIdealProcessor(HANDLE thread, DWORD processor) {
    if (processor > MAXIMUM_PROCESSORS) {
        set_last_error(ERROR_INVALID_PARAMETER);
        return static_cast<DWORD>(-1);
    }
    std::uint32_t value = processor;
    // This information class answers the previous processor as its status.
    const Status status = set_thread(thread, ThreadInformation::IdealProcessor, value);
    return nt::is_success(status) ? static_cast<DWORD>(status) : (finish(status), static_cast<DWORD>(-1));
}
K32_EXPORT DWORD WINAPI GetCurrentProcessorNumber() { return static_cast<DWORD>(NtGetCurrentProcessorNumber()); }
K32_EXPORT void WINAPI GetCurrentProcessorNumberEx(PPROCESSOR_NUMBER number) {
    *number = {0, static_cast<BYTE>(NtGetCurrentProcessorNumber()), 0};
}

K32_EXPORT BOOL WINAPI GetThreadTimes(HANDLE thread, LPFILETIME created, LPFILETIME exited, LPFILETIME kernel,
                                      LPFILETIME user) {
    KernelUserTimes times;
    const Status status = query_thread(thread, ThreadInformation::Times, times);
    if (!nt::is_success(status)) return finish(status);
    store_time(created, times.created);
    store_time(exited, times.exited);
    store_time(kernel, times.kernel);
    store_time(user, times.user);
    return TRUE;
}
K32_EXPORT BOOL WINAPI QueryThreadCycleTime(HANDLE thread, PULONG64 cycles) {
    struct {
        std::uint64_t accumulated, current;
    } info{};
    const Status status = query_thread(thread, ThreadInformation::CycleTime, info);
    if (nt::is_success(status)) *cycles = info.accumulated;
    return finish(status);
}

K32_EXPORT void WINAPI GetCurrentThreadStackLimits(PULONG_PTR low, PULONG_PTR high) {
    const nt::TEB<Native>& teb = *nt::current_teb();
    *low = teb.DeallocationStack.value; // the whole reservation, not what is committed
    *high = teb.NtTib.StackBase.value;
}
K32_EXPORT BOOL WINAPI SetThreadStackGuarantee(PULONG bytes) {
    constexpr std::uint32_t page = 0x1000;
    nt::TEB<Native>& teb = *nt::current_teb();
    const std::uint32_t previous = teb.GuaranteedStackBytes;
    const std::uint32_t wanted = (*bytes + page - 1) & ~(page - 1);
    if (wanted > previous) { // it only grows
        const native_uptr size = teb.NtTib.StackBase.value - teb.DeallocationStack.value;
        if (wanted > size / 2) return fail(ERROR_INVALID_PARAMETER);
        teb.GuaranteedStackBytes = wanted;
    }
    *bytes = previous;
    return TRUE;
}

// ------------------------------------------------------------------------------------- descriptions
K32_EXPORT HRESULT WINAPI SetThreadDescription(HANDLE thread, PCWSTR description) {
    UnicodeString name = counted(description);
    const Status status = NtSetInformationThread(
        thread, static_cast<std::uint32_t>(ThreadInformation::NameInformation), &name, sizeof name);
    return nt::is_success(status) ? S_OK : static_cast<HRESULT>(static_cast<std::uint32_t>(status) | 0x10000000u);
}
K32_EXPORT HRESULT WINAPI GetThreadDescription(HANDLE thread, PWSTR* description) {
    *description = nullptr;
    Buffer<std::uint8_t, 256> buffer;
    std::uint32_t needed = 0;
    Status status;
    constexpr auto kind = static_cast<std::uint32_t>(ThreadInformation::NameInformation);
    while ((status = NtQueryInformationThread(thread, kind, buffer.data(),
                                              static_cast<std::uint32_t>(buffer.capacity()), &needed)) ==
               Status::BufferTooSmall ||
           status == Status::InfoLengthMismatch) {
        if (needed <= buffer.capacity() || !buffer.reserve(needed)) return E_OUTOFMEMORY;
    }
    if (!nt::is_success(status)) return static_cast<HRESULT>(static_cast<std::uint32_t>(status) | 0x10000000u);
    const auto& name = *reinterpret_cast<const UnicodeString*>(buffer.data());
    auto* const copy = static_cast<WCHAR*>(LocalAlloc(LMEM_FIXED, name.Length + sizeof(WCHAR)));
    if (!copy) return E_OUTOFMEMORY;
    __builtin_memcpy(copy, text_of(name), name.Length);
    copy[characters(name)] = 0;
    *description = copy;
    return S_OK;
}
