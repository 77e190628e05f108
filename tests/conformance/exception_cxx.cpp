// SPDX-License-Identifier: MIT
// exception_cxx.cpp: C++ exceptions of mingw-w64's g++ (libgcc over RtlUnwindEx and RaiseException).
//
// libgcc searches and unwinds by the system's tables, and enters each clean-up by raising STATUS_GCC_UNWIND in
// the middle of an unwind: its unwinds collide all the time.
#include <windows.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <exception>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

std::string g_events;
struct Noted {
    char name;
    explicit Noted(char name) : name(name) { g_events += name; }
    ~Noted() { g_events += static_cast<char>(name - 'a' + 'A'); }
};

class Cxx : public testing::Test {
protected:
    void SetUp() override { g_events.clear(); }
};

__attribute__((noinline)) void throw_number(int number) { throw number; }
__attribute__((noinline)) void through_frames(int depth) {
    Noted noted(static_cast<char>('a' + depth));
    if (depth == 0) throw std::runtime_error("deep");
    through_frames(depth - 1);
}

} // namespace

TEST_F(Cxx, Every_frame_cleans_up_on_the_way) {
    try {
        through_frames(5);
    } catch (const std::runtime_error& error) {
        g_events += error.what();
    }
    EXPECT_EQ(g_events, "fedcbaABCDEFdeep");
}

TEST_F(Cxx, Clean_ups_between_the_throw_and_the_catch_run_once_each) {
    try {
        Noted a('a');
        try {
            Noted b('b');
            Noted c('c');
            throw_number(1);
        } catch (const char*) {
            g_events += '!';
        }
    } catch (int) {
        g_events += '.';
    }
    EXPECT_EQ(g_events, "abcCBA.");
}

TEST_F(Cxx, A_rethrow_keeps_the_object) {
    try {
        try {
            throw std::string("kept");
        } catch (std::string& text) {
            text += '!';
            throw;
        }
    } catch (const std::string& text) {
        g_events += text;
    }
    EXPECT_EQ(g_events, "kept!");
}

TEST_F(Cxx, A_destructor_may_throw_and_catch_during_an_unwind) {
    struct Inner {
        ~Inner() {
            try {
                throw_number(7);
            } catch (int number) {
                g_events += static_cast<char>('0' + number);
            }
        }
    };
    try {
        Inner inner;
        throw_number(1);
    } catch (int number) {
        g_events += static_cast<char>('0' + number);
    }
    EXPECT_EQ(g_events, "71");
}

static int throwing_compare(const void*, const void*) { throw_number(3); return 0; }

#if defined(__x86_64__) // i386: libgcc's DWARF unwinder finds no tables in the system's frames, on Windows neither
TEST_F(Cxx, An_exception_passes_through_the_frames_of_system_DLLs) {
    int values[4] = {4, 3, 2, 1};
    try {
        Noted a('a');
        qsort(values, 4, sizeof(int), throwing_compare);
        g_events += '!';
    } catch (int number) {
        g_events += static_cast<char>('0' + number);
    }
    EXPECT_EQ(g_events, "aA3");
}
#endif

TEST_F(Cxx, Exceptions_of_the_library_arrive) {
    EXPECT_THROW(std::vector<int>().at(3), std::out_of_range);
    EXPECT_THROW(std::stoi("no number"), std::invalid_argument);
    EXPECT_THROW(std::function<void()>()(), std::bad_function_call);
    volatile std::size_t enormous = ~std::size_t{0} / 2; // in 32 bits a quarter could be had
    EXPECT_THROW((void)::operator new(enormous), std::bad_alloc);
}

TEST_F(Cxx, An_exception_can_be_carried_to_another_thread) {
    std::exception_ptr carried;
    std::thread([&] {
        try {
            throw std::runtime_error("carried");
        } catch (...) {
            carried = std::current_exception();
        }
    }).join();
    EXPECT_THROW(std::rethrow_exception(carried), std::runtime_error);
}

TEST_F(Cxx, Many_threads_throw_at_the_same_time) {
    std::vector<std::thread> threads;
    std::vector<int> caught(8);
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([i, &caught] {
            for (int round = 0; round < 300; ++round) {
                try {
                    std::string text(100, 'x');
                    throw_number(i);
                } catch (int number) {
                    caught[i] += number == i;
                }
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(caught, std::vector<int>(8, 300));
}

TEST_F(Cxx, Uncaught_exceptions_are_counted_during_the_unwind) {
    struct Counts {
        ~Counts() { g_events += static_cast<char>('0' + std::uncaught_exceptions()); }
    };
    try {
        Counts counts;
        throw_number(1);
    } catch (int) {
        g_events += static_cast<char>('0' + std::uncaught_exceptions());
    }
    EXPECT_EQ(g_events, "10");
}
