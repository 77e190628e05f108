// SPDX-License-Identifier: MIT
#include "heap_fixture.h"

#include <ntdll-emu/rtl/heap/registry.h>

#include <vector>

namespace oriel::rtl::heap {

TEST_F(HeapTest, Heaps_are_listed_in_the_order_they_were_made) {
    std::vector<Heap*> made;
    for (int i = 0; i < 100; ++i) { // more than the first table holds
        made.push_back(create(Pages(pages), {.flags = flag::growable}).value());
        ASSERT_TRUE(register_heap(*made.back()).ok());
    }
    std::vector<void*> listed(200);
    ASSERT_EQ(copy_process_heaps(listed), made.size());
    for (std::size_t i = 0; i < made.size(); ++i) EXPECT_EQ(listed[i], made[i]);
    EXPECT_EQ(copy_process_heaps({}), made.size());

    unregister_heap(*made[50]);
    ASSERT_EQ(copy_process_heaps(listed), made.size() - 1);
    EXPECT_EQ(listed[50], made[51]);
    EXPECT_EQ(made[51]->ProcessHeapsListIndex, 51);
    for (Heap* each : made) {
        unregister_heap(*each);
        destroy(*each);
    }
    EXPECT_EQ(copy_process_heaps({}), 0u);
}

} // namespace oriel::rtl::heap
