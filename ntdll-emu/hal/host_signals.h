// SPDX-License-Identifier: MIT
// host_signals.h: the signals by which a terminal or another process speaks to a program.
//
//   SIGINT            Ctrl+C                CTRL_C_EVENT
//   SIGQUIT           Ctrl+\               CTRL_BREAK_EVENT
//   SIGHUP, SIGTERM   closing               CTRL_CLOSE_EVENT
//   observe_signal()  `oriel heap --pid`    (not the program's business)
#pragma once

#include <csignal>
#include <cstdint>
#include <optional>

namespace oriel::hal {

/// With the values of kernel32's events.
enum class ControlSignal : std::uint32_t { ControlC = 0, Break = 1, Close = 2 };

/// From now on the signals are collected, and `ring` is called for each, in a signal handler. Signals that were
/// ignored when oriel was started (nohup) stay so.
void collect_control_signals(void (*ring)());
/// Who runs guest code has a way into its signal handlers that puts the host's FS right first. It is told before
/// collect_control_signals, and then calls take_signal, which answers whether the signal is one of these.
void set_signal_entry(void (*entry)(int, siginfo_t*, void*));
bool take_signal(int signal, const siginfo_t* information);
/// The host process that asked for a snapshot, once for each time it asked.
std::optional<std::uint32_t> take_observe_request();
/// The oldest kind that was collected and not yet taken.
std::optional<ControlSignal> take_control_signal();

} // namespace oriel::hal
