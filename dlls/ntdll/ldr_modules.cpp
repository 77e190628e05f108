// SPDX-License-Identifier: MIT
// ldr_modules.cpp: ntdll's exports for loading and finding DLLs. What they do is told in ntdll-emu/rtl/ldr.
#include <ntdll-emu/rtl/ldr/loading.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/notifications.h>

using namespace oriel::rtl::ldr;
using nt::Status;

namespace {

constexpr std::uintptr_t path_is_options = 1;

/// LdrLoadDll's first argument: a path, or marked options.
LoadRequest request_of(const char16_t* path_or_options, const std::uint32_t* characteristics,
                       const NtLdrUnicodeString& name) {
    LoadRequest request;
    request.name = view_of(name);
    const auto value = reinterpret_cast<std::uintptr_t>(path_or_options);
    if ((value & path_is_options) != 0)
        request.options = static_cast<std::uint32_t>(value) & nt::ldr_search_options_mask;
    else if (path_or_options != nullptr) request.explicit_path = path_or_options;
    request.dont_resolve = characteristics != nullptr && (*characteristics & nt::ldr_dont_resolve_references) != 0;
    return request;
}

} // namespace

NT_EXPORT Status NT_API LdrLoadDll(const char16_t* PathOrOptions, const std::uint32_t* DllCharacteristics,
                                   const NtLdrUnicodeString* DllName, void** BaseAddress) {
    Module* module = nullptr;
    const Status status = load_dll(request_of(PathOrOptions, DllCharacteristics, *DllName), module);
    *BaseAddress = nt::is_success(status) ? module->DllBase.get() : nullptr;
    return status;
}

NT_EXPORT Status NT_API LdrUnloadDll(void* BaseAddress) { return unload_dll(BaseAddress); }

NT_EXPORT Status NT_API LdrGetDllHandleEx(std::uint32_t Flags, const char16_t*, const std::uint32_t*,
                                          const NtLdrUnicodeString* DllName, void** BaseAddress) {
    if (BaseAddress != nullptr) *BaseAddress = nullptr;
    if ((Flags & ~std::uint32_t{nt::ldr_unchanged_reference_count | nt::ldr_pin}) != 0)
        return Status::InvalidParameter;
    Module* module = nullptr;
    Status status = find_loaded(view_of(*DllName), module);
    if (!nt::is_success(status)) return status;
    if ((Flags & nt::ldr_unchanged_reference_count) == 0)
        status = add_reference(module->DllBase, (Flags & nt::ldr_pin) != 0);
    if (nt::is_success(status) && BaseAddress != nullptr) *BaseAddress = module->DllBase;
    return status;
}

NT_EXPORT Status NT_API LdrGetDllHandle(const char16_t* DllPath, const std::uint32_t* DllCharacteristics,
                                        const NtLdrUnicodeString* DllName, void** BaseAddress) {
    return LdrGetDllHandleEx(nt::ldr_unchanged_reference_count, DllPath, DllCharacteristics, DllName, BaseAddress);
}

NT_EXPORT Status NT_API LdrGetDllHandleByName(const NtLdrUnicodeString* BaseName, const NtLdrUnicodeString* FullName,
                                              void** BaseAddress) {
    Module* module = FullName != nullptr   ? modules.by_full_name(view_of(*FullName))
                     : BaseName != nullptr ? modules.by_base_name(view_of(*BaseName))
                                           : nullptr;
    *BaseAddress = module != nullptr ? module->DllBase.get() : nullptr;
    return module != nullptr ? Status::Success : Status::DllNotFound;
}

NT_EXPORT Status NT_API LdrAddRefDll(std::uint32_t Flags, void* BaseAddress) {
    if ((Flags & ~nt::ldr_add_reference_pin) != 0) return Status::InvalidParameter;
    return add_reference(BaseAddress, Flags == nt::ldr_add_reference_pin);
}

NT_EXPORT Status NT_API LdrDisableThreadCalloutsForDll(void* BaseAddress) {
    const HoldLoaderLock held;
    Module* module = modules.by_base(BaseAddress);
    if (module == nullptr) return Status::DllNotFound;
    // "DisableThreadLibraryCalls fails if the DLL has active static thread local storage."
    if (module->tls_index >= 0) return Status::DllNotFound;
    module->Flags |= nt::ldr_dont_call_for_threads;
    return Status::Success;
}

NT_EXPORT Status NT_API LdrFindEntryForAddress(void* Address, NtLdrEntry** Entry) {
    Module* module = modules.by_address(Address);
    if (module == nullptr) return Status::NoMoreEntries;
    *Entry = module;
    return Status::Success;
}

NT_EXPORT void* NT_API RtlPcToFileHeader(void* Pc, void** BaseOfImage) {
    Module* module = modules.by_address(Pc);
    void* base = module != nullptr ? module->DllBase.get() : nullptr;
    if (BaseOfImage != nullptr) *BaseOfImage = base;
    return base;
}

NT_EXPORT Status NT_API LdrEnumerateLoadedModules(std::uint32_t Reserved, NtLdrEnumerate Callback, void* Context) {
    if (Reserved != 0 || Callback == nullptr) return Status::InvalidParameter;
    const HoldLoaderLock held;
    Array<Module*> all;
    if (!modules.list(all)) return Status::NoMemory;
    std::uint8_t stop = 0;
    for (Module* module : all) {
        Callback(module, Context, &stop);
        if (stop != 0) break;
    }
    return Status::Success;
}

NT_EXPORT Status NT_API LdrGetDllFullName(void* BaseAddress, NtLdrUnicodeString* FullName) {
    Module* module = modules.by_base(BaseAddress != nullptr ? BaseAddress : own_peb().ImageBaseAddress.get());
    if (module == nullptr) return Status::DllNotFound;
    const auto name = view_of(module->FullDllName);
    const std::size_t room = FullName->MaximumLength / sizeof(char16_t);
    const std::size_t copied = name.size() < room ? name.size() : room;
    std::memcpy(FullName->Buffer.get(), name.data(), copied * sizeof(char16_t));
    FullName->Length = static_cast<std::uint16_t>(copied * sizeof(char16_t));
    if (copied < room) FullName->Buffer.get()[copied] = 0;
    return copied == name.size() ? Status::Success : Status::BufferTooSmall;
}

NT_EXPORT Status NT_API LdrRegisterDllNotification(std::uint32_t Flags, NtLdrNotification Callback, void* Context,
                                                   void** Cookie) {
    if (Flags != 0 || Callback == nullptr || Cookie == nullptr) return Status::InvalidParameter;
    const HoldLoaderLock held;
    *Cookie = register_notification(Callback, Context);
    return *Cookie != nullptr ? Status::Success : Status::NoMemory;
}

NT_EXPORT Status NT_API LdrUnregisterDllNotification(void* Cookie) {
    const HoldLoaderLock held;
    return unregister_notification(Cookie) ? Status::Success : Status::DllNotFound;
}
