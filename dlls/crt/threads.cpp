// SPDX-License-Identifier: MIT
// threads.cpp: _beginthread and _beginthreadex.
//
// They are CreateThread with the library's block for the new thread made beforehand, so that a lack of
// memory is the creator's error. _beginthread's thread closes its own handle when it ends; a handle from
// _beginthreadex is the caller's. Source: "_beginthread, _beginthreadex", "_endthread, _endthreadex".
#include <dlls/crt/thread_data.h>
#include <dlls/crt/win32.h>

using namespace oriel::crt;

using PlainStart = void (*)(void*);
using ExtendedStart = unsigned(__stdcall*)(void*);

CRT_EXPORT CRT_NORETURN void _endthreadex(unsigned code) {
    ExitThread(code);
    __builtin_unreachable();
}

CRT_EXPORT CRT_NORETURN void _endthread() {
    ThreadData& data = this_thread();
    if (data.thread_handle && data.thread_handle != INVALID_HANDLE_VALUE)
        CloseHandle(data.thread_handle);
    data.thread_handle = nullptr;
    _endthreadex(0);
}

static DWORD WINAPI run_extended(void* pointer) {
    auto* data = static_cast<ThreadData*>(pointer);
    adopt_thread_data(data);
    _endthreadex(reinterpret_cast<ExtendedStart>(data->start_function)(data->start_argument));
}

static DWORD WINAPI run_plain(void* pointer) {
    auto* data = static_cast<ThreadData*>(pointer);
    adopt_thread_data(data);
    reinterpret_cast<PlainStart>(data->start_function)(data->start_argument);
    _endthread();
}

static ThreadData* prepare(void* start, void* argument) {
    if (!start) {
        invalid_parameter();
        return nullptr;
    }
    ThreadData* data = create_thread_data();
    if (!data) {
        set_errno(e_nomem);
        return nullptr;
    }
    data->start_function = start;
    data->start_argument = argument;
    return data;
}

CRT_EXPORT uintptr_t _beginthreadex(void* security, unsigned stack, ExtendedStart start, void* argument,
                                    unsigned flags, unsigned* id) {
    ThreadData* data = prepare(reinterpret_cast<void*>(start), argument);
    if (!data)
        return 0;
    DWORD local;
    auto* where = id ? reinterpret_cast<DWORD*>(id) : &local;
    auto* attributes = static_cast<SECURITY_ATTRIBUTES*>(security);
    HANDLE handle = CreateThread(attributes, stack, run_extended, data, flags, where);
    if (!handle) {
        fail_with_last_error();
        HeapFree(GetProcessHeap(), 0, data);
    }
    return reinterpret_cast<uintptr_t>(handle);
}

/// The handle, or -1: the thread may end, and close it, before the caller looks at it.
CRT_EXPORT uintptr_t _beginthread(PlainStart start, unsigned stack, void* argument) {
    ThreadData* data = prepare(reinterpret_cast<void*>(start), argument);
    if (!data)
        return uintptr_t(-1);
    HANDLE handle = CreateThread(nullptr, stack, run_plain, data, CREATE_SUSPENDED, nullptr);
    if (!handle) {
        fail_with_last_error();
        HeapFree(GetProcessHeap(), 0, data);
        return uintptr_t(-1);
    }
    data->thread_handle = handle;
    ResumeThread(handle);
    return reinterpret_cast<uintptr_t>(handle);
}
