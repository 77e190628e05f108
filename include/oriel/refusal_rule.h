// SPDX-License-Identifier: MIT
// refusal_rule.h: which requests --fail-alloc makes fail; ntdll asks it for the heap, the host for virtual memory.
//
// The n-th request fails in every run alike: the rule looks at the number only.
#pragma once

#include <cstdint>

namespace oriel {

struct RefusalRule {
    std::uint32_t every = 0;       ///< each n-th; 0: no such rule
    std::uint32_t nth = 0;         ///< this one only
    std::uint32_t seed = 0;        ///< of the draws for:
    std::uint32_t per_million = 0; ///< so many of a million

    [[nodiscard]] constexpr bool any() const { return (every | nth | per_million) != 0; }
    /// `number` counts from 1.
    [[nodiscard]] constexpr bool refuses(std::uint64_t number) const {
        if (every != 0) return number % every == 0;
        if (nth != 0) return number == nth;
        // splitmix64 of the number: each has its own draw, whoever comes when.
        std::uint64_t draw = (std::uint64_t{seed} << 32) + number * 0x9E3779B97F4A7C15u;
        draw = (draw ^ (draw >> 30)) * 0xBF58476D1CE4E5B9u;
        draw = (draw ^ (draw >> 27)) * 0x94D049BB133111EBu;
        return (draw ^ (draw >> 31)) % 1'000'000 < per_million;
    }
};

} // namespace oriel
