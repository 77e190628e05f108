// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/names.h>

namespace oriel::rtl::ldr {

bool same_name(std::u16string_view a, std::u16string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i] && upcase(a[i]) != upcase(b[i])) return false;
    return true;
}

std::uint32_t hash_name(std::u16string_view name) {
    std::uint32_t hash = 2166136261U; // FNV-1a
    for (const char16_t c : name) hash = (hash ^ upcase(c)) * 16777619U;
    return hash;
}

bool has_path(std::u16string_view name) {
    for (const char16_t c : name)
        if (is_separator(c) || c == u':') return true;
    return false;
}

std::u16string_view folder_of(std::u16string_view path) {
    std::size_t end = path.size();
    while (end > 0 && !is_separator(path[end - 1])) --end;
    return path.substr(0, end);
}

std::u16string_view base_name(std::u16string_view path) { return path.substr(folder_of(path).size()); }

bool complete_name(std::u16string_view name, Text& to) {
    const auto base = base_name(name);
    if (base.empty()) return to.assign(name);
    if (base.back() == u'.') return to.assign(name.substr(0, name.size() - 1));
    if (base.find(u'.') != std::u16string_view::npos) return to.assign(name);
    return to.assign(name) && to.append(u".dll");
}

} // namespace oriel::rtl::ldr
