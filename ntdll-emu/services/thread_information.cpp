// SPDX-License-Identifier: MIT
// thread_information.cpp: NtQueryInformationThread, NtSetInformationThread.
#include "answer.h"
#include "process_handle.h"

#include <generated/services/decl.h>
#include <ntdll-emu/hal/usage.h>
#include <nt/process_information.h>

namespace oriel::services {
namespace {

using Class = nt::ThreadInformationClass;
namespace access = ps::thread_access;

constexpr std::int32_t normal_priority = 8;

template<class Abi>
nt::THREAD_BASIC_INFORMATION<Abi> basic_information(ps::Process& process, ps::Thread& thread) {
    return {.ExitStatus = thread.ke().exit_status(),
            .TebBaseAddress = static_cast<nt::uptr<Abi>>(thread.teb().value()),
            .ClientId = {.UniqueProcess = process.id(), .UniqueThread = thread.id()},
            .AffinityMask = static_cast<nt::uptr<Abi>>(process.affinity_mask),
            .Priority = normal_priority + thread.base_priority.load(),
            .BasePriority = thread.base_priority.load()};
}

/// The host accounts a thread's time only to itself; of another thread the start and the end are known.
nt::KERNEL_USER_TIMES times(ps::Thread& thread, bool is_caller) {
    const hal::ProcessorTime used = is_caller ? hal::calling_thread_times() : hal::ProcessorTime{};
    return {.CreateTime = static_cast<std::int64_t>(thread.create_time),
            .ExitTime = static_cast<std::int64_t>(thread.exit_time.load()),
            .KernelTime = used.kernel,
            .UserTime = used.user};
}

template<class Abi>
NtResult<> set_name(ps::Thread& thread, Address buffer, std::uint32_t length) {
    const auto name = TRY(capture_exactly<nt::UNICODE_STRING<Abi>>(buffer, length));
    std::u16string text(name.Length / 2, u'\0');
    TRY(copy_from_guest(text.data(), Address(std::uint64_t{name.Buffer.value}), text.size() * 2));
    thread.set_description(std::move(text));
    return {};
}

} // namespace

template<class Abi>
Status NtQueryInformationThread(Call<Abi>& call, nt::Handle ThreadHandle, std::uint32_t ThreadInformationClass,
                                Address ThreadInformation, std::uint32_t ThreadInformationLength, UserPtr<std::uint32_t> ReturnLength) {
    const auto thread = TRY(thread_from(call.thread, ThreadHandle, access::query_limited_information));
    const AnswerBuffer answer{ThreadInformation, ThreadInformationLength, ReturnLength};
    switch (static_cast<Class>(ThreadInformationClass)) {
    case Class::Basic: return answer.exactly(basic_information<Abi>(call.process, *thread));
    case Class::Times: return answer.exactly(times(*thread, thread.get() == &call.thread));
    case Class::QuerySetWin32StartAddress: return answer.exactly(static_cast<nt::uptr<Abi>>(thread->start_address));
    case Class::AmILastThread: return answer.exactly(std::uint32_t{call.process.live_thread_count() == 1});
    case Class::PriorityBoost: return answer.exactly(std::uint32_t{0});
    case Class::HideFromDebugger: return answer.exactly(static_cast<std::uint8_t>(thread->hidden_from_debugger));
    case Class::IsTerminated: return answer.exactly(std::uint32_t{thread->exit_time != 0});
    case Class::NameInformation: return answer.string<Abi>(thread->description());
    default: return Status::InvalidInfoClass;
    }
}

template<class Abi>
Status NtSetInformationThread(Call<Abi>& call, nt::Handle ThreadHandle, std::uint32_t ThreadInformationClass,
                              Address ThreadInformation, std::uint32_t ThreadInformationLength) {
    const auto thread = TRY(thread_from(call.thread, ThreadHandle, access::set_information));
    switch (static_cast<Class>(ThreadInformationClass)) {
    // Hints to a scheduler that is not ours: kept for whoever asks, left to the host.
    case Class::BasePriority:
        thread->base_priority = TRY(capture_exactly<std::int32_t>(ThreadInformation, ThreadInformationLength));
        return Status::Success;
    case Class::Priority:
    case Class::PriorityBoost: TRY(capture_exactly<std::uint32_t>(ThreadInformation, ThreadInformationLength)); return Status::Success;
    case Class::AffinityMask: {
        const auto mask = TRY(capture_exactly<nt::uptr<Abi>>(ThreadInformation, ThreadInformationLength));
        return (mask & call.process.affinity_mask) == 0 ? Status::InvalidParameter : Status::Success;
    }
    case Class::QuerySetWin32StartAddress:
        thread->start_address = TRY(capture_exactly<nt::uptr<Abi>>(ThreadInformation, ThreadInformationLength));
        return Status::Success;
    case Class::HideFromDebugger:
        if (ThreadInformationLength != 0) return Status::InfoLengthMismatch;
        thread->hidden_from_debugger = true;
        return Status::Success;
    case Class::NameInformation: return set_name<Abi>(*thread, ThreadInformation, ThreadInformationLength).status();
    default: return Status::InvalidInfoClass;
    }
}

} // namespace oriel::services

#include <generated/services/thread_information.inst.inc>
