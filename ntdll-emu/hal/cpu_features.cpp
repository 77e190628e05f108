// SPDX-License-Identifier: MIT
// cpu_features.cpp: CPUID by the compiler's own table.
#include "cpu_features.h"

#include <asm/hwcap2.h>
#include <cerrno>
#include <cpuid.h>
#include <sys/auxv.h>
#include <sys/random.h>

namespace oriel::hal {
namespace {

bool extended_bit(unsigned leaf, unsigned bit) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(leaf, &a, &b, &c, &d) && (d & (1u << bit));
}

} // namespace

CpuFeatures cpu_features() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    __get_cpuid(1, &a, &b, &c, &d);
    __builtin_cpu_init();
    return {.sse3 = (c & bit_SSE3) != 0,
            .ssse3 = (c & bit_SSSE3) != 0,
            .sse4_1 = (c & bit_SSE4_1) != 0,
            .sse4_2 = (c & bit_SSE4_2) != 0,
            .avx = __builtin_cpu_supports("avx") != 0,
            .avx2 = __builtin_cpu_supports("avx2") != 0,
            .avx512f = __builtin_cpu_supports("avx512f") != 0,
            .cmpxchg16b = (c & bit_CMPXCHG16B) != 0,
            .xsave = (c & bit_OSXSAVE) != 0,
            .rdrand = (c & bit_RDRND) != 0,
            .rdtscp = extended_bit(0x80000001, 27),
            .fsgsbase = (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) != 0};
}

HostResult<> fill_random(void* to, std::size_t bytes) {
    auto* next = static_cast<char*>(to);
    while (bytes > 0) {
        const ssize_t count = getrandom(next, bytes, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return HostError{errno};
        next += count;
        bytes -= static_cast<std::size_t>(count);
    }
    return {};
}

std::uint64_t random_number() {
    std::uint64_t number = 0;
    (void)fill_random(&number, sizeof number);
    return number;
}

} // namespace oriel::hal
