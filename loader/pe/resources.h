// SPDX-License-Identifier: MIT
// resources.h: the tree of resources: type, name, language, each a directory of the next.
//
// Offsets in the tree count from its start; only the leaves' data are at RVAs. Names are counted UTF-16.
// Source: "PE Format", "The .rsrc Section".
#pragma once

#include <loader/pe/image.h>

#include <array>
#include <string>

namespace oriel::pe {

/// One step of the way: an id, or a name.
struct ResourceName {
    std::uint32_t id = 0;
    std::u16string text; ///< not empty: named, and `id` says nothing

    bool operator==(const ResourceName&) const = default;
};

struct Resource {
    std::vector<ResourceName> path; ///< type, name, language
    std::uint32_t rva = 0;
    std::uint32_t bytes = 0;
    std::uint32_t code_page = 0;
};

/// Every leaf, in the tree's order. Errors: ResourceTree, TooMuch.
Parsed<std::vector<Resource>> resources_of(const Image& image);

/// Windows knows three levels; a deeper tree is walked to here and no further.
inline constexpr std::size_t deepest_resource = 4;

} // namespace oriel::pe
