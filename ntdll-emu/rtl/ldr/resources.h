// SPDX-License-Identifier: MIT
// resources.h: finding a resource in an image: by type, name and language.
//
// Works on images as mapped for execution and on files mapped as data (LOAD_LIBRARY_AS_DATAFILE), whose
// handles carry a mark in their lowest bits (nt/ldr.h).
// Source: "PE Format", "The .rsrc Section"; "FindResourceEx function", Microsoft documentation.
#pragma once

#include <ntdll-emu/rtl/ldr/image_view.h>

#include <nt/status.h>

namespace oriel::rtl::ldr {

using nt::Status;

/// An image or data file that is looked into: where an RVA is.
class ResourceImage {
public:
    /// `handle` may be marked. ok() is false if there is no image of any kind there.
    explicit ResourceImage(const void* handle);

    [[nodiscard]] bool ok() const { return m_size != 0; }
    /// [rva, rva + bytes) in memory, or null.
    [[nodiscard]] const std::byte* at(std::uint32_t rva, std::uint32_t bytes) const;
    [[nodiscard]] nt::IMAGE_DATA_DIRECTORY directory(ImageDirectory which) const;

private:
    const std::byte* m_base = nullptr;
    const nt::IMAGE_SECTION_HEADER* m_sections = nullptr;
    const nt::IMAGE_DATA_DIRECTORY* m_directories = nullptr;
    std::uint32_t m_section_count = 0;
    std::uint32_t m_directory_count = 0;
    std::uint32_t m_size = 0;
    std::uint32_t m_headers = 0;
    bool m_data_file = false;
};

/// One step of a resource path: an id (below 65536) or a pointer to a NUL-terminated name.
using ResourceKey = std::uintptr_t;

struct ResourcePath {
    const ResourceKey* keys; ///< type, name, language
    std::uint32_t count;     ///< 0 to 3
};

/// What a path ends at: a directory (path shorter than the tree) or a data entry.
struct ResourceFound {
    const nt::IMAGE_RESOURCE_DIRECTORY* directory = nullptr;
    const nt::IMAGE_RESOURCE_DATA_ENTRY* data = nullptr;
};

/// A language that is not there gives way: to neutral, to the language's default, to English, to the first there is.
/// Statuses: ResourceDataNotFound (no resources), ResourceTypeNotFound, ResourceNameNotFound, ResourceLangNotFound.
Status find_resource(const ResourceImage& image, ResourcePath path, ResourceFound& found);

} // namespace oriel::rtl::ldr
