// SPDX-License-Identifier: MIT
// exports.h: what an image offers to others.
//
// Three parallel tables: the functions by ordinal (RVAs), the names in ascending byte order, and for each
// name the index of its function. A function's RVA that lies inside the export directory itself is no
// function but a forwarder: the text "dll.Name" or "dll.#12".
// This is the host's reading of it, for doctor, checks and tests; programs are bound by ntdll-emu/rtl/ldr.
#pragma once

#include <loader/pe/image.h>

namespace oriel::pe {

struct Export {
    std::uint32_t ordinal = 0;
    std::uint32_t rva = 0;            ///< 0: an unused ordinal
    std::string_view name;            ///< empty: by ordinal only
    std::string_view forwarder;       ///< "dll.Name", or empty
};

class Exports {
public:
    /// An image without an export directory has no exports; that is no error.
    static Parsed<Exports> of(const Image& image);

    [[nodiscard]] std::string_view dll_name() const { return m_dll_name; }
    [[nodiscard]] std::uint32_t ordinal_base() const { return m_base; }
    [[nodiscard]] std::size_t function_count() const { return m_functions.size(); }
    [[nodiscard]] std::size_t name_count() const { return m_names.size(); }

    /// The `index`th name, in the table's order. Errors: ImportName, ExportTables.
    [[nodiscard]] Parsed<Export> named(std::size_t index) const;
    /// None: no such ordinal, or an unused one.
    [[nodiscard]] std::optional<Export> by_ordinal(std::uint32_t ordinal) const;
    /// By binary search, as NT does: in an image whose names are not in order some are not found.
    [[nodiscard]] std::optional<Export> by_name(std::string_view name) const;
    /// Every function, with the first of its names; each name of a function that has several.
    [[nodiscard]] Parsed<std::vector<Export>> all() const;

private:
    [[nodiscard]] Export function(std::uint32_t index) const;

    const Image* m_image = nullptr;
    nt::IMAGE_DATA_DIRECTORY m_directory{};
    std::string_view m_dll_name;
    std::uint32_t m_base = 0;
    Table<std::uint32_t> m_functions;
    Table<std::uint32_t> m_names;
    Table<std::uint16_t> m_name_ordinals;
};

} // namespace oriel::pe
