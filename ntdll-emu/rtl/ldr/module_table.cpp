// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/module_table.h>

#include <ntdll-emu/rtl/ldr/names.h>

namespace oriel::rtl::ldr {

constinit ModuleTable modules;

namespace {

using ListEntry = nt::LIST_ENTRY<Native>;

void make_empty(ListEntry& head) {
    head.Flink = &head;
    head.Blink = &head;
}

void append(ListEntry& head, ListEntry& entry) {
    ListEntry* last = head.Blink;
    entry.Flink = &head;
    entry.Blink = last;
    last->Flink = &entry;
    head.Blink = &entry;
}

void unlink(ListEntry& entry) {
    if (!entry.Flink) return;
    entry.Blink->Flink = entry.Flink;
    entry.Flink->Blink = entry.Blink;
    entry.Flink = nullptr;
    entry.Blink = nullptr;
}

Module* module_of(ListEntry* entry, std::size_t offset) {
    return reinterpret_cast<Module*>(reinterpret_cast<std::byte*>(entry) - offset);
}

bool append_all(ListEntry& head, std::size_t offset, Array<Module*>& to) {
    for (ListEntry* entry = head.Flink; entry != &head; entry = entry->Flink)
        if (!to.append(module_of(entry, offset))) return false;
    return true;
}

} // namespace

void ModuleTable::start() {
    m_data.Length = sizeof m_data;
    make_empty(m_data.InLoadOrderModuleList);
    make_empty(m_data.InMemoryOrderModuleList);
    make_empty(m_data.InInitializationOrderModuleList);
    own_peb().Ldr = &m_data;
}

void ModuleTable::insert(Module& module) {
    const HeldExclusively held(m_lock);
    append(m_data.InLoadOrderModuleList, module.InLoadOrderLinks);
    append(m_data.InMemoryOrderModuleList, module.InMemoryOrderLinks);
    Module*& first = bucket(module.BaseNameHashValue);
    module.next_in_bucket = first;
    first = &module;
}

void ModuleTable::remove(Module& module) {
    const HeldExclusively held(m_lock);
    unlink(module.InLoadOrderLinks);
    unlink(module.InMemoryOrderLinks);
    unlink(module.InInitializationOrderLinks);
    for (Module** link = &bucket(module.BaseNameHashValue); *link != nullptr; link = &(*link)->next_in_bucket) {
        if (*link != &module) continue;
        *link = module.next_in_bucket;
        break;
    }
}

void ModuleTable::insert_initialised(Module& module) {
    const HeldExclusively held(m_lock);
    append(m_data.InInitializationOrderModuleList, module.InInitializationOrderLinks);
}

void ModuleTable::remove_initialised(Module& module) {
    const HeldExclusively held(m_lock);
    unlink(module.InInitializationOrderLinks);
}

Module* ModuleTable::by_base_name(std::u16string_view name) {
    const std::uint32_t hash = hash_name(name);
    const HeldShared held(m_lock);
    for (Module* module = bucket(hash); module != nullptr; module = module->next_in_bucket)
        if (module->BaseNameHashValue == hash && same_name(module->name(), name)) return module;
    return nullptr;
}

template<class Matches>
Module* ModuleTable::find(Matches&& matches) {
    const HeldShared held(m_lock);
    ListEntry& head = m_data.InLoadOrderModuleList;
    if (!head.Flink) return nullptr; // not started
    for (ListEntry* entry = head.Flink; entry != &head; entry = entry->Flink) {
        Module* module = module_of(entry, offsetof(NtLdrEntry, InLoadOrderLinks));
        if (matches(*module)) return module;
    }
    return nullptr;
}

Module* ModuleTable::by_full_name(std::u16string_view path) {
    return find([&](const Module& module) { return same_name(view_of(module.FullDllName), path); });
}

Module* ModuleTable::by_base(const void* base) {
    return find([&](const Module& module) { return module.DllBase.get() == base; });
}

Module* ModuleTable::by_address(const void* address) {
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    return find([&](const Module& module) { return wanted - module.DllBase.value < module.SizeOfImage; });
}

bool ModuleTable::list(Array<Module*>& to) {
    const HeldShared held(m_lock);
    return append_all(m_data.InLoadOrderModuleList, offsetof(NtLdrEntry, InLoadOrderLinks), to);
}

bool ModuleTable::list_initialised(Array<Module*>& to) {
    const HeldShared held(m_lock);
    return append_all(m_data.InInitializationOrderModuleList, offsetof(NtLdrEntry, InInitializationOrderLinks), to);
}

} // namespace oriel::rtl::ldr
