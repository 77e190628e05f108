// SPDX-License-Identifier: MIT
// thread_carrier.h: a host thread for each guest thread.
//
// The host's kernel schedules; parking is a futex. The host's main thread, in run(), sleeps until the
// next timer or clock tick is due, a thread has ended, or stop() was called.
#pragma once

#include <ntdll-emu/hal/host_thread.h>
#include <ntdll-emu/ke/carrier.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <ntdll-emu/ke/stack_pool.h>

#include <atomic>

namespace oriel::ke {

class ThreadCarrier final : public Carrier {
public:
    ThreadCarrier() = default;
    ThreadCarrier(const ThreadCarrier&) = delete;
    ThreadCarrier& operator=(const ThreadCarrier&) = delete;
    /// All threads have ended.
    ~ThreadCarrier() override;

    NtResult<> start(Thread& thread, ThreadEntry entry) override;
    bool park(Thread& self, Ticks deadline) override;
    void unpark(ThreadSlot& slot) override;
    bool yield(Thread& self) override;
    void interrupt(ThreadSlot& slot) override;
    void timer_armed(Ticks due) override;
    void run(TimerSource& timers) override;
    void stop() override;
    void ring() override;
    [[nodiscard]] const Clock& clock() const override { return m_clock; }

private:
    struct Record;

    static void begin(void* record);
    void ended(Record& record);
    void join_ended();

    RealClock m_clock;
    /// Changes whenever run() should look again.
    std::atomic<std::uint32_t> m_doorbell{0};
    std::atomic<bool> m_stopped{false};

    RankedLock<LockRank::Carrier> m_lock; ///< guards what follows, and slots' carrier_record
    std::uint32_t m_running = 0;
    Record* m_ended = nullptr; ///< to be joined
    StackPool m_stacks;
};

} // namespace oriel::ke
