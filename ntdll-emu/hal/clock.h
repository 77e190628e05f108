// SPDX-License-Identifier: MIT
// clock.h: the host's two clocks, in NT's unit.
//
// NT counts time in units of 100 nanoseconds. Interrupt time runs evenly from the start of the machine
// and is never set; system time counts from the year 1601 and can be set. The host's CLOCK_MONOTONIC and
// CLOCK_REALTIME are the same two ideas.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace oriel::hal {

/// A moment, or a span, of interrupt time in units of 100 ns.
struct Ticks {
    std::int64_t count = 0;

    static constexpr Ticks never() { return {std::numeric_limits<std::int64_t>::max()}; }
    static constexpr Ticks milliseconds(std::int64_t count) { return {count * 10'000}; }
    [[nodiscard]] constexpr bool is_never() const { return *this == never(); }

    constexpr auto operator<=>(const Ticks&) const = default;
    /// Later by `span`; saturates at never().
    constexpr Ticks operator+(Ticks span) const {
        std::int64_t sum = 0;
        return __builtin_add_overflow(count, span.count, &sum) ? never() : Ticks{sum};
    }
    constexpr Ticks operator-(Ticks other) const { return {count - other.count}; }
};

/// System time: units of 100 ns since 1 January 1601 (a FILETIME).
struct SystemTime {
    std::int64_t count = 0;
    constexpr auto operator<=>(const SystemTime&) const = default;
};

/// CLOCK_MONOTONIC.
Ticks host_interrupt_time();
/// CLOCK_REALTIME.
SystemTime host_system_time();

} // namespace oriel::hal
