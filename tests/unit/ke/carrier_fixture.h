// SPDX-License-Identifier: MIT
// carrier_fixture.h: runs a test's threads on every kind of carrier.
//
// A test describes its threads with start(), then run() carries them to their ends. All that the test
// expects must hold on host threads as well as on fibers, with real and with virtual time.
#pragma once

#include <ntdll-emu/ke/dispatcher.h>
#include <ntdll-emu/ke/fiber_carrier.h>
#include <ntdll-emu/ke/thread.h>
#include <ntdll-emu/ke/thread_carrier.h>

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace oriel::ke::test {

enum class CarrierKind { Threads, FirstOnCaller, Fibers, VirtualFibers, RandomFibers };

inline std::unique_ptr<Carrier> make_carrier(CarrierKind kind) {
    switch (kind) {
    case CarrierKind::Threads: return std::make_unique<ThreadCarrier>();
    case CarrierKind::FirstOnCaller: return std::make_unique<ThreadCarrier>(ThreadCarrier::FirstThread::OnCaller);
    case CarrierKind::Fibers: return std::make_unique<FiberCarrier>();
    case CarrierKind::VirtualFibers: return std::make_unique<FiberCarrier>(FiberOptions{TimeMode::Virtual, 0});
    case CarrierKind::RandomFibers: return std::make_unique<FiberCarrier>(FiberOptions{TimeMode::Virtual, 42});
    }
    return nullptr;
}

inline std::string name_of(const testing::TestParamInfo<CarrierKind>& info) {
    switch (info.param) {
    case CarrierKind::Threads: return "Threads";
    case CarrierKind::FirstOnCaller: return "FirstOnCaller";
    case CarrierKind::Fibers: return "Fibers";
    case CarrierKind::VirtualFibers: return "VirtualFibers";
    case CarrierKind::RandomFibers: return "RandomFibers";
    }
    return {};
}

/// A thread of a test. It lives until the fixture goes.
struct TestThread {
    TestThread(Dispatcher& dispatcher, std::function<void(Thread&)> its_work, InitialState initial)
        : thread(dispatcher, initial), work(std::move(its_work)) {}

    static void enter(void* raw) {
        auto& self = *static_cast<TestThread*>(raw);
        self.thread.wait_while_suspended();
        if (!self.thread.is_terminating()) self.work(self.thread);
        self.thread.rundown();
        self.ended = true;
    }
    [[nodiscard]] bool is_at_rest() const {
        constexpr std::uint32_t asleep = 2; // also waiting for an alert by id, which has no wait block
        const ThreadSlot& slot = thread.slot();
        return ended || slot.state == ThreadState::Waiting || slot.park_word == asleep;
    }

    Thread thread;
    std::function<void(Thread&)> work;
    std::atomic<bool> ended{false};
};

class CarrierTest : public testing::TestWithParam<CarrierKind> {
public:
    /// A thread that does `work`; it begins when run() is called, or at once on host threads.
    Thread& start(std::function<void(Thread&)> work, InitialState initial = InitialState::Ready) {
        auto fresh = std::make_unique<TestThread>(dispatcher, std::move(work), initial);
        TestThread& started = *fresh;
        {
            const std::lock_guard lock(m_mutex);
            m_threads.push_back(std::move(fresh));
        }
        EXPECT_TRUE(carrier->start(started.thread, {TestThread::enter, &started}).ok());
        return started.thread;
    }
    void run() {
        carrier->run(dispatcher);
        EXPECT_STREQ(dispatcher.fault(), nullptr);
    }

    /// Waits for one object, or for any of several.
    Status wait_any(Thread& self, std::vector<DispatcherHeader*> objects, Timeout timeout = Timeout::infinite(),
                    Alertable alertable = Alertable::No) {
        return dispatcher.wait(self, {objects, WaitType::Any, alertable, timeout});
    }
    Status wait_all(Thread& self, std::vector<DispatcherHeader*> objects, Timeout timeout = Timeout::infinite(),
                    Alertable alertable = Alertable::No) {
        return dispatcher.wait(self, {objects, WaitType::All, alertable, timeout});
    }
    /// Lets the other threads come to where they wait. However slow the machine is: a thread that has been woken is
    /// not at rest, although it does not run yet. (One that never rests is not waited for longer than ten seconds.)
    void settle(Thread& self) {
        dispatcher.delay(self, Alertable::No, Timeout::after(Ticks::milliseconds(1)));
        for (int i = 0; i < 10'000 && !others_are_at_rest(self); ++i)
            dispatcher.delay(self, Alertable::No, Timeout::after(Ticks::milliseconds(1)));
    }

    std::unique_ptr<Carrier> carrier = make_carrier(GetParam());
    Dispatcher dispatcher{*carrier};

private:
    bool others_are_at_rest(const Thread& self) {
        const std::lock_guard lock(m_mutex);
        for (const auto& each : m_threads) {
            if (&each->thread != &self && !each->is_at_rest()) return false;
        }
        return true;
    }

    std::mutex m_mutex;
    std::vector<std::unique_ptr<TestThread>> m_threads;
};

#define INSTANTIATE_ON_CARRIERS(Suite)                                                                              \
    INSTANTIATE_TEST_SUITE_P(On, Suite,                                                                             \
                             testing::Values(CarrierKind::Threads, CarrierKind::FirstOnCaller, CarrierKind::Fibers, CarrierKind::VirtualFibers, \
                                             CarrierKind::RandomFibers),                                            \
                             name_of)

} // namespace oriel::ke::test
