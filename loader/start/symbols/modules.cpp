// SPDX-License-Identifier: MIT
#include "modules.h"

#include <loader/start/host_text.h>

#include <algorithm>

namespace oriel::start {
namespace {

/// Files of the host lie on Z:, whose volume is named by that letter; the builtin DLLs on C: lie in oriel.
std::string host_path_of(const std::u16string& nt_name) {
    constexpr std::u16string_view volume_of_z = u"\\Device\\HarddiskVolume26\\";
    if (!nt_name.starts_with(volume_of_z)) return {};
    std::string path = "/" + printable(nt_name.substr(volume_of_z.size()));
    std::ranges::replace(path, '\\', '/');
    return path;
}

} // namespace

std::u16string last_component(const std::u16string& path) { return path.substr(path.rfind(u'\\') + 1); }

std::string hex(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llX", static_cast<unsigned long long>(value));
    return text;
}

Module module_at(ps::Process& process, std::uint64_t address) {
    const mm::RegionInfo region = process.address_space.query(Address(address));
    if (region.type != mm::RegionType::Image) return {};
    Module module{.base = region.allocation_base, .name = "?", .host_path = {}, .section = {}};
    auto section = process.address_space.section_at(Address(address));
    if (!section.ok() || !section.value()->backing()) return module;
    const std::u16string path = section.value()->backing()->nt_name();
    module.name = printable(last_component(path));
    module.host_path = host_path_of(path);
    module.builtin = path.starts_with(u"\\Device\\HarddiskVolume3\\Windows\\");
    module.section = std::move(section).value();
    return module;
}

std::vector<Module> all_modules(ps::Process& process) {
    constexpr std::uint64_t end_of_user = 0x7FFFFFFF0000;
    constexpr std::size_t most_regions = 1'000'000;
    std::vector<Module> modules;
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < most_regions && at < end_of_user; ++i) {
        const mm::RegionInfo region = process.address_space.query(Address(at));
        if (region.range.bytes() == 0) break;
        if (region.type == mm::RegionType::Image && region.allocation_base.value() == at) modules.push_back(module_at(process, at));
        at = region.range.end().value();
    }
    return modules;
}

} // namespace oriel::start
