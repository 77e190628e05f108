// SPDX-License-Identifier: MIT
// system_information.cpp: NtQuerySystemInformation.
#include "answer.h"
#include "call.h"
#include "process_list.h"

#include <generated/services/decl.h>
#include <ntdll-emu/hal/time_zone.h>
#include <ntdll-emu/hal/usage.h>
#include <nt/process_information.h>

#include <bit>

namespace oriel::services {
namespace {

using Class = nt::SystemInformationClass;

template<class Abi>
nt::SYSTEM_BASIC_INFORMATION<Abi> basic_information(const ps::Process& process) {
    const auto pages = static_cast<std::uint32_t>(hal::memory_usage().physical / page_size);
    return {.Reserved = 0,
            .TimerResolution = 156'250,
            .PageSize = page_size,
            .NumberOfPhysicalPages = pages,
            .LowestPhysicalPageNumber = 1,
            .HighestPhysicalPageNumber = pages,
            .AllocationGranularity = allocation_granularity,
            .MinimumUserModeAddress = 0x10000,
            .MaximumUserModeAddress = static_cast<nt::uptr<Abi>>(process.address_space.highest_user_address().value()),
            .ActiveProcessorsAffinityMask = static_cast<nt::uptr<Abi>>(process.affinity_mask),
            .NumberOfProcessors = static_cast<std::uint8_t>(std::popcount(process.affinity_mask))};
}

nt::SYSTEM_PROCESSOR_INFORMATION processor_information(const ps::Process& process) {
    constexpr std::uint16_t intel = 0, amd64 = 9;
    return {.ProcessorArchitecture = process.is_32() ? intel : amd64,
            .ProcessorLevel = 6,
            .ProcessorRevision = 0x3A09,
            .MaximumProcessors = static_cast<std::uint16_t>(std::popcount(process.affinity_mask)),
            .ProcessorFeatureBits = 0};
}

nt::SYSTEM_PERFORMANCE_INFORMATION performance_information(ps::Process& process) {
    const auto& charge = process.address_space.commit_charge();
    const auto capped = [](std::uint64_t pages) { return static_cast<std::uint32_t>(std::min<std::uint64_t>(pages, 0xFFFFFFFF)); };
    nt::SYSTEM_PERFORMANCE_INFORMATION information = {};
    information.AvailablePages = capped(hal::memory_usage().available / page_size);
    information.CommittedPages = capped(charge.used());
    information.CommitLimit = capped(charge.limit());
    information.PeakCommitment = capped(charge.peak());
    return information;
}

nt::TIME_FIELDS fields_of(const hal::ZoneChange& change) {
    return {.Year = 0,
            .Month = static_cast<std::int16_t>(change.month),
            .Day = static_cast<std::int16_t>(change.week),
            .Hour = static_cast<std::int16_t>(change.hour),
            .Minute = static_cast<std::int16_t>(change.minute),
            .Second = 0,
            .Milliseconds = 0,
            .Weekday = static_cast<std::int16_t>(change.weekday)};
}

void copy_name(char16_t (&to)[32], const std::string& name) {
    for (std::size_t i = 0; i < name.size() && i < 31; ++i) to[i] = static_cast<unsigned char>(name[i]);
}

nt::RTL_TIME_ZONE_INFORMATION zone_information(const hal::TimeZone& zone) {
    nt::RTL_TIME_ZONE_INFORMATION information = {};
    information.Bias = -zone.standard_offset;
    copy_name(information.StandardName, zone.standard_name);
    copy_name(information.DaylightName, zone.daylight_name);
    if (zone.to_daylight.month != 0) {
        information.StandardStart = fields_of(zone.to_standard);
        information.DaylightStart = fields_of(zone.to_daylight);
        information.DaylightBias = zone.standard_offset - zone.daylight_offset;
    }
    return information;
}

nt::RTL_DYNAMIC_TIME_ZONE_INFORMATION dynamic_zone_information(const hal::TimeZone& zone) {
    nt::RTL_DYNAMIC_TIME_ZONE_INFORMATION information = {};
    information.Zone = zone_information(zone);
    for (std::size_t i = 0; i < zone.standard_name.size() && i < 127; ++i) {
        information.TimeZoneKeyName[i] = static_cast<unsigned char>(zone.standard_name[i]);
    }
    return information;
}

nt::SYSTEM_TIMEOFDAY_INFORMATION time_of_day(ps::Process& process) {
    const auto& clock = process.kernel_dispatcher.clock();
    const std::int64_t now = clock.system_time().count;
    const hal::TimeZone zone = hal::host_time_zone();
    const int offset = zone.daylight_now ? zone.daylight_offset : zone.standard_offset;
    return {.BootTime = now - clock.interrupt_time().count,
            .CurrentTime = now,
            .TimeZoneBias = std::int64_t{-offset} * 60 * 10'000'000,
            .TimeZoneId = zone.to_daylight.month == 0 ? 0u : zone.daylight_now ? 2u : 1u,
            .Reserved = 0,
            .BootTimeBias = 0,
            .SleepTimeBias = 0};
}

} // namespace

template<class Abi>
Status NtQuerySystemInformation(Call<Abi>& call, std::uint32_t SystemInformationClass, Address SystemInformation,
                                std::uint32_t SystemInformationLength, UserPtr<std::uint32_t> ReturnLength) {
    const AnswerBuffer answer{SystemInformation, SystemInformationLength, ReturnLength};
    switch (static_cast<Class>(SystemInformationClass)) {
    case Class::Basic: return answer.exactly(basic_information<Abi>(call.process));
    case Class::Processor: return answer.at_least(processor_information(call.process));
    case Class::Performance: return answer.at_least(performance_information(call.process));
    case Class::TimeOfDay: return answer.at_least(time_of_day(call.process));
    case Class::Process: return answer.bytes(processes_for(call, SystemInformation));
    case Class::CurrentTimeZone: return answer.exactly(zone_information(hal::host_time_zone()));
    case Class::DynamicTimeZone: return answer.exactly(dynamic_zone_information(hal::host_time_zone()));
    default: return Status::InvalidInfoClass;
    }
}

} // namespace oriel::services

#include <generated/services/system_information.inst.inc>
