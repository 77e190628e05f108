// SPDX-License-Identifier: MIT
// cpu_features.h: what the CPU offers, and randomness.
#pragma once

#include <ntdll-emu/hal/host_result.h>

#include <cstddef>
#include <cstdint>

namespace oriel::hal {

struct CpuFeatures {
    bool sse3, ssse3, sse4_1, sse4_2, avx, avx2, avx512f, cmpxchg16b, xsave, rdrand, rdtscp;
    bool fsgsbase; ///< and the kernel lets user mode use it
};
CpuFeatures cpu_features();
/// On which this process may run; at least 1.
unsigned processor_count();

/// From the kernel (getrandom).
HostResult<> fill_random(void* to, std::size_t bytes);
std::uint64_t random_number();

} // namespace oriel::hal
