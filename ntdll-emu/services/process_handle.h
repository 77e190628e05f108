// SPDX-License-Identifier: MIT
// process_handle.h: from a handle, pseudo handles included, to a process or thread.
#pragma once

#include <ntdll-emu/services/call.h>

namespace oriel::services {

/// Statuses: InvalidHandle, ObjectTypeMismatch, AccessDenied. (process_handle.cpp)
NtResult<ob::Ref<ps::Process>> process_from(ps::Process& caller, nt::Handle handle, ob::AccessMask access);
NtResult<ob::Ref<ps::Thread>> thread_from(ps::Thread& caller, nt::Handle handle, ob::AccessMask access);

} // namespace oriel::services
