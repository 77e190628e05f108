// SPDX-License-Identifier: MIT
// export_lookup.h: finding a function in a mapped image, by name or by ordinal.
//
// A program is bound once, but binding is what stands between its start and its first instruction, so: the
// tables' pointers are worked out once per module, the importer's hint is tried first (a good linker knows
// the index), and only then is the sorted list of names searched by halves.
#pragma once

#include <ntdll-emu/rtl/ldr/image_view.h>

#include <string_view>

namespace oriel::rtl::ldr {

struct ExportFound {
    enum class Kind : std::uint8_t { Missing, Address, Forwarder };
    Kind kind = Kind::Missing;
    void* address = nullptr;          ///< Address
    const char* forwarder = nullptr;  ///< Forwarder: "dll.Name" or "dll.#12"
};

class ExportTable {
public:
    ExportTable() = default;
    /// An image without exports, or with tables that leave it, has an empty table.
    static ExportTable of(ImageView image);

    /// `hint`: a guess at the name's index.
    [[nodiscard]] ExportFound by_name(const char* name, std::uint32_t hint = 0) const;
    [[nodiscard]] ExportFound by_ordinal(std::uint32_t ordinal) const;
    [[nodiscard]] std::uint32_t name_count() const { return m_name_count; }

private:
    [[nodiscard]] ExportFound function(std::uint32_t index) const;
    [[nodiscard]] const char* name(std::uint32_t index) const;

    ImageView m_image;
    nt::IMAGE_DATA_DIRECTORY m_directory{};
    const std::uint32_t* m_functions = nullptr;
    const std::uint32_t* m_names = nullptr;
    const std::uint16_t* m_name_ordinals = nullptr;
    std::uint32_t m_function_count = 0;
    std::uint32_t m_name_count = 0;
    std::uint32_t m_ordinal_base = 0;
};

/// A forwarder's text in its parts. The DLL's name ends at the last dot.
struct ForwarderTarget {
    std::string_view dll;       ///< without ".dll"
    const char* name = nullptr; ///< null: by ordinal
    std::uint32_t ordinal = 0;
    bool valid = false;

    static ForwarderTarget parse(const char* text);
};

} // namespace oriel::rtl::ldr
