// SPDX-License-Identifier: MIT
// heap_fixture.h: a heap on fake pages.
#pragma once

#include "../native.h"

#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/heap.h>

#include <gtest/gtest.h>

#include <cstring>

namespace oriel::rtl::heap {

class HeapTest : public testing::Test {
protected:
    ~HeapTest() override {
        if (heap != nullptr) destroy(*heap);
    }
    void make(CreateRequest request = {.flags = flag::growable}) {
        auto made = create(Pages(pages), request);
        ASSERT_TRUE(made.ok());
        heap = made.value();
    }
    std::uint8_t* get(std::size_t size, std::uint32_t flags = 0) {
        return static_cast<std::uint8_t*>(allocate(*heap, flags, size));
    }
    BlockVerdict give_back(void* data) { return release(*heap, 0, data); }
    std::size_t size(void* data) { return size_of(*heap, 0, data); }
    bool sound() { return validate(*heap, 0, nullptr) == BlockVerdict::Good; }

    test::FakePages pages;
    Heap* heap = nullptr;
};

} // namespace oriel::rtl::heap
