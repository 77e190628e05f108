// SPDX-License-Identifier: MIT
// process_list.h: SystemProcessInformation: the processes that a program can see, with their threads.
//
// That is the program itself: other processes of the host are none of NT's.
#pragma once

#include "call.h"

#include <ntdll-emu/hal/usage.h>
#include <nt/process_list.h>

#include <cstring>
#include <vector>

namespace oriel::services {

namespace process_list {

inline constexpr std::int32_t normal_priority = 8;
inline constexpr std::uint32_t running = 2; ///< KTHREAD_STATE: the host schedules its threads, and says no more

template<class Abi>
nt::SYSTEM_THREAD_INFORMATION<Abi> describe(const ps::Process& process, ps::Thread& thread, bool is_caller) {
    const hal::ProcessorTime used = is_caller ? hal::calling_thread_times() : hal::ProcessorTime{};
    nt::SYSTEM_THREAD_INFORMATION<Abi> information = {};
    information.KernelTime = used.kernel;
    information.UserTime = used.user;
    information.CreateTime = static_cast<std::int64_t>(thread.create_time);
    information.StartAddress = static_cast<nt::uptr<Abi>>(thread.start_address);
    information.ClientId = {.UniqueProcess = process.id(), .UniqueThread = thread.id()};
    information.BasePriority = normal_priority + thread.base_priority.load();
    information.Priority = information.BasePriority;
    information.ThreadState = running;
    return information;
}

template<class Abi>
nt::SYSTEM_PROCESS_INFORMATION<Abi> describe(ps::Process& process, std::uint32_t threads) {
    const hal::ProcessorTime used = hal::process_times();
    const auto& charge = process.address_space.commit_charge();
    const auto bytes = [](std::uint64_t pages) { return static_cast<nt::uptr<Abi>>(pages * page_size); };
    nt::SYSTEM_PROCESS_INFORMATION<Abi> information = {};
    information.NumberOfThreads = information.NumberOfThreadsHighWatermark = threads;
    information.CreateTime = static_cast<std::int64_t>(process.create_time);
    information.UserTime = used.user;
    information.KernelTime = used.kernel;
    information.BasePriority = normal_priority;
    information.UniqueProcessId = process.id();
    information.HandleCount = static_cast<std::uint32_t>(process.handles.count());
    information.SessionId = 1;
    information.WorkingSetSize = information.PeakWorkingSetSize =
        static_cast<nt::uptr<Abi>>(hal::memory_usage().resident);
    information.PagefileUsage = information.PrivatePageCount = bytes(charge.used());
    information.PeakPagefileUsage = bytes(charge.peak());
    return information;
}

/// The name of the program's file, from "\Device\...\name".
inline std::u16string_view file_name_of(std::u16string_view path) {
    const std::size_t slash = path.rfind(u'\\');
    return slash == std::u16string_view::npos ? path : path.substr(slash + 1);
}

} // namespace process_list

/// The answer as it shall lie at `buffer` in the guest.
template<class Abi>
std::vector<std::byte> processes_for(Call<Abi>& call, Address buffer) {
    using Entry = nt::SYSTEM_PROCESS_INFORMATION<Abi>;
    using ThreadEntry = nt::SYSTEM_THREAD_INFORMATION<Abi>;
    std::vector<ob::Ref<ps::Thread>> threads = call.process.threads();
    std::erase_if(threads, [](const auto& thread) { return thread->exit_time != 0; });
    const std::u16string_view name = process_list::file_name_of(call.process.image.nt_name);
    const std::size_t name_at = sizeof(Entry) + threads.size() * sizeof(ThreadEntry);
    std::vector<std::byte> all(name_at + (name.size() + 1) * sizeof(char16_t));

    Entry entry = process_list::describe<Abi>(call.process, static_cast<std::uint32_t>(threads.size()));
    entry.ImageName.Length = static_cast<std::uint16_t>(name.size() * sizeof(char16_t));
    entry.ImageName.MaximumLength = static_cast<std::uint16_t>(entry.ImageName.Length + sizeof(char16_t));
    entry.ImageName.Buffer.value = static_cast<nt::uptr<Abi>>(buffer.value() + name_at);
    std::memcpy(all.data(), &entry, sizeof entry);
    std::size_t at = sizeof entry;
    for (const auto& thread : threads) {
        const ThreadEntry described =
            process_list::describe<Abi>(call.process, *thread, thread.get() == &call.thread);
        std::memcpy(all.data() + at, &described, sizeof described);
        at += sizeof described;
    }
    std::memcpy(all.data() + name_at, name.data(), entry.ImageName.Length);
    return all;
}

} // namespace oriel::services
