// SPDX-License-Identifier: MIT
// shared_data.cpp: KUSER_SHARED_DATA as Windows 10 22H2 has it.
//
// The clocks in the page tick as on Windows, every 15.625 ms: kernel32's GetTickCount64 and GetSystemTimeAsFileTime read
// them, and so do programs directly (Go's runtime). The carrier's run() calls for it (ke/carrier.h, on_tick).
#include "shared_data.h"

#include <ntdll-emu/hal/cpu_features.h>
#include <ntdll-emu/ke/carrier.h>
#include <ntdll-emu/ps/extended_state.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string_view>

namespace oriel::start {
namespace {

nt::KSYSTEM_TIME split(std::int64_t ticks) {
    const auto high = static_cast<std::int32_t>(ticks >> 32);
    return {.LowPart = static_cast<std::uint32_t>(ticks), .High1Time = high, .High2Time = high};
}

/// The parts in the order that readers rely on: they read High1Time, LowPart, High2Time, and again if the high parts
/// differ.
void store_time(volatile nt::KSYSTEM_TIME& to, std::int64_t ticks) {
    const nt::KSYSTEM_TIME parts = split(ticks);
    to.High2Time = parts.High2Time;
    std::atomic_thread_fence(std::memory_order_release);
    to.LowPart = parts.LowPart;
    std::atomic_thread_fence(std::memory_order_release);
    to.High1Time = parts.High1Time;
}

/// PF_* of winnt.h.
enum ProcessorFeature : unsigned {
    compare_exchange_double = 2, mmx_instructions = 3, xmmi_instructions = 6, rdtsc_instruction = 8, pae_enabled = 9,
    xmmi64_instructions = 10, nx_enabled = 12, sse3_instructions = 13, compare_exchange128 = 14, xsave_enabled = 17,
    second_level_address_translation = 20, virt_firmware_enabled = 21, rdwrfsgsbase_available = 22, fast_fail_available = 23,
    rdrand_instruction = 28, rdtscp_instruction = 32, ssse3_instructions = 36, sse4_1_instructions = 37,
    sse4_2_instructions = 38, avx_instructions = 39, avx2_instructions = 40, avx512f_instructions = 41
};

void fill_features(nt::KUSER_SHARED_DATA& data) {
    const hal::CpuFeatures cpu = hal::cpu_features();
    const std::pair<unsigned, bool> features[] = {
        {compare_exchange_double, true}, {mmx_instructions, true}, {xmmi_instructions, true}, {rdtsc_instruction, true},
        {pae_enabled, true}, {xmmi64_instructions, true}, {nx_enabled, true}, {sse3_instructions, cpu.sse3},
        {compare_exchange128, cpu.cmpxchg16b}, {xsave_enabled, cpu.xsave}, {fast_fail_available, true},
        {rdwrfsgsbase_available, cpu.fsgsbase}, {rdrand_instruction, cpu.rdrand}, {rdtscp_instruction, cpu.rdtscp},
        {ssse3_instructions, cpu.ssse3}, {sse4_1_instructions, cpu.sse4_1}, {sse4_2_instructions, cpu.sse4_2},
        {avx_instructions, cpu.avx}, {avx2_instructions, cpu.avx2}, {avx512f_instructions, cpu.avx512f}};
    for (const auto& [feature, present] : features) data.ProcessorFeatures[feature] = present;
}

} // namespace

void tick_shared_data(nt::KUSER_SHARED_DATA& data, const ke::Clock& clock) {
    const std::int64_t interrupt_time = clock.interrupt_time().count;
    const std::int64_t ticks = interrupt_time / ke::Carrier::tick_length.count;
    data.TickCountLowDeprecated = static_cast<std::uint32_t>(ticks);
    store_time(data.TickCount, ticks);
    store_time(data.InterruptTime, interrupt_time);
    store_time(data.SystemTime, clock.system_time().count);
}

void fill_shared_data(nt::KUSER_SHARED_DATA& data, const ke::Clock& clock) {
    constexpr std::uint32_t tick_multiplier = 0x0FA00000; // 15.625 ms a tick, times 2^24
    data.TickCountMultiplier = tick_multiplier;
    tick_shared_data(data, clock);
    data.ImageNumberLow = data.ImageNumberHigh = 0x8664;
    constexpr std::u16string_view root = u"C:\\Windows";
    std::copy(root.begin(), root.end(), data.NtSystemRoot);
    data.NtBuildNumber = 19045;
    data.NtProductType = 1;
    data.ProductTypeIsValid = 1;
    data.NativeProcessorArchitecture = 9;
    data.NtMajorVersion = 10;
    data.NtMinorVersion = 0;
    data.SuiteMask = 0x100 | 0x10; // single user, terminal
    data.LargePageMinimum = 0x200000;
    data.QpcFrequency = 10'000'000;
    data.SystemCall = 1;
    data.ActiveProcessorCount = hal::processor_count();
    data.ActiveGroupCount = 1;
    data.UnparkedProcessorCount = static_cast<std::uint16_t>(data.ActiveProcessorCount);
    data.Cookie = static_cast<std::uint32_t>(hal::random_number());
    fill_features(data);
    data.XState = ps::xstate_configuration();
}

} // namespace oriel::start
