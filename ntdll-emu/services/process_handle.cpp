// SPDX-License-Identifier: MIT
// process_handle.cpp: NtCurrentProcess() is -1 and NtCurrentThread() is -2, and they grant everything.
#include "process_handle.h"

namespace oriel::services {

NtResult<ob::Ref<ps::Process>> process_from(ps::Process& caller, nt::Handle handle, ob::AccessMask access) {
    if (handle == nt::current_process_handle) return ob::Ref<ps::Process>(caller);
    return caller.handles.lookup<ps::Process>(handle, access);
}

NtResult<ob::Ref<ps::Thread>> thread_from(ps::Thread& caller, nt::Handle handle, ob::AccessMask access) {
    if (handle == nt::current_thread_handle) return ob::Ref<ps::Thread>(caller);
    return caller.process().handles.lookup<ps::Thread>(handle, access);
}

} // namespace oriel::services
