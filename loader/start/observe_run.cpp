// SPDX-License-Identifier: MIT
// observe_run.cpp: waiting for the moments that --at names.
#include "observe_run.h"

#include "first_process.h"
#include "snapshot_output.h"

#include <ntdll-emu/services/trace.h>
#include <oriel/user_ptr.h>

#include <atomic>
#include <cstdio>

namespace oriel::start {
namespace {

constexpr std::uint32_t console_break = 1; // CTRL_BREAK_EVENT

std::uint32_t service_number(std::string_view name) {
    const auto all = services::service_descriptions();
    for (std::uint32_t number = 0; number < all.size(); ++number)
        if (all[number].name == name) return number;
    throw StartError(exit_oriel_failed, "there is no service " + std::string(name) + " (oriel trace shows which are called)");
}

/// What a program says to its debugger; the beginning of it is enough.
std::string debug_text(const services::Slots& slots) {
    std::string text(std::min<std::uint64_t>(slots[1] & 0xFFFFFFFF, 1024), '\0');
    return copy_from_guest(text.data(), Address(slots[0]), text.size()).ok() ? text : std::string();
}

class Watcher final : public services::Tracer {
public:
    Watcher(const Options& options, Session& session)
        : m_options(options), m_session(session), m_terminate_process(service_number("NtTerminateProcess")),
          m_terminate_thread(service_number("NtTerminateThread")), m_debug_print(service_number("NtOrielDebugPrint")) {
        m_at_exit = m_at_crash = options.moments.empty();
        for (const Moment& moment : options.moments) {
            if (moment.kind == MomentKind::Exit) m_at_exit = true;
            if (moment.kind == MomentKind::Crash) m_at_crash = true;
            if (moment.kind == MomentKind::Break) m_at_break = true;
            if (moment.kind == MomentKind::DebugText || moment.kind == MomentKind::Service) m_waiting.push_back(std::make_unique<Waiting>(moment));
        }
        for (auto& waiting : m_waiting)
            if (waiting->moment.kind == MomentKind::Service) waiting->service = service_number(waiting->moment.name);
    }

    std::uint64_t begin(ps::Thread& thread, std::uint32_t number, const services::Slots& slots) override {
        for (const auto& waiting : m_waiting) look_for(*waiting, thread, number, slots);
        if (number == m_terminate_process && is_own_end(slots[0])) at_exit(thread);
        if (number == m_terminate_thread && thread.process().live_thread_count() == 1) at_exit(thread);
        return 0;
    }
    void end(std::uint64_t, ps::Thread&, std::uint32_t, const services::Slots&, Status) override {}

    void at_exit(ps::Thread& thread) { at_end(thread, m_at_exit, "at exit"); }
    void at_crash(ps::Thread& thread) { at_end(thread, m_at_crash, "at the crash"); }

    bool console_event(std::uint32_t event) {
        if (event != console_break || !m_at_break) return false;
        (void)m_session.snapshots().begin("at Ctrl+Break", [this](const observe::Snapshot& snapshot) { write(snapshot); });
        return true;
    }

private:
    struct Waiting {
        explicit Waiting(const Moment& wanted) : moment(wanted) {}
        Moment moment;
        std::uint32_t service = 0;
        std::atomic<std::uint64_t> seen = 0;
    };

    void at_end(ps::Thread& thread, bool wanted, const char* moment) {
        if (m_ended.exchange(true)) return;
        for (const auto& waiting : m_waiting) {
            if (waiting->seen >= waiting->moment.count) continue;
            std::fprintf(stderr, "oriel: the program ended before its call %llu of %s; no snapshot was taken of that moment\n",
                         static_cast<unsigned long long>(waiting->moment.count),
                         waiting->moment.kind == MomentKind::Service ? waiting->moment.name.c_str() : "OutputDebugString with that text");
        }
        if (wanted) take(thread, moment);
    }

    /// NULL and NtCurrentProcess(); a handle to itself is rare, and then the process ends without a snapshot of its end.
    static bool is_own_end(std::uint64_t handle) { return handle == 0 || static_cast<std::int32_t>(handle) == -1; }

    void look_for(Waiting& waiting, ps::Thread& thread, std::uint32_t number, const services::Slots& slots) {
        if (waiting.moment.kind == MomentKind::Service) {
            if (number != waiting.service || ++waiting.seen != waiting.moment.count) return;
            take(thread, "before call " + std::to_string(waiting.moment.count) + " of " + waiting.moment.name);
        } else if (number == m_debug_print && debug_text(slots).find(waiting.moment.name) != std::string::npos) {
            if (++waiting.seen == waiting.moment.count) take(thread, "at \"" + waiting.moment.name + "\"");
        }
    }

    void take(ps::Thread& thread, const std::string& moment) {
        std::fflush(nullptr);
        write(m_session.snapshots().take(thread, moment));
    }

    void write(const observe::Snapshot& snapshot) {
        try {
            write_snapshot(m_options, snapshot, ++m_count);
        } catch (const StartError& error) {
            std::fprintf(stderr, "oriel: %s\n", error.what());
        }
    }

    const Options& m_options;
    Session& m_session;
    std::uint32_t m_terminate_process, m_terminate_thread, m_debug_print;
    bool m_at_exit = false, m_at_crash = false, m_at_break = false;
    std::vector<std::unique_ptr<Waiting>> m_waiting;
    std::atomic<bool> m_ended = false;
    std::atomic<unsigned> m_count = 0;
};

} // namespace

void start_observing(const Options& options, Session& session) {
    auto* const watcher = new Watcher(options, session); // guest threads may call services until the host process ends
    services::set_tracer(watcher);
    auto& on_crash = session.process().on_crash;
    on_crash = [watcher, report = on_crash](ps::Thread& thread, const auto& record, const auto& context) {
        report(thread, record, context);
        watcher->at_crash(thread);
    };
    session.on_control_event = [watcher](std::uint32_t event) { return watcher->console_event(event); };
}

} // namespace oriel::start
