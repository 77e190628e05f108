// SPDX-License-Identifier: MIT
#include "../native.h"

#include <ntdll-emu/rtl/sync/srw_lock.h>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace oriel::rtl;

TEST(SrwLock, Readers_share_and_a_writer_does_not) {
    SrwLock lock{};
    acquire_shared(lock);
    EXPECT_TRUE(try_acquire_shared(lock));
    EXPECT_FALSE(try_acquire_exclusive(lock));
    release_shared(lock);
    release_shared(lock);
    EXPECT_TRUE(try_acquire_exclusive(lock));
    EXPECT_FALSE(try_acquire_shared(lock));
    EXPECT_FALSE(try_acquire_exclusive(lock)); // not recursive
    release_exclusive(lock);
    EXPECT_EQ(lock.Value, 0u);
}

TEST(SrwLock, Releasing_what_is_not_held_raises) {
    SrwLock lock{};
    EXPECT_THROW(release_exclusive(lock), test::Raised);
    EXPECT_THROW(release_shared(lock), test::Raised);
}

TEST(SrwLock, A_waiting_writer_is_not_passed_by_new_readers) {
    SrwLock lock{};
    acquire_shared(lock);
    std::atomic<bool> written = false;
    std::thread writer([&] {
        acquire_exclusive(lock);
        written = true;
        release_exclusive(lock);
    });
    while (try_acquire_shared(lock)) { // until the writer has announced itself
        release_shared(lock);
        std::this_thread::yield();
    }
    EXPECT_FALSE(written);
    release_shared(lock);
    writer.join();
    EXPECT_TRUE(written);
    EXPECT_EQ(lock.Value, 0u);
}

TEST(SrwLock, Readers_and_writers_never_meet) {
    SrwLock lock{};
    std::atomic<int> readers = 0, writers = 0;
    long value = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 3000; ++i) {
                if ((i + t) % 4 == 0) {
                    acquire_exclusive(lock);
                    EXPECT_EQ(writers++, 0);
                    EXPECT_EQ(readers, 0);
                    ++value;
                    --writers;
                    release_exclusive(lock);
                } else {
                    acquire_shared(lock);
                    ++readers;
                    EXPECT_EQ(writers, 0);
                    --readers;
                    release_shared(lock);
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(value, 3000);
    EXPECT_EQ(lock.Value, 0u);
}
