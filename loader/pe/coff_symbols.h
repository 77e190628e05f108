// SPDX-License-Identifier: MIT
// coff_symbols.h: the symbol table that a linker left in an image.
//
// Images need none, and Microsoft's linker writes none (its symbols are in the PDB). GNU ld and lld for mingw-w64 leave the
// objects' one behind the sections, unless told to strip it: entries of 18 bytes, then the names that are longer than 8
// characters. No section holds it, so it is never mapped and costs a running program nothing; it is read from the file.
// Source: "PE Format", "COFF symbol table" and "COFF string table", Microsoft documentation.
#pragma once

#include <loader/pe/headers.h>

namespace oriel::pe {

/// What is named in executable sections: functions, and labels of assembly code.
struct CodeSymbol {
    std::uint32_t rva = 0;
    std::string_view name; ///< of the bytes; as the linker writes it: mangled, in 32 bits with its decoration
    bool is_function = false;
    bool is_external = false;
};

/// Where the table lies in the file: the entries, and behind them the names, whose size stands in their first four bytes.
struct SymbolTablePlace {
    std::uint64_t offset = 0;
    std::uint64_t entry_bytes = 0;
};

/// None if the image has no table, or one that no linker would write. `head` holds the headers.
std::optional<SymbolTablePlace> symbol_table_of(Bytes head, const Headers& headers);

/// `table` begins at the place's offset and should hold entries and names; what of it is missing names nothing.
std::vector<CodeSymbol> code_symbols(const Headers& headers, const SymbolTablePlace& place, Bytes table);

inline constexpr std::uint32_t most_symbols = 1u << 20;

} // namespace oriel::pe
