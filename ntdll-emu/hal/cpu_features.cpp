// SPDX-License-Identifier: MIT
// cpu_features.cpp: what the C library found out at start. CPUID itself is slow in a virtual machine: it leaves it.
#include "cpu_features.h"

#include <asm/hwcap2.h>
#include <cerrno>
#include <sched.h>
#include <sys/auxv.h>
#define _Bool bool // glibc 2.36 wrote this header for C
#include <sys/platform/x86.h>
#undef _Bool
#include <sys/random.h>

namespace oriel::hal {

CpuFeatures cpu_features() {
    return {.sse3 = CPU_FEATURE_PRESENT(SSE3) != 0,
            .ssse3 = CPU_FEATURE_PRESENT(SSSE3) != 0,
            .sse4_1 = CPU_FEATURE_PRESENT(SSE4_1) != 0,
            .sse4_2 = CPU_FEATURE_PRESENT(SSE4_2) != 0,
            .avx = CPU_FEATURE_ACTIVE(AVX) != 0,
            .avx2 = CPU_FEATURE_ACTIVE(AVX2) != 0,
            .avx512f = CPU_FEATURE_ACTIVE(AVX512F) != 0,
            .cmpxchg16b = CPU_FEATURE_PRESENT(CMPXCHG16B) != 0,
            .xsave = CPU_FEATURE_PRESENT(OSXSAVE) != 0,
            .rdrand = CPU_FEATURE_PRESENT(RDRAND) != 0,
            .rdtscp = CPU_FEATURE_PRESENT(RDTSCP) != 0,
            .fsgsbase = (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) != 0};
}

unsigned processor_count() {
    static const unsigned count = [] {
        cpu_set_t set; // holds 1,024; a host with more refuses, and NT's mask of a group ends at 64 anyway
        return sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 64u;
    }();
    return count;
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
