// SPDX-License-Identifier: MIT
// process.h: a guest process: its address space, handles, threads and end.
//
// Services are handed a Process and never ask for "the current one", so that a process of another host
// process can stand behind the same interface later (DESIGN 10).
//
// The lock (rank Process) guards the list of threads and the threads' descriptions; nothing else is called
// while it is held.
#pragma once

#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/ke/dispatcher.h>
#include <ntdll-emu/mm/address_space.h>
#include <ntdll-emu/ob/handle_table.h>
#include <ntdll-emu/ob/namespace.h>
#include <ntdll-emu/ps/thread.h>
#include <ntdll-emu/ps/token.h>
#include <nt/exception.h>
#include <nt/fault_event.h>
#include <nt/oriel_observe.h>
#include <oriel/guarded.h>

#include <functional>
#include <map>
#include <span>
#include <vector>

namespace oriel::ps {

namespace process_access {
inline constexpr ob::AccessMask terminate = 0x0001;
inline constexpr ob::AccessMask create_thread = 0x0002;
inline constexpr ob::AccessMask vm_operation = 0x0008;
inline constexpr ob::AccessMask vm_read = 0x0010;
inline constexpr ob::AccessMask vm_write = 0x0020;
inline constexpr ob::AccessMask duplicate_handle = 0x0040;
inline constexpr ob::AccessMask set_quota = 0x0100;
inline constexpr ob::AccessMask set_information = 0x0200;
inline constexpr ob::AccessMask query_information = 0x0400;
inline constexpr ob::AccessMask query_limited_information = 0x1000;
inline constexpr ob::AccessMask all = 0x001FFFFF;
} // namespace process_access

/// Where the host continues guest code; found in ntdll's exports at start.
struct NtdllEntries {
    Address base;
    Address ldr_initialize_thunk;
    Address rtl_user_thread_start;
    Address ki_user_exception_dispatcher;
    Address ki_user_apc_dispatcher;
};

/// The program's image, for new threads and for what queries tell.
struct ProgramImage {
    Address base;
    Address entry_point;
    std::u16string dos_path;      ///< u"Z:\\home\\me\\a.exe"
    std::u16string nt_name;       ///< u"\\Device\\HarddiskVolume26\\home\\me\\a.exe"
    std::uint64_t stack_reserve = 0x100000;
    std::uint64_t stack_commit = 0x1000;
    std::uint32_t subsystem = 3;
    std::uint16_t subsystem_major = 4, subsystem_minor = 0;
    std::uint16_t machine = 0x8664;
};

struct ThreadRequest {
    Address start;              ///< called by RtlUserThreadStart with `argument`
    Address argument;
    std::uint64_t stack_commit = 0;  ///< bytes; 0: as the program's header says
    std::uint64_t stack_reserve = 0; ///< bytes; 0: as the program's header says
    ke::InitialState initial = ke::InitialState::Ready;
    bool skip_attach = false;   ///< THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH
    bool hidden_from_debugger = false;
    bool bare = false; ///< begins at `start` itself, with `argument`: the loader, its locks and DllMain never see it
};

/// Takes the records of the thread that walks the heaps (`oriel heap`; nt/oriel_observe.h).
class HeapObserver {
public:
    virtual ~HeapObserver() = default;
    /// Statuses: AccessDenied for a thread that was not asked.
    virtual NtResult<> take(Thread& from, std::span<const nt::observe::Record> records) = 0;
    /// A thread has faulted. True: it is the one that walks, and its registers lead to where it gives up.
    virtual bool take_fault(Thread& thread) = 0;
};

class Process final : public ob::Object {
public:
    static const ob::Type object_type;

    struct Parts {
        mm::AddressSpace& address_space;
        ke::Dispatcher& dispatcher;
        ob::Namespace& names;
        io::FileSystem& file_system;
        std::uint32_t id; ///< a multiple of 4, no other running process's
    };
    explicit Process(const Parts& parts);
    ~Process() override;

    [[nodiscard]] const ob::Type& type() const override { return object_type; }
    [[nodiscard]] ke::DispatcherHeader* dispatcher() override { return &m_termination; }

    mm::AddressSpace& address_space;
    ke::Dispatcher& kernel_dispatcher;
    ob::Namespace& names;
    io::FileSystem& file_system;
    ob::HandleTable handles;
    const ob::Ref<Token> token = ob::make<Token>(); ///< whom the program runs as

    // Facts that do not change once the first thread runs.
    NtdllEntries ntdll;
    ProgramImage image;
    Address peb; ///< the guest's: of a 32-bit program the 32-bit one
    Address peb64; ///< its 64-bit twin beside it
    Address service_entry32; ///< where the stubs of a 32-bit program call (TEB.WOW32Reserved)
    /// The program is a 32-bit one; it runs as under WOW64.
    [[nodiscard]] bool is_32() const { return image.machine == 0x014C; }
    std::uint64_t create_time = 0;   ///< 100 ns since 1601
    std::uint64_t affinity_mask = 1;
    std::uint32_t cookie = 0;        ///< what RtlEncodePointer mixes in
    bool checks_memory = false;      ///< compare mm with the host after every service (debug builds)
    bool documented_contract = false; ///< --contract=documented

    /// Values of "Image File Execution Options" for this image; all are numbers. Set before the first thread runs.
    std::map<std::u16string, std::uint32_t> execution_options;

    std::atomic<std::uint32_t> default_hard_error_mode = 0;
    std::atomic<std::uint64_t> console_control_routine = 0; ///< kernel32's; 0: it is not loaded

    /// Who is told what a thread of the process finds in its heaps; null: nobody asked (NtOrielObserveHeaps).
    std::atomic<HeapObserver*> heap_observer = nullptr;

    /// CTRL_C_EVENT and kin: a new guest thread runs the program's handlers. A program without kernel32 ends.
    void console_control(std::uint32_t event);

    [[nodiscard]] std::uint32_t id() const { return m_id; }
    /// Stops the host with a sentence if mm and the host disagree.
    void check_memory();

    /// Makes a thread with its stack and TEB, and starts it (or leaves it suspended).
    /// Statuses: NoMemory, CommitmentLimit, InsufficientResources, ProcessIsTerminating.
    NtResult<ob::Ref<Thread>> create_thread(const ThreadRequest& request);
    [[nodiscard]] std::vector<ob::Ref<Thread>> threads() const;
    /// Null if no thread has that id.
    [[nodiscard]] ob::Ref<Thread> thread_by_id(std::uint32_t id) const;
    [[nodiscard]] std::size_t live_thread_count() const;

    /// NtTerminateProcess(NULL): ends all threads but `self`, and waits until none of them runs guest code.
    void terminate_other_threads(Thread& self, Status exit_status);
    /// The process's end, by whatever way. The first exit status counts.
    void terminate(Status exit_status);
    [[nodiscard]] bool is_terminating() const { return m_terminating.load(); }
    /// Pending (STILL_ACTIVE) while it runs.
    [[nodiscard]] Status exit_status() const { return m_exit_status.load(); }

    /// Called with an unhandled exception, or one that could not be delivered, before the process ends:
    /// writes the crash report. Set by loader/start.
    std::function<void(Thread&, const nt::EXCEPTION_RECORD<nt::Nt64>&, const nt::Context64&)> on_crash;
    /// Called with what the process's debug heap tells (nt/fault_event.h); believes nothing of it. Set by loader/start.
    std::function<void(Thread&, nt::FaultEvent, std::span<const std::byte>)> on_fault_event;
    /// Called once, when the process is about to end.
    std::function<void()> on_end;

private:
    friend struct ThreadEntryPoint;

    void thread_main(Thread& thread);
    NtResult<> make_stack(Thread& thread, const ThreadRequest& request, Address& top, Address& limit);
    NtResult<> make_teb(Thread& thread, Address stack_top, Address stack_limit);
    NtResult<> make_teb_pair(Thread& thread, Address stack_top, Address stack_limit);
    NtResult<> prepare_registers(Thread& thread, const ThreadRequest& request, Address stack_top);
    NtResult<> prepare_registers32(Thread& thread, const ThreadRequest& request, Address stack_top);
    void release_memory_of(Thread& thread);
    [[noreturn]] static void stop_on_memory_fault(const std::string& sentence);

    std::uint32_t m_id;
    ke::DispatcherHeader& m_termination;
    Guarded<std::vector<ob::Ref<Thread>>> m_threads;
    std::atomic<bool> m_terminating = false;
    std::atomic<Status> m_exit_status = Status::Pending;
};

} // namespace oriel::ps
