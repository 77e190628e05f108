// SPDX-License-Identifier: MIT
// timer.h: an object that becomes signalled at a moment, once or again and again.
//
// A timer may also queue an APC to the thread that set it. The APC is part of the timer: while it is
// queued it is not queued again, and cancelling the timer, or setting it anew, takes it out of the queue.
// Source: "Waitable Timer Objects" and "SetWaitableTimer function", Microsoft documentation.
#pragma once

#include <ntdll-emu/ke/apc.h>
#include <ntdll-emu/ke/dispatcher.h>

namespace oriel::ke {

/// TIMER_TYPE, with NT's values.
enum class TimerKind : std::uint32_t {
    Notification = 0,    ///< stays signalled until it is set anew
    Synchronization = 1, ///< a satisfied wait resets it
};

/// What a timer does besides becoming signalled.
struct TimerApc {
    Thread* target;
    Address routine;
    std::uint64_t context;
};

class Timer {
public:
    /// Throws std::bad_alloc.
    Timer(Dispatcher& dispatcher, TimerKind kind);
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    /// Cancels it. Nobody waits for it.
    ~Timer();

    [[nodiscard]] DispatcherHeader& header() const { return m_body; }

    /// Becomes signalled at `due` (NT's kinds of time; zero is: now), and again every `period_ms` (0: once).
    /// Answers whether it was signalled before.
    bool set(Timeout due, std::uint32_t period_ms, std::optional<TimerApc> apc);
    /// Answers whether it is signalled; cancelling does not change that.
    bool cancel();

    struct State {
        Ticks remaining; ///< until it is due; negative when that has passed
        bool signalled;
    };
    [[nodiscard]] State state() const;

private:
    friend class Dispatcher;
    friend class Thread;
    friend class TimerHeap;

    static constexpr std::size_t not_queued = ~std::size_t{0};

    void disarm();
    void expire(Dispatcher::Hold& hold, Ticks now);
    /// The thread that the APC is for ends: NT cancels the timer.
    void target_ended() { disarm(); }

    Dispatcher& m_dispatcher;
    DispatcherHeader& m_body;
    Ticks m_due{};
    Ticks m_period{};
    std::size_t m_heap_index = not_queued; ///< in the dispatcher's heap
    std::optional<TimerApc> m_apc_request;
    Apc m_apc{UserApc{}};
    Timer* m_next_of_thread = nullptr; ///< in m_apc_request->target's list
    Timer* m_previous_of_thread = nullptr;
};

} // namespace oriel::ke
