// SPDX-License-Identifier: MIT
// notifications.h: LdrRegisterDllNotification: who wants to know of DLLs that come and go.
#pragma once

#include <ntdll-emu/rtl/ldr/module.h>

namespace oriel::rtl::ldr {

enum class DllNotification : std::uint32_t { Loaded = 1, Unloaded = 2 };

/// Calls everybody who has registered. Under the loader lock.
void notify(DllNotification what, Module& module);
/// Null: no memory.
void* register_notification(NtLdrNotification callback, void* context);
bool unregister_notification(void* cookie);

} // namespace oriel::rtl::ldr
