// SPDX-License-Identifier: MIT
// load_graph.h: loading a DLL means loading all that it needs: one such operation, from first to last.
//
// Modules are mapped breadth first: the one that was asked for, its imports, theirs. Then each is bound;
// a forwarder found on the way may bring in further modules, which join the queue. Only when all are bound
// does any of their code run (dll_main_calls.h). If anything fails, every module of this operation is
// unmapped again, and the error says which DLL and which function.
//
// The loader lock is held throughout.
#pragma once

#include <ntdll-emu/rtl/ldr/load_error.h>
#include <ntdll-emu/rtl/ldr/load_settings.h>
#include <ntdll-emu/rtl/ldr/module.h>

namespace oriel::rtl::ldr {

class LoadGraph {
public:
    LoadGraph() = default;
    LoadGraph(const LoadGraph&) = delete;
    LoadGraph& operator=(const LoadGraph&) = delete;
    ~LoadGraph();

    /// The module of that name: one that is there, or a new one, mapped and queued.
    Status find_or_map(const LoadRequest& request, Module*& module);
    /// A module that somebody else has mapped (the program).
    Status add(Module& module);
    /// Maps and binds until nothing is left to do. On failure error() tells more.
    Status complete();
    /// What was mapped and completed stays.
    void keep() { m_kept = true; }
    [[nodiscard]] bool kept() const { return m_kept; }

    [[nodiscard]] LoadError& error() { return m_error; }
    /// The folders that imports are looked for in are those of the first request.
    void set_import_options(const LoadRequest& request);

    /// Records the failure; answers its status.
    Status fail(Status status, std::u16string_view dll, const Module* wanted_by);

private:
    Status map_new(const LoadRequest& request, std::u16string_view name, bool with_path, Module*& module);
    Status map_imports(Module& module);
    Status map_import(Module& importer, const char* name);

    Array<Module*> m_fresh;
    std::size_t m_mapped = 0; ///< how many of m_fresh have had their imports mapped
    std::size_t m_bound = 0;  ///< and bound
    LoadError m_error;
    std::uint32_t m_import_options = 0;
    Text m_import_folder; ///< for ldr_altered_search_path: the first DLL's name with its folder
    bool m_kept = false;
};

} // namespace oriel::rtl::ldr
