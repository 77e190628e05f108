// SPDX-License-Identifier: MIT
#include "exports.h"

#include <nt/image.h>
#include <oriel/user_ptr.h>

#include <algorithm>
#include <cstring>

namespace oriel::start {
namespace {

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

} // namespace

std::vector<ExportName> exports_at(Address base) {
    std::vector<ExportName> symbols;
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
    return symbols;
}

} // namespace oriel::start
