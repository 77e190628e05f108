// SPDX-License-Identifier: MIT
// clock.cpp: reading the host's clocks (through the vDSO, without entering the kernel).
#include <ntdll-emu/hal/clock.h>

#include <ctime>

namespace oriel::hal {

namespace {

constexpr std::int64_t ticks_per_second = 10'000'000;
constexpr std::int64_t seconds_from_1601_to_1970 = 11'644'473'600;

std::int64_t read(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return now.tv_sec * ticks_per_second + now.tv_nsec / 100;
}

} // namespace

Ticks host_interrupt_time() { return {read(CLOCK_MONOTONIC)}; }

SystemTime host_system_time() { return {read(CLOCK_REALTIME) + seconds_from_1601_to_1970 * ticks_per_second}; }

} // namespace oriel::hal
