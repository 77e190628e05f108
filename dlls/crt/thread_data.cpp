// SPDX-License-Identifier: MIT
// thread_data.cpp: the block of each thread, behind one TLS index.
//
// errno is read after API calls that set the last error, so looking the block up must not change that:
// TlsGetValue sets the last error to 0 on success ("TlsGetValue function"), hence the saving.
#include <dlls/crt/thread_data.h>

#include <dlls/crt/signal_table.h>
#include <dlls/crt/win32.h>

namespace oriel::crt {

static DWORD tls_index = TLS_OUT_OF_INDEXES;

ThreadData* create_thread_data() {
    auto* data = static_cast<ThreadData*>(HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(ThreadData)));
    if (data) {
        data->random_state = 1;
        reset_exception_actions(*data);
    }
    return data;
}

void adopt_thread_data(ThreadData* data) { TlsSetValue(tls_index, data); }

ThreadData& this_thread() {
    DWORD last_error = GetLastError();
    auto* data = static_cast<ThreadData*>(TlsGetValue(tls_index));
    if (!data) {
        data = create_thread_data();
        if (!data)
            FatalAppExitA(0, "runtime error R6016\r\n- not enough space for thread data\r\n");
        TlsSetValue(tls_index, data);
    }
    SetLastError(last_error);
    return *data;
}

CxxThreadState& cxx_state() { return this_thread().cxx; }

bool create_thread_data_index() {
    tls_index = TlsAlloc();
    return tls_index != TLS_OUT_OF_INDEXES;
}

void free_thread_data() {
    if (void* data = TlsGetValue(tls_index)) {
        TlsSetValue(tls_index, nullptr);
        HeapFree(GetProcessHeap(), 0, data);
    }
}

void release_thread_data_index() {
    TlsFree(tls_index);
    tls_index = TLS_OUT_OF_INDEXES;
}

} // namespace oriel::crt

CRT_EXPORT int* _errno() { return &oriel::crt::this_thread().error_number; }
CRT_EXPORT unsigned long* __doserrno() { return &oriel::crt::this_thread().dos_error; }

CRT_EXPORT int _set_errno(int value) {
    *_errno() = value;
    return 0;
}

CRT_EXPORT int _get_errno(int* value) {
    if (!value)
        return oriel::crt::invalid_parameter();
    *value = *_errno();
    return 0;
}

CRT_EXPORT int _set_doserrno(unsigned long value) {
    *__doserrno() = value;
    return 0;
}

CRT_EXPORT int _get_doserrno(unsigned long* value) {
    if (!value)
        return oriel::crt::invalid_parameter();
    *value = *__doserrno();
    return 0;
}

CRT_EXPORT unsigned long __threadid() { return GetCurrentThreadId(); }
CRT_EXPORT uintptr_t __threadhandle() { return reinterpret_cast<uintptr_t>(GetCurrentThread()); }
