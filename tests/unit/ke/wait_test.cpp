// SPDX-License-Identifier: MIT
#include "carrier_fixture.h"

#include <ntdll-emu/ke/event.h>
#include <ntdll-emu/ke/keyed_event.h>
#include <ntdll-emu/ke/mutant.h>
#include <ntdll-emu/ke/semaphore.h>

namespace oriel::ke::test {
namespace {

class WaitTest : public CarrierTest {};
INSTANTIATE_ON_CARRIERS(WaitTest);

constexpr Timeout short_time = Timeout::after(Ticks::milliseconds(5));

TEST_P(WaitTest, A_wait_for_any_answers_the_first_signalled_object_by_index) {
    Event off(dispatcher, EventKind::Notification, false);
    Event on(dispatcher, EventKind::Notification, true);
    start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&off.header(), &on.header(), &on.header()}), Status::Wait1);
        EXPECT_EQ(wait_any(self, {&off.header(), &off.header()}, Timeout::poll()), Status::Timeout);
    });
    run();
}

TEST_P(WaitTest, A_wait_for_any_that_slept_answers_the_object_that_ended_it) {
    Event first(dispatcher, EventKind::Synchronization, false);
    Event second(dispatcher, EventKind::Synchronization, false);
    start([&](Thread& self) { EXPECT_EQ(wait_any(self, {&first.header(), &second.header()}), Status::Wait1); });
    start([&](Thread& self) {
        settle(self);
        second.set();
    });
    run();
    EXPECT_FALSE(second.is_set());
}

TEST_P(WaitTest, The_same_object_may_stand_twice_in_a_wait_for_any) {
    Event event(dispatcher, EventKind::Synchronization, false);
    start([&](Thread& self) { EXPECT_EQ(wait_any(self, {&event.header(), &event.header()}), Status::Success); });
    start([&](Thread& self) {
        settle(self);
        event.set();
    });
    run();
}

TEST_P(WaitTest, A_wait_for_all_takes_nothing_until_it_can_take_everything) {
    Event event(dispatcher, EventKind::Synchronization, true);
    Semaphore semaphore(dispatcher, 0, 10);
    start([&](Thread& self) {
        EXPECT_EQ(wait_all(self, {&event.header(), &semaphore.header()}, short_time), Status::Timeout);
        EXPECT_TRUE(event.is_set());
        EXPECT_TRUE(semaphore.release(1).ok());
        EXPECT_EQ(wait_all(self, {&event.header(), &semaphore.header()}, short_time), Status::Success);
        EXPECT_FALSE(event.is_set());
        EXPECT_EQ(semaphore.state().count, 0);
    });
    run();
}

TEST_P(WaitTest, A_wait_for_all_that_sleeps_ends_when_the_last_object_is_signalled) {
    Event a(dispatcher, EventKind::Synchronization, false);
    Event b(dispatcher, EventKind::Synchronization, false);
    std::atomic<bool> done{false};
    start([&](Thread& self) {
        EXPECT_EQ(wait_all(self, {&a.header(), &b.header()}), Status::Success);
        done = true;
    });
    start([&](Thread& self) {
        settle(self);
        b.set();
        settle(self);
        EXPECT_FALSE(done);
        a.set();
    });
    run();
    EXPECT_FALSE(a.is_set());
    EXPECT_FALSE(b.is_set());
}

TEST_P(WaitTest, A_mutant_can_be_taken_again_by_its_owner_and_by_nobody_else) {
    Mutant mutant(dispatcher);
    Event taken(dispatcher, EventKind::Notification, false);
    Event tried(dispatcher, EventKind::Notification, false);
    start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&mutant.header()}), Status::Success);
        EXPECT_EQ(wait_any(self, {&mutant.header()}), Status::Success);
        EXPECT_EQ(mutant.state().count, -1);
        taken.set();
        wait_any(self, {&tried.header()});
        EXPECT_EQ(mutant.release(self).value(), -1);
        EXPECT_EQ(mutant.release(self).value(), 0);
        EXPECT_EQ(mutant.release(self).error(), Status::MutantNotOwned);
    });
    start([&](Thread& self) {
        wait_any(self, {&taken.header()});
        EXPECT_EQ(wait_any(self, {&mutant.header()}, Timeout::poll()), Status::Timeout);
        EXPECT_EQ(mutant.release(self).error(), Status::MutantNotOwned);
        tried.set();
        EXPECT_EQ(wait_any(self, {&mutant.header()}), Status::Success);
        EXPECT_EQ(mutant.release(self).value(), 0);
    });
    run();
}

TEST_P(WaitTest, The_next_owner_of_an_abandoned_mutant_is_told_once) {
    Mutant mutant(dispatcher);
    Event other(dispatcher, EventKind::Notification, false);
    start([&](Thread& self) { EXPECT_EQ(wait_any(self, {&mutant.header()}), Status::Success); }); // and ends
    start([&](Thread& self) {
        settle(self);
        EXPECT_TRUE(mutant.state().abandoned);
        EXPECT_EQ(wait_any(self, {&other.header(), &mutant.header()}), wait_status(1, true));
        EXPECT_FALSE(mutant.state().abandoned);
        EXPECT_EQ(mutant.release(self).value(), 0);
        EXPECT_EQ(wait_any(self, {&mutant.header()}), Status::Success);
    });
    run();
}

TEST_P(WaitTest, A_thread_that_ends_hands_its_mutant_to_a_wait_for_all) {
    Mutant mutant(dispatcher);
    Event event(dispatcher, EventKind::Notification, true);
    start([&](Thread& self) {
        wait_any(self, {&mutant.header()});
        settle(self);
    });
    start([&](Thread& self) {
        dispatcher.delay(self, Alertable::No, Timeout::after(Ticks::milliseconds(5)));
        EXPECT_EQ(wait_all(self, {&event.header(), &mutant.header()}), Status::Abandoned);
    });
    run();
}

TEST_P(WaitTest, A_mutant_cannot_be_taken_more_often_than_its_count_can_tell) {
    Mutant mutant(dispatcher);
    start([&](Thread& self) {
        wait_any(self, {&mutant.header()});
        mutant.header().signal_state = std::numeric_limits<std::int32_t>::min();
        EXPECT_EQ(wait_any(self, {&mutant.header()}), Status::MutantLimitExceeded);
        EXPECT_EQ(wait_all(self, {&mutant.header()}), Status::MutantLimitExceeded);
        mutant.header().signal_state = 0;
    });
    run();
}

TEST_P(WaitTest, A_semaphore_lets_as_many_through_as_it_has_units) {
    Semaphore semaphore(dispatcher, 2, 3);
    start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&semaphore.header()}, Timeout::poll()), Status::Success);
        EXPECT_EQ(wait_any(self, {&semaphore.header()}, Timeout::poll()), Status::Success);
        EXPECT_EQ(wait_any(self, {&semaphore.header()}, Timeout::poll()), Status::Timeout);
        EXPECT_EQ(semaphore.release(3).value(), 0);
        EXPECT_EQ(semaphore.release(1).error(), Status::SemaphoreLimitExceeded);
        EXPECT_EQ(semaphore.state().count, 3);
        EXPECT_EQ(semaphore.release(std::numeric_limits<std::int32_t>::max()).error(),
                  Status::SemaphoreLimitExceeded);
    });
    run();
}

TEST_P(WaitTest, A_release_of_several_units_wakes_several_waiters) {
    Semaphore semaphore(dispatcher, 0, 100);
    std::atomic<int> through{0};
    for (int i = 0; i < 40; ++i) {
        start([&](Thread& self) {
            EXPECT_EQ(wait_any(self, {&semaphore.header()}), Status::Success);
            ++through;
        });
    }
    start([&](Thread& self) {
        settle(self);
        EXPECT_TRUE(semaphore.release(25).ok());
        settle(self);
        EXPECT_EQ(through, 25);
        EXPECT_TRUE(semaphore.release(15).ok());
    });
    run();
    EXPECT_EQ(through, 40);
}

TEST_P(WaitTest, A_relative_timeout_ends_a_wait_when_its_time_is_over) {
    Event event(dispatcher, EventKind::Notification, false);
    start([&](Thread& self) {
        const Ticks before = dispatcher.clock().interrupt_time();
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::after(Ticks::milliseconds(30))), Status::Timeout);
        EXPECT_GE(dispatcher.clock().interrupt_time() - before, Ticks::milliseconds(30));
    });
    run();
}

TEST_P(WaitTest, An_absolute_timeout_is_a_moment_of_system_time) {
    Event event(dispatcher, EventKind::Notification, false);
    start([&](Thread& self) {
        const auto now = dispatcher.clock().system_time().count;
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::from_nt(now + 200'000)), Status::Timeout);
        EXPECT_GE(dispatcher.clock().system_time().count, now + 200'000);
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::from_nt(1)), Status::Timeout) << "long past";
    });
    run();
}

TEST_P(WaitTest, Signal_and_wait_is_one_step) {
    Event request(dispatcher, EventKind::Synchronization, false);
    Event answer(dispatcher, EventKind::Synchronization, false);
    start([&](Thread& self) {
        DispatcherHeader* const objects[] = {&answer.header()};
        for (int i = 0; i < 100; ++i) {
            EXPECT_EQ(dispatcher.signal_and_wait(self, [&](Dispatcher::Hold& hold) {
                request.set(hold);
                return Status::Success;
            }, {objects}), Status::Success);
        }
    });
    start([&](Thread& self) {
        for (int i = 0; i < 100; ++i) {
            wait_any(self, {&request.header()});
            answer.pulse(); // the other waits already: it began before the request could be seen
        }
    });
    run();
}

TEST_P(WaitTest, A_thread_is_signalled_when_it_has_ended) {
    Thread& worker = start([&](Thread& self) { settle(self); });
    start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&worker.termination()}), Status::Success);
        EXPECT_EQ(wait_any(self, {&worker.termination()}), Status::Success);
    });
    run();
}

TEST_P(WaitTest, Keyed_events_join_a_waiter_and_a_releaser_with_the_same_key) {
    KeyedEvent keyed(dispatcher);
    std::atomic<int> met{0};
    for (std::uint64_t key = 2; key <= 8; key += 2) {
        start([&, key](Thread& self) {
            EXPECT_EQ(keyed.wait(self, {key, Alertable::No, Timeout::infinite()}), Status::Success);
            ++met;
        });
    }
    start([&](Thread& self) {
        EXPECT_EQ(keyed.release(self, {100, Alertable::No, short_time}), Status::Timeout) << "nobody comes";
        for (std::uint64_t key = 8; key >= 2; key -= 2) {
            EXPECT_EQ(keyed.release(self, {key, Alertable::No, Timeout::infinite()}), Status::Success);
        }
        EXPECT_EQ(keyed.wait(self, {2, Alertable::No, Timeout::poll()}), Status::Timeout);
    });
    run();
    EXPECT_EQ(met, 4);
}

TEST_P(WaitTest, An_alert_by_thread_id_is_kept_once) {
    Thread& waiter = start([&](Thread& self) {
        EXPECT_TRUE(dispatcher.alert_by_id(self.id()).ok());
        EXPECT_TRUE(dispatcher.alert_by_id(self.id()).ok());
        EXPECT_EQ(dispatcher.wait_for_alert_by_id(self, Timeout::infinite()), Status::Alerted);
        EXPECT_EQ(dispatcher.wait_for_alert_by_id(self, Timeout::poll()), Status::Timeout);
        EXPECT_EQ(dispatcher.wait_for_alert_by_id(self, short_time), Status::Timeout);
        EXPECT_EQ(dispatcher.wait_for_alert_by_id(self, Timeout::infinite()), Status::Alerted);
    });
    start([&](Thread& self) {
        dispatcher.delay(self, Alertable::No, Timeout::after(Ticks::milliseconds(60)));
        EXPECT_TRUE(dispatcher.alert_by_id(waiter.id()).ok());
        EXPECT_EQ(dispatcher.alert_by_id(4 * 5000).error(), Status::InvalidCid);
        EXPECT_EQ(dispatcher.alert_by_id(waiter.id() + 1).error(), Status::InvalidCid);
    });
    run();
}

TEST_P(WaitTest, The_clock_ticks_while_threads_run) {
    std::atomic<int> ticks{0};
    carrier->on_tick({[](void* count) { ++*static_cast<std::atomic<int>*>(count); }, &ticks});
    start([&](Thread& self) {
        const int before = ticks;
        dispatcher.delay(self, Alertable::No, Timeout::after(Ticks::milliseconds(60)));
        EXPECT_GT(ticks, before);
    });
    run();
}

TEST_P(WaitTest, A_thread_finds_itself_from_its_stack) {
    start([&](Thread& self) { EXPECT_EQ(&current_thread(), &self); });
    start([&](Thread& self) {
        settle(self);
        EXPECT_EQ(&current_thread(), &self);
    });
    run();
}

} // namespace
} // namespace oriel::ke::test
