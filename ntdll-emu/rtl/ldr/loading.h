// SPDX-License-Identifier: MIT
// loading.h: the loader's operations, as LdrLoadDll and its kin ask for them.
//
// A function here takes the locks that it needs; modules it answers stay as long as the caller's reference.
#pragma once

#include <ntdll-emu/rtl/ldr/import_binding.h>

namespace oriel::rtl::ldr {

/// Loads and initialises, or counts one more reference. Reports a missing function of a DLL on the way (as
/// Windows does in a message box); a missing DLL is only the caller's business.
/// Statuses: DllNotFound, EntrypointNotFound, OrdinalNotFound, DllInitFailed, InvalidImageFormat, NoMemory, ...
Status load_dll(const LoadRequest& request, Module*& module);

/// Counts one reference less and unloads what is then unwanted. Statuses: DllNotFound.
Status unload_dll(void* base);

/// One reference more, or (pin) one that never goes. Statuses: DllNotFound.
Status add_reference(void* base, bool pin);

/// A loaded module by a name as LoadLibrary takes it. Statuses: DllNotFound.
Status find_loaded(std::u16string_view name, Module*& module);

/// GetProcAddress. A forwarder may load a DLL. Statuses: DllNotFound (no such module), EntrypointNotFound,
/// OrdinalNotFound.
Status find_procedure(void* base, const Wanted& wanted, void*& address);

} // namespace oriel::rtl::ldr
