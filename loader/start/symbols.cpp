// SPDX-License-Identifier: MIT
// symbols.cpp: names from export tables, stacks through .pdata.
//
// The tables are read out of the guest's memory, which the guest may have changed: sizes are bounded, and what makes no
// sense names nothing.
#include "symbols.h"

#include "host_text.h"

#include <ntdll-emu/rtl/exception/frame_walk.h>
#include <ntdll-emu/rtl/exception/function_search.h>
#include <nt/image.h>
#include <oriel/user_ptr.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>

namespace oriel::start {
namespace {

struct GuestMemory {
    bool read(std::uint64_t from, void* to, std::size_t bytes) const { return copy_from_guest(to, Address(from), bytes).ok(); }
};

std::u16string last_component(const std::u16string& path) { return path.substr(path.rfind(u'\\') + 1); }

struct Symbol {
    std::uint32_t rva;
    std::string name;
};
using Symbols = std::vector<Symbol>;

constexpr std::uint32_t most_export_bytes = 4u << 20;
constexpr std::uint32_t most_exports = 0x10000;

template<class T>
bool read_at(Address at, T& to) { return copy_from_guest(&to, at, sizeof to).ok(); }

/// The image's export directory, for either kind of optional header.
bool export_directory(Address base, nt::IMAGE_DATA_DIRECTORY& directory) {
    nt::IMAGE_DOS_HEADER dos;
    if (!read_at(base, dos) || dos.e_lfanew < 0 || dos.e_lfanew > 0x10000) return false;
    const Address headers = base + static_cast<std::uint64_t>(dos.e_lfanew);
    nt::IMAGE_NT_HEADERS<nt::Nt64> wide;
    if (!read_at(headers, wide)) return false;
    if (wide.OptionalHeader.Magic == nt::optional_magic_64) {
        directory = wide.OptionalHeader.DataDirectory[0];
        return true;
    }
    nt::IMAGE_NT_HEADERS<nt::Nt32> narrow;
    if (!read_at(headers, narrow)) return false;
    directory = narrow.OptionalHeader.DataDirectory[0];
    return true;
}

/// The directory's bytes: tables and names lie in them, in images as linkers make them.
class ExportBytes {
public:
    ExportBytes(std::vector<std::byte> bytes, std::uint32_t rva) : m_bytes(std::move(bytes)), m_rva(rva) {}

    template<class T>
    bool read(std::uint64_t rva, T& to) const {
        if (rva < m_rva || rva - m_rva + sizeof to > m_bytes.size()) return false;
        std::memcpy(&to, m_bytes.data() + (rva - m_rva), sizeof to);
        return true;
    }
    [[nodiscard]] std::string text(std::uint32_t rva) const {
        std::string text;
        for (char c = 0; text.size() < 256 && read(rva + text.size(), c) && c != 0;) text += c >= 0x20 && c < 0x7F ? c : '?';
        return text;
    }
    [[nodiscard]] bool holds(std::uint32_t rva) const { return rva >= m_rva && rva - m_rva < m_bytes.size(); }

private:
    std::vector<std::byte> m_bytes;
    std::uint32_t m_rva;
};

Symbols read_exports(Address base) {
    Symbols symbols;
    nt::IMAGE_DATA_DIRECTORY directory;
    if (!export_directory(base, directory)) return symbols;
    if (directory.VirtualAddress == 0 || directory.Size == 0 || directory.Size > most_export_bytes) return symbols;
    std::vector<std::byte> storage(directory.Size);
    if (!copy_from_guest(storage.data(), base + directory.VirtualAddress, storage.size()).ok()) return symbols;
    const ExportBytes bytes(std::move(storage), directory.VirtualAddress);
    nt::IMAGE_EXPORT_DIRECTORY exports;
    if (!bytes.read(directory.VirtualAddress, exports)) return symbols;
    for (std::uint32_t i = 0; i < std::min(exports.NumberOfNames, most_exports); ++i) {
        std::uint32_t name = 0, function = 0;
        std::uint16_t ordinal = 0;
        if (!bytes.read(exports.AddressOfNames + std::uint64_t{i} * 4, name)) break;
        if (!bytes.read(exports.AddressOfNameOrdinals + std::uint64_t{i} * 2, ordinal)) break;
        if (!bytes.read(exports.AddressOfFunctions + std::uint64_t{ordinal} * 4, function)) continue;
        if (function != 0 && !bytes.holds(function)) symbols.push_back({function, bytes.text(name)}); // else a forwarder
    }
    std::stable_sort(symbols.begin(), symbols.end(), [](const Symbol& a, const Symbol& b) { return a.rva < b.rva; });
    return symbols;
}

/// Where the function that holds the address begins, as .pdata tells; none for leaf functions and 32-bit images.
std::optional<std::uint64_t> function_begin(Address base, std::uint64_t address) {
    const GuestMemory memory;
    const auto table = rtl::function_table_of_image(memory, base.value());
    const auto function = table ? rtl::find_in_table(memory, *table, address) : std::nullopt;
    if (!function) return std::nullopt;
    return function->entry.BeginAddress;
}

/// By base and name: another image may be loaded at the same place later.
const Symbols& symbols_of(const Module& module) {
    static std::mutex lock;
    static std::map<std::pair<std::uint64_t, std::string>, Symbols> known;
    const std::lock_guard hold(lock);
    const auto [at, is_new] = known.try_emplace({module.base.value(), module.name});
    if (is_new) at->second = read_exports(module.base);
    return at->second;
}

/// Functions by the table of the image that they lie in.
class GuestFunctions {
public:
    explicit GuestFunctions(ps::Process& process) : m_process(process) {}

    std::optional<rtl::FoundFunction> find(std::uint64_t pc) {
        const GuestMemory memory;
        const Module module = module_at(m_process, pc);
        if (module.base.is_null()) return std::nullopt;
        const auto table = rtl::function_table_of_image(memory, module.base.value());
        return table ? rtl::find_in_table(memory, *table, pc) : std::nullopt;
    }

private:
    ps::Process& m_process;
};

} // namespace

std::string hex(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llX", static_cast<unsigned long long>(value));
    return text;
}

Module module_at(ps::Process& process, std::uint64_t address) {
    const mm::RegionInfo region = process.address_space.query(Address(address));
    if (region.type != mm::RegionType::Image) return {};
    const auto section = process.address_space.section_at(Address(address));
    if (!section.ok() || !section.value()->backing()) return {region.allocation_base, "?"};
    const std::u16string path = section.value()->backing()->nt_name();
    return {region.allocation_base, printable(last_component(path)), path.starts_with(u"\\Device\\HarddiskVolume3\\Windows\\")};
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
    const Symbols& symbols = symbols_of(module);
    auto after = std::upper_bound(symbols.begin(), symbols.end(), place.offset,
                                  [](std::uint64_t offset, const Symbol& symbol) { return offset < symbol.rva; });
    if (after == symbols.begin()) return place;
    const std::uint32_t rva = std::prev(after)->rva;
    // Between two exports lie functions that have no name here.
    const auto begin = function_begin(module.base, address);
    if (begin ? rva < *begin : function_begin(module.base, module.base.value() + rva).has_value()) return place;
    // Of several names for one function, the first.
    while (after != symbols.begin() && std::prev(after)->rva == rva) --after;
    place.symbol = after->name;
    place.symbol_offset = place.offset - rva;
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

std::vector<std::uint64_t> walk_stack(ps::Process& process, const nt::Context64& context, unsigned most) {
    std::vector<std::uint64_t> frames;
    GuestFunctions functions(process);
    rtl::walk_frames(GuestMemory(), functions, context, most, [&](const nt::Context64& frame) {
        frames.push_back(frame.Rip);
        return frames.size() < most;
    });
    return frames;
}

} // namespace oriel::start
