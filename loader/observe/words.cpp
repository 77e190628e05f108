// SPDX-License-Identifier: MIT
// words.cpp: tables of names.
#include "words.h"

#include <array>
#include <cstdio>

namespace oriel::observe {
namespace {

template<class Enum, std::size_t count>
std::string_view in(const std::array<std::string_view, count>& names, Enum value) {
    const auto index = static_cast<std::size_t>(value);
    return index < count ? names[index] : "?";
}

template<class... Arguments>
std::string format(const char* pattern, Arguments... arguments) {
    char text[64];
    const int length = std::snprintf(text, sizeof text, pattern, arguments...);
    return {text, static_cast<std::size_t>(length)};
}

struct Bit {
    std::uint32_t bit;
    const char* name;
};
template<std::size_t count>
std::string bits(std::uint32_t value, const Bit (&names)[count]) {
    std::string text;
    const auto add = [&](const std::string& name) { text += (text.empty() ? "" : " | ") + name; };
    for (const Bit& known : names) {
        if (!(value & known.bit)) continue;
        add(known.name);
        value &= ~known.bit;
    }
    if (value != 0) add(hex(value));
    return text;
}

// A heap's own flags; the class bits (0xF000) tell who made it.
constexpr Bit heap_bits[] = {
    {0x00000001, "HEAP_NO_SERIALIZE"},          {0x00000002, "HEAP_GROWABLE"},
    {0x00000004, "HEAP_GENERATE_EXCEPTIONS"},   {0x00000008, "HEAP_ZERO_MEMORY"},
    {0x00000010, "HEAP_REALLOC_IN_PLACE_ONLY"}, {0x00000020, "HEAP_TAIL_CHECKING_ENABLED"},
    {0x00000040, "HEAP_FREE_CHECKING_ENABLED"}, {0x00000080, "HEAP_DISABLE_COALESCE_ON_FREE"},
    {0x00001000, "HEAP_CLASS_1"},               {0x00002000, "HEAP_CLASS_2"},
    {0x00004000, "HEAP_CLASS_4"},               {0x00008000, "HEAP_CLASS_8"},
    {0x00010000, "HEAP_CREATE_ALIGN_16"},       {0x00020000, "HEAP_CREATE_ENABLE_TRACING"},
    {0x00040000, "HEAP_CREATE_ENABLE_EXECUTE"}, {0x02000000, "HEAP_PAGE_ALLOCS"},
    {0x10000000, "HEAP_VALIDATE_ON_CALL"},      {0x20000000, "HEAP_VALIDATE_ALL_ENABLED"},
    {0x40000000, "HEAP_VALIDATE_PARAMETERS_ENABLED"},
};
constexpr Bit page_bits[] = {
    {0x01, "PAGE_NOACCESS"},          {0x02, "PAGE_READONLY"},          {0x04, "PAGE_READWRITE"},
    {0x08, "PAGE_WRITECOPY"},         {0x10, "PAGE_EXECUTE"},           {0x20, "PAGE_EXECUTE_READ"},
    {0x40, "PAGE_EXECUTE_READWRITE"}, {0x80, "PAGE_EXECUTE_WRITECOPY"}, {0x100, "PAGE_GUARD"},
    {0x200, "PAGE_NOCACHE"},          {0x400, "PAGE_WRITECOMBINE"},
};

} // namespace

std::string_view word(BlockState state) {
    return in<BlockState, 4>({"busy", "free", "front-end busy", "front-end free"}, state);
}
std::string_view word(RegionState state) { return in<RegionState, 3>({"free", "reserved", "committed"}, state); }
std::string_view word(RegionType type) { return in<RegionType, 4>({"free", "private", "mapped", "image"}, type); }
std::string_view word(RegionUse use) {
    return in<RegionUse, region_uses>({"free", "other", "image", "mapped file", "shared memory", "heap", "large block", "stack",
                                       "TEB", "PEB", "system", "inaccessible", "physical window"},
                                      use);
}
std::string_view word(LockOutcome outcome) { return in<LockOutcome, 3>({"taken", "none", "refused"}, outcome); }

std::string heap_flags(std::uint32_t flags) { return flags == 0 ? "0" : bits(flags, heap_bits); }
std::string protection_name(std::uint32_t protection) { return bits(protection, page_bits); }

std::string hex(std::uint64_t value) { return format("0x%llX", static_cast<unsigned long long>(value)); }
std::string address(std::uint64_t value, unsigned bits) {
    return format(bits == 64 ? "%016llx" : "%08llx", static_cast<unsigned long long>(value));
}

std::string grouped(std::uint64_t value) {
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
    return digits;
}

std::string bytes(std::uint64_t value) {
    constexpr std::array units{"KB", "MB", "GB", "TB"};
    if (value < 1024) return format("%llu B", static_cast<unsigned long long>(value));
    double amount = static_cast<double>(value) / 1024;
    std::size_t unit = 0;
    while (amount >= 1024 && unit + 1 < units.size()) {
        amount /= 1024;
        ++unit;
    }
    return format("%.1f %s", amount, units[unit]);
}

} // namespace oriel::observe
