// SPDX-License-Identifier: MIT
// fiber_carrier.h: all guest threads as fibers on one host thread.
//
// A fiber runs until it parks, yields or ends; then run(), on the host thread that called it, chooses the
// next one. Nothing runs at the same time as anything else, so a run repeats itself step by step: in turn,
// or, with a seed, in an order drawn from it, which finds races that the usual order hides.
//
// With virtual time the clock moves only when all fibers wait, and then at once to the next deadline.
//
// A fiber may look at the clock in a loop without ever yielding. So with real time a host thread of its own
// ticks the clock.
//
// Other host threads (those that wait for pipes or the console) may unpark fibers at any moment.
// The switch itself, about ten instructions, is Boost.Context's.
#pragma once

#include <ntdll-emu/ke/carrier.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <ntdll-emu/ke/stack_pool.h>

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

namespace oriel::ke {

enum class TimeMode { Real, Virtual };

struct FiberOptions {
    TimeMode time = TimeMode::Real;
    std::uint64_t seed = 0; ///< 0: round-robin
};

class FiberCarrier final : public Carrier {
public:
    explicit FiberCarrier(FiberOptions options = {});
    FiberCarrier(const FiberCarrier&) = delete;
    FiberCarrier& operator=(const FiberCarrier&) = delete;
    /// Fibers that have not ended (after stop()) are abandoned where they stand.
    ~FiberCarrier() override;

    NtResult<> start(Thread& thread, ThreadEntry entry) override;
    bool park(Thread& self, Ticks deadline) override;
    void unpark(ThreadSlot& slot) override;
    bool yield(Thread& self) override;
    /// Nothing to do: a fiber that is not running is inside host code already.
    void interrupt(ThreadSlot&) override {}
    void timer_armed(Ticks) override { ring(); }
    void run(TimerSource& timers) override;
    void stop() override;
    void ring() override;
    [[nodiscard]] const Clock& clock() const override;

private:
    struct Fiber;

    class Ticker;

    static void begin(void* fiber);
    Fiber* next_ready();
    void wake_late(Ticks now);
    void sleep_until_next(TimerSource& timers, std::uint32_t seen);
    void run_one(Fiber& fiber);
    void switch_out(Fiber& fiber);
    void make_ready(Fiber& fiber);
    std::size_t choose(std::size_t count);
    void schedule(TimerSource& timers);

    const FiberOptions m_options;
    RealClock m_real_clock;
    VirtualClock m_virtual_clock;
    std::uint64_t m_random;
    std::atomic<std::uint32_t> m_doorbell{0};
    std::atomic<bool> m_stopped{false};
    std::atomic<bool> m_idle{false}; ///< run() is about to sleep, or sleeps

    struct Switch; ///< the saved contexts
    std::unique_ptr<Switch> m_switch;

    mutable RankedLock<LockRank::Carrier> m_lock; ///< guards what follows, and slots' carrier_record
    std::deque<Fiber*> m_ready;
    std::vector<std::unique_ptr<Fiber>> m_fibers;
    StackPool m_stacks;
};

} // namespace oriel::ke
