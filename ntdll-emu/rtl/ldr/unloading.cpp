// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/unloading.h>

#include <ntdll-emu/rtl/ldr/dependency_order.h>
#include <ntdll-emu/rtl/ldr/dll_main_calls.h>
#include <ntdll-emu/rtl/ldr/image_open.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/notifications.h>
#include <ntdll-emu/rtl/ldr/tls.h>

namespace oriel::rtl::ldr {

namespace {

/// What is to go: not reached in this round, and not in the middle of something.
bool find_unwanted(Array<Module*>& unwanted) {
    Array<Module*> all;
    Array<Module*> initialised;
    const std::uint32_t round = next_round();
    if (!modules.list(all) || !visit_wanted(all, round) || !modules.list_initialised(initialised)) return false;
    // A module whose DllMain is running, and what it needs, must stay until that has returned.
    Array<Module*> stack;
    Array<Module*> order;
    for (Module* module : all)
        if (module->stage == Stage::Initializing && !dependencies_first(module, round, stack, order)) return false;
    for (std::size_t i = initialised.size(); i > 0; --i)
        if (initialised[i - 1]->visit != round && !unwanted.append(initialised[i - 1])) return false;
    for (Module* module : all)
        if (module->visit != round && !unwanted.contains(module) && !unwanted.append(module)) return false;
    return true;
}

} // namespace

void discard(Module& module) {
    modules.remove(module);
    // An exporter that stays may have come to depend on it through a forwarder, in a load that then failed.
    Array<Module*> rest;
    if (modules.list(rest))
        for (Module* other : rest) other->dependencies.remove(&module);
    end_tls(module);
#if defined(__x86_64__)
    RtlRemoveInvertedFunctionTable(module.DllBase);
#endif
    unmap(module.DllBase);
    Module::destroy(&module);
}

void unload_unwanted() {
    // A DllMain that is told to detach may free further DLLs: that call finds this one at work and returns.
    static constinit bool at_work = false;
    static constinit bool again = false;
    again = true;
    if (at_work) return;
    at_work = true;
    while (again) {
        again = false;
        Array<Module*> unwanted;
        if (!find_unwanted(unwanted)) break; // no memory: they stay for now
        for (Module* module : unwanted) module->leaving = true;
        for (Module* module : unwanted) detach(*module, LoadKind::Dynamic);
        for (Module* module : unwanted) notify(DllNotification::Unloaded, *module);
        for (Module* module : unwanted) discard(*module);
    }
    at_work = false;
}

} // namespace oriel::rtl::ldr
