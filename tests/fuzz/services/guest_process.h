// SPDX-License-Identifier: MIT
// guest_process.h: a process without a program: all layers as loader/start puts them together, on real host memory and
// a folder of its own, with one thread that calls services. Threads are fibers and the time is virtual, so no wait
// takes long.
#pragma once

#include <ntdll-emu/hal/linux_host_memory.h>
#include <ntdll-emu/io/devices.h>
#include <ntdll-emu/ke/fiber_carrier.h>
#include <ntdll-emu/ps/process.h>

#include <filesystem>
#include <memory>
#include <string>

namespace oriel::fuzz {

/// Where the arguments of calls lie: `data_pages` pages that can be written, then nothing.
constexpr Address data_at{0x200000};
constexpr std::uint64_t data_pages = 16;
/// Committed, but read only; a guard page; reserved only.
constexpr Address read_only_at{0x300000}, guard_at{0x310000}, reserved_at{0x320000};

/// Prints the sentence and aborts, where it does not hold.
void require(bool condition, const char* sentence);

/// What all processes of this run share: the arena, the handler of faults in captures, the folder.
class Host {
public:
    Host();
    ~Host();

    [[nodiscard]] hal::LinuxHostMemory& memory() { return *m_memory; }
    [[nodiscard]] io::HostFolders folders() const;
    /// The files as they were.
    void reset_files() const;

private:
    std::unique_ptr<hal::LinuxHostMemory> m_memory;
    std::filesystem::path m_folder;
};

class GuestProcess {
public:
    explicit GuestProcess(Host& host);
    ~GuestProcess();
    GuestProcess(const GuestProcess&) = delete;
    GuestProcess& operator=(const GuestProcess&) = delete;

    [[nodiscard]] ps::Process& process() { return *m_process; }
    [[nodiscard]] ps::Thread& thread() { return *m_caller; }
    /// A thread that does nothing: it is suspended, and waits when it is not.
    [[nodiscard]] const ob::Ref<ps::Thread>& companion() const { return m_companion; }

    /// Runs `work` as the thread, to its end.
    void run(std::function<void()> work);
    /// Makes the memory for arguments as it was, if calls changed it. False where that cannot be.
    bool restore_memory();

private:
    static void enter_caller(void* self);
    static void enter_companion(void* self);

    hal::LinuxHostMemory& m_host;
    io::HostFolders m_folders;
    std::vector<io::BuiltinFile> m_builtins;
    mm::CommitCharge m_charge{8192};
    mm::AddressSpace m_space;
    ke::FiberCarrier m_carrier{{ke::TimeMode::Virtual, 0}};
    ke::Dispatcher m_dispatcher{m_carrier};
    ob::Namespace m_names;
    io::FileSystem m_files;
    ob::Ref<ps::Process> m_process;
    ob::Ref<ps::Thread> m_caller, m_companion;
    std::function<void()> m_work;
};

} // namespace oriel::fuzz
