// SPDX-License-Identifier: MIT
#include "../native.h"

#include <ntdll-emu/rtl/sync/slist.h>

#include <gtest/gtest.h>

#include <thread>
#include <vector>

using namespace oriel::rtl;

namespace {
struct alignas(16) Item {
    SListEntry entry;
    int number;
};
} // namespace

TEST(SList, It_is_a_stack) {
    SListHeader header;
    initialize(header);
    Item items[3];
    EXPECT_EQ(pop(header), nullptr);
    EXPECT_EQ(push(header, items[0].entry), nullptr);
    EXPECT_EQ(push(header, items[1].entry), &items[0].entry);
    EXPECT_EQ(depth(header), 2);
    EXPECT_EQ(first_entry(header), &items[1].entry);
    EXPECT_EQ(pop(header), &items[1].entry);
    EXPECT_EQ(pop(header), &items[0].entry);
    EXPECT_EQ(pop(header), nullptr);
    EXPECT_EQ(depth(header), 0);
}

TEST(SList, Flushing_takes_the_whole_chain) {
    SListHeader header;
    initialize(header);
    Item items[3];
    for (Item& item : items) push(header, item.entry);
    SListEntry* const chain = flush(header);
    EXPECT_EQ(chain, &items[2].entry);
    EXPECT_EQ(chain->Next->Next.get(), &items[0].entry);
    EXPECT_EQ(depth(header), 0);
    EXPECT_EQ(flush(header), nullptr);
}

TEST(SList, A_chain_is_pushed_as_a_whole) {
    SListHeader header;
    initialize(header);
    Item items[3];
    push(header, items[2].entry);
    items[0].entry.Next = &items[1].entry;
    EXPECT_EQ(push_list(header, items[0].entry, items[1].entry, 2), &items[2].entry);
    EXPECT_EQ(depth(header), 3);
    EXPECT_EQ(pop(header), &items[0].entry);
    EXPECT_EQ(pop(header), &items[1].entry);
    EXPECT_EQ(pop(header), &items[2].entry);
}

TEST(SList, Nothing_is_lost_or_doubled_between_threads) {
    SListHeader header;
    initialize(header);
    constexpr int per_thread = 2000, threads_count = 4;
    std::vector<Item> items(per_thread * threads_count);
    std::vector<std::thread> threads;
    for (int t = 0; t < threads_count; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < per_thread; ++i) {
                push(header, items[static_cast<std::size_t>(t * per_thread + i)].entry);
                if (i % 3 == 0) {
                    if (SListEntry* entry = pop(header)) push(header, *entry);
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(depth(header), per_thread * threads_count);
    int count = 0;
    while (pop(header) != nullptr) ++count;
    EXPECT_EQ(count, per_thread * threads_count);
}

extern "C" const char oriel_slist_pop_resume[], oriel_slist_pop_fault[];

TEST(SList, A_fault_in_the_pop_starts_it_again_only_if_the_list_has_changed) {
    SListHeader header;
    initialize(header);
    Item items[2];
    push(header, items[0].entry);
    const FaultedPop pop{reinterpret_cast<std::uintptr_t>(oriel_slist_pop_fault),
                         reinterpret_cast<std::uintptr_t>(&header),
                         {header.Words[0], header.Words[1]}};
    std::uintptr_t resume_at = 0;
    EXPECT_FALSE(resume_slist_fault(pop, resume_at)); // the first entry is bad: a fault like any other
    push(header, items[1].entry);
    EXPECT_TRUE(resume_slist_fault(pop, resume_at));
    EXPECT_EQ(resume_at, reinterpret_cast<std::uintptr_t>(oriel_slist_pop_resume));
    FaultedPop elsewhere = pop;
    ++elsewhere.instruction_pointer;
    EXPECT_FALSE(resume_slist_fault(elsewhere, resume_at));
}
