// SPDX-License-Identifier: MIT
// guest_modules.cpp: modules by mm's sections, functions by .pdata, names by export tables.
#include "guest_modules.h"

#include <loader/start/host_text.h>

#include <nt/image.h>

#include <algorithm>
#include <vector>

namespace oriel::start::crash {
namespace {

constexpr std::uint32_t most_exports = 1u << 16;
constexpr std::size_t longest_name = 200;

/// Files of the host lie on Z:, whose volume is named by that letter; the builtin DLLs on C: lie in oriel.
std::string host_path_of(const std::u16string& nt_name) {
    constexpr std::u16string_view volume_of_z = u"\\Device\\HarddiskVolume26\\";
    if (!nt_name.starts_with(volume_of_z)) return {};
    std::string path = "/" + printable(nt_name.substr(volume_of_z.size()));
    std::ranges::replace(path, '\\', '/');
    return path;
}

template<class T> std::vector<T> read_array(std::uint64_t at, std::uint32_t count) {
    std::vector<T> values(std::min(count, most_exports));
    if (!GuestMemory().read(at, values.data(), values.size() * sizeof(T))) values.clear();
    return values;
}

std::string read_text(std::uint64_t at) {
    std::string text;
    for (char next = 0; text.size() < longest_name && GuestMemory().read(at + text.size(), &next, 1) && next != 0;) text += next;
    return text;
}

} // namespace

std::u16string last_component(const std::u16string& path) { return path.substr(path.rfind(u'\\') + 1); }

Module module_at(ps::Process& process, std::uint64_t address) {
    const mm::RegionInfo region = process.address_space.query(Address(address));
    if (region.type != mm::RegionType::Image) return {};
    const auto section = process.address_space.section_at(Address(address));
    if (!section.ok() || !section.value()->backing()) return {region.allocation_base, "?", {}};
    const std::u16string name = section.value()->backing()->nt_name();
    return {region.allocation_base, printable(last_component(name)), host_path_of(name)};
}

std::optional<rtl::FoundFunction> GuestFunctions::find(std::uint64_t pc) {
    const Module module = module_at(m_process, pc);
    if (module.base.is_null()) return std::nullopt;
    const GuestMemory memory;
    const auto table = rtl::function_table_of_image(memory, module.base.value());
    return table ? rtl::find_in_table(memory, *table, pc) : std::nullopt;
}

std::optional<NearestExport> nearest_export(const Module& module, std::uint64_t address) {
    const GuestMemory memory;
    const std::uint64_t base = module.base.value();
    const auto rva = static_cast<std::uint32_t>(address - base);
    const auto headers = rtl::read_value<std::uint32_t>(memory, base + 0x3C);
    if (!headers) return std::nullopt;
    constexpr unsigned directories_of_pe32_plus = 24 + 112; // signature, file header; the optional header up to there
    const auto directory = rtl::read_value<nt::IMAGE_DATA_DIRECTORY>(memory, base + *headers + directories_of_pe32_plus);
    if (!directory || directory->VirtualAddress == 0) return std::nullopt;
    const auto exports = rtl::read_value<nt::IMAGE_EXPORT_DIRECTORY>(memory, base + directory->VirtualAddress);
    if (!exports) return std::nullopt;
    const auto functions = read_array<std::uint32_t>(base + exports->AddressOfFunctions, exports->NumberOfFunctions);
    const auto names = read_array<std::uint32_t>(base + exports->AddressOfNames, exports->NumberOfNames);
    const auto indices = read_array<std::uint16_t>(base + exports->AddressOfNameOrdinals, exports->NumberOfNames);

    std::uint32_t best = 0, best_name = 0;
    for (std::size_t i = 0; i < std::min(names.size(), indices.size()); ++i) {
        if (indices[i] >= functions.size()) continue;
        const std::uint32_t at = functions[indices[i]];
        if (at > rva || at <= best) continue;
        best = at;
        best_name = names[i];
    }
    if (best == 0) return std::nullopt;
    // A function of its own, behind the exported one, is another.
    const auto table = rtl::function_table_of_image(memory, base);
    const auto function = table ? rtl::find_in_table(memory, *table, address) : std::nullopt;
    if (function && function->entry.BeginAddress > best) return std::nullopt;
    return NearestExport{read_text(base + best_name), rva - best};
}

} // namespace oriel::start::crash
