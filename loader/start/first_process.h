// SPDX-License-Identifier: MIT
// first_process.h: what NT's session manager and CreateProcess do together: a process from nothing.
#pragma once

#include "options.h"
#include "program.h"
#include "take_snapshot.h"

#include <ntdll-emu/hal/linux_host_memory.h>
#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/ke/thread_carrier.h>
#include <ntdll-emu/mm/address_space.h>
#include <ntdll-emu/ob/namespace.h>
#include <ntdll-emu/ps/process.h>
#include <nt/kuser_shared_data.h>

#include <functional>
#include <memory>

namespace oriel::start {

/// Everything that one guest process stands on, in the order in which it is made.
class Session {
public:
    /// Throws StartError.
    Session(const Options& options, const Program& program);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    /// Never destroyed piece by piece: the host process ends with the guest (end_host_process).
    ~Session() = default;

    [[nodiscard]] ps::Process& process() { return *m_process; }

    /// Maps the program and ntdll, makes the first thread. Throws StartError.
    void load(const Program& program);
    /// Runs until the process has ended, then calls `end` with its exit status, which ends the host process: perhaps
    /// on another host thread, while the caller is still inside the guest.
    void run(const std::function<void(Status)>& end);
    /// Null where ntdll has no such export.
    [[nodiscard]] Address ntdll_export(const char* name) const;
    /// What looks at the process from outside (`oriel heap`); made when it is first asked for.
    [[nodiscard]] SnapshotTaker& snapshots();
    /// Sees console control events first; true: the event was for it and does not reach the program.
    std::function<bool(std::uint32_t)> on_control_event;

private:
    ob::Ref<mm::Section> open_image(const Program& program);
    void map_program(const Program& program);
    void map_ntdll();
    void map_shared_data();
    void fill_gate_page(std::span<std::byte> page);
    void make_peb(const Program& program);

    const Options& m_options;
    bool m_is_32; ///< the program is a 32-bit one
    std::vector<io::BuiltinFile> m_builtins;
    std::unique_ptr<hal::LinuxHostMemory> m_host;
    std::unique_ptr<mm::CommitCharge> m_commit_charge;
    std::unique_ptr<mm::AddressSpace> m_space;
    std::unique_ptr<ke::Carrier> m_carrier;
    ke::ThreadCarrier* m_threads = nullptr; ///< m_carrier, unless threads are fibers
    std::unique_ptr<ke::Dispatcher> m_dispatcher;
    std::unique_ptr<ob::Namespace> m_names;
    std::unique_ptr<io::FileSystem> m_files;
    ob::Ref<ps::Process> m_process;
    io::HostFolders m_folders;
    std::function<void()> m_end;
    std::unique_ptr<SnapshotTaker> m_snapshots;
    nt::KUSER_SHARED_DATA* m_shared_data = nullptr; ///< as the host sees it
};

} // namespace oriel::start
