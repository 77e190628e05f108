// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/load_graph.h>

#include <ntdll-emu/rtl/ldr/api_set.h>
#include <ntdll-emu/rtl/ldr/image_open.h>
#include <ntdll-emu/rtl/ldr/import_binding.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/names.h>
#include <ntdll-emu/rtl/ldr/notifications.h>
#include <ntdll-emu/rtl/ldr/security_cookie.h>
#include <ntdll-emu/rtl/ldr/unloading.h>

namespace oriel::rtl::ldr {

namespace {

/// A module that is being detached is as good as gone: who asks for its name gets a new one.
bool stays(const Module* module) { return module != nullptr && !module->leaving; }

} // namespace

LoadGraph::~LoadGraph() {
    if (m_kept) return;
    for (std::size_t i = m_fresh.size(); i > 0; --i)
        if (!m_fresh[i - 1]->pinned) discard(*m_fresh[i - 1]);
}

Status LoadGraph::fail(Status status, std::u16string_view dll, const Module* wanted_by) {
    if (m_error.status != Status::Success) return status; // the first reason is the one to tell
    m_error.status = status;
    (void)m_error.dll.assign(base_name(dll));
    if (wanted_by != nullptr) (void)m_error.wanted_by.assign(wanted_by->name());
    return status;
}

void LoadGraph::set_import_options(const LoadRequest& request) {
    m_import_options = request.options;
    if ((request.options & (nt::ldr_altered_search_path | nt::ldr_search_dll_load_dir)) != 0)
        (void)m_import_folder.assign(request.name);
}

Status LoadGraph::add(Module& module) { return m_fresh.append(&module) ? Status::Success : Status::NoMemory; }

Status LoadGraph::find_or_map(const LoadRequest& request, Module*& module) {
    Text name;
    if (!complete_name(without_api_set(request.name), name)) return Status::NoMemory;
    const bool with_path = has_path(name.view());
    if (!with_path) {
        module = modules.by_base_name(name.view());
        return stays(module) ? Status::Success : map_new(request, name.view(), false, module);
    }
    Text path;
    if (const Status status = full_path(name.view(), path); status != Status::Success) return status;
    module = modules.by_full_name(path.view());
    return stays(module) ? Status::Success : map_new(request, path.view(), true, module);
}

Status LoadGraph::map_new(const LoadRequest& request, std::u16string_view name, bool with_path, Module*& module) {
    OpenedImage opened;
    Status status = Status::DllNotFound;
    if (with_path) {
        status = open_file(name, opened);
    } else {
        if (is_known_dll(name)) status = open_builtin(name, opened);
        if (is_not_found(status)) {
            Text path;
            if (!search_path_of(request, path)) return Status::NoMemory;
            status = open_in_path(name, path.view(), opened);
        }
    }
    if (!nt::is_success(status)) return is_not_found(status) ? Status::DllNotFound : status;

    module = Module::create(opened.base, opened.full_name.view());
    if (module == nullptr || !m_fresh.append(module)) {
        if (module != nullptr) Module::destroy(module);
        unmap(opened.base);
        return Status::NoMemory;
    }
    module->builtin = opened.builtin;
    if (opened.moved) module->Flags |= nt::ldr_image_not_at_base;
    module->unresolved = request.dont_resolve || !module->is_dll();
    modules.insert(*module);
#if defined(__x86_64__)
    RtlInsertInvertedFunctionTable(opened.base, module->SizeOfImage);
#endif
    return Status::Success;
}

Status LoadGraph::map_import(Module& importer, const char* name) {
    Text wide;
    if (!wide.append_ascii(name)) return Status::NoMemory;
    LoadRequest request{wide.view(), m_import_options, {}, false};
    Text folder;
    if (!m_import_folder.empty()) {
        // The altered search path is that of the DLL that was asked for, for its imports too.
        Text path;
        LoadRequest first{m_import_folder.view(), m_import_options, {}, false};
        if (!search_path_of(first, path) || !folder.assign(path.view())) return Status::NoMemory;
        request.explicit_path = folder.view();
    }
    Module* found = nullptr;
    const Status status = find_or_map(request, found);
    if (!nt::is_success(status)) return fail(status, wide.view(), &importer);
    return importer.depend_on(*found) ? Status::Success : Status::NoMemory;
}

Status LoadGraph::map_imports(Module& module) {
    const auto* descriptor = module.image.directory_at<nt::IMAGE_IMPORT_DESCRIPTOR>(ImageDirectory::Import);
    for (; descriptor != nullptr && descriptor->Name != 0 && descriptor->FirstThunk != 0; ++descriptor) {
        const char* name = module.image.at<const char>(descriptor->Name);
        const auto* first = module.image.at<Word>(descriptor->FirstThunk);
        if (name == nullptr || first == nullptr) return fail(Status::InvalidImageFormat, module.name(), nullptr);
        if (*first == 0) continue; // nothing is taken from it: Windows does not load it either
        if (const Status status = map_import(module, name); !nt::is_success(status)) return status;
    }
    return Status::Success;
}

Status LoadGraph::complete() {
    while (m_bound < m_fresh.size()) {
        for (; m_mapped < m_fresh.size(); ++m_mapped) {
            Module& module = *m_fresh[m_mapped];
            if (module.unresolved) continue;
            if (const Status status = map_imports(module); !nt::is_success(status)) return status;
        }
        Module& module = *m_fresh[m_bound++];
        if (!module.unresolved) {
            if (const Status status = bind_imports(module, *this); !nt::is_success(status)) return status;
            make_security_cookie(module.image);
        }
        module.Flags |= nt::ldr_entry_processed;
        module.enter_stage(Stage::Bound);
    }
    for (Module* module : m_fresh) notify(DllNotification::Loaded, *module);
    return Status::Success;
}

} // namespace oriel::rtl::ldr
