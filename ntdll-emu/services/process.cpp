// SPDX-License-Identifier: MIT
// process.cpp: NtTerminateProcess, NtQueryInformationProcess and kin.
#include "answer.h"
#include "process_handle.h"

#include <generated/services/decl.h>
#include <ntdll-emu/hal/usage.h>
#include <nt/process_information.h>

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
    counters.WorkingSetSize = counters.PeakWorkingSetSize = static_cast<nt::uptr<Abi>>(hal::memory_usage().resident);
    counters.PagefileUsage = counters.PrivateUsage = pages(charge.used());
    counters.PeakPagefileUsage = pages(charge.peak());
    return counters;
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
    case Class::Wow64: return answer.exactly(nt::uptr<Abi>{0});
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
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::set_information));
    switch (static_cast<Class>(ProcessInformationClass)) {
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
