// SPDX-License-Identifier: MIT
// file_time.h: NT's clock and the host's.
//
// NT counts 100 ns since 1601-01-01 UTC; the host nanoseconds since 1970-01-01. Going to NT rounds down
// to 100 ns, so a time that a program sets comes back as it was, and a time of the host that is read and
// set again loses its last two digits.
#pragma once

#include <ntdll-emu/hal/host_file.h>

#include <cstdint>

namespace oriel::io {

using FileTime = std::int64_t; ///< 100 ns since 1601

/// 369 years, 89 of them leap years.
inline constexpr FileTime unix_epoch = 116'444'736'000'000'000;

constexpr FileTime file_time(hal::HostTime time) {
    std::int64_t ticks = time.nanoseconds / 100;
    if (time.nanoseconds % 100 < 0) ticks -= 1;
    return unix_epoch + ticks;
}

/// Times that the host cannot hold (before 1678, after 2261) become the nearest that it can.
constexpr hal::HostTime host_time(FileTime time) {
    constexpr std::int64_t limit = 9'223'372'036'854'775'807 / 100;
    std::int64_t ticks = time - unix_epoch;
    if (ticks > limit) ticks = limit;
    if (ticks < -limit) ticks = -limit;
    return {ticks * 100};
}

} // namespace oriel::io
