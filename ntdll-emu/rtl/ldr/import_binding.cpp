// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/import_binding.h>

#include <ntdll-emu/rtl/ldr/api_set.h>
#include <ntdll-emu/rtl/ldr/module_table.h>
#include <ntdll-emu/rtl/ldr/names.h>
#include <ntdll-emu/rtl/ldr/undone_stub.h>
#include <ntdll-emu/rtl/ldr/writable_section.h>

namespace oriel::rtl::ldr {

namespace {

/// More hops than any honest chain of forwarders has: it is a loop.
constexpr unsigned most_forwarders = 16;
constexpr std::size_t longest_export_name = 1024;
constexpr std::string_view undone_prefix = "undone_";

ExportFound look_up(const Module& module, const Wanted& wanted) {
    return wanted.name != nullptr ? module.exports.by_name(wanted.name, wanted.hint)
                                  : module.exports.by_ordinal(wanted.ordinal);
}

/// The stub that the DLL's spec made for an export that is not done.
ExportFound look_up_undone(const Module& module, const char* name) {
    char prefixed[undone_prefix.size() + longest_export_name + 1];
    const std::size_t length = std::strlen(name);
    if (length > longest_export_name) return {};
    std::memcpy(prefixed, undone_prefix.data(), undone_prefix.size());
    std::memcpy(prefixed + undone_prefix.size(), name, length + 1);
    return module.exports.by_name(prefixed);
}

class Resolution {
public:
    Resolution(Undone undone, LoadGraph& graph) : m_undone(undone), m_graph(graph) {}

    Status resolve(Module& exporter, const Wanted& wanted, void*& address, unsigned hops = 0) {
        ExportFound found = look_up(exporter, wanted);
        if (found.kind == ExportFound::Kind::Missing && wanted.name != nullptr && m_undone == Undone::IsStubbed)
            found = look_up_undone(exporter, wanted.name);
        switch (found.kind) {
        case ExportFound::Kind::Address: address = found.address; return Status::Success;
        case ExportFound::Kind::Forwarder: return follow(exporter, wanted, found.forwarder, address, hops);
        case ExportFound::Kind::Missing: break;
        }
        return missing(exporter, wanted, address, hops);
    }

private:
    Status follow(Module& exporter, const Wanted& wanted, const char* text, void*& address, unsigned hops) {
        const auto target = ForwarderTarget::parse(text);
        if (!target.valid || hops == most_forwarders) return tell(exporter, wanted);
        Module* module = nullptr;
        if (const Status status = forwarder_module(exporter, target.dll, module); !nt::is_success(status))
            return status;
        return resolve(*module, {target.name, target.ordinal, 0}, address, hops + 1);
    }

    /// "NTDLL" and the like; a dot in the name means that it has its extension.
    Status forwarder_module(Module& exporter, std::string_view dll, Module*& module) {
        Text name;
        if (!name.append_ascii(dll)) return Status::NoMemory;
        if (dll.find('.') == std::string_view::npos && !name.append(u".dll")) return Status::NoMemory;
        const LoadRequest request{name.view(), 0, {}, false};
        const Status status = m_graph.find_or_map(request, module);
        if (!nt::is_success(status)) return m_graph.fail(status, name.view(), &exporter);
        return exporter.depend_on(*module) ? Status::Success : Status::NoMemory;
    }

    /// An api set's functions may live in kernel32 where Windows has them in kernelbase.
    Status missing(Module& exporter, const Wanted& wanted, void*& address, unsigned hops) {
        if (exporter.builtin && wanted.name != nullptr && hops < most_forwarders &&
            same_name(exporter.name(), u"kernelbase.dll"))
            if (Module* kernel32 = modules.by_base_name(u"kernel32.dll");
                kernel32 != nullptr && kernel32 != &exporter)
                return resolve(*kernel32, {wanted.name, 0, 0}, address, hops + 1);
        if (exporter.builtin && m_undone == Undone::IsStubbed) {
            address = make_undone_stub(exporter, wanted.name, wanted.ordinal);
            return address != nullptr ? Status::Success : Status::NoMemory;
        }
        return tell(exporter, wanted);
    }

    Status tell(const Module& exporter, const Wanted& wanted) {
        const Status status = wanted.name != nullptr ? Status::EntrypointNotFound : Status::OrdinalNotFound;
        LoadError& error = m_graph.error();
        if (error.status == Status::Success) {
            if (wanted.name != nullptr) (void)error.function.append_ascii(wanted.name);
            error.ordinal = wanted.ordinal;
        }
        return m_graph.fail(status, exporter.name(), nullptr);
    }

    Undone m_undone;
    LoadGraph& m_graph;
};

/// What a thunk asks for; false: its name is outside the image.
bool read_thunk(ImageView image, Word thunk, Wanted& wanted) {
    if ((thunk & nt::ordinal_flag<Native>) != 0) {
        wanted.ordinal = static_cast<std::uint16_t>(thunk);
        return true;
    }
    const auto rva = static_cast<std::uint32_t>(thunk);
    const auto* hint = image.at<std::uint16_t>(rva, 2);
    if (hint == nullptr) return false;
    wanted.hint = *hint;
    wanted.name = reinterpret_cast<const char*>(hint + 1);
    return true;
}

/// The DLL behind a descriptor's name: it was mapped before, so it is there.
Module* imported_module(const char* name) {
    Text wide;
    Text complete;
    if (!wide.append_ascii(name) || !complete_name(without_api_set(wide.view()), complete)) return nullptr;
    return modules.by_base_name(base_name(complete.view()));
}

Status bind_descriptor(Module& module, const nt::IMAGE_IMPORT_DESCRIPTOR& descriptor, LoadGraph& graph) {
    const ImageView image = module.image;
    // Without a lookup table, or with one that is empty, the address table itself says what is wanted.
    const auto* lookup = image.at<Word>(descriptor.OriginalFirstThunk);
    auto* slot = image.at<Word>(descriptor.FirstThunk);
    if (lookup == nullptr || *lookup == 0) lookup = slot;
    if (*slot == 0) return Status::Success;
    Module* exporter = imported_module(image.at<const char>(descriptor.Name));
    if (exporter == nullptr) return Status::DllNotFound;

    Resolution resolution(Undone::IsStubbed, graph);
    for (; *lookup != 0; ++lookup, ++slot) {
        Wanted wanted;
        if (!read_thunk(image, *lookup, wanted) || !image.holds(slot))
            return graph.fail(Status::InvalidImageFormat, module.name(), nullptr);
        void* address = nullptr;
        if (const Status status = resolution.resolve(*exporter, wanted, address); !nt::is_success(status)) {
            if (graph.error().wanted_by.empty()) (void)graph.error().wanted_by.assign(module.name());
            return status;
        }
        *slot = reinterpret_cast<Word>(address);
    }
    return Status::Success;
}

} // namespace

Status resolve_export(Module& exporter, const Wanted& wanted, Undone undone, LoadGraph& graph, void*& address) {
    return Resolution(undone, graph).resolve(exporter, wanted, address);
}

Status bind_imports(Module& module, LoadGraph& graph) {
    const auto* descriptor = module.image.directory_at<nt::IMAGE_IMPORT_DESCRIPTOR>(ImageDirectory::Import);
    WritableSection writable(module.image);
    for (; descriptor != nullptr && descriptor->Name != 0 && descriptor->FirstThunk != 0; ++descriptor) {
        if (const Status status = writable.open(descriptor->FirstThunk); !nt::is_success(status)) return status;
        if (const Status status = bind_descriptor(module, *descriptor, graph); !nt::is_success(status)) return status;
    }
    return Status::Success;
}

} // namespace oriel::rtl::ldr
