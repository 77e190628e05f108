// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/errors.h>

#include <algorithm>
#include <iterator>

namespace oriel::rtl {

namespace {

struct Pair {
    std::uint32_t status, error;
};

constexpr Pair pairs[] = {
#define STATUS_TO_ERROR(status, error) {status, error},
#include <ntdll-emu/rtl/error_table.inc>
#undef STATUS_TO_ERROR
};
static_assert(std::is_sorted(std::begin(pairs), std::end(pairs), [](Pair a, Pair b) { return a.status < b.status; }));

constexpr std::uint32_t customer_bit = 0x20000000;
constexpr std::uint32_t facility_ntwin32 = 0x0007;

} // namespace

std::uint32_t win32_error_of(nt::Status status) {
    auto value = static_cast<std::uint32_t>(status);
    if (value == 0 || (value & customer_bit)) return value;
    // An HRESULT-like 0xD... is a status whose "N" bit was set on the way through COM.
    if ((value & 0xF0000000) == 0xD0000000) value = (value & 0x0FFFFFFF) | 0xC0000000;
    const Pair* const found =
        std::lower_bound(std::begin(pairs), std::end(pairs), value,
                         [](const Pair& pair, std::uint32_t wanted) { return pair.status < wanted; });
    if (found != std::end(pairs) && found->status == value) return found->error;
    const std::uint32_t facility = value >> 16;
    if (facility == (0xC000 | facility_ntwin32) || facility == (0x8000 | facility_ntwin32)) return value & 0xFFFF;
    return error_mr_mid_not_found;
}

} // namespace oriel::rtl
