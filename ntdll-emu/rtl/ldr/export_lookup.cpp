// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/export_lookup.h>

namespace oriel::rtl::ldr {

namespace {

/// Byte order, as linkers sort names.
int compare(const char* a, const char* b) {
    while (*a != 0 && *a == *b) ++a, ++b;
    return static_cast<unsigned char>(*a) - static_cast<unsigned char>(*b);
}

} // namespace

ExportTable ExportTable::of(ImageView image) {
    ExportTable table;
    table.m_image = image;
    const auto directory = image.directory(ImageDirectory::Export);
    const auto* exports = image.at<nt::IMAGE_EXPORT_DIRECTORY>(directory.VirtualAddress);
    if (exports == nullptr || directory.Size == 0) return table;

    const auto* functions = image.at<std::uint32_t>(exports->AddressOfFunctions, exports->NumberOfFunctions);
    if (functions == nullptr) return table;
    table.m_directory = directory;
    table.m_functions = functions;
    table.m_function_count = exports->NumberOfFunctions;
    table.m_ordinal_base = exports->Base;

    const auto* names = image.at<std::uint32_t>(exports->AddressOfNames, exports->NumberOfNames);
    const auto* ordinals = image.at<std::uint16_t>(exports->AddressOfNameOrdinals, exports->NumberOfNames);
    if (names == nullptr || ordinals == nullptr) return table;
    table.m_names = names;
    table.m_name_ordinals = ordinals;
    table.m_name_count = exports->NumberOfNames;
    return table;
}

const char* ExportTable::name(std::uint32_t index) const {
    const char* text = m_image.at<const char>(m_names[index]);
    return text != nullptr ? text : "";
}

ExportFound ExportTable::function(std::uint32_t index) const {
    if (index >= m_function_count) return {};
    const std::uint32_t rva = m_functions[index];
    std::byte* address = m_image.byte_at(rva);
    if (address == nullptr) return {};
    if (rva - m_directory.VirtualAddress < m_directory.Size)
        return {ExportFound::Kind::Forwarder, nullptr, reinterpret_cast<const char*>(address)};
    return {ExportFound::Kind::Address, address, nullptr};
}

ExportFound ExportTable::by_name(const char* wanted, std::uint32_t hint) const {
    if (hint < m_name_count && compare(wanted, name(hint)) == 0) return function(m_name_ordinals[hint]);
    std::uint32_t low = 0;
    std::uint32_t high = m_name_count;
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        const int order = compare(wanted, name(middle));
        if (order == 0) return function(m_name_ordinals[middle]);
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return {};
}

ExportFound ExportTable::by_ordinal(std::uint32_t ordinal) const {
    if (ordinal < m_ordinal_base) return {};
    return function(ordinal - m_ordinal_base);
}

ForwarderTarget ForwarderTarget::parse(const char* text) {
    ForwarderTarget target;
    const std::string_view whole(text);
    const auto dot = whole.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 1 == whole.size()) return target;
    target.dll = whole.substr(0, dot);
    target.name = text + dot + 1;
    target.valid = true;
    if (*target.name != '#') return target;

    const char* digit = target.name + 1;
    target.name = nullptr;
    target.valid = *digit != 0;
    for (; *digit != 0; ++digit) {
        target.ordinal = target.ordinal * 10 + static_cast<std::uint32_t>(*digit - '0');
        if (*digit < '0' || *digit > '9' || target.ordinal > 0xFFFF) {
            target.valid = false;
            break;
        }
    }
    return target;
}

} // namespace oriel::rtl::ldr
