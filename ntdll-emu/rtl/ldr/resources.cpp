// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/resources.h>

#include <ntdll-emu/rtl/ldr/names.h>

#include <nt/ldr.h>

namespace oriel::rtl::ldr {

namespace {

using Directory = nt::IMAGE_RESOURCE_DIRECTORY;
using Entry = nt::IMAGE_RESOURCE_DIRECTORY_ENTRY;

constexpr std::uint32_t largest_data_file = 0x7FFFFFFF;

template<class Abi>
void take_headers(const nt::IMAGE_NT_HEADERS<Abi>& headers, const nt::IMAGE_DATA_DIRECTORY*& directories,
                  std::uint32_t& count, std::uint32_t& image_bytes, std::uint32_t& header_bytes) {
    directories = headers.OptionalHeader.DataDirectory;
    count = headers.OptionalHeader.NumberOfRvaAndSizes;
    image_bytes = headers.OptionalHeader.SizeOfImage;
    header_bytes = headers.OptionalHeader.SizeOfHeaders;
}

/// The tree of one image.
class Tree {
public:
    explicit Tree(const ResourceImage& image)
        : m_image(image), m_start(image.directory(ImageDirectory::Resource).VirtualAddress) {}

    [[nodiscard]] const Directory* root() const { return m_start != 0 ? at<Directory>(0) : nullptr; }
    [[nodiscard]] const Directory* subdirectory(const Entry& entry) const {
        if ((entry.OffsetToData & nt::resource_data_is_directory) == 0) return nullptr;
        return at<Directory>(entry.OffsetToData & ~nt::resource_data_is_directory);
    }
    [[nodiscard]] const nt::IMAGE_RESOURCE_DATA_ENTRY* data(const Entry& entry) const {
        if ((entry.OffsetToData & nt::resource_data_is_directory) != 0) return nullptr;
        return at<nt::IMAGE_RESOURCE_DATA_ENTRY>(entry.OffsetToData);
    }
    [[nodiscard]] const Entry* first(const Directory& directory) const {
        const auto* entry = reinterpret_cast<const Entry*>(&directory + 1);
        return entry_count(directory) != 0 ? entry : nullptr;
    }
    [[nodiscard]] const Entry* find(const Directory& directory, ResourceKey key) const {
        return key < 0x10000 ? find_id(directory, static_cast<std::uint32_t>(key))
                             : find_name(directory, reinterpret_cast<const char16_t*>(key));
    }

private:
    template<class T>
    const T* at(std::uint32_t offset) const {
        return reinterpret_cast<const T*>(m_image.at(m_start + offset, sizeof(T)));
    }
    static std::uint32_t entry_count(const Directory& directory) {
        return std::uint32_t{directory.NumberOfNamedEntries} + directory.NumberOfIdEntries;
    }

    [[nodiscard]] const Entry* find_id(const Directory& directory, std::uint32_t id) const {
        const auto* ids = reinterpret_cast<const Entry*>(&directory + 1) + directory.NumberOfNamedEntries;
        std::uint32_t low = 0;
        std::uint32_t high = directory.NumberOfIdEntries;
        while (low < high) {
            const std::uint32_t middle = low + (high - low) / 2;
            if (ids[middle].Name == id) return &ids[middle];
            if (ids[middle].Name < id) low = middle + 1;
            else high = middle;
        }
        return nullptr;
    }

    /// Names are few; compilers store them in upper case, programs ask in any.
    [[nodiscard]] const Entry* find_name(const Directory& directory, const char16_t* name) const {
        const std::u16string_view wanted(name);
        const auto* entry = reinterpret_cast<const Entry*>(&directory + 1);
        for (std::uint32_t left = directory.NumberOfNamedEntries; left > 0; --left, ++entry) {
            const auto* length = at<std::uint16_t>(entry->Name & ~nt::resource_name_is_string);
            if (length == nullptr || *length != wanted.size()) continue;
            if (same_name({reinterpret_cast<const char16_t*>(length + 1), *length}, wanted)) return entry;
        }
        return nullptr;
    }

    const ResourceImage& m_image;
    std::uint32_t m_start;
};

/// The languages to try for `wanted`, after `wanted` itself.
const Entry* find_language(const Tree& tree, const Directory& directory, ResourceKey wanted) {
    if (const Entry* exact = tree.find(directory, wanted)) return exact;
    constexpr ResourceKey primary_language = 0x3FF;
    constexpr ResourceKey sublanguage_default = 0x400;
    const ResourceKey alternatives[] = {wanted & primary_language, (wanted & primary_language) | sublanguage_default,
                                        0, 0x409};
    for (const ResourceKey alternative : alternatives)
        if (const Entry* entry = tree.find(directory, alternative)) return entry;
    return tree.first(directory);
}

} // namespace

ResourceImage::ResourceImage(const void* handle) {
    const auto value = reinterpret_cast<std::uintptr_t>(handle);
    m_data_file = (value & nt::ldr_data_file_bit) != 0;
    m_base = reinterpret_cast<const std::byte*>(value & ~(nt::ldr_data_file_bit | nt::ldr_image_resource_bit));
    const auto* dos = reinterpret_cast<const nt::IMAGE_DOS_HEADER*>(m_base);
    if (m_base == nullptr || dos->e_magic != nt::dos_signature) return;

    // A data file may be of the other width: resources are read from any.
    const auto* headers_64 = reinterpret_cast<const nt::IMAGE_NT_HEADERS<nt::Nt64>*>(m_base + dos->e_lfanew);
    const auto* headers_32 = reinterpret_cast<const nt::IMAGE_NT_HEADERS<nt::Nt32>*>(headers_64);
    if (headers_64->Signature != nt::pe_signature) return;
    if (headers_64->OptionalHeader.Magic == nt::optional_magic_64)
        take_headers(*headers_64, m_directories, m_directory_count, m_size, m_headers);
    else take_headers(*headers_32, m_directories, m_directory_count, m_size, m_headers);
    m_section_count = headers_64->FileHeader.NumberOfSections;
    m_sections = reinterpret_cast<const nt::IMAGE_SECTION_HEADER*>(
        reinterpret_cast<const std::byte*>(&headers_64->OptionalHeader) +
        headers_64->FileHeader.SizeOfOptionalHeader);
}

nt::IMAGE_DATA_DIRECTORY ResourceImage::directory(ImageDirectory which) const {
    const auto index = static_cast<std::uint32_t>(which);
    return index < m_directory_count ? m_directories[index] : nt::IMAGE_DATA_DIRECTORY{0, 0};
}

const std::byte* ResourceImage::at(std::uint32_t rva, std::uint32_t bytes) const {
    if (rva >= m_size || bytes > m_size - rva) return nullptr;
    if (!m_data_file || rva < m_headers) return m_base + rva;
    for (std::uint32_t i = 0; i < m_section_count; ++i) {
        const auto& section = m_sections[i];
        const std::uint32_t offset = rva - section.VirtualAddress;
        if (offset < section.SizeOfRawData && bytes <= section.SizeOfRawData - offset
            && section.PointerToRawData < largest_data_file)
            return m_base + section.PointerToRawData + offset;
    }
    return nullptr;
}

Status find_resource(const ResourceImage& image, ResourcePath path, ResourceFound& found) {
    if (!image.ok()) return Status::ResourceDataNotFound;
    const Tree tree(image);
    const Directory* directory = tree.root();
    if (directory == nullptr) return Status::ResourceDataNotFound;
    constexpr Status missing[] = {Status::ResourceTypeNotFound, Status::ResourceNameNotFound,
                                  Status::ResourceLangNotFound};
    if (path.count > 3) return Status::InvalidParameter;

    for (std::uint32_t level = 0; level < path.count; ++level) {
        const Entry* entry =
            level == 2 ? find_language(tree, *directory, path.keys[level]) : tree.find(*directory, path.keys[level]);
        if (entry == nullptr) return missing[level];
        if (const auto* data = tree.data(*entry)) {
            found.data = data;
            return level + 1 == path.count ? Status::Success : Status::ResourceLangNotFound;
        }
        directory = tree.subdirectory(*entry);
        if (directory == nullptr) return Status::ResourceDataNotFound;
    }
    found.directory = directory;
    return Status::Success;
}

} // namespace oriel::rtl::ldr
