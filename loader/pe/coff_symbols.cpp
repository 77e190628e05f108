// SPDX-License-Identifier: MIT
#include <loader/pe/coff_symbols.h>

namespace oriel::pe {
namespace {

constexpr std::size_t entry_size = 18;
constexpr std::size_t longest_symbol = 4096;

/// IMAGE_SYMBOL, read at its offsets: nothing in it is aligned.
struct Entry {
    Bytes bytes;

    [[nodiscard]] std::uint32_t value() const { return *load<std::uint32_t>(bytes, 8); }
    [[nodiscard]] std::int16_t section() const { return *load<std::int16_t>(bytes, 12); }
    [[nodiscard]] bool is_function() const { return (*load<std::uint16_t>(bytes, 14) >> 4 & 3) == 2; }
    [[nodiscard]] std::uint8_t storage_class() const { return *load<std::uint8_t>(bytes, 16); }
    [[nodiscard]] std::uint8_t auxiliaries() const { return *load<std::uint8_t>(bytes, 17); }
    [[nodiscard]] std::string_view name(Bytes names) const {
        if (*load<std::uint32_t>(bytes, 0) != 0) return up_to_nul(bytes.first(8));
        const std::uint32_t at = *load<std::uint32_t>(bytes, 4);
        if (at < 4 || at >= names.size()) return {}; // the first four bytes are the size
        return up_to_nul(names.subspan(at, std::min<std::size_t>(names.size() - at, longest_symbol)));
    }
};

enum StorageClass : std::uint8_t { external = 2, internal = 3, weak_external = 105 };

} // namespace

std::optional<SymbolTablePlace> symbol_table_of(Bytes head, const Headers& headers) {
    const auto file = load<nt::IMAGE_FILE_HEADER>(head, std::uint64_t{headers.nt_headers_offset} + 4);
    if (!file || file->PointerToSymbolTable == 0 || file->NumberOfSymbols == 0 || file->NumberOfSymbols > most_symbols) return std::nullopt;
    return SymbolTablePlace{file->PointerToSymbolTable, std::uint64_t{file->NumberOfSymbols} * entry_size};
}

std::vector<CodeSymbol> code_symbols(const Headers& headers, const SymbolTablePlace& place, Bytes table) {
    std::vector<CodeSymbol> symbols;
    const Bytes names = table.subspan(std::min<std::uint64_t>(place.entry_bytes, table.size()));
    const std::uint64_t end = std::min<std::uint64_t>(place.entry_bytes, table.size());
    for (std::uint64_t at = 0; at + entry_size <= end; at += entry_size) {
        const Entry entry{table.subspan(at, entry_size)};
        at += std::uint64_t{entry.auxiliaries()} * entry_size;
        const std::uint8_t kind = entry.storage_class();
        if (kind != external && kind != internal && kind != weak_external) continue;
        if (entry.section() < 1 || static_cast<std::size_t>(entry.section()) > headers.sections.size()) continue;
        const Section& section = headers.sections[static_cast<std::size_t>(entry.section()) - 1];
        if (!section.executable() || entry.value() >= section.virtual_bytes) continue;
        const std::string_view name = entry.name(names);
        if (name.empty() || name.front() == '.') continue; // sections' own, and labels that assemblers keep
        symbols.push_back({section.rva + entry.value(), name, entry.is_function(), kind != internal});
    }
    return symbols;
}

} // namespace oriel::pe
