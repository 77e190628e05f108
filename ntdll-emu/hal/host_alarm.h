// SPDX-License-Identifier: MIT
// host_alarm.h: a signal that comes back until somebody has time for it.
//
// A process begins with one host thread. Work that another host thread should take over (the carrier's timekeeper) is
// announced by an alarm, so that a process that ends before the first one never pays for a second thread. The alarm
// interrupts the thread wherever it is:
//   in guest code       the gate tells (gate::Handlers::on_alarm); nothing of the host's is half done
//   in a host call      the call answers EINTR, and whoever repeats it calls interrupted_call()
//   elsewhere           nothing happens, and the alarm comes again
#pragma once

namespace oriel::hal {

/// What to do when a host call was interrupted. Called outside all signal handlers, perhaps under locks: it must take
/// none of ours.
struct InterruptedCallHook {
    void (*function)(void* argument) = nullptr;
    void* argument = nullptr;
};
/// Before the first alarm.
void on_interrupted_call(InterruptedCallHook hook);
/// By whoever saw EINTR.
void interrupted_call();

/// Interrupts the thread that calls this first, every `microseconds` (less than a second) from now, until stop_alarm().
/// By alarm_signal(), whose handler is the gate's; that thread has the gate's signal stack.
void start_alarm(unsigned microseconds);
void stop_alarm();

} // namespace oriel::hal
