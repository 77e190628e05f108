// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/exception/vectored.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <mutex>
#include <string>

namespace {

using oriel::rtl::NodeMemory;

struct Counting {
    static inline int blocks = 0;
    static inline bool empty = false;
    static void* allocate(std::size_t bytes) {
        if (empty) return nullptr;
        ++blocks;
        return std::malloc(bytes);
    }
    static void free(void* block) {
        --blocks;
        std::free(block);
    }
};
struct Event {
    std::string said;
};
using Handlers = oriel::rtl::VectoredHandlers<Event, std::mutex, Counting>;

Handlers* g_handlers;
void* g_own;
void* g_next;

std::int32_t says_a(Event* event) { event->said += 'a'; return nt::filter_continue_search; }
std::int32_t says_b(Event* event) { event->said += 'b'; return nt::filter_continue_search; }
std::int32_t takes_it(Event* event) { event->said += 't'; return nt::filter_continue_execution; }
std::int32_t removes_itself(Event* event) {
    event->said += 'x';
    g_handlers->remove(g_own);
    return nt::filter_continue_search;
}
std::int32_t removes_the_next(Event* event) {
    event->said += 'n';
    g_handlers->remove(g_next);
    return nt::filter_continue_search;
}
std::int32_t adds_behind(Event* event) {
    event->said += '+';
    g_next = g_handlers->add(false, says_b);
    return nt::filter_continue_search;
}

class Vectored : public testing::Test {
protected:
    void SetUp() override {
        g_handlers = &handlers;
        Counting::blocks = 0;
        Counting::empty = false;
    }
    std::string call() {
        Event event;
        handled = handlers.call(&event);
        return event.said;
    }
    Handlers handlers;
    bool handled = false;
};

} // namespace

TEST_F(Vectored, The_first_comes_first_and_the_last_last) {
    void* a = handlers.add(true, says_a);
    void* b = handlers.add(false, says_b);
    void* front = handlers.add(true, says_b);
    EXPECT_EQ(call(), "bab");
    EXPECT_FALSE(handled);
    EXPECT_TRUE(handlers.remove(a));
    EXPECT_EQ(call(), "bb");
    EXPECT_TRUE(handlers.remove(front));
    EXPECT_TRUE(handlers.remove(b));
    EXPECT_TRUE(handlers.empty());
    EXPECT_EQ(Counting::blocks, 0);
}

TEST_F(Vectored, Nobody_is_asked_behind_one_who_takes_it) {
    void* a = handlers.add(false, takes_it);
    void* b = handlers.add(false, says_b);
    EXPECT_EQ(call(), "t");
    EXPECT_TRUE(handled);
    handlers.remove(a);
    handlers.remove(b);
}

TEST_F(Vectored, What_is_no_registration_cannot_be_removed) {
    void* a = handlers.add(true, says_a);
    EXPECT_FALSE(handlers.remove(&handlers));
    EXPECT_TRUE(handlers.remove(a));
    EXPECT_FALSE(handlers.remove(a));
}

TEST_F(Vectored, A_handler_may_remove_itself_and_lives_until_it_has_returned) {
    g_own = handlers.add(true, removes_itself);
    void* b = handlers.add(false, says_b);
    EXPECT_EQ(call(), "xb");
    EXPECT_EQ(call(), "b");
    handlers.remove(b);
    EXPECT_EQ(Counting::blocks, 0);
}

TEST_F(Vectored, A_handler_may_remove_the_next_one) {
    void* n = handlers.add(false, removes_the_next);
    g_next = handlers.add(false, says_a);
    void* b = handlers.add(false, says_b);
    EXPECT_EQ(call(), "nb");
    handlers.remove(n);
    handlers.remove(b);
    EXPECT_EQ(Counting::blocks, 0);
}

TEST_F(Vectored, A_handler_added_behind_is_asked_at_once) {
    void* plus = handlers.add(true, adds_behind);
    EXPECT_EQ(call(), "+b");
    handlers.remove(g_next);
    handlers.remove(plus);
}

TEST_F(Vectored, Without_memory_there_is_no_registration) {
    Counting::empty = true;
    EXPECT_EQ(handlers.add(true, says_a), nullptr);
    EXPECT_TRUE(handlers.empty());
}
