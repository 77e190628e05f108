// SPDX-License-Identifier: MIT
// host_signals.cpp: handlers that only remember.
#include "host_signals.h"

#include <atomic>
#include <csignal>

namespace oriel::hal {
namespace {

std::atomic<unsigned> collected[3];
void (*ring_bell)();

ControlSignal kind_of(int signal) {
    if (signal == SIGINT) return ControlSignal::ControlC;
    return signal == SIGQUIT ? ControlSignal::Break : ControlSignal::Close;
}

void remember(int signal) {
    collected[static_cast<unsigned>(kind_of(signal))].fetch_add(1);
    ring_bell();
}

} // namespace

void collect_control_signals(void (*ring)()) {
    ring_bell = ring;
    struct sigaction action = {};
    action.sa_handler = remember;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGQUIT, SIGHUP, SIGTERM}) {
        struct sigaction before = {};
        sigaction(signal, nullptr, &before);
        if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
    }
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
