// SPDX-License-Identifier: MIT
#include "guest_process.h"

#include <ntdll-emu/hal/fault_safe_copy.h>
#include <ntdll-emu/hal/log.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <ucontext.h>

namespace oriel::fuzz {
namespace {

/// Below ASan's shadow; a 32-bit program's whole address space.
constexpr PageRange arena(Address(0x10000), 0x7FFF0000 - 0x10000);

mm::AddressSpace* faulting_space; // one process at a time
struct sigaction previous_action;

bool is_resolved(mm::FaultOutcome::Kind kind) {
    return kind == mm::FaultOutcome::Kind::Resolved || kind == mm::FaultOutcome::Kind::StackGrown;
}

/// As loader/gate does: a fault in a capture is mm's, any other is a mistake of the host, which ASan shows.
void on_fault(int signal, siginfo_t* info, void* raw) {
    auto& registers = static_cast<ucontext_t*>(raw)->uc_mcontext.gregs;
    auto rip = static_cast<std::uintptr_t>(registers[REG_RIP]);
    if (!hal::is_copy_instruction(rip)) {
        if (previous_action.sa_flags & SA_SIGINFO) return previous_action.sa_sigaction(signal, info, raw);
        std::abort();
    }
    const bool write = (registers[REG_ERR] & 2) != 0;
    const Address address(reinterpret_cast<std::uint64_t>(info->si_addr));
    if (faulting_space && is_resolved(faulting_space->handle_fault({address, write ? mm::FaultAccess::Write : mm::FaultAccess::Read}).kind)) return;
    (void)hal::fix_up_copy_fault(rip);
    registers[REG_RIP] = static_cast<greg_t>(rip);
}

void take_faults() {
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigaction(SIGSEGV, &action, &previous_action);
    sigaction(SIGBUS, &action, nullptr);
}

} // namespace

void require(bool condition, const char* sentence) {
    if (condition) return;
    std::fprintf(stderr, "services: %s\n", sentence);
    std::abort();
}

Host::Host() {
    hal::set_log_level(hal::LogLevel::Quiet);
    auto memory = hal::LinuxHostMemory::create(arena);
    require(memory.ok(), "the arena cannot be reserved");
    m_memory = std::move(memory).value();
    hal::set_guest_arena(m_memory->arena());
    char pattern[] = "/tmp/oriel-services-XXXXXX";
    require(::mkdtemp(pattern) != nullptr, "there is no folder for files");
    m_folder = pattern;
    take_faults();
}

Host::~Host() {
    std::error_code ignored;
    std::filesystem::remove_all(m_folder, ignored);
}

io::HostFolders Host::folders() const { return {(m_folder / "home").string(), (m_folder / "temp").string(), u"me"}; }

void Host::reset_files() const {
    std::error_code ignored;
    std::filesystem::remove_all(m_folder / "home", ignored);
    std::filesystem::remove_all(m_folder / "temp", ignored);
    std::filesystem::create_directories(m_folder / "home/dir/below");
    std::filesystem::create_directories(m_folder / "temp");
    std::ofstream(m_folder / "home/a.txt") << "a few bytes\n";
    std::ofstream(m_folder / "home/long.bin") << std::string(0x5123, 'x');
    std::filesystem::copy_file(ORIEL_PE_SEED, m_folder / "home/image.dll", ignored);
}

GuestProcess::GuestProcess(Host& host)
    : m_host(host.memory()), m_folders(host.folders()), m_space(m_host, m_charge, {.end = arena.end(), .image_area = {}}), m_files(m_folders, m_builtins) {
    host.reset_files();
    faulting_space = &m_space;
    io::add_devices(m_names, m_files);
    m_process = ob::make<ps::Process>(
        ps::Process::Parts{.address_space = m_space, .dispatcher = m_dispatcher, .names = m_names, .file_system = m_files, .id = 4});
    require(restore_memory(), "there is no memory for arguments");
    m_caller = ob::make<ps::Thread>(*m_process, ke::InitialState::Ready);
    m_companion = ob::make<ps::Thread>(*m_process, ke::InitialState::Suspended);
    for (const auto& thread : {m_caller, m_companion}) {
        const auto teb = m_space.reserve({.base = {}, .bytes = 4 * page_size, .protection = mm::Protection(mm::PageAccess::ReadWrite),
                                          .limits = {}, .commitment = mm::Commitment::ReserveAndCommit});
        require(teb.ok(), "there is no memory for a TEB");
        thread->set_teb(teb->base());
        thread->gate().registers.rsp = (data_at + 0x8000).value();
    }
}

GuestProcess::~GuestProcess() {
    m_process->handles.close_all();
    m_caller = nullptr;
    m_companion = nullptr;
    m_process = nullptr;
    faulting_space = nullptr;
}

bool GuestProcess::restore_memory() {
    const mm::Protection read_write(mm::PageAccess::ReadWrite), read_only(mm::PageAccess::ReadOnly);
    const auto lie = [&](Address at, std::uint64_t pages, mm::Protection protection, mm::Commitment commitment) {
        const mm::RegionInfo now = m_space.query(at);
        const auto state = commitment == mm::Commitment::ReserveOnly ? mm::RegionState::Reserved : mm::RegionState::Committed;
        const bool as_it_was = now.allocation_base == at && now.state == state && now.range.pages() >= pages
                               && (state == mm::RegionState::Reserved || now.protection == protection);
        if (as_it_was) return true;
        if (now.type == mm::RegionType::Private) (void)m_space.free(now.allocation_base, 0, mm::FreeKind::Release);
        else if (now.state != mm::RegionState::Free) (void)m_space.unmap_view(at);
        return m_space.reserve({.base = at, .bytes = pages * page_size, .protection = protection, .limits = {}, .commitment = commitment}).ok();
    };
    using mm::Commitment;
    return lie(data_at, data_pages, read_write, Commitment::ReserveAndCommit) && lie(read_only_at, 1, read_only, Commitment::ReserveAndCommit)
           && lie(guard_at, 1, read_write.with_guard(), Commitment::ReserveAndCommit) && lie(reserved_at, 1, read_write, Commitment::ReserveOnly);
}

void GuestProcess::enter_caller(void* raw) {
    auto& self = *static_cast<GuestProcess*>(raw);
    self.m_work();
    self.m_caller->ke().rundown();
    self.m_companion->ke().terminate(Status::Success);
}

void GuestProcess::enter_companion(void* raw) {
    ke::Thread& self = static_cast<GuestProcess*>(raw)->m_companion->ke();
    while (!self.is_terminating()) {
        self.wait_while_suspended();
        (void)self.dispatcher().delay(self, ke::Alertable::Yes, ke::Timeout::after(ke::Ticks::milliseconds(1000)));
        while (self.take_user_apc()) {}
    }
    self.rundown();
}

void GuestProcess::run(std::function<void()> work) {
    m_work = std::move(work);
    require(m_carrier.start(m_companion->ke(), {enter_companion, this}).ok(), "a thread does not start");
    require(m_carrier.start(m_caller->ke(), {enter_caller, this}).ok(), "a thread does not start");
    m_carrier.run(m_dispatcher);
    if (const char* fault = m_dispatcher.fault()) require(false, fault);
}

} // namespace oriel::fuzz
