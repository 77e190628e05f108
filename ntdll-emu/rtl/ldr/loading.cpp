// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/loading.h>

#include <ntdll-emu/rtl/ldr/api_set.h>
#include <ntdll-emu/rtl/ldr/dll_main_calls.h>
#include <ntdll-emu/rtl/ldr/image_open.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/names.h>
#include <ntdll-emu/rtl/ldr/unloading.h>

namespace oriel::rtl::ldr {

namespace {

void count_up(Module& module) {
    if (module.load_count != ~std::uint32_t{0}) ++module.load_count;
    module.ReferenceCount = module.load_count;
    module.node.LoadCount = module.load_count;
}

void count_down(Module& module) {
    if (module.load_count > 0) --module.load_count;
    module.ReferenceCount = module.load_count;
    module.node.LoadCount = module.load_count;
}

/// Completes a graph whose root the caller wants, and initialises it.
Status finish(LoadGraph& graph, Module& root, LoadKind kind) {
    if (const Status status = graph.complete(); !nt::is_success(status)) return status;
    graph.keep();
    return initialise(root, kind, graph.error());
}

bool tells_of_a_function(Status status) {
    return status == Status::EntrypointNotFound || status == Status::OrdinalNotFound;
}

/// On Windows kernelbase is in every process, because kernel32 imports it. Ours does not: it is loaded when
/// somebody looks for it.
Status load_kernelbase(Module*& module) {
    const HoldLoaderLock held;
    const Status status = load_dll({u"kernelbase.dll", nt::ldr_search_system32, {}, false}, module);
    if (nt::is_success(status)) module->pinned = true;
    return status;
}

} // namespace

Status load_dll(const LoadRequest& request, Module*& module) {
    const HoldLoaderLock held;
    if (modules.data().ShutdownInProgress) return Status::ProcessIsTerminating;
    LoadGraph graph;
    graph.set_import_options(request);
    Module* root = nullptr;
    Status status = graph.find_or_map(request, root);
    if (!nt::is_success(status)) return status;
    count_up(*root); // from here on it is wanted: its own DllMain cannot have it unloaded
    status = finish(graph, *root, LoadKind::Dynamic);
    if (nt::is_success(status)) {
        module = root;
        return status;
    }
    if (tells_of_a_function(status)) graph.error().report();
    if (!graph.kept()) return status; // all that was mapped, the root first, goes with the graph
    count_down(*root);
    unload_unwanted();
    return status;
}

Status unload_dll(void* base) {
    const HoldLoaderLock held;
    Module* module = modules.by_base(base);
    if (module == nullptr) return Status::DllNotFound;
    if (modules.data().ShutdownInProgress) return Status::Success;
    if (module->pinned) return Status::Success;
    // FreeLibrary on a DLL that is there only because others import it is no error; it just stays.
    count_down(*module);
    unload_unwanted();
    return Status::Success;
}

Status add_reference(void* base, bool pin) {
    const HoldLoaderLock held;
    Module* module = modules.by_base(base);
    if (module == nullptr) return Status::DllNotFound;
    if (pin) module->pinned = true;
    else count_up(*module);
    return Status::Success;
}

Status find_loaded(std::u16string_view name, Module*& module) {
    Text complete;
    if (name.empty()) return Status::DllNotFound;
    if (!complete_name(without_api_set(name), complete)) return Status::NoMemory;
    if (!has_path(complete.view())) {
        module = modules.by_base_name(complete.view());
        if (module == nullptr && same_name(complete.view(), u"kernelbase.dll")) return load_kernelbase(module);
    } else {
        Text path;
        if (const Status status = full_path(complete.view(), path); !nt::is_success(status))
            return Status::DllNotFound;
        module = modules.by_full_name(path.view());
    }
    return module != nullptr ? Status::Success : Status::DllNotFound;
}

Status find_procedure(void* base, const Wanted& wanted, void*& address) {
    Module* module = modules.by_base(base);
    if (module == nullptr) return Status::DllNotFound;
    const ExportFound found = wanted.name != nullptr ? module->exports.by_name(wanted.name)
                                                     : module->exports.by_ordinal(wanted.ordinal);
    if (found.kind == ExportFound::Kind::Address) {
        address = found.address;
        return Status::Success;
    }
    // A forwarder may lead to a DLL that is not there yet: that is loading, with all that belongs to it.
    const HoldLoaderLock held;
    LoadGraph graph;
    Status status = resolve_export(*module, wanted, Undone::IsMissing, graph, address);
    if (nt::is_success(status)) status = finish(graph, *module, LoadKind::Dynamic);
    return status;
}

} // namespace oriel::rtl::ldr
