// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/delay_load.h>

#include <ntdll-emu/rtl/ldr/dll_main_calls.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/writable_section.h>

namespace oriel::rtl::ldr {

bool describe_delayed(const DelayedCall& call, const char*& dll, Wanted& wanted) {
    const ImageView image = call.importer.image;
    const auto* table = image.at<Word>(call.descriptor.ImportAddressTableRVA);
    const auto* names = image.at<Word>(call.descriptor.ImportNameTableRVA);
    dll = image.at<const char>(call.descriptor.DllNameRVA);
    if (table == nullptr || names == nullptr || dll == nullptr || !image.holds(call.thunk) || call.thunk < table)
        return false;
    const Word* name = names + (call.thunk - table);
    if (!image.holds(name)) return false;
    if ((*name & nt::ordinal_flag<Native>) != 0) {
        wanted.ordinal = static_cast<std::uint16_t>(*name);
        return true;
    }
    const auto* hint = image.at<std::uint16_t>(static_cast<std::uint32_t>(*name), 2);
    if (hint == nullptr) return false;
    wanted.name = reinterpret_cast<const char*>(hint + 1);
    wanted.hint = *hint;
    return true;
}

Status resolve_delayed(const DelayedCall& call, void*& address) {
    const char* dll = nullptr;
    Wanted wanted;
    if (!describe_delayed(call, dll, wanted)) return Status::InvalidParameter;
    auto* handle = call.importer.image.at<Word>(call.descriptor.ModuleHandleRVA);

    const HoldLoaderLock held;
    Module* module = handle != nullptr && *handle != 0 ? modules.by_base(reinterpret_cast<void*>(*handle)) : nullptr;
    if (module == nullptr) {
        Text name;
        if (!name.append_ascii(dll)) return Status::NoMemory;
        const LoadRequest request{name.view(), 0, {}, false};
        if (const Status status = load_dll(request, module); !nt::is_success(status)) return status;
        if (handle != nullptr) *handle = module->DllBase.value;
    }
    LoadGraph graph;
    Status status = resolve_export(*module, wanted, Undone::IsStubbed, graph, address);
    if (nt::is_success(status)) status = graph.complete();
    if (!nt::is_success(status)) return status;
    graph.keep();
    if (status = initialise(*module, LoadKind::Dynamic, graph.error()); !nt::is_success(status)) return status;

    WritableSection writable(call.importer.image);
    const auto rva =
        static_cast<std::uint32_t>(reinterpret_cast<std::byte*>(call.thunk) - call.importer.image.base());
    if (status = writable.open(rva); nt::is_success(status)) *call.thunk = reinterpret_cast<Word>(address);
    return status;
}

} // namespace oriel::rtl::ldr
