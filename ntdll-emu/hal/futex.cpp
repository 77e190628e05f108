// SPDX-License-Identifier: MIT
// futex.cpp: the futex system call, and the lock made of it.
#include <ntdll-emu/hal/futex.h>
#include <ntdll-emu/hal/host_alarm.h>
#include <ntdll-emu/hal/futex_lock.h>

#include <cerrno>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace oriel::hal {

namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == 4 && std::atomic<std::uint32_t>::is_always_lock_free);

timespec to_timespec(Ticks moment) {
    constexpr std::int64_t ticks_per_second = 10'000'000;
    if (moment.count < 0) return {0, 0};
    return {static_cast<time_t>(moment.count / ticks_per_second),
            static_cast<long>(moment.count % ticks_per_second) * 100};
}

} // namespace

FutexWait futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Ticks deadline) {
    const int saved_errno = errno;
    const timespec until = to_timespec(deadline);
    // The "bitset" form is the one whose time is a moment of CLOCK_MONOTONIC, not a span.
    const long result = syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected,
                                deadline.is_never() ? nullptr : &until, nullptr, FUTEX_BITSET_MATCH_ANY);
    const bool timed_out = result == -1 && errno == ETIMEDOUT;
    if (result == -1 && errno == EINTR) interrupted_call();
    errno = saved_errno;
    return timed_out ? FutexWait::TimedOut : FutexWait::Woken;
}

// Not through the C library: handlers of signals call this on whatever FS a guest thread has, and errno lies there.
void futex_wake(const std::atomic<std::uint32_t>& word, int count) {
    long answer = SYS_futex;
    register long timeout asm("r10") = 0;
    asm volatile("syscall"
                 : "+a"(answer)
                 : "D"(&word), "S"(FUTEX_WAKE | FUTEX_PRIVATE_FLAG), "d"(count), "r"(timeout)
                 : "rcx", "r11", "memory");
}

void FutexLock::lock_contended() {
    // Most holders are gone within nanoseconds: look a few times before sleeping.
    for (int i = 0; i < 100; ++i) {
        if (try_lock()) return;
        __builtin_ia32_pause();
    }
    while (m_word.exchange(2, std::memory_order_acquire) != 0) futex_wait(m_word, 2);
}

void FutexLock::wake_one() { futex_wake(m_word, 1); }

} // namespace oriel::hal
