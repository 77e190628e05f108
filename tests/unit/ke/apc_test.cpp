// SPDX-License-Identifier: MIT
#include "carrier_fixture.h"

#include <ntdll-emu/ke/event.h>
#include <ntdll-emu/ke/timer.h>

namespace oriel::ke::test {
namespace {

class ApcTest : public CarrierTest {
public:
    static std::unique_ptr<Apc> apc(std::uint64_t routine) {
        return std::make_unique<Apc>(UserApc{Address(routine), {1, 2, 3}});
    }
    /// What the gate's exit does: runs what may run; NtContinue agrees to the next.
    static std::vector<std::uint64_t> deliver(Thread& self) {
        std::vector<std::uint64_t> run;
        while (const auto call = self.take_user_apc()) {
            run.push_back(call->routine.value());
            self.test_alert();
        }
        return run;
    }
    using Routines = std::vector<std::uint64_t>;
};
INSTANTIATE_ON_CARRIERS(ApcTest);

constexpr Timeout a_while = Timeout::after(Ticks::milliseconds(100));

TEST_P(ApcTest, A_queued_APC_waits_until_the_thread_waits_alertably) {
    Event event(dispatcher, EventKind::Notification, false);
    start([&](Thread& self) {
        ASSERT_TRUE(self.queue_apc(apc(7)).ok());
        EXPECT_FALSE(self.pending() & pending_user_apc);
        EXPECT_EQ(deliver(self), Routines{});
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::poll(), Alertable::No), Status::Timeout);
        EXPECT_EQ(deliver(self), Routines{});
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::poll(), Alertable::Yes), Status::UserApc);
        EXPECT_TRUE(self.pending() & pending_user_apc);
        EXPECT_EQ(deliver(self), Routines{7});
        EXPECT_FALSE(self.pending() & pending_user_apc);
    });
    run();
}

TEST_P(ApcTest, A_signalled_object_comes_before_a_queued_APC) {
    Event event(dispatcher, EventKind::Notification, true);
    start([&](Thread& self) {
        ASSERT_TRUE(self.queue_apc(apc(7)).ok());
        EXPECT_EQ(wait_any(self, {&event.header()}, a_while, Alertable::Yes), Status::Success);
        EXPECT_EQ(deliver(self), Routines{});
    });
    run();
}

TEST_P(ApcTest, An_APC_ends_an_alertable_wait_and_APCs_run_in_order) {
    Event event(dispatcher, EventKind::Notification, false);
    Thread& target = start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::infinite(), Alertable::Yes), Status::UserApc);
        settle(self);
        EXPECT_EQ(deliver(self), (Routines{1, 2, 3}));
    });
    start([&](Thread& self) {
        settle(self);
        for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(target.queue_apc(apc(i)).ok());
    });
    run();
}

TEST_P(ApcTest, An_APC_does_not_end_a_wait_that_is_not_alertable) {
    Event event(dispatcher, EventKind::Notification, false);
    Thread& target = start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&event.header()}), Status::Success);
        EXPECT_EQ(self.test_alert(), Status::Success);
        EXPECT_EQ(deliver(self), Routines{9});
    });
    start([&](Thread& self) {
        settle(self);
        ASSERT_TRUE(target.queue_apc(apc(9)).ok());
        settle(self);
        event.set();
    });
    run();
}

TEST_P(ApcTest, A_delay_can_be_alertable) {
    Thread& target = start([&](Thread& self) {
        EXPECT_EQ(dispatcher.delay(self, Alertable::Yes, Timeout::infinite()), Status::UserApc);
        EXPECT_EQ(deliver(self), Routines{4});
        EXPECT_EQ(dispatcher.delay(self, Alertable::Yes, Timeout::poll()), Status::Success);
    });
    start([&](Thread& self) {
        settle(self);
        ASSERT_TRUE(target.queue_apc(apc(4)).ok());
    });
    run();
}

TEST_P(ApcTest, An_alert_is_remembered_for_the_next_alertable_wait) {
    Event event(dispatcher, EventKind::Notification, false);
    start([&](Thread& self) {
        self.alert();
        self.alert();
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::poll(), Alertable::No), Status::Timeout);
        EXPECT_EQ(wait_any(self, {&event.header()}, a_while, Alertable::Yes), Status::Alerted);
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::poll(), Alertable::Yes), Status::Timeout);
        self.alert();
        EXPECT_EQ(self.test_alert(), Status::Alerted);
        EXPECT_EQ(self.test_alert(), Status::Success);
    });
    run();
}

TEST_P(ApcTest, A_thread_that_has_ended_takes_no_APCs) {
    Thread& target = start([&](Thread& self) { EXPECT_TRUE(self.queue_apc(apc(1)).ok()); });
    start([&](Thread& self) {
        wait_any(self, {&target.termination()});
        EXPECT_EQ(target.queue_apc(apc(2)).error(), Status::Unsuccessful);
    });
    run();
}

TEST_P(ApcTest, Suspension_counts_and_stops_the_thread_at_its_start) {
    std::atomic<bool> ran{false};
    Thread& target = start([&](Thread&) { ran = true; }, InitialState::Suspended);
    start([&](Thread& self) {
        settle(self);
        EXPECT_FALSE(ran);
        EXPECT_EQ(target.suspend().value(), 1u);
        EXPECT_EQ(target.resume(), 2u);
        settle(self);
        EXPECT_FALSE(ran);
        EXPECT_EQ(target.resume(), 1u);
        wait_any(self, {&target.termination()});
        EXPECT_TRUE(ran);
    });
    run();
}

TEST_P(ApcTest, The_suspend_count_has_a_limit) {
    Thread& target = start([&](Thread& self) { settle(self); }, InitialState::Suspended);
    start([&](Thread&) {
        for (std::uint32_t i = 1; i < 127; ++i) EXPECT_EQ(target.suspend().value(), i);
        EXPECT_EQ(target.suspend().error(), Status::SuspendCountExceeded);
        while (target.resume() > 1) {}
        EXPECT_EQ(target.resume(), 0u);
    });
    run();
}

TEST_P(ApcTest, A_suspended_thread_takes_no_event_from_one_that_runs) {
    Event event(dispatcher, EventKind::Synchronization, false);
    Event done(dispatcher, EventKind::Notification, false);
    Thread& sleeper = start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&event.header()}), Status::Success);
        done.set();
    });
    start([&](Thread& self) {
        settle(self);
        EXPECT_EQ(sleeper.suspend().value(), 0u);
        EXPECT_TRUE(sleeper.wait_until_stopped(self));
        event.set();
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::poll()), Status::Success) << "still there";
        EXPECT_EQ(sleeper.resume(), 1u);
        settle(self);
        EXPECT_FALSE(done.is_set());
        event.set();
    });
    run();
    EXPECT_TRUE(done.is_set());
}

TEST_P(ApcTest, A_suspended_wait_keeps_its_deadline) {
    Event event(dispatcher, EventKind::Notification, false);
    Thread& sleeper = start([&](Thread& self) {
        const Ticks before = dispatcher.clock().interrupt_time();
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::after(Ticks::milliseconds(50))), Status::Timeout);
        EXPECT_LT(dispatcher.clock().interrupt_time() - before, Ticks::milliseconds(5000));
    });
    start([&](Thread& self) {
        settle(self);
        EXPECT_TRUE(sleeper.suspend().ok());
        settle(self);
        sleeper.resume();
    });
    run();
}

TEST_P(ApcTest, A_thread_inside_a_host_call_counts_as_stopped) {
    Event begun(dispatcher, EventKind::Notification, false);
    Event go_on(dispatcher, EventKind::Notification, false);
    Thread& reader = start([&](Thread& self) {
        {
            const BlockingHostCall call(self);
            begun.set();
            dispatcher.wait_for_alert_by_id(self, Timeout::after(Ticks::milliseconds(40))); // stands for a read
        }
        self.wait_while_suspended();
        EXPECT_TRUE(go_on.is_set());
    });
    start([&](Thread& self) {
        wait_any(self, {&begun.header()});
        EXPECT_EQ(reader.suspend().value(), 0u);
        EXPECT_TRUE(reader.wait_until_stopped(self));
        dispatcher.delay(self, Alertable::No, Timeout::after(Ticks::milliseconds(80)));
        go_on.set();
        reader.resume();
    });
    run();
}

TEST_P(ApcTest, Two_threads_may_wait_for_each_other_to_stand_still) {
    Thread* pair[2] = {};
    const auto look_at = [&](Thread*& other) {
        return [&](Thread& self) {
            for (int i = 0; i < 50; ++i) {
                if (!other->suspend().ok()) return; // it has ended
                (void)other->wait_until_stopped(self);
                other->resume();
                self.wait_while_suspended(); // as at the gate's exit
            }
        };
    };
    pair[0] = &start(look_at(pair[1]), InitialState::Suspended);
    pair[1] = &start(look_at(pair[0]), InitialState::Suspended);
    for (Thread* thread : pair) thread->resume();
    run();
    for (Thread* thread : pair) EXPECT_EQ(thread->termination().signal_state, 1);
}

TEST_P(ApcTest, Terminating_a_thread_ends_its_wait_whatever_it_waits_for) {
    Event event(dispatcher, EventKind::Notification, false);
    std::vector<Thread*> targets;
    targets.push_back(&start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&event.header()}), Status::ThreadIsTerminating);
        EXPECT_EQ(wait_any(self, {&event.header()}, a_while), Status::ThreadIsTerminating);
    }));
    targets.push_back(&start([&](Thread& self) {
        EXPECT_EQ(dispatcher.delay(self, Alertable::No, Timeout::infinite()), Status::ThreadIsTerminating);
    }));
    targets.push_back(&start([&](Thread& self) {
        EXPECT_EQ(dispatcher.wait_for_alert_by_id(self, Timeout::infinite()), Status::ThreadIsTerminating);
    }));
    targets.push_back(&start([&](Thread&) { ADD_FAILURE() << "it never began"; }, InitialState::Suspended));
    start([&](Thread& self) {
        settle(self);
        for (Thread* target : targets) {
            target->terminate(Status{42});
            target->terminate(Status{43});
            wait_any(self, {&target->termination()});
            EXPECT_EQ(target->exit_status(), Status{42});
            EXPECT_EQ(target->suspend().error(), Status::ThreadIsTerminating);
        }
    });
    run();
}

class TimerTest : public ApcTest {};
INSTANTIATE_ON_CARRIERS(TimerTest);

TEST_P(TimerTest, A_timer_is_signalled_when_it_is_due) {
    Timer timer(dispatcher, TimerKind::Notification);
    start([&](Thread& self) {
        const Ticks before = dispatcher.clock().interrupt_time();
        EXPECT_FALSE(timer.set(Timeout::after(Ticks::milliseconds(20)), 0, std::nullopt));
        EXPECT_EQ(wait_any(self, {&timer.header()}, Timeout::poll()), Status::Timeout);
        EXPECT_GT(timer.state().remaining, Ticks{0});
        EXPECT_EQ(wait_any(self, {&timer.header()}), Status::Success);
        EXPECT_GE(dispatcher.clock().interrupt_time() - before, Ticks::milliseconds(20));
        EXPECT_TRUE(timer.set(Timeout::after(Ticks::milliseconds(10'000)), 0, std::nullopt)) << "was signalled";
        EXPECT_FALSE(timer.state().signalled) << "setting resets";
        EXPECT_FALSE(timer.cancel());
    });
    run();
}

TEST_P(TimerTest, A_timer_that_is_due_in_the_past_is_signalled_at_once) {
    Timer timer(dispatcher, TimerKind::Synchronization);
    start([&](Thread& self) {
        timer.set(Timeout::poll(), 0, std::nullopt);
        EXPECT_EQ(wait_any(self, {&timer.header()}, Timeout::poll()), Status::Success);
        EXPECT_EQ(wait_any(self, {&timer.header()}, Timeout::poll()), Status::Timeout) << "it synchronizes";
        timer.set(Timeout::from_nt(1), 0, std::nullopt);
        EXPECT_TRUE(timer.state().signalled);
    });
    run();
}

TEST_P(TimerTest, A_periodic_timer_fires_again_and_again_until_cancelled) {
    Timer timer(dispatcher, TimerKind::Synchronization);
    start([&](Thread& self) {
        timer.set(Timeout::after(Ticks::milliseconds(5)), 5, std::nullopt);
        for (int i = 0; i < 4; ++i) EXPECT_EQ(wait_any(self, {&timer.header()}), Status::Success);
        timer.cancel();
        wait_any(self, {&timer.header()}, Timeout::poll());
        EXPECT_EQ(wait_any(self, {&timer.header()}, Timeout::after(Ticks::milliseconds(30))), Status::Timeout);
    });
    run();
}

TEST_P(TimerTest, Timers_fire_in_the_order_of_their_times) {
    std::vector<std::unique_ptr<Timer>> timers;
    for (int i = 0; i < 20; ++i) timers.push_back(std::make_unique<Timer>(dispatcher, TimerKind::Notification));
    start([&](Thread& self) {
        for (int i = 0; i < 20; ++i) {
            const int delay = (i * 7) % 20; // each number once, mixed
            timers[static_cast<std::size_t>(i)]->set(
                Timeout::after(Ticks::milliseconds(10 + 2 * delay)), 0,
                TimerApc{&self, Address(0x1000), static_cast<std::uint64_t>(delay)});
        }
        timers[3]->cancel();
        Routines contexts;
        while (contexts.size() < 19) {
            dispatcher.delay(self, Alertable::Yes, Timeout::infinite());
            while (const auto call = self.take_user_apc()) {
                contexts.push_back(call->arguments[0]);
                self.test_alert();
            }
        }
        EXPECT_TRUE(std::is_sorted(contexts.begin(), contexts.end()));
    });
    run();
}

TEST_P(TimerTest, A_timer_queues_its_APC_to_the_thread_that_set_it) {
    Timer timer(dispatcher, TimerKind::Notification);
    start([&](Thread& self) {
        const auto before = static_cast<std::uint64_t>(dispatcher.clock().system_time().count);
        timer.set(Timeout::after(Ticks::milliseconds(5)), 0, TimerApc{&self, Address(0x500), 77});
        EXPECT_EQ(dispatcher.delay(self, Alertable::Yes, Timeout::infinite()), Status::UserApc);
        const auto call = self.take_user_apc();
        ASSERT_TRUE(call.has_value());
        EXPECT_EQ(call->routine, Address(0x500));
        EXPECT_EQ(call->arguments[0], 77u);
        EXPECT_GE(call->arguments[1] | call->arguments[2] << 32, before);
    });
    run();
}

TEST_P(TimerTest, Cancelling_a_timer_takes_its_APC_back) {
    Timer timer(dispatcher, TimerKind::Notification);
    start([&](Thread& self) {
        timer.set(Timeout::poll(), 0, TimerApc{&self, Address(0x500), 77});
        timer.cancel();
        EXPECT_EQ(dispatcher.delay(self, Alertable::Yes, Timeout::after(Ticks::milliseconds(5))), Status::Success);
        EXPECT_EQ(deliver(self), Routines{});
    });
    run();
}

TEST_P(TimerTest, A_timer_whose_thread_has_ended_is_cancelled) {
    Timer timer(dispatcher, TimerKind::Notification);
    Thread& owner = start([&](Thread& self) {
        timer.set(Timeout::after(Ticks::milliseconds(20)), 0, TimerApc{&self, Address(0x500), 0});
    });
    start([&](Thread& self) {
        wait_any(self, {&owner.termination()});
        EXPECT_EQ(wait_any(self, {&timer.header()}, Timeout::after(Ticks::milliseconds(60))), Status::Timeout);
    });
    run();
}

} // namespace
} // namespace oriel::ke::test
