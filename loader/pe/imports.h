// SPDX-License-Identifier: MIT
// imports.h: what an image wants from other DLLs: at once, when first called (delay), and as bound long ago.
//
// A descriptor per DLL leads to two parallel tables of thunks: the lookup table says what is wanted (a name
// with a hint, or an ordinal), the address table is where the loader writes the addresses, and is what the
// program's code calls through. Old linkers made only the address table.
#pragma once

#include <loader/pe/image.h>

namespace oriel::pe {

struct ImportedFunction {
    std::string_view name;      ///< empty: by ordinal
    std::uint16_t ordinal = 0;  ///< if the name is empty
    std::uint16_t hint = 0;     ///< a guess at the name's index in the exporter's names
    std::uint32_t slot_rva = 0; ///< where the address goes
};

struct ImportedDll {
    std::string_view name;
    bool delayed = false;
    bool bound = false;
    std::vector<ImportedFunction> functions;
};

/// The import directory, in its order. Errors: ImportTables, ImportName, TooMuch.
Parsed<std::vector<ImportedDll>> imports_of(const Image& image);

/// The delay import directory, in the form with RVAs and in Visual C++ 6's with addresses.
Parsed<std::vector<ImportedDll>> delay_imports_of(const Image& image);

struct BoundImport {
    std::string_view dll;
    std::uint32_t time_stamp = 0;
    bool is_forwarder = false; ///< a DLL that the one before it forwards to
};

/// The bound import directory. It lies in the headers, outside every section.
Parsed<std::vector<BoundImport>> bound_imports_of(const Image& image);

} // namespace oriel::pe
