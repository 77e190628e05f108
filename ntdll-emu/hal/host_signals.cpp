// SPDX-License-Identifier: MIT
// host_signals.cpp: handlers that only remember.
#include "host_signals.h"

#include "real_time_signals.h"

#include <atomic>
#include <csignal>

namespace oriel::hal {
namespace {

std::atomic<unsigned> collected[3];
void (*ring_bell)();

using Handler = void (*)(int, siginfo_t*, void*);
Handler signal_entry = [](int signal, siginfo_t* information, void*) { (void)take_signal(signal, information); };

ControlSignal kind_of(int signal) {
    if (signal == SIGINT) return ControlSignal::ControlC;
    return signal == SIGQUIT ? ControlSignal::Break : ControlSignal::Close;
}

void remember(int signal) {
    collected[static_cast<unsigned>(kind_of(signal))].fetch_add(1);
    ring_bell();
}

// One asker at a time is enough: a second one that comes before the first is answered finds its place taken, and
// runs into its own time limit.
std::atomic<std::uint32_t> asker;

void remember_asker(const siginfo_t* information) {
    if (information->si_code != SI_QUEUE || information->si_pid <= 0) return;
    std::uint32_t nobody = 0;
    asker.compare_exchange_strong(nobody, static_cast<std::uint32_t>(information->si_pid));
    ring_bell();
}

void collect(int signal) {
    struct sigaction action = {};
    action.sa_sigaction = signal_entry;
    action.sa_flags = SA_RESTART | SA_ONSTACK | SA_SIGINFO;
    sigfillset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
}

} // namespace

std::optional<std::uint32_t> take_observe_request() {
    if (asker.load(std::memory_order_relaxed) == 0) return std::nullopt;
    return asker.exchange(0);
}

void collect_control_signals(void (*ring)()) {
    ring_bell = ring;
    for (const int signal : {SIGINT, SIGQUIT, SIGHUP, SIGTERM}) {
        struct sigaction before = {};
        sigaction(signal, nullptr, &before);
        if (before.sa_handler != SIG_IGN) collect(signal);
    }
    collect(observe_signal());
}

void set_signal_entry(void (*entry)(int, siginfo_t*, void*)) { signal_entry = entry; }

bool take_signal(int signal, const siginfo_t* information) {
    if (signal == observe_signal()) {
        remember_asker(information);
        return true;
    }
    if (signal != SIGINT && signal != SIGQUIT && signal != SIGHUP && signal != SIGTERM) return false;
    remember(signal);
    return true;
}

std::optional<ControlSignal> take_control_signal() {
    for (unsigned kind = 0; kind < 3; ++kind) {
        unsigned count = collected[kind].load();
        while (count > 0) {
            if (collected[kind].compare_exchange_weak(count, count - 1)) return static_cast<ControlSignal>(kind);
        }
    }
    return std::nullopt;
}

} // namespace oriel::hal
