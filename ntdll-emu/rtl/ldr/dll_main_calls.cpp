// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/dll_main_calls.h>

#include <ntdll-emu/rtl/ldr/dependency_order.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/tls.h>

namespace oriel::rtl::ldr {

namespace {

using nt::DllReason;

constinit std::uint32_t round_number = 0;

void* reserved_of(LoadKind kind) { return kind == LoadKind::Static ? reinterpret_cast<void*>(1) : nullptr; }

/// Calls DllMain; true where there is none.
bool call_entry(Module& module, DllReason reason, void* reserved) {
    using Entry = std::int32_t(NT_API*)(void* base, DllReason reason, void* reserved);
    void* entry = module.EntryPoint;
    if (entry == nullptr || !module.is_dll()) return true;
    return reinterpret_cast<Entry>(entry)(module.DllBase, reason, reserved) != 0;
}

Status attach(Module& module, LoadKind kind) {
    if (module.unresolved) {
        module.enter_stage(Stage::Ready);
        return Status::Success;
    }
    if (const Status status = start_tls(module); !nt::is_success(status)) return status;
    module.enter_stage(Stage::Initializing);
    module.Flags |= nt::ldr_process_attach_called | nt::ldr_load_in_progress;
    if (module.is_dll()) modules.insert_initialised(module);
    call_tls_callbacks(module, DllReason::ProcessAttach, reserved_of(kind));
    const bool attached = call_entry(module, DllReason::ProcessAttach, reserved_of(kind));
    module.Flags &= ~static_cast<std::uint32_t>(nt::ldr_load_in_progress);
    if (attached) {
        module.enter_stage(Stage::Ready);
        return Status::Success;
    }
    module.Flags |= nt::ldr_process_attach_failed;
    detach(module, kind);
    module.enter_stage(Stage::Failed);
    return Status::DllInitFailed;
}

/// The program's own TLS callbacks come after those of all DLLs. It stands in no list of initialisation.
void call_program(DllReason reason, void* reserved) {
    Module* program = modules.by_base(own_peb().ImageBaseAddress.get());
    if (program != nullptr && program->stage == Stage::Ready && !program->is_dll())
        call_tls_callbacks(*program, reason, reserved);
}

bool takes_thread_calls(const Module& module) {
    return module.stage == Stage::Ready && (module.Flags & nt::ldr_dont_call_for_threads) == 0;
}

} // namespace

std::uint32_t next_round() { return ++round_number; }

Status initialise(Module& root, LoadKind kind, LoadError& error) {
    Array<Module*> stack;
    Array<Module*> order;
    if (!dependencies_first(&root, next_round(), stack, order)) return Status::NoMemory;
    for (Module* module : order) {
        if (module->stage != Stage::Bound) continue;
        const Status status = attach(*module, kind);
        if (nt::is_success(status)) continue;
        if (error.status == Status::Success) {
            error.status = status;
            (void)error.dll.assign(module->name());
        }
        return status;
    }
    return Status::Success;
}

void detach(Module& module, LoadKind kind) {
    if ((module.Flags & nt::ldr_process_attach_called) == 0) return;
    module.Flags &= ~static_cast<std::uint32_t>(nt::ldr_process_attach_called);
    call_tls_callbacks(module, DllReason::ProcessDetach, reserved_of(kind));
    (void)call_entry(module, DllReason::ProcessDetach, reserved_of(kind));
    modules.remove_initialised(module);
}

void attach_thread() {
    Array<Module*> order;
    if (!modules.list_initialised(order)) return;
    for (Module* module : order) {
        if (!takes_thread_calls(*module)) continue;
        call_tls_callbacks(*module, DllReason::ThreadAttach, nullptr);
        (void)call_entry(*module, DllReason::ThreadAttach, nullptr);
    }
    call_program(DllReason::ThreadAttach, nullptr);
}

void detach_thread() {
    Array<Module*> order;
    if (!modules.list_initialised(order)) return;
    for (std::size_t i = order.size(); i > 0; --i) {
        Module& module = *order[i - 1];
        if (!takes_thread_calls(module)) continue;
        call_tls_callbacks(module, DllReason::ThreadDetach, nullptr);
        (void)call_entry(module, DllReason::ThreadDetach, nullptr);
    }
    call_program(DllReason::ThreadDetach, nullptr);
}

void detach_process() {
    Array<Module*> order;
    if (!modules.list_initialised(order)) return;
    for (std::size_t i = order.size(); i > 0; --i)
        if (order[i - 1]->stage == Stage::Ready) detach(*order[i - 1], LoadKind::Static);
    call_program(DllReason::ProcessDetach, reserved_of(LoadKind::Static));
}

} // namespace oriel::rtl::ldr
