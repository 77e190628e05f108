// SPDX-License-Identifier: MIT
// first_process.cpp: the layers put on top of each other, then the images.
#include "first_process.h"

#include "builtin_images.h"
#include "gate_handlers.h"
#include "known_dlls.h"
#include "observe_running.h"
#include "process_environment.h"
#include "shared_data.h"

#include <loader/map/image_layout_of.h>
#include <loader/pe/exports.h>

#include <loader/gate/gate.h>
#include <ntdll-emu/hal/cpu_features.h>
#include <ntdll-emu/hal/fault_safe_copy.h>
#include <ntdll-emu/hal/host_alarm.h>
#include <ntdll-emu/hal/host_environment.h>
#include <ntdll-emu/hal/host_signals.h>
#include <ntdll-emu/io/devices.h>
#include <ntdll-emu/io/disk_backing.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/ke/fiber_carrier.h>
#include <ntdll-emu/mm/image_section.h>
#include <nt/gate_page.h>

#include <cstring>

namespace oriel::start {
namespace {

constexpr std::uint32_t sec_image = 0x01000000;

[[noreturn]] void fail(const std::string& line) { throw StartError(exit_oriel_failed, line); }

std::string hex(Status status) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%08X", static_cast<unsigned>(status));
    return text;
}

Address find_entry(const pe::Exports& exports, Address base, const char* name) {
    const auto found = exports.by_name(name);
    if (!found || found->rva == 0) fail(std::string("ntdll.dll does not export ") + name);
    return base + found->rva;
}

ke::ThreadCarrier* alarmed; ///< for the gate's handler

/// What the timekeeper does while guest threads run: timers, and signals from outside.
class TimekeeperDuties final : public ke::TimerSource {
public:
    TimekeeperDuties(ke::Dispatcher& dispatcher, Session& session) : m_dispatcher(dispatcher), m_session(session) {}

    ke::Ticks expire_timers() override {
        while (const auto signal = hal::take_control_signal()) answer(*signal);
        while (const auto process = hal::take_observe_request()) answer_observer(m_session, *process);
        const ke::Ticks now = m_dispatcher.clock().interrupt_time();
        if (now >= m_patience_ends) {
            m_patience_ends = ke::Ticks::never();
            m_session.process().terminate(Status::ControlCExit);
        }
        return std::min(m_dispatcher.expire_timers(), m_patience_ends);
    }

private:
    /// How long handlers of CTRL_CLOSE_EVENT have before the process is ended all the same ("HandlerRoutine callback
    /// function", Microsoft documentation: SPI_GETHUNGAPPTIMEOUT, 5 s).
    static constexpr ke::Ticks close_patience = ke::Ticks::milliseconds(5000);

    void answer(hal::ControlSignal signal) {
        if (signal == hal::ControlSignal::Close) {
            const bool again = m_patience_ends != ke::Ticks::never();
            if (again) return m_session.process().terminate(Status::ControlCExit);
            m_patience_ends = m_dispatcher.clock().interrupt_time() + close_patience;
        }
        const auto event = static_cast<std::uint32_t>(signal);
        if (m_session.on_control_event && m_session.on_control_event(event)) return;
        m_session.process().console_control(event);
    }

    ke::Ticks m_patience_ends = ke::Ticks::never();
    ke::Dispatcher& m_dispatcher;
    Session& m_session;
};

/// All that a 32-bit program can name.
constexpr PageRange arena_32{Address(0x10000), 0x1'0000'0000 - 0x10000};

void require_32() {
    if (const int error = gate::probe_32())
        throw StartError(exit_cannot_run, std::string("this host does not run 32-bit programs: its kernel refuses modify_ldt (") + std::strerror(error) + ")");
}

/// 2 GiB less the last 64 KiB, or 4 for programs that say they can bear it ("Memory Limits for Windows and Windows Server
/// Releases", Microsoft documentation: IMAGE_FILE_LARGE_ADDRESS_AWARE on 64-bit Windows).
mm::AddressSpaceOptions space_of_32(const Program& program) {
    const auto image = pe::Image::parse(program.view.bytes());
    const bool large = image.ok() && (image->headers().characteristics & nt::image_large_address_aware) != 0;
    mm::AddressSpaceOptions options;
    options.end = Address(large ? 0xFFFF0000 : 0x7FFF0000);
    options.image_area = Address(0x60000000);
    return options;
}

mm::ViewRequest whole_image() {
    return {.base = {}, .protection = mm::Protection(mm::PageAccess::ExecuteWriteCopy), .limits = {}};
}

} // namespace

Session::Session(const Options& options, const Program& program)
    : m_options(options), m_is_32(program.classification.kind == pe::FileKind::Program32), m_folders(io::host_folders()) {
    if (m_is_32) require_32();
    m_builtins = builtin_images(m_is_32 ? GuestMachine::X86 : GuestMachine::X64, options.dll_path);
    auto host = m_is_32 ? hal::LinuxHostMemory::create(arena_32) : hal::LinuxHostMemory::create();
    if (!host.ok()) fail(std::string("cannot reserve the guest's address space: ") + std::strerror(host.error()));
    m_host = std::move(host).value();
    hal::set_guest_arena(m_host->arena());
    const std::uint64_t limit = options.commit_limit.value_or(m_host->memory_and_swap());
    m_commit_charge = std::make_unique<mm::CommitCharge>(limit / page_size);
    m_space = std::make_unique<mm::AddressSpace>(*m_host, *m_commit_charge, m_is_32 ? space_of_32(program) : mm::AddressSpaceOptions{});

    if (options.carrier == CarrierKind::Fibers) {
        m_carrier = std::make_unique<ke::FiberCarrier>();
    } else {
        auto threads = std::make_unique<ke::ThreadCarrier>(ke::ThreadCarrier::FirstThread::OnCaller);
        m_threads = threads.get();
        m_carrier = std::move(threads);
    }
    m_dispatcher = std::make_unique<ke::Dispatcher>(*m_carrier);
    m_names = std::make_unique<ob::Namespace>();
    m_files = std::make_unique<io::FileSystem>(m_folders, m_builtins);
    io::add_devices(*m_names, *m_files);
    add_known_dlls(*m_names, *m_host, m_builtins);
    m_process = ob::make<ps::Process>(ps::Process::Parts{.address_space = *m_space,
                                                           .dispatcher = *m_dispatcher,
                                                           .names = *m_names,
                                                           .file_system = *m_files,
                                                           .id = hal::host_process_id() * 4});
    m_process->documented_contract = options.documented_contract;
    m_process->create_time = static_cast<std::uint64_t>(m_dispatcher->clock().system_time().count);
    m_process->cookie = static_cast<std::uint32_t>(hal::random_number());
    const unsigned processors = hal::processor_count();
    m_process->affinity_mask = processors >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << processors) - 1;
#if defined(ORIEL_DEBUG_CHECKS)
    m_process->checks_memory = true;
#endif
    alarmed = m_threads;
    install_gate_handlers(*m_carrier, [] { alarmed->need_timekeeper(); });
}

ob::Ref<mm::Section> Session::open_image(const Program& program) {
    const auto stop = [&](const char* what, Status status) -> void {
        throw StartError(exit_cannot_run, program.host_path + ": " + what + ": " + hex(status));
    };
    const auto stat = hal::stat_descriptor(program.file.get());
    if (!stat.ok()) stop("cannot be read", io::status_of_errno(stat.error()));
    const std::u16string nt_name = u"\\Device\\HarddiskVolume26" + io::FileSystem::nt_path_of(program.host_path);
    auto backing = io::make_disk_backing(program.file.get(), {stat.value().device, stat.value().inode}, nt_name, false);
    if (!backing.ok()) stop("cannot be read", backing.error());
    auto layout = map::layout_of_file(*backing.value());
    if (!layout.ok()) stop("is no image that can be mapped", layout.error());
    const auto section = mm::ImageFileSection::create(*m_host, std::move(backing).value(), std::move(layout).value(),
                                                      mm::Protection(mm::PageAccess::ExecuteWriteCopy), sec_image);
    if (!section.ok()) stop("is no image that can be mapped", section.error());
    return section.value();
}

void Session::map_program(const Program& program) {
    const auto section = open_image(program);
    const auto view = m_space->map_view(section, whole_image());
    if (!view.ok()) {
        throw StartError(exit_cannot_run, program.host_path + ": cannot be mapped: " + hex(view.error())
                                              + (section->image()->relocations_stripped ? " (it has no relocations, and its base is taken)" : ""));
    }
    const mm::ImageLayout& layout = *section->image();
    ps::ProgramImage& image = m_process->image;
    image.base = view.value().range.base();
    image.entry_point = image.base + layout.entry_point_rva;
    image.dos_path = program.dos_path;
    image.nt_name = section->backing()->nt_name();
    image.stack_reserve = layout.stack_reserve;
    image.stack_commit = layout.stack_commit;
    image.subsystem = layout.subsystem;
    image.subsystem_major = layout.subsystem_major;
    image.subsystem_minor = layout.subsystem_minor;
    image.machine = layout.machine;
}

void Session::map_ntdll() {
    const auto file = std::find_if(m_builtins.begin(), m_builtins.end(), [](const auto& builtin) { return builtin.name == u"ntdll.dll"; });
    if (file == m_builtins.end()) fail("there is no ntdll.dll");
    const auto section = make_builtin_section(*m_host, *file);
    if (!section.ok()) fail("ntdll.dll is no image: " + hex(section.error()));
    const auto view = m_space->map_view(section.value(), whole_image());
    if (!view.ok()) fail("ntdll.dll cannot be mapped: " + hex(view.error()));

    std::vector<std::byte> storage;
    const auto image = pe::Image::parse(bytes_of(*file, storage));
    if (!image.ok()) fail("ntdll.dll: " + image.error().describe());
    const auto exports = pe::Exports::of(*image);
    if (!exports.ok()) fail("ntdll.dll: " + exports.error().describe());
    const Address base = view.value().range.base();
    m_process->ntdll = {.base = base,
                        .ldr_initialize_thunk = find_entry(*exports, base, "LdrInitializeThunk"),
                        .rtl_user_thread_start = find_entry(*exports, base, "RtlUserThreadStart"),
                        .ki_user_exception_dispatcher = find_entry(*exports, base, "KiUserExceptionDispatcher"),
                        .ki_user_apc_dispatcher = find_entry(*exports, base, "KiUserApcDispatcher")};
}

Address Session::ntdll_export(const char* name) const {
    const auto file = std::find_if(m_builtins.begin(), m_builtins.end(), [](const auto& builtin) { return builtin.name == u"ntdll.dll"; });
    if (file == m_builtins.end()) return {};
    std::vector<std::byte> storage;
    const auto image = pe::Image::parse(bytes_of(*file, storage));
    if (!image.ok()) return {};
    const auto exports = pe::Exports::of(*image);
    if (!exports.ok()) return {};
    const auto found = exports->by_name(name);
    return found && found->rva != 0 ? m_process->ntdll.base + found->rva : Address();
}

SnapshotTaker& Session::snapshots() {
    if (!m_snapshots) m_snapshots = std::make_unique<SnapshotTaker>(*m_process, ntdll_export("OrielObserveHeapsThread"));
    return *m_snapshots;
}

void Session::map_shared_data() {
    const mm::Protection read_only(mm::PageAccess::ReadOnly), executable(mm::PageAccess::ExecuteRead);
    const auto shared = m_space->map_system_page(Address(nt::kuser_shared_data_address), read_only);
    const auto gate_page = m_space->map_system_page(Address(nt::gate_page_address), m_is_32 ? executable : read_only);
    if (!shared.ok() || !gate_page.ok()) fail("the page at 0x7FFE0000 cannot be mapped");
    m_shared_data = reinterpret_cast<nt::KUSER_SHARED_DATA*>(shared.value());
    fill_shared_data(*m_shared_data, m_dispatcher->clock());
    m_carrier->on_tick({[](void* session) {
                            auto& self = *static_cast<Session*>(session);
                            tick_shared_data(*self.m_shared_data, self.m_dispatcher->clock());
                        },
                        this});
    fill_gate_page({gate_page.value(), page_size});
}

void Session::fill_gate_page(std::span<std::byte> page) {
    nt::GATE_PAGE content = {};
    if (m_is_32) {
        const Address code = Address(nt::gate_page_address) + offsetof(nt::GATE_PAGE, EntryCode);
        static_assert(gate::most_entry_code_x86 <= sizeof content.EntryCode);
        gate::write_entry_code_x86(content.EntryCode, static_cast<std::uint32_t>(code.value()));
        m_process->service_entry32 = code;
    } else {
        content.ServiceEntry = gate::service_entry_x64();
    }
    if (m_process->documented_contract) content.Switches |= nt::gate_switch::documented_contract;
    std::memcpy(page.data(), &content, sizeof content);
}

void Session::make_peb(const Program& program) {
    const EnvironmentRequest request{.options = m_options, .folders = m_folders, .dos_path = program.dos_path};
    const auto made = make_process_environment(*m_process, request);
    if (!made.ok()) fail("the process's environment cannot be made: " + hex(made.error()));
}

void Session::load(const Program& program) {
    map_shared_data();
    map_program(program);
    map_ntdll();
    make_peb(program);
    const auto thread = m_process->create_thread({.start = m_process->image.entry_point, .argument = m_process->peb});
    if (!thread.ok()) fail("the first thread cannot be made: " + hex(thread.error()));
}

void Session::run(const std::function<void(Status)>& end) {
    static ke::Carrier* carrier = nullptr; // for the signal handler
    carrier = m_carrier.get();
    hal::collect_control_signals([] { carrier->ring(); });
    m_end = [this, &end] {
        m_process->handles.close_all(); // files that are deleted when they are closed
        end(m_process->exit_status());
    };
    if (m_threads) {
        m_threads->on_finish({[](void* session) { static_cast<Session*>(session)->m_end(); }, this});
        hal::on_interrupted_call({[](void* threads) { static_cast<ke::ThreadCarrier*>(threads)->need_timekeeper(); }, m_threads});
        gate::prepare_host_thread();
        m_threads->start_alarm();
    }
    TimekeeperDuties duties(*m_dispatcher, *this);
    m_carrier->run(duties);
    m_end();
}

} // namespace oriel::start
