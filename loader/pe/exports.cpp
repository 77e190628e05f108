// SPDX-License-Identifier: MIT
#include <loader/pe/exports.h>

namespace oriel::pe {

namespace {

template<class T>
std::optional<Table<T>> table_at(const Image& image, std::uint32_t rva, std::uint32_t count) {
    if (count == 0) return Table<T>();
    const auto bytes = image.at(rva, std::uint64_t{count} * sizeof(T));
    if (!bytes) return std::nullopt;
    return Table<T>(*bytes);
}

} // namespace

Parsed<Exports> Exports::of(const Image& image) {
    Exports exports;
    exports.m_image = &image;
    if (!image.has(nt::ImageDirectory::Export)) return exports;
    exports.m_directory = image.headers().directory(nt::ImageDirectory::Export);
    const std::uint32_t where = exports.m_directory.VirtualAddress;

    const auto directory = image.read<nt::IMAGE_EXPORT_DIRECTORY>(where);
    if (!directory) return Error::at_rva(Rule::DirectoryOutside, where);
    // Ordinals are 16 bits wide where they are used.
    if (directory->NumberOfFunctions > 0x10000 || directory->NumberOfNames > 0x10000)
        return Error::at_rva(Rule::ExportCount, where + 20);
    const auto functions =
        table_at<std::uint32_t>(image, directory->AddressOfFunctions, directory->NumberOfFunctions);
    const auto names = table_at<std::uint32_t>(image, directory->AddressOfNames, directory->NumberOfNames);
    const auto ordinals = table_at<std::uint16_t>(image, directory->AddressOfNameOrdinals, directory->NumberOfNames);
    if (!functions || !names || !ordinals) return Error::at_rva(Rule::ExportTables, where + 28);

    exports.m_dll_name = image.string_at(directory->Name).value_or(std::string_view{});
    exports.m_base = directory->Base;
    exports.m_functions = *functions;
    exports.m_names = *names;
    exports.m_name_ordinals = *ordinals;
    return exports;
}

Export Exports::function(std::uint32_t index) const {
    Export found;
    found.ordinal = m_base + index;
    found.rva = m_functions[index];
    if (found.rva - m_directory.VirtualAddress < m_directory.Size)
        found.forwarder = m_image->string_at(found.rva).value_or(std::string_view{});
    return found;
}

Parsed<Export> Exports::named(std::size_t index) const {
    const std::uint32_t name_rva = m_names[index];
    const auto name = m_image->string_at(name_rva);
    if (!name) return Error::at_rva(Rule::ImportName, name_rva);
    const std::uint16_t function_index = m_name_ordinals[index];
    if (function_index >= m_functions.size()) return Error::at_rva(Rule::ExportTables, name_rva);
    Export found = function(function_index);
    found.name = *name;
    return found;
}

std::optional<Export> Exports::by_ordinal(std::uint32_t ordinal) const {
    if (ordinal < m_base || ordinal - m_base >= m_functions.size()) return std::nullopt;
    Export found = function(ordinal - m_base);
    if (found.rva == 0) return std::nullopt;
    return found;
}

std::optional<Export> Exports::by_name(std::string_view name) const {
    std::size_t low = 0;
    std::size_t high = m_names.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        const auto here = m_image->string_at(m_names[middle]);
        if (!here) return std::nullopt;
        const int order = name.compare(*here);
        if (order == 0) {
            const auto found = named(middle);
            return found.ok() && found->rva != 0 ? std::optional(*found) : std::nullopt;
        }
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return std::nullopt;
}

Parsed<std::vector<Export>> Exports::all() const {
    WalkBudget budget(m_image->bytes());
    std::vector<Export> list;
    list.reserve(m_functions.size());
    std::vector<bool> has_name(m_functions.size());
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        auto entry = named(i);
        if (!entry) return entry.error();
        if (!budget.spend(1 + entry->name.size() + entry->forwarder.size()))
            return Error::at_rva(Rule::TooMuch, m_directory.VirtualAddress);
        has_name[entry->ordinal - m_base] = true;
        list.push_back(*entry);
    }
    for (std::uint32_t i = 0; i < m_functions.size(); ++i) {
        if (has_name[i] || m_functions[i] == 0) continue;
        const Export entry = function(i);
        if (!budget.spend(1 + entry.forwarder.size()))
            return Error::at_rva(Rule::TooMuch, m_directory.VirtualAddress);
        list.push_back(entry);
    }
    return list;
}

} // namespace oriel::pe
