// SPDX-License-Identifier: MIT
// HeapLock against other threads: with the low-fragmentation heap, without it, and where nothing is serialized.
// Observed on Windows by public tests that are run there; "HeapLock function" (Microsoft documentation).
#include <gtest/gtest.h>

#include <windows.h>

namespace {

constexpr DWORD a_while = 50;     ///< milliseconds: who waits for the lock still waits

/// A thread that allocates and frees one block of nothing each time it is told to.
class Allocator {
public:
    enum class Lock { No, Yes };

    Allocator(HANDLE heap, DWORD flags, Lock lock) : m_heap(heap), m_flags(flags), m_lock(lock == Lock::Yes) {
        m_done = CreateEventW(nullptr, FALSE, FALSE, nullptr);
        m_thread = CreateThread(nullptr, 0, run, this, 0, nullptr);
    }
    ~Allocator() {
        WaitForSingleObject(m_thread, INFINITE);
        CloseHandle(m_thread);
        CloseHandle(m_done);
    }
    Allocator(const Allocator&) = delete;
    /// Has it got its block within that time?
    bool done_within(DWORD milliseconds) const { return WaitForSingleObject(m_done, milliseconds) == WAIT_OBJECT_0; }

private:
    static DWORD WINAPI run(void* self) {
        auto& allocator = *static_cast<Allocator*>(self);
        if (allocator.m_lock) HeapLock(allocator.m_heap);
        HeapFree(allocator.m_heap, allocator.m_flags, HeapAlloc(allocator.m_heap, allocator.m_flags, 0));
        if (allocator.m_lock) HeapUnlock(allocator.m_heap);
        SetEvent(allocator.m_done);
        return 0;
    }

    HANDLE m_heap, m_done, m_thread;
    DWORD m_flags;
    bool m_lock;
};

/// Who does not wait is done long before.
constexpr DWORD surely = 60000;

} // namespace

TEST(HeapLockThreads, An_allocation_waits_for_a_locked_heap_unless_it_says_that_nobody_else_is_there) {
    HANDLE const heap = HeapCreate(0, 0, 0);
    ASSERT_TRUE(HeapLock(heap));
    {
        const Allocator waits(heap, 0, Allocator::Lock::No);
        EXPECT_FALSE(waits.done_within(a_while));
        EXPECT_TRUE(HeapUnlock(heap));
        EXPECT_TRUE(waits.done_within(surely));
    }
    ASSERT_TRUE(HeapLock(heap));
    {
        const Allocator goes_on(heap, HEAP_NO_SERIALIZE, Allocator::Lock::No);
        EXPECT_TRUE(goes_on.done_within(surely));
    }
    EXPECT_TRUE(HeapUnlock(heap));
    HeapDestroy(heap);
}

TEST(HeapLockThreads, A_heap_without_serialization_locks_nobody_out) {
    HANDLE const heap = HeapCreate(HEAP_NO_SERIALIZE, 0, 0);
    for (const auto lock : {Allocator::Lock::Yes, Allocator::Lock::No}) {
        ASSERT_TRUE(HeapLock(heap));
        {
            const Allocator goes_on(heap, 0, lock);
            EXPECT_TRUE(goes_on.done_within(surely));
        }
        EXPECT_TRUE(HeapUnlock(heap));
    }
    HeapDestroy(heap);
}

TEST(HeapLockThreads, The_low_fragmentation_heap_allocates_while_the_heap_is_locked) {
    HANDLE const heap = HeapCreate(0, 0, 0);
    void* blocks[0x12];
    for (void*& block : blocks) block = HeapAlloc(heap, 0, 0);
    for (void* block : blocks) HeapFree(heap, 0, block);
    ASSERT_TRUE(HeapLock(heap));
    {
        const Allocator goes_on(heap, 0, Allocator::Lock::No);
        EXPECT_TRUE(goes_on.done_within(surely));
    }
    {
        const Allocator waits(heap, 0, Allocator::Lock::Yes); // for the lock itself
        EXPECT_FALSE(waits.done_within(a_while));
        EXPECT_TRUE(HeapUnlock(heap));
        EXPECT_TRUE(waits.done_within(surely));
    }
    HeapDestroy(heap);
}
