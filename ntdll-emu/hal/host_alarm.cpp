// SPDX-License-Identifier: MIT
// host_alarm.cpp: a timer of the kernel's whose signal goes to one thread.
#include <ntdll-emu/hal/host_alarm.h>
#include <ntdll-emu/hal/real_time_signals.h>

#include <csignal>
#include <ctime>
#include <sys/syscall.h>
#include <unistd.h>

namespace oriel::hal {
namespace {

InterruptedCallHook hook;
timer_t timer;
bool has_timer = false;

/// 0: stop.
void set_timer(long nanoseconds) {
    const timespec span{0, nanoseconds};
    const itimerspec every{span, span};
    timer_settime(timer, 0, &every, nullptr);
}

} // namespace

void on_interrupted_call(InterruptedCallHook wanted) { hook = wanted; }

void interrupted_call() {
    if (hook.function) hook.function(hook.argument);
}

void start_alarm(unsigned microseconds) {
    if (!has_timer) {
        sigevent event = {};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = alarm_signal();
        event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
        has_timer = timer_create(CLOCK_MONOTONIC, &event, &timer) == 0;
    }
    if (has_timer) set_timer(static_cast<long>(microseconds) * 1000);
}

void stop_alarm() {
    if (has_timer) set_timer(0);
}

} // namespace oriel::hal
