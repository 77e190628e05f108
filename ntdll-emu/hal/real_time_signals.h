// SPDX-License-Identifier: MIT
// real_time_signals.h: which of the host's real-time signals mean what here. One list, so that no two share one.
//
// SIGRTMIN itself is left to debuggers and profilers that take the first one.
#pragma once

#include <csignal>

namespace oriel::hal {

/// "Look at your pending work": sent to one thread by gate::interrupt().
inline int interrupt_signal() { return SIGRTMIN + 1; }
/// The alarm of host_alarm.h.
inline int alarm_signal() { return SIGRTMIN + 2; }
/// By which `oriel heap --pid` asks a running oriel for a snapshot. Nothing else sends it.
inline int observe_signal() { return SIGRTMIN + 3; }

} // namespace oriel::hal
