// SPDX-License-Identifier: MIT
// function_search.h: from an instruction's address to its RUNTIME_FUNCTION.
//
// An image's exception directory is an array of RUNTIME_FUNCTIONs sorted by address, so the search is a
// binary one. Gaps are normal: leaf functions have no entry. An entry with an odd UnwindData stands for
// another entry ("indirect"), which the linker makes where a function was split.
//
// Always: what is answered contains the address asked for (or is the entry that an indirect one names).
#pragma once

#include <nt/unwind.h>
#include <ntdll-emu/rtl/exception/memory_reader.h>

namespace oriel::rtl {

/// An array of RUNTIME_FUNCTION in memory, sorted, with the address its numbers count from.
struct FunctionTable {
    std::uint64_t image_base = 0;
    std::uint64_t entries = 0; ///< address of the first
    std::uint32_t count = 0;
};

struct FoundFunction {
    std::uint64_t image_base = 0;
    std::uint64_t entry_address = 0; ///< where the RUNTIME_FUNCTION lies
    nt::RUNTIME_FUNCTION entry{};
};

/// The entry that an indirect one stands for; any other entry itself.
template<MemoryReader M>
std::optional<FoundFunction> resolve_indirect(const M& memory, FoundFunction found) {
    if ((found.entry.UnwindData & 1u) == 0) return found;
    found.entry_address = found.image_base + (found.entry.UnwindData - 1u);
    const auto entry = read_value<nt::RUNTIME_FUNCTION>(memory, found.entry_address);
    if (!entry || (entry->UnwindData & 1u) != 0) return std::nullopt;
    found.entry = *entry;
    return found;
}

/// The entry whose range holds `pc`, in a sorted table.
template<MemoryReader M>
std::optional<FoundFunction> find_in_table(const M& memory, const FunctionTable& table, std::uint64_t pc) {
    if (pc < table.image_base || pc - table.image_base > 0xFFFFFFFFu) return std::nullopt;
    const auto offset = static_cast<std::uint32_t>(pc - table.image_base);
    std::uint32_t low = 0;
    std::uint32_t high = table.count;
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        const std::uint64_t at = table.entries + std::uint64_t{middle} * sizeof(nt::RUNTIME_FUNCTION);
        const auto entry = read_value<nt::RUNTIME_FUNCTION>(memory, at);
        if (!entry) return std::nullopt;
        if (offset < entry->BeginAddress) high = middle;
        else if (offset >= entry->EndAddress) low = middle + 1;
        else return resolve_indirect(memory, FoundFunction{table.image_base, at, *entry});
    }
    return std::nullopt;
}

/// The exception directory of a mapped PE32+ image; none if it has no such thing, or is no such image.
/// Only what must be read is read: the loader has judged the headers (loader/pe), this is defence.
template<MemoryReader M>
std::optional<FunctionTable> function_table_of_image(const M& memory, std::uint64_t image_base) {
    constexpr std::uint32_t exception_directory = 3;
    const auto dos_magic = read_value<std::uint16_t>(memory, image_base);
    if (!dos_magic || *dos_magic != 0x5A4D) return std::nullopt;
    const auto new_header = read_value<std::uint32_t>(memory, image_base + 0x3C);
    if (!new_header || *new_header > 0x10000000u) return std::nullopt;
    const std::uint64_t headers = image_base + *new_header;
    const auto signature = read_value<std::uint32_t>(memory, headers);
    if (!signature || *signature != 0x00004550u) return std::nullopt;
    const auto magic = read_value<std::uint16_t>(memory, headers + 24);
    if (!magic || *magic != 0x20B) return std::nullopt;
    const auto directories = read_value<std::uint32_t>(memory, headers + 24 + 108);
    if (!directories || *directories <= exception_directory) return std::nullopt;

    struct Directory {
        std::uint32_t offset, bytes;
    };
    const auto directory = read_value<Directory>(memory, headers + 24 + 112 + 8 * exception_directory);
    if (!directory || directory->offset == 0 || directory->bytes < sizeof(nt::RUNTIME_FUNCTION)) return std::nullopt;
    return FunctionTable{image_base, image_base + directory->offset,
                         static_cast<std::uint32_t>(directory->bytes / sizeof(nt::RUNTIME_FUNCTION))};
}

} // namespace oriel::rtl
