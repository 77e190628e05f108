// SPDX-License-Identifier: MIT
// process.cpp: the list of threads, and the process's end.
#include "process.h"

#include <ntdll-emu/hal/log.h>

#include <algorithm>

namespace oriel::ps {

const ob::Type Process::object_type{.name = u"Process",
                                    .generic = {.read = 0x00020410, .write = 0x00020BEB, .execute = 0x00121001, .all = process_access::all},
                                    .valid = process_access::all};
const ob::Type Thread::object_type{.name = u"Thread",
                                   .generic = {.read = 0x00020048, .write = 0x00020437, .execute = 0x00120800, .all = thread_access::all},
                                   .valid = thread_access::all};

Thread::Thread(Process& process, ke::InitialState initial)
    : m_process(process), m_ke(process.kernel_dispatcher, initial) {
    m_ke.set_owner(this);
    m_ke.set_gate_block(&m_gate);
    m_gate.owner = this;
    m_gate.pending = &m_ke.pending_word();
}

Thread::~Thread() = default;

Process::Process(const Parts& parts)
    : address_space(parts.address_space), kernel_dispatcher(parts.dispatcher), names(parts.names), file_system(parts.file_system),
      m_id(parts.id), m_termination(parts.dispatcher.create_body(ke::ObjectKind::Termination, 0)) {}

Process::~Process() {
    handles.close_all();
    kernel_dispatcher.destroy_body(m_termination);
}

std::vector<ob::Ref<Thread>> Process::threads() const {
    return m_threads.with([](const auto& threads) { return threads; });
}

ob::Ref<Thread> Process::thread_by_id(std::uint32_t id) const {
    return m_threads.with([&](const auto& threads) -> ob::Ref<Thread> {
        const auto found = std::find_if(threads.begin(), threads.end(), [&](const auto& thread) { return thread->id() == id; });
        return found == threads.end() ? nullptr : *found;
    });
}

std::size_t Process::live_thread_count() const {
    return m_threads.with([](const auto& threads) { return threads.size(); });
}

void Process::terminate_other_threads(Thread& self, Status exit_status) {
    const auto others = threads();
    for (const auto& thread : others) {
        if (thread.get() == &self) continue;
        thread->ke().terminate(exit_status);
    }
    // A thread inside a host call that does not return (a read from a terminal) runs no guest code and need not
    // be waited for; the bound is for those.
    constexpr std::int64_t patience = 100 * 10'000; // 100 ms
    for (const auto& thread : others) {
        if (thread.get() == &self) continue;
        ke::DispatcherHeader* objects[] = {thread->dispatcher()};
        const ke::WaitRequest request{.objects = objects, .timeout = ke::Timeout::from_nt(-patience)};
        if (kernel_dispatcher.wait(self.ke(), request) == Status::ThreadIsTerminating) return;
    }
}

void Process::terminate(Status exit_status) {
    if (m_terminating.exchange(true)) return;
    m_exit_status = exit_status;
    if (on_end) on_end();
    for (const auto& thread : threads()) thread->ke().terminate(exit_status);
    kernel_dispatcher.carrier().stop();
}

void Process::console_control(std::uint32_t event) {
    const Address routine{console_control_routine.load()};
    if (routine.is_null() || !create_thread({.start = routine, .argument = Address(event)}).ok()) terminate(Status::ControlCExit);
}

void Process::check_memory() {
    if (const char* sentence = address_space.fault()) stop_on_memory_fault(sentence);
    if (const auto difference = address_space.check_agreement()) stop_on_memory_fault(*difference);
}

void Process::stop_on_memory_fault(const std::string& sentence) {
    hal::log_warning("a check of mm failed: " + sentence);
    std::abort();
}

} // namespace oriel::ps
