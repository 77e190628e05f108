// SPDX-License-Identifier: MIT
// One heap, many threads ("HeapAlloc function", Microsoft documentation: serialization), blocks that one
// thread allocates and another frees; and lists whose entries' pages go while others pop from them.
#include <gtest/gtest.h>

#include "callback.h"

#include <windows.h>

#include <cstring>
#include <vector>

namespace {

constexpr int thread_count = 4;

/// Runs `body(number)` on several threads and waits for all.
template<class F>
void on_threads(F body) {
    struct Start {
        F* body;
        int number;
    } starts[thread_count];
    HANDLE threads[thread_count];
    for (int i = 0; i < thread_count; ++i) {
        starts[i] = {&body, i};
        threads[i] = CreateThread(
            nullptr, 0,
            callback([](void* argument) -> DWORD {
                auto* const start = static_cast<Start*>(argument);
                (*start->body)(start->number);
                return 0;
            }),
            &starts[i], 0, nullptr);
        ASSERT_NE(threads[i], nullptr);
    }
    EXPECT_EQ(WaitForMultipleObjects(thread_count, threads, TRUE, INFINITE), static_cast<DWORD>(WAIT_OBJECT_0));
    for (HANDLE thread : threads) CloseHandle(thread);
}

} // namespace

TEST(HeapThreads, Blocks_of_different_threads_do_not_meet) {
    HANDLE const heap = HeapCreate(0, 0, 0);
    LONG damaged = 0;
    on_threads([&](int number) {
        struct Block {
            unsigned char* data;
            SIZE_T size;
        };
        std::vector<Block> blocks;
        unsigned random = static_cast<unsigned>(number) + 1;
        for (int i = 0; i < 4000; ++i) {
            random = random * 1103515245 + 12345;
            const SIZE_T size = (random >> 8) % 500;
            Block block{static_cast<unsigned char*>(HeapAlloc(heap, 0, size)), size};
            std::memset(block.data, number + 1, size);
            blocks.push_back(block);
            if (blocks.size() < 50) continue;
            std::swap(blocks[(random >> 16) % blocks.size()], blocks.back());
            block = blocks.back();
            blocks.pop_back();
            for (SIZE_T at = 0; at < block.size; ++at) {
                if (block.data[at] != number + 1) InterlockedIncrement(&damaged);
            }
            if (!HeapFree(heap, 0, block.data)) InterlockedIncrement(&damaged);
        }
        for (const Block& block : blocks) HeapFree(heap, 0, block.data);
    });
    EXPECT_EQ(damaged, 0);
    EXPECT_TRUE(HeapValidate(heap, 0, nullptr));
    HeapDestroy(heap);
}

TEST(HeapThreads, A_block_may_be_freed_by_another_thread) {
    HANDLE const heap = GetProcessHeap();
    static void* volatile slots[64];
    on_threads([&](int number) {
        unsigned random = static_cast<unsigned>(number) + 1;
        for (int i = 0; i < 10000; ++i) {
            random = random * 1103515245 + 12345;
            void* const fresh = HeapAlloc(heap, 0, (random >> 10) % 300);
            void* const old = InterlockedExchangePointer(&slots[(random >> 20) % 64], fresh);
            if (old != nullptr && !HeapFree(heap, 0, old)) ADD_FAILURE() << "a block was lost";
        }
    });
    for (auto& slot : slots) HeapFree(heap, 0, slot);
    EXPECT_TRUE(HeapValidate(heap, 0, nullptr));
}

TEST(HeapThreads, A_locked_heap_keeps_the_others_out_and_itself_in) { // "HeapLock function"
    HANDLE const heap = HeapCreate(0, 0, 0x40000); // fixed: no front end that would not ask for the lock
    ASSERT_TRUE(HeapLock(heap));
    void* const own = HeapAlloc(heap, 0, 10);
    EXPECT_NE(own, nullptr);
    LONG got = 0;
    struct Argument {
        HANDLE heap;
        LONG* got;
    } argument{heap, &got};
    HANDLE const thread = CreateThread(
        nullptr, 0,
        callback([](void* pointer) -> DWORD {
            auto* const argument = static_cast<Argument*>(pointer);
            HeapAlloc(argument->heap, 0, 10);
            InterlockedExchange(argument->got, 1);
            return 0;
        }),
        &argument, 0, nullptr);
    EXPECT_EQ(WaitForSingleObject(thread, 50), static_cast<DWORD>(WAIT_TIMEOUT));
    EXPECT_EQ(InterlockedExchangeAdd(&got, 0), 0);
    EXPECT_TRUE(HeapUnlock(heap));
    EXPECT_EQ(WaitForSingleObject(thread, 60000), static_cast<DWORD>(WAIT_OBJECT_0));
    EXPECT_EQ(got, 1);
    CloseHandle(thread);
    HeapDestroy(heap);
}

TEST(InterlockedListThreads, An_entry_may_go_with_its_page_while_others_pop) {
    // A pop reads the first entry, which another thread may have popped and freed by then; the system
    // resumes such a pop ("Using Singly Linked Lists", Microsoft documentation; the fault is never seen).
    auto* const list = static_cast<SLIST_HEADER*>(_aligned_malloc(sizeof(SLIST_HEADER), MEMORY_ALLOCATION_ALIGNMENT));
    InitializeSListHead(list);
    LONG popped = 0;
    constexpr int rounds = 1500;
    on_threads([&](int) {
        for (int i = 0; i < rounds; ++i) {
            auto* const page =
                static_cast<SLIST_ENTRY*>(VirtualAlloc(nullptr, 0x1000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
            InterlockedPushEntrySList(list, page);
            if (SLIST_ENTRY* entry = InterlockedPopEntrySList(list)) {
                VirtualFree(entry, 0, MEM_RELEASE);
                InterlockedIncrement(&popped);
            }
        }
    });
    while (SLIST_ENTRY* entry = InterlockedPopEntrySList(list)) {
        VirtualFree(entry, 0, MEM_RELEASE);
        ++popped;
    }
    EXPECT_EQ(popped, thread_count * rounds);
    _aligned_free(list);
}
