// SPDX-License-Identifier: MIT
#include <loader/pe/imports.h>

namespace oriel::pe {

namespace {

/// Follows one lookup table to its end (a zero thunk).
template<class Abi>
Fault walk_thunks(const Image& image, ImportedDll& dll, std::uint64_t lookup, std::uint64_t slots,
                  WalkBudget& budget) {
    using Thunk = nt::uptr<Abi>;
    for (std::uint64_t i = 0;; ++i) {
        const auto thunk = image.read<Thunk>(lookup + i * sizeof(Thunk));
        const std::uint64_t slot = slots + i * sizeof(Thunk);
        if (!thunk || !image.inside(slot, sizeof(Thunk))) return Error::at_rva(Rule::ImportTables, lookup);
        if (*thunk == 0) return std::nullopt;

        ImportedFunction function;
        function.slot_rva = static_cast<std::uint32_t>(slot);
        if ((*thunk & nt::ordinal_flag<Abi>) != 0) {
            function.ordinal = static_cast<std::uint16_t>(*thunk);
        } else {
            const std::uint64_t by_name = *thunk & 0x7FFFFFFF;
            const auto hint = image.read<std::uint16_t>(by_name);
            const auto name = image.string_at(by_name + 2);
            if (!hint || !name) return Error::at_rva(Rule::ImportName, by_name);
            function.hint = *hint;
            function.name = *name;
        }
        if (!budget.spend(sizeof(Thunk) + function.name.size())) return Error::at_rva(Rule::TooMuch, lookup);
        dll.functions.push_back(function);
    }
}

Fault walk_thunks(const Image& image, ImportedDll& dll, std::uint64_t lookup, std::uint64_t slots,
                  WalkBudget& budget) {
    return image.headers().is_64 ? walk_thunks<nt::Nt64>(image, dll, lookup, slots, budget)
                                 : walk_thunks<nt::Nt32>(image, dll, lookup, slots, budget);
}

/// A field of a delay descriptor as an RVA: Visual C++ 6 wrote addresses.
std::uint64_t delay_rva(const Image& image, const nt::IMAGE_DELAYLOAD_DESCRIPTOR& descriptor, std::uint32_t field) {
    if ((descriptor.Attributes & 1) != 0) return field;
    return image.rva_of(field).value_or(~std::uint32_t{0});
}

} // namespace

Parsed<std::vector<ImportedDll>> imports_of(const Image& image) {
    std::vector<ImportedDll> dlls;
    if (!image.has(nt::ImageDirectory::Import)) return dlls;
    WalkBudget budget(image.bytes());
    std::uint64_t where = image.headers().directory(nt::ImageDirectory::Import).VirtualAddress;
    for (;; where += sizeof(nt::IMAGE_IMPORT_DESCRIPTOR)) {
        const auto descriptor = image.read<nt::IMAGE_IMPORT_DESCRIPTOR>(where);
        if (!descriptor) return Error::at_rva(Rule::ImportTables, where);
        if (descriptor->Name == 0 || descriptor->FirstThunk == 0) return dlls;

        ImportedDll dll;
        const auto name = image.string_at(descriptor->Name);
        if (!name || name->empty()) return Error::at_rva(Rule::ImportName, where + 12);
        dll.name = *name;
        dll.bound = descriptor->TimeDateStamp != 0;
        if (!budget.spend(sizeof *descriptor + dll.name.size())) return Error::at_rva(Rule::TooMuch, where);
        const std::uint32_t lookup = descriptor->OriginalFirstThunk >= image.headers().size_of_headers
                                         ? descriptor->OriginalFirstThunk
                                         : descriptor->FirstThunk;
        if (auto fault = walk_thunks(image, dll, lookup, descriptor->FirstThunk, budget)) return *fault;
        dlls.push_back(std::move(dll));
    }
}

Parsed<std::vector<ImportedDll>> delay_imports_of(const Image& image) {
    std::vector<ImportedDll> dlls;
    if (!image.has(nt::ImageDirectory::DelayImport)) return dlls;
    WalkBudget budget(image.bytes());
    std::uint64_t where = image.headers().directory(nt::ImageDirectory::DelayImport).VirtualAddress;
    for (;; where += sizeof(nt::IMAGE_DELAYLOAD_DESCRIPTOR)) {
        const auto descriptor = image.read<nt::IMAGE_DELAYLOAD_DESCRIPTOR>(where);
        if (!descriptor) return Error::at_rva(Rule::ImportTables, where);
        if (descriptor->DllNameRVA == 0) return dlls;

        ImportedDll dll;
        const auto name = image.string_at(delay_rva(image, *descriptor, descriptor->DllNameRVA));
        if (!name || name->empty()) return Error::at_rva(Rule::ImportName, where + 4);
        dll.name = *name;
        dll.delayed = true;
        if (!budget.spend(sizeof *descriptor + dll.name.size())) return Error::at_rva(Rule::TooMuch, where);
        const std::uint64_t lookup = delay_rva(image, *descriptor, descriptor->ImportNameTableRVA);
        const std::uint64_t slots = delay_rva(image, *descriptor, descriptor->ImportAddressTableRVA);
        if (auto fault = walk_thunks(image, dll, lookup, slots, budget)) return *fault;
        dlls.push_back(std::move(dll));
    }
}

Parsed<std::vector<BoundImport>> bound_imports_of(const Image& image) {
    std::vector<BoundImport> list;
    if (!image.has(nt::ImageDirectory::BoundImport)) return list;
    WalkBudget budget(image.bytes());
    const std::uint64_t start = image.headers().directory(nt::ImageDirectory::BoundImport).VirtualAddress;
    std::uint32_t forwarders_left = 0;
    for (std::uint64_t where = start;; where += sizeof(nt::IMAGE_BOUND_IMPORT_DESCRIPTOR)) {
        const auto descriptor = image.read<nt::IMAGE_BOUND_IMPORT_DESCRIPTOR>(where);
        if (!descriptor) return Error::at_rva(Rule::BoundImports, where);
        if (descriptor->OffsetModuleName == 0) return list;
        const auto name = image.string_at(start + descriptor->OffsetModuleName);
        if (!name) return Error::at_rva(Rule::BoundImports, where);
        if (!budget.spend(sizeof *descriptor + name->size())) return Error::at_rva(Rule::TooMuch, where);
        const bool is_forwarder = forwarders_left > 0;
        forwarders_left = is_forwarder ? forwarders_left - 1 : descriptor->NumberOfModuleForwarderRefs;
        list.push_back({*name, descriptor->TimeDateStamp, is_forwarder});
    }
}

} // namespace oriel::pe
