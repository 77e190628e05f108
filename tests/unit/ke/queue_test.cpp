// SPDX-License-Identifier: MIT
#include "carrier_fixture.h"

#include <ntdll-emu/ke/queue.h>

namespace oriel::ke::test {
namespace {

struct Numbered final : Packet {
    explicit Numbered(int its_number) : number(its_number) {}
    int number;
};

class QueueTest : public CarrierTest {
public:
    static int number_of(const Queue::Removed& removed) {
        return removed.packet ? static_cast<const Numbered&>(*removed.packet).number : -1;
    }
    Queue queue{dispatcher};
};
INSTANTIATE_ON_CARRIERS(QueueTest);

TEST_P(QueueTest, Packets_leave_in_the_order_in_which_they_came) {
    start([&](Thread& self) {
        for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.insert(std::make_unique<Numbered>(i)), i);
        EXPECT_EQ(wait_any(self, {&queue.header()}, Timeout::poll()), Status::Success) << "only waiting takes none";
        EXPECT_EQ(queue.depth(), 3);
        for (int i = 0; i < 3; ++i) EXPECT_EQ(number_of(queue.remove(self, Alertable::No, Timeout::poll())), i);
        EXPECT_EQ(queue.remove(self, Alertable::No, Timeout::poll()).status, Status::Timeout);
        EXPECT_EQ(queue.remove(self, Alertable::No, Timeout::after(Ticks::milliseconds(5))).status, Status::Timeout);
    });
    run();
}

TEST_P(QueueTest, The_thread_that_came_last_is_served_first) {
    std::vector<int> order;
    std::mutex mutex;
    start([&](Thread& self) {
        for (int i = 0; i < 3; ++i) {
            start([&, i](Thread& waiter) {
                EXPECT_NE(number_of(queue.remove(waiter, Alertable::No, Timeout::infinite())), -1);
                const std::lock_guard lock(mutex);
                order.push_back(i);
            });
            settle(self);
        }
        for (int i = 0; i < 3; ++i) {
            queue.insert(std::make_unique<Numbered>(i));
            settle(self);
        }
    });
    run();
    EXPECT_EQ(order, (std::vector{2, 1, 0}));
}

TEST_P(QueueTest, Every_packet_is_taken_once) {
    constexpr int packets = 2000;
    std::atomic<int> taken{0};
    std::atomic<long> sum{0};
    for (int t = 0; t < 4; ++t) {
        start([&](Thread& self) {
            for (;;) {
                const int number = number_of(queue.remove(self, Alertable::Yes, Timeout::infinite()));
                if (number < 0) break;
                sum += number;
                if (number == 0) break; // the sign to stop
                ++taken;
            }
        });
    }
    start([&](Thread& self) {
        for (int i = 1; i <= packets; ++i) {
            queue.insert(std::make_unique<Numbered>(i));
            if (i % 100 == 0) settle(self);
        }
        for (int t = 0; t < 4; ++t) queue.insert(std::make_unique<Numbered>(0));
    });
    run();
    EXPECT_EQ(taken, packets);
    EXPECT_EQ(sum, long{packets} * (packets + 1) / 2);
}

TEST_P(QueueTest, A_wait_for_a_packet_can_be_alertable) {
    Thread& waiter = start([&](Thread& self) {
        EXPECT_EQ(queue.remove(self, Alertable::Yes, Timeout::infinite()).status, Status::UserApc);
        EXPECT_TRUE(self.take_user_apc().has_value());
        EXPECT_EQ(queue.remove(self, Alertable::No, Timeout::infinite()).status, Status::ThreadIsTerminating);
    });
    start([&](Thread& self) {
        settle(self);
        EXPECT_TRUE(waiter.queue_apc(std::make_unique<Apc>(UserApc{})).ok());
        settle(self);
        waiter.terminate(Status::Success);
    });
    run();
}

} // namespace
} // namespace oriel::ke::test
