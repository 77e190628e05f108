// SPDX-License-Identifier: MIT
// take_snapshot.cpp: starting the walk, collecting what it tells.
#include "take_snapshot.h"

#include "host_text.h"
#include "snapshot_regions.h"

#include <loader/observe/heap_records.h>
#include <nt/teb.h>
#include <ntdll-emu/hal/host_environment.h>
#include <oriel/user_ptr.h>

namespace oriel::start {
namespace {

constexpr std::uint64_t lock_patience = 2000;                  ///< ms, for each heap's lock
constexpr std::int64_t walk_patience = 30LL * 1000 * 10'000;   ///< 30 s, in 100 ns
constexpr std::uint64_t stack_bytes = 0x20000;                 ///< the walker's: one batch of records lies on it
constexpr std::uint16_t machine_i386 = 0x014C;

std::string file_name(const std::u16string& path) { return printable(path.substr(path.rfind(u'\\') + 1)); }

} // namespace

SnapshotTaker::SnapshotTaker(ps::Process& process, Address walker) : m_process(process), m_walker_entry(walker) {}

bool SnapshotTaker::claim(const std::string& moment, Receiver receiver) {
    const std::lock_guard lock(m_lock);
    if (m_busy) return false;
    m_busy = true;
    m_complete = false;
    m_walker_id = 0;
    m_moment = moment;
    m_receiver = std::move(receiver);
    m_records.clear();
    m_process.heap_observer = this;
    return true;
}

ob::Ref<ps::Thread> SnapshotTaker::start_walker(const ps::Thread* standing_still) {
    if (m_walker_entry.is_null()) return nullptr;
    // Suspended first, so that its id is known before it tells anything.
    const auto thread = m_process.create_thread({.start = m_walker_entry,
                                                 .argument = Address(lock_patience),
                                                 .stack_commit = stack_bytes / 2,
                                                 .stack_reserve = stack_bytes,
                                                 .initial = ke::InitialState::Suspended,
                                                 .hidden_from_debugger = true,
                                                 .bare = true});
    if (!thread.ok()) return nullptr;
    {
        const std::lock_guard lock(m_lock);
        m_walker_id = thread.value()->id();
        m_walker_stack = thread.value()->gate().registers.rsp;
    }
    if (standing_still) {
        const UserPtr<std::uint64_t> id(thread.value()->teb() + offsetof(nt::TEB<nt::Nt64>, ClientId) + sizeof(std::uint64_t));
        (void)id.store(standing_still->id());
    }
    (void)thread.value()->ke().resume();
    return thread.value();
}

observe::Snapshot SnapshotTaker::take(ps::Thread& self, const std::string& moment) {
    if (!claim(moment, nullptr)) {
        observe::Snapshot none;
        none.trouble = "another walk over the heaps has not come to its end";
        return none;
    }
    const auto walker = start_walker(&self);
    if (walker) {
        ke::DispatcherHeader* objects[] = {walker->dispatcher()};
        const ke::WaitRequest request{.objects = objects, .timeout = ke::Timeout::from_nt(-walk_patience)};
        (void)m_process.kernel_dispatcher.wait(self.ke(), request);
    }
    observe::Snapshot snapshot = finish(walker.get());
    if (!walker) snapshot.trouble = "the heaps were not walked: no thread could be started in the process";
    return snapshot;
}

bool SnapshotTaker::begin(const std::string& moment, Receiver receiver) {
    if (!claim(moment, std::move(receiver))) return false;
    if (start_walker(nullptr)) return true;
    const std::lock_guard lock(m_lock);
    m_busy = false;
    return false;
}

NtResult<> SnapshotTaker::take(ps::Thread& from, std::span<const nt::observe::Record> records) {
    Receiver receiver;
    {
        const std::lock_guard lock(m_lock);
        if (!m_busy || from.id() != m_walker_id || m_complete) return Status::AccessDenied;
        m_records.insert(m_records.end(), records.begin(), records.end());
        m_complete = !records.empty() && records.back().kind == nt::observe::RecordKind::done;
        if (m_complete) receiver = std::move(m_receiver);
    }
    if (receiver) receiver(finish(&from));
    return {};
}

bool SnapshotTaker::take_fault(ps::Thread& thread) {
    const std::lock_guard lock(m_lock);
    if (!m_busy || m_complete || thread.id() != m_walker_id || m_walker_stack == 0) return false;
    // A heap whose structures lead nowhere: the walk begins anew, at giving up.
    gate::Registers& registers = thread.gate().registers;
    registers.rip = m_walker_entry.value();
    registers.rsp = std::exchange(m_walker_stack, 0);
    registers.rcx = nt::observe::give_up;
    return true;
}

observe::Snapshot SnapshotTaker::finish(const ps::Thread* walker) {
    std::vector<nt::observe::Record> records;
    observe::Snapshot snapshot;
    bool complete;
    {
        const std::lock_guard lock(m_lock);
        records.swap(m_records);
        complete = m_complete;
        snapshot.moment = m_moment;
        // A walk that is still on its way keeps its claim: there is never a second one beside it.
        m_busy = !complete && walker != nullptr;
    }
    snapshot.program = file_name(m_process.image.dos_path);
    snapshot.process = m_process.id();
    snapshot.host_process = hal::host_process_id();
    snapshot.bits = m_process.image.machine == machine_i386 ? 32 : 64;
    snapshot.heaps = observe::heaps_of(records, complete);
    if (complete && records.back().flags == nt::observe::lock_refused) snapshot.trouble = "another thread held the lock of the list of heaps all the time";
    if (!complete) snapshot.trouble = "the walk over the heaps did not come to its end within half a minute";
    snapshot.regions = regions_of(m_process, snapshot.heaps, walker);
    const mm::CommitCharge& charge = m_process.address_space.commit_charge();
    snapshot.commit_used = charge.used() * page_size;
    snapshot.commit_peak = charge.peak() * page_size;
    snapshot.commit_limit = charge.limit() * page_size;
    return snapshot;
}

} // namespace oriel::start
