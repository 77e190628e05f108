// SPDX-License-Identifier: MIT
// clock.h: the time that waits are measured against.
//
// Normally the host's. In the deterministic mode it is virtual: it stands still while threads run and
// jumps to the next deadline when all of them wait, so a program that sleeps for an hour takes no time,
// and takes the same steps every time.
#pragma once

#include <ntdll-emu/hal/clock.h>

#include <atomic>

namespace oriel::ke {

using hal::SystemTime;
using hal::Ticks;

class Clock {
public:
    virtual ~Clock() = default;
    /// Never goes back.
    [[nodiscard]] virtual Ticks interrupt_time() const = 0;
    /// The calendar's time; the host may set it.
    [[nodiscard]] virtual SystemTime system_time() const = 0;
};

class RealClock final : public Clock {
public:
    [[nodiscard]] Ticks interrupt_time() const override { return hal::host_interrupt_time(); }
    [[nodiscard]] SystemTime system_time() const override { return hal::host_system_time(); }
};

/// Starts at 1 January 2020, and moves only when told to.
class VirtualClock final : public Clock {
public:
    [[nodiscard]] Ticks interrupt_time() const override { return {m_now.load(std::memory_order_relaxed)}; }
    [[nodiscard]] SystemTime system_time() const override { return {start_of_2020 + interrupt_time().count}; }
    void advance_to(Ticks now) { m_now.store(now.count, std::memory_order_relaxed); }

private:
    static constexpr std::int64_t start_of_2020 = 132'223'104'000'000'000;
    std::atomic<std::int64_t> m_now{Ticks::milliseconds(1000).count};
};

/// How long a wait may last, as NT's services are told: nothing (for ever), a negative number of ticks
/// (from now), or a system time. Zero means: do not wait at all.
/// Source: "KeWaitForSingleObject routine", Microsoft documentation, parameter Timeout.
class Timeout {
public:
    static constexpr Timeout infinite() { return Timeout(Kind::Infinite, 0); }
    static constexpr Timeout poll() { return Timeout(Kind::Poll, 0); }
    static constexpr Timeout after(Ticks span) { return from_nt(-span.count); }
    static constexpr Timeout from_nt(std::int64_t value) {
        if (value == 0) return poll();
        return value < 0 ? Timeout(Kind::Relative, value) : Timeout(Kind::Absolute, value);
    }

    [[nodiscard]] constexpr bool is_poll() const { return m_kind == Kind::Poll; }
    /// The interrupt time at which the wait is over. May lie in the past.
    [[nodiscard]] Ticks deadline(const Clock& clock) const;

private:
    enum class Kind { Infinite, Poll, Relative, Absolute };
    constexpr Timeout(Kind kind, std::int64_t value) : m_kind(kind), m_value(value) {}

    Kind m_kind;
    std::int64_t m_value;
};

} // namespace oriel::ke
