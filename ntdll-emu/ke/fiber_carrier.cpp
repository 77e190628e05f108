// SPDX-License-Identifier: MIT
// fiber_carrier.cpp: the scheduler of the fibers.
//
// Two kinds of code run here: run(), on its host thread's own stack (the scheduler), and the fibers, on
// their host stacks. Control goes from the scheduler to one fiber and back; fibers never switch to each
// other.
#include <ntdll-emu/ke/fiber_carrier.h>

#include <ntdll-emu/hal/futex.h>
#include <ntdll-emu/hal/host_thread.h>
#include <ntdll-emu/ke/fiber_switch.h>
#include <ntdll-emu/ke/park_word.h>
#include <ntdll-emu/ke/thread.h>

#include <algorithm>
#include <cassert>
#include <mutex>

namespace oriel::ke {

enum class FiberState { Ready, Running, Parked, Ended };

struct FiberCarrier::Fiber {
    FiberCarrier& carrier;
    Thread* thread; ///< until the entry function returns
    ThreadSlot& slot;
    ThreadEntry entry;
    hal::HostStack stack;
    FiberContext context;
    FiberState state = FiberState::Ready; ///< under the carrier's lock
    Ticks deadline = Ticks::never();      ///< while parked
    bool woken_late = false;              ///< its deadline passed
};

struct FiberCarrier::Switch {
    FiberContext scheduler;
};

FiberCarrier::FiberCarrier(FiberOptions options)
    : m_options(options), m_random(options.seed), m_switch(std::make_unique<Switch>()) {}

FiberCarrier::~FiberCarrier() {
    for (const auto& fiber : m_fibers) {
        fiber->context.forget();
        m_stacks.give_back(fiber->stack);
    }
}

const Clock& FiberCarrier::clock() const {
    if (m_options.time == TimeMode::Virtual) return m_virtual_clock;
    return m_real_clock;
}

NtResult<> FiberCarrier::start(Thread& thread, ThreadEntry entry) {
    {
        const std::lock_guard lock(m_lock);
        m_fibers.reserve(m_fibers.size() + 1);
        auto stack = m_stacks.take();
        if (!stack.ok()) return Status::NoMemory;
        auto fiber = std::make_unique<Fiber>(Fiber{*this, &thread, thread.slot(), entry, stack.value(), {}});
        fiber->context.prepare(stack.value(), begin, fiber.get());
        stack.value().base()->thread = &thread;
        stack.value().base()->carrier = fiber.get();
        thread.set_host_stack(stack.value());
        thread.slot().carrier_record = fiber.get();
        m_ready.push_back(fiber.get());
        m_fibers.push_back(std::move(fiber));
    }
    ring();
    return {};
}

void FiberCarrier::begin(void* raw) {
    Fiber& fiber = *static_cast<Fiber*>(raw);
    fiber.entry.function(fiber.entry.argument);
    {
        const std::lock_guard lock(fiber.carrier.m_lock);
        fiber.state = FiberState::Ended;
        if (fiber.slot.carrier_record == &fiber) fiber.slot.carrier_record = nullptr;
    }
    fiber.carrier.switch_out(fiber); // never comes back
}

void FiberCarrier::switch_out(Fiber& fiber) {
    assert(!any_ranked_lock_held());
    fiber.context.switch_to(m_switch->scheduler);
}

void FiberCarrier::make_ready(Fiber& fiber) {
    fiber.state = FiberState::Ready;
    m_ready.push_back(&fiber);
}

bool FiberCarrier::park(Thread& self, Ticks deadline) {
    auto& fiber = *static_cast<Fiber*>(self.host_stack().base()->carrier);
    std::atomic<std::uint32_t>& word = self.slot().park_word;
    {
        const std::lock_guard lock(m_lock);
        if (!park_word::fall_asleep(word)) return false;
        fiber.state = FiberState::Parked;
        fiber.deadline = deadline;
        fiber.woken_late = false;
    }
    switch_out(fiber);
    return !park_word::wake_up(word) && fiber.woken_late;
}

void FiberCarrier::unpark(ThreadSlot& slot) {
    if (!park_word::give_permit(slot.park_word)) return;
    {
        const std::lock_guard lock(m_lock);
        auto* fiber = static_cast<Fiber*>(slot.carrier_record);
        if (fiber && fiber->state == FiberState::Parked) make_ready(*fiber);
    }
    ring();
}

bool FiberCarrier::yield(Thread& self) {
    auto& fiber = *static_cast<Fiber*>(self.host_stack().base()->carrier);
    {
        const std::lock_guard lock(m_lock);
        if (m_ready.empty()) return false;
        make_ready(fiber);
    }
    switch_out(fiber);
    return true;
}

// Only a sleeping scheduler needs to be rung awake; fibers wake each other without a system call.
void FiberCarrier::ring() {
    m_doorbell.fetch_add(1, std::memory_order_seq_cst);
    if (m_idle.load(std::memory_order_seq_cst)) hal::futex_wake(m_doorbell);
}

void FiberCarrier::stop() {
    m_stopped.store(true, std::memory_order_release);
    ring();
}

// xorshift64: a few bits of the seed's sequence are all that a choice needs.
std::size_t FiberCarrier::choose(std::size_t count) {
    if (m_random == 0) return 0;
    m_random ^= m_random << 13;
    m_random ^= m_random >> 7;
    m_random ^= m_random << 17;
    return m_random % count;
}

FiberCarrier::Fiber* FiberCarrier::next_ready() {
    const std::lock_guard lock(m_lock);
    if (m_ready.empty()) return nullptr;
    const auto chosen = m_ready.begin() + static_cast<std::ptrdiff_t>(choose(m_ready.size()));
    Fiber* const fiber = *chosen;
    m_ready.erase(chosen);
    fiber->state = FiberState::Running;
    return fiber;
}

void FiberCarrier::run_one(Fiber& fiber) {
    switched_to(fiber.thread);
    m_switch->scheduler.switch_to(fiber.context);

    const std::lock_guard lock(m_lock);
    if (fiber.state != FiberState::Ended) return;
    fiber.context.forget();
    m_stacks.give_back(fiber.stack);
    std::erase_if(m_fibers, [&](const auto& each) { return each.get() == &fiber; });
}

// Fibers whose deadline has passed, in the order in which they were started.
void FiberCarrier::wake_late(Ticks now) {
    const std::lock_guard lock(m_lock);
    for (const auto& fiber : m_fibers) {
        if (fiber->state != FiberState::Parked || fiber->deadline > now) continue;
        fiber->woken_late = true;
        make_ready(*fiber);
    }
}

// Nothing is ready: on to the next deadline, by waiting or by moving the virtual clock. `seen` is the
// doorbell's value from before we found nothing.
void FiberCarrier::sleep_until_next(TimerSource& timers, std::uint32_t seen) {
    Ticks next = timers.expire_timers();
    {
        const std::lock_guard lock(m_lock);
        if (!m_ready.empty()) return;
        for (const auto& fiber : m_fibers) {
            if (fiber->state == FiberState::Parked) next = std::min(next, fiber->deadline);
        }
    }
    if (m_options.time == TimeMode::Virtual && !next.is_never()) {
        m_virtual_clock.advance_to(std::max(next, m_virtual_clock.interrupt_time()));
        tick();
        timers.expire_timers();
        return;
    }
    m_idle.store(true, std::memory_order_seq_cst);
    hal::futex_wait(m_doorbell, seen, next);
    m_idle.store(false, std::memory_order_seq_cst);
}

/// The host thread that ticks the clock while run() runs.
class FiberCarrier::Ticker {
public:
    explicit Ticker(const FiberCarrier& carrier) : m_carrier(carrier) {
        if (!carrier.has_tick()) return;
        auto stack = hal::allocate_host_stack();
        if (!stack.ok()) return; // the clock stands still, nothing worse
        const auto thread = hal::start_host_thread(stack.value(), loop, this);
        if (thread.ok()) {
            m_thread = thread.value();
            m_stack = stack.value();
        } else {
            hal::free_host_stack(stack.value());
        }
    }
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;
    ~Ticker() {
        if (!m_stack) return;
        m_stop.store(1, std::memory_order_release);
        hal::futex_wake(m_stop);
        hal::join_host_thread(m_thread);
        hal::free_host_stack(m_stack);
    }

private:
    static void loop(void* raw) {
        const auto& self = *static_cast<const Ticker*>(raw);
        while (self.m_stop.load(std::memory_order_acquire) == 0) {
            self.m_carrier.tick();
            hal::futex_wait(self.m_stop, 0, hal::host_interrupt_time() + tick_length);
        }
    }

    const FiberCarrier& m_carrier;
    std::atomic<std::uint32_t> m_stop{0};
    hal::HostThread m_thread;
    hal::HostStack m_stack;
};

void FiberCarrier::run(TimerSource& timers) {
    if (m_options.time == TimeMode::Virtual) {
        tick();
        return schedule(timers);
    }
    const Ticker ticker(*this);
    schedule(timers);
}

void FiberCarrier::schedule(TimerSource& timers) {
    while (!m_stopped.load(std::memory_order_acquire)) {
        const std::uint32_t seen = m_doorbell.load(std::memory_order_seq_cst);
        timers.expire_timers();
        wake_late(clock().interrupt_time());
        if (Fiber* fiber = next_ready()) {
            run_one(*fiber);
            continue;
        }
        {
            const std::lock_guard lock(m_lock);
            if (m_fibers.empty()) return;
        }
        sleep_until_next(timers, seen);
    }
}

} // namespace oriel::ke
