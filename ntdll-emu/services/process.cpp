// SPDX-License-Identifier: MIT
// process.cpp: NtTerminateProcess, NtQueryInformationProcess and kin.
#include "answer.h"
#include "process_handle.h"

#include <generated/services/decl.h>
#include <ntdll-emu/hal/usage.h>
#include <nt/process_information.h>

#include <algorithm>

namespace oriel::services {
namespace {

using Class = nt::ProcessInformationClass;

constexpr std::int32_t normal_priority = 8;
constexpr std::uint8_t normal_priority_class = 2; // PROCESS_PRIORITY_CLASS_NORMAL

template<class Abi>
nt::PROCESS_BASIC_INFORMATION<Abi> basic_information(const ps::Process& process) {
    return {.ExitStatus = process.exit_status(),
            .PebBaseAddress = static_cast<nt::uptr<Abi>>(process.peb.value()),
            .AffinityMask = static_cast<nt::uptr<Abi>>(process.affinity_mask),
            .BasePriority = normal_priority,
            .UniqueProcessId = process.id(),
            .InheritedFromUniqueProcessId = 0};
}

nt::KERNEL_USER_TIMES times(const ps::Process& process) {
    const hal::ProcessorTime used = hal::process_times();
    return {.CreateTime = static_cast<std::int64_t>(process.create_time), .ExitTime = 0, .KernelTime = used.kernel, .UserTime = used.user};
}

template<class Abi>
nt::VM_COUNTERS_EX<Abi> memory_counters(ps::Process& process) {
    const auto& charge = process.address_space.commit_charge();
    const auto pages = [](std::uint64_t count) { return static_cast<nt::uptr<Abi>>(count * page_size); };
    nt::VM_COUNTERS_EX<Abi> counters = {};
    const hal::MemoryUsage usage = hal::memory_usage();
    counters.VirtualSize = counters.PeakVirtualSize = static_cast<nt::uptr<Abi>>(process.address_space.virtual_size());
    counters.PageFaultCount = static_cast<std::uint32_t>(usage.page_faults);
    counters.WorkingSetSize = static_cast<nt::uptr<Abi>>(usage.resident);
    counters.PeakWorkingSetSize = static_cast<nt::uptr<Abi>>(std::max(usage.resident, usage.peak_resident));
    counters.PagefileUsage = counters.PrivateUsage = pages(charge.used());
    counters.PeakPagefileUsage = pages(charge.peak());
    return counters;
}

/// QUOTA_LIMITS_HARDWS_*.
namespace hard_limit {
constexpr std::uint32_t minimum_enable = 1, minimum_disable = 2, maximum_enable = 4, maximum_disable = 8;
}

template<class Abi>
nt::QUOTA_LIMITS_EX<Abi> quota_limits(ps::Process& process) {
    const auto limits = process.address_space.working_set_limits();
    const auto unlimited = static_cast<nt::uptr<Abi>>(-1);
    nt::QUOTA_LIMITS_EX<Abi> answer = {};
    answer.Limits = {.PagedPoolLimit = unlimited,
                     .NonPagedPoolLimit = unlimited,
                     .MinimumWorkingSetSize = static_cast<nt::uptr<Abi>>(limits.minimum * page_size),
                     .MaximumWorkingSetSize = static_cast<nt::uptr<Abi>>(limits.maximum * page_size),
                     .PagefileLimit = unlimited,
                     .TimeLimit = -1};
    answer.Flags = (limits.hard_minimum ? hard_limit::minimum_enable : hard_limit::minimum_disable) |
                   (limits.hard_maximum ? hard_limit::maximum_enable : hard_limit::maximum_disable);
    return answer;
}

/// Two sizes of -1 empty the working set ("SetProcessWorkingSetSize function").
template<class Abi>
Status set_quota_limits(ps::Process& process, const nt::QUOTA_LIMITS_EX<Abi>& wanted) {
    const auto everything = static_cast<nt::uptr<Abi>>(-1);
    const nt::uptr<Abi> minimum = wanted.Limits.MinimumWorkingSetSize, maximum = wanted.Limits.MaximumWorkingSetSize;
    const auto both = [&](std::uint32_t bits) { return (wanted.Flags & bits) == bits; };
    if (both(hard_limit::minimum_enable | hard_limit::minimum_disable) || both(hard_limit::maximum_enable | hard_limit::maximum_disable))
        return Status::InvalidParameter;
    if (minimum == everything && maximum == everything) {
        process.address_space.trim_working_set();
        return Status::Success;
    }
    auto limits = process.address_space.working_set_limits();
    if (minimum != 0 && maximum != 0) {
        limits.minimum = align_down(minimum, page_size) / page_size;
        limits.maximum = align_down(maximum, page_size) / page_size;
    }
    if ((wanted.Flags & (hard_limit::minimum_enable | hard_limit::minimum_disable)) != 0) limits.hard_minimum = (wanted.Flags & hard_limit::minimum_enable) != 0;
    if ((wanted.Flags & (hard_limit::maximum_enable | hard_limit::maximum_disable)) != 0) limits.hard_maximum = (wanted.Flags & hard_limit::maximum_enable) != 0;
    return process.address_space.set_working_set_limits(limits).status();
}

} // namespace

template<class Abi>
Status NtTerminateProcess(Call<Abi>& call, nt::Handle ProcessHandle, Status ExitStatus) {
    if (ProcessHandle == nt::null_handle) { // RtlExitUserProcess: alone with the DLLs' last words
        call.process.terminate_other_threads(call.thread, ExitStatus);
        return Status::Success;
    }
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::terminate));
    process->terminate(ExitStatus);
    return Status::Success;
}

template<class Abi>
Status NtQueryInformationProcess(Call<Abi>& call, nt::Handle ProcessHandle, std::uint32_t ProcessInformationClass,
                                 Address ProcessInformation, std::uint32_t ProcessInformationLength,
                                 UserPtr<std::uint32_t> ReturnLength) {
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::query_limited_information));
    const AnswerBuffer answer{ProcessInformation, ProcessInformationLength, ReturnLength};
    switch (static_cast<Class>(ProcessInformationClass)) {
    case Class::Basic: return answer.exactly(basic_information<Abi>(*process));
    case Class::QuotaLimits: {
        const auto limits = quota_limits<Abi>(*process);
        return ProcessInformationLength == sizeof limits ? answer.exactly(limits) : answer.exactly(limits.Limits);
    }
    case Class::Times: return answer.exactly(times(*process));
    case Class::VmCounters: return answer.exactly(memory_counters<Abi>(*process));
    case Class::DebugPort: return answer.exactly(nt::uptr<Abi>{0});
    case Class::DebugObjectHandle: return Status::PortNotSet;
    case Class::DebugFlags: return answer.exactly(std::uint32_t{1});
    case Class::DefaultHardErrorMode: return answer.exactly(process->default_hard_error_mode.load());
    case Class::PriorityClass: return answer.exactly(nt::PROCESS_PRIORITY_CLASS{0, normal_priority_class});
    case Class::PriorityBoost: return answer.exactly(std::uint32_t{0});
    case Class::HandleCount: return answer.exactly(process->handles.count());
    case Class::AffinityMask: return answer.exactly(static_cast<nt::uptr<Abi>>(process->affinity_mask));
    case Class::SessionInformation: return answer.exactly(std::uint32_t{1});
    case Class::Wow64: return answer.exactly(static_cast<nt::uptr<Abi>>(process->is_32() ? process->peb.value() : 0));
    case Class::ImageFileName: return answer.string<Abi>(process->image.nt_name);
    case Class::ImageFileNameWin32: return answer.string<Abi>(process->image.dos_path);
    case Class::BreakOnTermination: return answer.exactly(std::uint32_t{0});
    case Class::ExecuteFlags: return answer.exactly(std::uint32_t{0x0D}); // DEP on, permanent
    case Class::Cookie: return answer.exactly(process->cookie);
    default: return Status::InvalidInfoClass;
    }
}

template<class Abi>
Status NtSetInformationProcess(Call<Abi>& call, nt::Handle ProcessHandle, std::uint32_t ProcessInformationClass,
                               Address ProcessInformation, std::uint32_t ProcessInformationLength) {
    const bool of_quota = static_cast<Class>(ProcessInformationClass) == Class::QuotaLimits;
    const auto access = of_quota ? ps::process_access::set_quota : ps::process_access::set_information;
    const auto process = TRY(process_from(call.process, ProcessHandle, access));
    switch (static_cast<Class>(ProcessInformationClass)) {
    case Class::QuotaLimits: {
        nt::QUOTA_LIMITS_EX<Abi> limits = {};
        if (ProcessInformationLength == sizeof limits) limits = TRY(UserPtr<decltype(limits)>(ProcessInformation).capture());
        else limits.Limits = TRY(capture_exactly<decltype(limits.Limits)>(ProcessInformation, ProcessInformationLength));
        return set_quota_limits<Abi>(*process, limits);
    }
    case Class::DefaultHardErrorMode:
        process->default_hard_error_mode = TRY(capture_exactly<std::uint32_t>(ProcessInformation, ProcessInformationLength));
        return Status::Success;
    // Hints to a scheduler that is not ours: read, and left to the host.
    case Class::PriorityClass: TRY(capture_exactly<nt::PROCESS_PRIORITY_CLASS>(ProcessInformation, ProcessInformationLength)); return Status::Success;
    case Class::PriorityBoost: TRY(capture_exactly<std::uint32_t>(ProcessInformation, ProcessInformationLength)); return Status::Success;
    case Class::AffinityMask: {
        const auto mask = TRY(capture_exactly<nt::uptr<Abi>>(ProcessInformation, ProcessInformationLength));
        return mask == 0 || (mask & ~process->affinity_mask) != 0 ? Status::InvalidParameter : Status::Success;
    }
    default: return Status::InvalidInfoClass;
    }
}

template<class Abi>
Status NtOpenProcess(Call<Abi>& call, UserPtr<nt::uptr<Abi>> ProcessHandle, std::uint32_t DesiredAccess,
                     UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, UserPtr<nt::CLIENT_ID<Abi>> ClientId) {
    const auto attributes = TRY(ObjectAttributes.capture());
    const auto id = TRY(ClientId.capture());
    if (id.UniqueProcess != call.process.id()) return Status::InvalidCid;
    const auto access = ps::Process::object_type.granted(DesiredAccess);
    const auto handle = TRY(call.process.handles.insert(ob::Ref<ps::Process>(call.process), access, attributes.Attributes));
    if (const auto stored = ProcessHandle.store(static_cast<nt::uptr<Abi>>(handle)); !stored.ok()) {
        (void)call.process.handles.close(handle);
        return stored.error();
    }
    return Status::Success;
}

template<class Abi>
Status NtFlushProcessWriteBuffers(Call<Abi>&) {
    hal::flush_write_buffers();
    return Status::Success;
}

} // namespace oriel::services

#include <generated/services/process.inst.inc>
