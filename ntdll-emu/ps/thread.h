// SPDX-License-Identifier: MIT
// thread.h: a guest thread: what a handle to a thread leads to.
//
// It joins what other layers know of it: ke::Thread (waits, APCs, suspension), gate::Thread (registers at
// the last entry), and its place in the guest (TEB, stack).
//
// Always: its TEB and stack stay committed until it has ended; registers of another thread are read and
// changed only while that thread stands still (ke::Thread::wait_until_stopped).
#pragma once

#include <loader/gate/gate.h>
#include <ntdll-emu/ke/thread.h>
#include <ntdll-emu/ob/object.h>
#include <nt/abi.h>
#include <oriel/guarded.h>

#include <atomic>
#include <string>
#include <utility>

namespace oriel::ps {

class Process;

namespace thread_access {
inline constexpr ob::AccessMask terminate = 0x0001;
inline constexpr ob::AccessMask suspend_resume = 0x0002;
inline constexpr ob::AccessMask alert = 0x0004;
inline constexpr ob::AccessMask get_context = 0x0008;
inline constexpr ob::AccessMask set_context = 0x0010;
inline constexpr ob::AccessMask set_information = 0x0020;
inline constexpr ob::AccessMask query_information = 0x0040;
inline constexpr ob::AccessMask query_limited_information = 0x0800;
inline constexpr ob::AccessMask all = 0x001FFFFF;
} // namespace thread_access

class Thread final : public ob::Object {
public:
    static const ob::Type object_type;

    /// Throws std::bad_alloc.
    Thread(Process& process, ke::InitialState initial);
    ~Thread() override;

    [[nodiscard]] const ob::Type& type() const override { return object_type; }
    [[nodiscard]] ke::DispatcherHeader* dispatcher() override { return &m_ke.termination(); }

    [[nodiscard]] Process& process() const { return m_process; }
    [[nodiscard]] ke::Thread& ke() { return m_ke; }
    [[nodiscard]] gate::Thread& gate() { return m_gate; }
    [[nodiscard]] std::uint32_t id() const { return m_ke.id(); }
    [[nodiscard]] Address teb() const { return m_teb; }
    void set_teb(Address teb) {
        m_teb = teb;
        m_gate.gs_base = teb.value();
    }
    /// For a 32-bit program, whose TEB lies in a page of its own. Statuses: NotSupported (the host refuses),
    /// NoMemory (as many threads as can be).
    NtResult<> set_teb32(Address teb);

    /// How this thread leaves the gate after the service that runs now: a service that changes its own
    /// registers asks for Full.
    void set_exit(gate::Exit exit) { m_exit = exit; }
    gate::Exit take_exit() { return std::exchange(m_exit, gate::Exit::Fast); }

    /// SetThreadDescription.
    void set_description(std::u16string text) {
        m_description.with([&](std::u16string& description) { description = std::move(text); });
    }
    [[nodiscard]] std::u16string description() const {
        return m_description.with([](const std::u16string& description) { return description; });
    }

    // What NtQueryInformationThread tells.
    std::uint64_t start_address = 0;
    std::uint64_t create_time = 0; ///< 100 ns since 1601
    std::atomic<std::uint64_t> exit_time = 0;
    std::atomic<std::int32_t> base_priority = 0;
    std::atomic<bool> hidden_from_debugger = false;

    /// The guest stack's reservation, released when the thread ends; empty where the thread brought its own.
    Address stack_allocation;
    /// What holds the TEB, and the 64-bit twin of a 32-bit one.
    Address teb_allocation;

private:
    Process& m_process;
    ke::Thread m_ke;
    gate::Thread m_gate;
    Address m_teb;
    gate::Exit m_exit = gate::Exit::Fast;
    Guarded<std::u16string> m_description;
};

} // namespace oriel::ps
