// SPDX-License-Identifier: MIT
// status_names.cpp: a search in the sorted list.
#include "status_names.h"

#include <algorithm>
#include <iterator>

namespace oriel::services {
namespace {

struct Row {
    std::uint32_t value;
    std::string_view name;
};
constexpr Row rows[] = {
#define NT_STATUS(enumerator, value, name) {value, #name},
#include <nt/status_codes.inc>
#undef NT_STATUS
};
static_assert(std::is_sorted(std::begin(rows), std::end(rows), [](const Row& a, const Row& b) { return a.value < b.value; }));

} // namespace

std::string_view status_name(nt::Status status) {
    const auto value = static_cast<std::uint32_t>(status);
    const Row* row = std::lower_bound(std::begin(rows), std::end(rows), value, [](const Row& a, std::uint32_t b) { return a.value < b; });
    return row != std::end(rows) && row->value == value ? row->name : std::string_view{};
}

} // namespace oriel::services
