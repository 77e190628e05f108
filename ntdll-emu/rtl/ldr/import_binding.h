// SPDX-License-Identifier: MIT
// import_binding.h: filling a module's import address tables.
//
// A name may lead on: an export can be a forwarder to another DLL's, and that again. A builtin DLL may know
// a function and not have it: then it exports a stub under `undone_NAME`, and binding takes that, so that
// the program starts; one that it does not even know gets a stub that is made here (undone_stub.h).
// Bound imports (old linkers' precomputed addresses) are ignored: everything is bound anew.
#pragma once

#include <ntdll-emu/rtl/ldr/load_graph.h>

namespace oriel::rtl::ldr {

/// A function, as an importer or GetProcAddress names it.
struct Wanted {
    const char* name = nullptr; ///< null: by ordinal
    std::uint32_t ordinal = 0;
    std::uint32_t hint = 0;
};

enum class Undone : std::uint8_t {
    IsMissing, ///< GetProcAddress: programs probe for what is there
    IsStubbed, ///< imports: the program may never call it
};

/// The address of `wanted` in `exporter`, forwarders followed; `graph` receives modules that they bring in.
/// Statuses: EntrypointNotFound, OrdinalNotFound, DllNotFound (of a forwarder), ...
Status resolve_export(Module& exporter, const Wanted& wanted, Undone undone, LoadGraph& graph, void*& address);

/// All imports of `module`, whose DLLs have been mapped.
Status bind_imports(Module& module, LoadGraph& graph);

} // namespace oriel::rtl::ldr
