// SPDX-License-Identifier: MIT
// thread_carrier.h: a host thread for each guest thread.
//
// The host's kernel schedules; parking is a futex. One host thread without a guest thread, the *timekeeper*, sleeps
// until the next timer or clock tick is due, a thread has ended, or stop() was called.
//
// Which host thread is that? With FirstThread::Apart the one that calls run(). With FirstThread::OnCaller that one
// carries the first guest thread instead, and the timekeeper is started when there is something for it: a second
// thread, a timer, a long sleep, or an alarm (hal/host_alarm.h), which comes with the first tick of the clock. A program
// that has ended by then was carried by one host thread from begin to end.
#pragma once

#include <ntdll-emu/hal/host_thread.h>
#include <ntdll-emu/ke/carrier.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <ntdll-emu/ke/stack_pool.h>

#include <atomic>

namespace oriel::ke {

class ThreadCarrier final : public Carrier {
public:
    enum class FirstThread { Apart, OnCaller };

    explicit ThreadCarrier(FirstThread first = FirstThread::Apart)
        : m_first_thread(first), m_timekeeper(first == FirstThread::Apart ? Timekeeper::There : Timekeeper::None) {}
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

    /// What follows when run() has been stopped, if the thread that called it may never come back because it carries
    /// a guest thread that sits in a host call. Called on the timekeeper, and need not return.
    struct Finish {
        void (*function)(void* argument) = nullptr;
        void* argument = nullptr;
    };
    void on_finish(Finish finish) { m_finish = finish; }

    /// Starts the timekeeper, unless there is one. Takes no lock; also in a signal handler that interrupted guest code.
    void need_timekeeper();
    /// From now on the caller, who is going to call run(), is interrupted until there is a timekeeper. Without the alarm
    /// the clock does not tick before there are a second thread or a timer.
    void start_alarm();

private:
    struct Record;
    enum class Timekeeper : std::uint8_t { None, Starting, There };

    static void begin(void* record);
    static void begin_on_caller(void* record);
    static void timekeep(void* carrier);
    void carry(Record& first);
    bool become_timekeeper();
    void keep_time();
    void ended(Record& record);
    std::uint32_t running_threads();
    void join_ended();

    RealClock m_clock;
    const FirstThread m_first_thread;
    Finish m_finish;
    /// Changes whenever the timekeeper should look again.
    std::atomic<std::uint32_t> m_doorbell{0};
    std::atomic<bool> m_stopped{false};
    std::atomic<Timekeeper> m_timekeeper;
    std::atomic<TimerSource*> m_timers{nullptr}; ///< from run() on
    hal::HostThread m_timekeeper_thread;
    hal::HostStack m_timekeeper_stack;

    RankedLock<LockRank::Carrier> m_lock; ///< guards what follows, and slots' carrier_record
    std::uint32_t m_running = 0;
    bool m_has_first = false;  ///< the thread that run() carries was started
    Record* m_first = nullptr; ///< until run() carries it
    Record* m_ended = nullptr; ///< to be joined
    StackPool m_stacks;
};

} // namespace oriel::ke
