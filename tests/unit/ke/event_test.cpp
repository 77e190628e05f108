// SPDX-License-Identifier: MIT
#include "carrier_fixture.h"

#include <ntdll-emu/ke/event.h>

namespace oriel::ke::test {
namespace {

class EventTest : public CarrierTest {};
INSTANTIATE_ON_CARRIERS(EventTest);

constexpr Timeout short_time = Timeout::after(Ticks::milliseconds(5));

TEST_P(EventTest, A_set_notification_event_lets_everybody_through_and_stays_set) {
    Event event(dispatcher, EventKind::Notification, true);
    start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&event.header()}), Status::Success);
        EXPECT_EQ(wait_any(self, {&event.header()}), Status::Success);
        EXPECT_TRUE(event.is_set());
    });
    run();
}

TEST_P(EventTest, A_set_synchronization_event_lets_one_wait_through) {
    Event event(dispatcher, EventKind::Synchronization, true);
    start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::poll()), Status::Success);
        EXPECT_EQ(wait_any(self, {&event.header()}, Timeout::poll()), Status::Timeout);
    });
    run();
}

TEST_P(EventTest, Set_reset_and_pulse_answer_the_state_before) {
    Event event(dispatcher, EventKind::Notification, false);
    EXPECT_FALSE(event.set());
    EXPECT_TRUE(event.set());
    EXPECT_TRUE(event.reset());
    EXPECT_FALSE(event.reset());
    EXPECT_FALSE(event.pulse());
    EXPECT_FALSE(event.is_set());
}

TEST_P(EventTest, Setting_an_event_wakes_a_thread_that_waits_for_it) {
    Event event(dispatcher, EventKind::Synchronization, false);
    start([&](Thread& self) {
        EXPECT_EQ(wait_any(self, {&event.header()}), Status::Success);
        EXPECT_FALSE(event.is_set());
    });
    start([&](Thread& self) {
        settle(self);
        EXPECT_FALSE(event.set());
    });
    run();
}

TEST_P(EventTest, A_pulse_lets_those_through_who_wait_and_nobody_later) {
    Event event(dispatcher, EventKind::Notification, false);
    std::atomic<int> through{0};
    for (int i = 0; i < 3; ++i) {
        start([&](Thread& self) {
            EXPECT_EQ(wait_any(self, {&event.header()}), Status::Success);
            ++through;
        });
    }
    start([&](Thread& self) {
        settle(self);
        event.pulse();
        EXPECT_EQ(wait_any(self, {&event.header()}, short_time), Status::Timeout);
    });
    run();
    EXPECT_EQ(through, 3);
}

TEST_P(EventTest, A_pulse_of_a_synchronization_event_lets_one_through) {
    Event event(dispatcher, EventKind::Synchronization, false);
    std::atomic<int> through{0};
    for (int i = 0; i < 3; ++i) {
        start([&](Thread& self) {
            EXPECT_EQ(wait_any(self, {&event.header()}), Status::Success);
            ++through;
        });
    }
    start([&](Thread& self) {
        settle(self);
        event.pulse();
        settle(self);
        EXPECT_EQ(through, 1);
        for (int i = 0; i < 2; ++i) {
            event.set();
            settle(self);
        }
    });
    run();
    EXPECT_EQ(through, 3);
}

TEST_P(EventTest, Waiters_are_served_in_the_order_in_which_they_came) {
    Event event(dispatcher, EventKind::Synchronization, false);
    std::vector<int> order;
    start([&](Thread& self) {
        for (int i = 0; i < 4; ++i) {
            start([&, i](Thread& waiter) {
                EXPECT_EQ(wait_any(waiter, {&event.header()}), Status::Success);
                order.push_back(i);
                event.set();
            });
            settle(self);
        }
        event.set();
    });
    run();
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3}));
}

TEST_P(EventTest, Two_threads_play_ping_pong) {
    Event ping(dispatcher, EventKind::Synchronization, false);
    Event pong(dispatcher, EventKind::Synchronization, false);
    constexpr int rounds = 2000;
    int ball = 0;
    start([&](Thread& self) {
        for (int i = 0; i < rounds; ++i) {
            ++ball;
            ping.set();
            EXPECT_EQ(wait_any(self, {&pong.header()}), Status::Success);
        }
    });
    start([&](Thread& self) {
        for (int i = 0; i < rounds; ++i) {
            EXPECT_EQ(wait_any(self, {&ping.header()}), Status::Success);
            ++ball;
            pong.set();
        }
    });
    run();
    EXPECT_EQ(ball, 2 * rounds);
}

TEST_P(EventTest, Threads_in_a_crowd_lose_no_wake) {
    Event turn(dispatcher, EventKind::Synchronization, true);
    constexpr int rounds = 300;
    int count = 0;
    for (int t = 0; t < 8; ++t) {
        start([&](Thread& self) {
            for (int i = 0; i < rounds; ++i) {
                EXPECT_EQ(wait_any(self, {&turn.header()}), Status::Success);
                ++count;
                turn.set();
            }
        });
    }
    run();
    EXPECT_EQ(count, 8 * rounds);
}

} // namespace
} // namespace oriel::ke::test
