// SPDX-License-Identifier: MIT
// module.h: one loaded image: the entry that programs see in PEB->Ldr's lists, and what only we know of it.
//
// A module goes through stages: it is mapped, its imports are bound, its DllMain runs, it is ready. It stays
// as long as it is wanted (pinned, or loaded by name more often than it was freed) or a wanted one depends
// on it (dependency_order.h).
//
// Always: the NT entry is the first part, so a pointer to one is a pointer to the other.
#pragma once

#include <ntdll-emu/rtl/ldr/export_lookup.h>
#include <ntdll-emu/rtl/ldr/memory.h>
#include <ntdll-emu/rtl/ldr/own_process.h>

namespace oriel::rtl::ldr {

enum class Stage : std::uint8_t { Mapped, Bound, Initializing, Ready, Failed };

struct Module : NtLdrEntry {
    ImageView image;
    ExportTable exports;
    Text full_name; ///< FullDllName and BaseDllName are views of it
    nt::LDR_DDAG_NODE<Native> node{};

    Array<Module*> dependencies; ///< each once
    std::uint32_t visit = 0;     ///< dependency_order.h's
    std::uint32_t next_dependency = 0;

    std::uint32_t load_count = 0; ///< LoadLibrary less FreeLibrary
    std::int32_t tls_index = -1;
    Stage stage = Stage::Mapped;
    bool pinned = false;     ///< the program, ntdll, and what GET_MODULE_HANDLE_EX_FLAG_PIN names
    bool builtin = false;    ///< came from \KnownDlls: one of Oriel's own
    bool leaving = false;    ///< nobody wants it: it is being detached and will be unmapped
    bool unresolved = false; ///< DONT_RESOLVE_DLL_REFERENCES, or a program loaded as a library: nothing is called
    Module* next_in_bucket = nullptr;

    [[nodiscard]] bool is_wanted() const { return pinned || load_count > 0; }
    [[nodiscard]] std::u16string_view name() const { return view_of(BaseDllName); }
    [[nodiscard]] bool is_dll() const { return (image.headers().FileHeader.Characteristics & nt::image_dll) != 0; }
    [[nodiscard]] bool depend_on(Module& other) {
        return &other == this || dependencies.contains(&other) || dependencies.append(&other);
    }
    void enter_stage(Stage next);

    /// A module for the image at `base`, named `full_name`, in no list yet. Null: no memory.
    static Module* create(void* base, std::u16string_view full_name);
    static void destroy(Module* module);

private:
    Module() = default;
    ~Module() = default;
};

} // namespace oriel::rtl::ldr
