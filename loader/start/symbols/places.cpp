// SPDX-License-Identifier: MIT
// places.cpp: the last name at or before an address, if it is the same function's.
#include "places.h"

#include "guest_memory.h"
#include "names.h"
#include "short_name.h"

#include <ntdll-emu/rtl/exception/function_search.h>

#include <algorithm>

namespace oriel::start {
namespace {

/// Where the function that holds the address begins, as .pdata tells; none for leaf functions and 32-bit images.
std::optional<std::uint64_t> function_begin(Address base, std::uint64_t address) {
    const GuestMemory memory;
    const auto table = rtl::function_table_of_image(memory, base.value());
    const auto function = table ? rtl::find_in_table(memory, *table, address) : std::nullopt;
    if (!function) return std::nullopt;
    return function->entry.BeginAddress;
}

} // namespace

std::optional<FunctionName> function_at(const Module& module, std::uint64_t address) {
    if (module.base.is_null()) return std::nullopt;
    const std::uint64_t offset = address - module.base.value();
    const Names& names = names_of(module);
    const auto after = std::upper_bound(names.begin(), names.end(), offset, [](std::uint64_t at, const Name& name) { return at < name.rva; });
    if (after == names.begin()) return std::nullopt;
    const Name& found = *std::prev(after);
    // Between two names lie functions that have none.
    const auto begin = function_begin(module.base, address);
    if (begin ? found.rva < *begin : function_begin(module.base, module.base.value() + found.rva).has_value()) return std::nullopt;
    return FunctionName{short_name(found.text), offset - found.rva, found.is_exported};
}

std::string Place::text() const {
    if (module.empty()) return hex(address);
    if (symbol.empty()) return module + "+" + hex(offset);
    return module + "!" + symbol + (symbol_offset != 0 ? "+" + hex(symbol_offset) : "");
}

Place place_of(ps::Process& process, std::uint64_t address) {
    Place place{.address = address, .module = {}, .symbol = {}};
    const Module module = module_at(process, address);
    if (module.base.is_null()) return place;
    place.module = module.name;
    place.builtin = module.builtin;
    place.offset = address - module.base.value();
    if (const auto function = function_at(module, address)) {
        place.symbol = function->name;
        place.symbol_offset = function->offset;
    }
    return place;
}

Place caller_place(ps::Process& process, std::uint64_t return_address) {
    if (return_address == 0) return place_of(process, 0);
    Place place = place_of(process, return_address - 1);
    place.address = return_address;
    ++place.offset;
    ++place.symbol_offset;
    return place;
}

} // namespace oriel::start
