// SPDX-License-Identifier: MIT
// exports.h: the names in an image's export table, read out of the guest's memory.
#pragma once

#include <oriel/address.h>

#include <cstdint>
#include <string>
#include <vector>

namespace oriel::start {

struct ExportName {
    std::uint32_t rva;
    std::string name;
};
/// Of functions that lie in the image itself; those behind forwarders are another image's. The guest may have changed the
/// table: sizes are bounded, and what makes no sense names nothing.
std::vector<ExportName> exports_at(Address base);

} // namespace oriel::start
