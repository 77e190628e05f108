// SPDX-License-Identifier: MIT
// module_table.h: all modules of the process: NT's three lists, and a table by name.
//
// Looking something up takes the table's own lock, shared, for a moment, and never the loader lock: a thread
// may ask for a module or a function while another sits in a DllMain. Changing it takes both.
//
// Always: a module is in the load and memory lists from mapping to unmapping, and in the initialisation
// list while its DllMain has been called for attaching and not yet for detaching.
#pragma once

#include <ntdll-emu/rtl/ldr/module.h>

namespace oriel::rtl::ldr {

class ModuleTable {
public:
    /// Makes PEB->Ldr.
    void start();

    void insert(Module& module);
    void remove(Module& module);
    /// Into and out of the list of initialisation. `front`: ntdll, which is there before anything else.
    void insert_initialised(Module& module);
    void remove_initialised(Module& module);

    [[nodiscard]] Module* by_base_name(std::u16string_view name);
    [[nodiscard]] Module* by_full_name(std::u16string_view path);
    [[nodiscard]] Module* by_base(const void* base);
    [[nodiscard]] Module* by_address(const void* address);
    /// Appends all, in the order of loading, or those initialised, in that order. False: no memory.
    [[nodiscard]] bool list(Array<Module*>& to);
    [[nodiscard]] bool list_initialised(Array<Module*>& to);

    [[nodiscard]] nt::PEB_LDR_DATA<Native>& data() { return m_data; }
    [[nodiscard]] bool has_started() const { return m_data.Length != 0; }

private:
    static constexpr std::uint32_t bucket_count = 64;

    template<class Matches> Module* find(Matches&& matches);
    Module*& bucket(std::uint32_t hash) { return m_buckets[hash % bucket_count]; }

    NtSrwLock m_lock{};
    nt::PEB_LDR_DATA<Native> m_data{};
    Module* m_buckets[bucket_count] = {};
};

extern ModuleTable modules;

} // namespace oriel::rtl::ldr
