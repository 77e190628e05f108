// SPDX-License-Identifier: MIT
// What a heap is made of and what it can hold. The sources:
//   [doc]  "HeapCreate function", "HeapAlloc function" (Microsoft documentation)
//   [obs]  observed on Windows by public tests of these functions that are run there
#include <gtest/gtest.h>

#include <windows.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

constexpr SIZE_T word = sizeof(void*);

class Heap {
public:
    Heap(DWORD flags, SIZE_T initial, SIZE_T maximum) : m_heap(HeapCreate(flags, initial, maximum)) {}
    ~Heap() {
        if (m_heap != nullptr) HeapDestroy(m_heap);
    }
    operator HANDLE() const { return m_heap; }

private:
    HANDLE m_heap;
};

/// The length of the reservation that begins at the heap.
SIZE_T reserved_by(HANDLE heap) {
    MEMORY_BASIC_INFORMATION region;
    SIZE_T reserved = 0;
    for (char* at = static_cast<char*>(heap);
         VirtualQuery(at, &region, sizeof region) != 0 && region.AllocationBase == heap; at += region.RegionSize) {
        reserved += region.RegionSize;
    }
    return reserved;
}

std::uint32_t word_at(HANDLE heap, std::size_t offset) {
    std::uint32_t value;
    std::memcpy(&value, static_cast<const char*>(static_cast<void*>(heap)) + offset, sizeof value);
    return value;
}

} // namespace

TEST(HeapLimits, A_heap_begins_at_a_boundary_of_64_KiB) { // [obs]
    for (int i = 0; i < 4; ++i) {
        Heap heap(0, 0, 0);
        ASSERT_NE(static_cast<HANDLE>(heap), nullptr);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(static_cast<HANDLE>(heap)) % 0x10000, 0u);
    }
}

TEST(HeapLimits, The_structure_shows_its_signature_and_flags) { // [obs]; debuggers and protections read them
    Heap heap(0, 0, 0);
    EXPECT_EQ(word_at(heap, word == 8 ? 0x10 : 0x08), 0xFFEEFFEE);
    EXPECT_EQ(word_at(heap, word == 8 ? 0x70 : 0x40), 0x1002u); // HEAP_GROWABLE | HEAP_CLASS_1
    EXPECT_EQ(word_at(heap, word == 8 ? 0x74 : 0x44), 0u);
    Heap unserialized(HEAP_NO_SERIALIZE, 0, 0);
    EXPECT_EQ(word_at(unserialized, word == 8 ? 0x70 : 0x40), 0x1003u);
    EXPECT_EQ(word_at(unserialized, word == 8 ? 0x74 : 0x44), 1u);
    Heap fixed(0, 0, 0x10000);
    EXPECT_EQ(word_at(fixed, word == 8 ? 0x70 : 0x40), 0x1000u);
}

TEST(HeapLimits, Flags_of_checks_and_sharing_are_not_the_creator_s_to_give) { // [obs]
    constexpr DWORD shared = 0x04000000;
    Heap checked(HEAP_TAIL_CHECKING_ENABLED | HEAP_FREE_CHECKING_ENABLED | HEAP_NO_SERIALIZE, 0, 0);
    EXPECT_EQ(word_at(checked, word == 8 ? 0x70 : 0x40), 0x1003u);
    Heap for_all(shared, 0, 0);
    EXPECT_EQ(word_at(for_all, word == 8 ? 0x70 : 0x40), 0x1002u);
}

TEST(HeapLimits, A_heap_that_does_not_fit_is_refused) { // read from a public implementation: the last error
    SetLastError(0xDEADBEEF);
    EXPECT_EQ(HeapCreate(0, ~SIZE_T{0} / 2, 0), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
    SetLastError(0xDEADBEEF);
    EXPECT_EQ(HeapCreate(0, 0, ~SIZE_T{0}), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
}

TEST(HeapLimits, Pointers_are_aligned_to_two_words) { // [doc] MEMORY_ALLOCATION_ALIGNMENT
    Heap heap(0, 0, 0);
    std::uintptr_t all = 0;
    for (SIZE_T size = 0; size < 300; ++size) all |= reinterpret_cast<std::uintptr_t>(HeapAlloc(heap, 0, size));
    EXPECT_EQ(all % (2 * word), 0u);
    EXPECT_NE(all & (2 * word), 0u); // and not better
}

TEST(HeapLimits, A_block_too_large_for_a_segment_is_aligned_to_eight_words) { // [obs]
    Heap heap(0, 0, 0);
    const auto large = reinterpret_cast<std::uintptr_t>(HeapAlloc(heap, 0, 0x20000 * word));
    ASSERT_NE(large, 0u);
    EXPECT_EQ(large % 0x1000, 8 * word);
}

TEST(HeapLimits, Sixty_four_KiB_do_not_fit_into_a_heap_of_64_KiB) { // [doc] HeapCreate, remarks
    Heap heap(0, 0, 0x10000);
    ASSERT_NE(static_cast<HANDLE>(heap), nullptr);
    SetLastError(0xDEADBEEF);
    EXPECT_EQ(HeapAlloc(heap, 0, 0x10000), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
    EXPECT_NE(HeapAlloc(heap, 0, 0xF000), nullptr);
}

TEST(HeapLimits, Of_a_fixed_heap_all_but_its_structure_can_be_had) { // [obs]
    for (const SIZE_T size : {SIZE_T{0x20000}, SIZE_T{0x40000}}) {
        Heap heap(0, 0, size);
        EXPECT_EQ(HeapAlloc(heap, 0, size - (0x200 + 0x80 * word)), nullptr);
        void* const most = HeapAlloc(heap, 0, size - (0x400 + 0x100 * word));
        EXPECT_NE(most, nullptr);
        EXPECT_TRUE(HeapFree(heap, 0, most));
    }
}

TEST(HeapLimits, A_fixed_heap_refuses_512_KiB_or_1024_KiB_however_large_it_is) { // [doc] [obs]
    Heap heap(0, 0, 0x100000 * word);
    ASSERT_NE(static_cast<HANDLE>(heap), nullptr);
    SetLastError(0xDEADBEEF);
    EXPECT_EQ(HeapAlloc(heap, 0, 0x20000 * word), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
    void* block = HeapAlloc(heap, 0, 0x8000 * word);
    ASSERT_NE(block, nullptr);
    block = HeapReAlloc(heap, 0, block, 0x10000 * word);
    EXPECT_NE(block, nullptr);
    EXPECT_EQ(HeapReAlloc(heap, 0, block, 0x20000 * word), nullptr);
    EXPECT_EQ(HeapSize(heap, 0, block), 0x10000 * word);
}

TEST(HeapLimits, A_growable_heap_takes_any_size_there_is_memory_for) { // [doc]
    Heap heap(0, 0, 0);
    for (const SIZE_T size :
         {SIZE_T{0x7FFF0}, SIZE_T{0x7FFF8}, SIZE_T{0x80000}, SIZE_T{0xFFFF0}, SIZE_T{0x100000}, SIZE_T{0x2000000}}) {
        auto* const block = static_cast<char*>(HeapAlloc(heap, 0, size));
        ASSERT_NE(block, nullptr) << size;
        block[0] = block[size - 1] = 1;
        EXPECT_EQ(HeapSize(heap, 0, block), size);
        EXPECT_TRUE(HeapFree(heap, 0, block));
    }
}

TEST(HeapLimits, A_maximum_is_reserved_in_whole_pages) { // [doc] HeapCreate, dwMaximumSize
    Heap heap(0, 0, 0x23456);
    EXPECT_EQ(reserved_by(heap), 0x24000u);
}

TEST(HeapLimits, A_maximum_is_a_multiple_of_four_or_eight_KiB) { // [obs]
    constexpr SIZE_T unit_of_heaps = 0x400 * word;
    for (SIZE_T size = 0x100; size < 0x10000; size += 0x700) {
        Heap heap(0, size, size);
        EXPECT_EQ(reserved_by(heap), (size + unit_of_heaps - 1) & ~(unit_of_heaps - 1)) << size;
    }
}

TEST(HeapLimits, A_growable_heap_begins_64_KiB_larger_than_its_initial_size) { // [obs]
    for (const SIZE_T size : {SIZE_T{0}, SIZE_T{0x80000}, SIZE_T{0x150000}}) {
        Heap heap(HEAP_NO_SERIALIZE, size, 0);
        EXPECT_EQ(reserved_by(heap), size + 0x10000) << size;
    }
}

TEST(HeapLimits, A_block_costs_eight_bytes_and_has_at_least_two_words) { // [obs]
    Heap heap(HEAP_NO_SERIALIZE, 0, 0);
    for (SIZE_T size = 0x20000 * word - 0x3000; size > 0; size >>= 1) {
        char* blocks[3];
        for (char*& block : blocks) block = static_cast<char*>(HeapAlloc(heap, HEAP_ZERO_MEMORY, size));
        const SIZE_T expected = (std::max(size, 2 * word) + 8 + 2 * word - 1) & ~(2 * word - 1);
        const auto between = [&](int left, int right) {
            return static_cast<SIZE_T>(std::abs(blocks[left] - blocks[right]));
        };
        EXPECT_EQ(std::min(between(1, 0), between(2, 1)), expected) << size;
        for (int i = 2; i >= 0; --i) HeapFree(heap, 0, blocks[i]);
    }
}

TEST(HeapLimits, From_4_KiB_below_512_KiB_or_1_MiB_on_blocks_stand_alone) { // [obs]
    Heap heap(HEAP_NO_SERIALIZE, 0, 0);
    for (SIZE_T size = 0x20000 * word - 0x1000; size < 0x800000; size <<= 1) {
        auto* const block = static_cast<char*>(HeapAlloc(heap, HEAP_ZERO_MEMORY, size));
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 0x1000, 8 * word) << size;
        EXPECT_EQ(block[size], 0); // no tail
        HeapFree(heap, 0, block);
    }
}

TEST(HeapLimits, Two_GiB_are_no_limit_in_64_bits) { // "HeapAlloc function": a SIZE_T
    if (word == 4) GTEST_SKIP() << "32 bits";
    Heap heap(0, 0, 0);
    SetLastError(0xDEADBEEF);
    const SIZE_T size = SIZE_T{0x80000000u} + 0x1000;
    auto* const block = static_cast<char*>(HeapAlloc(heap, 0, size));
    if (block == nullptr) { // so much memory there may not be
        EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
        return;
    }
    block[size - 1] = 1;
    EXPECT_EQ(HeapSize(heap, 0, block), size);
}

TEST(HeapLimits, Blocks_that_fill_their_units_cost_eight_bytes) { // [obs]
    Heap heap(HEAP_NO_SERIALIZE, 0, 0x40000); // fixed: no front end
    std::vector<char*> blocks;
    for (int i = 0; i < 4; ++i) blocks.push_back(static_cast<char*>(HeapAlloc(heap, 0, 16 * word - 8)));
    for (int i = 1; i < 4; ++i) EXPECT_EQ(blocks[i] - blocks[i - 1], static_cast<std::ptrdiff_t>(16 * word));
}

TEST(HeapLimits, An_executable_heap_has_executable_pages) { // [doc] HEAP_CREATE_ENABLE_EXECUTE
    Heap heap(HEAP_CREATE_ENABLE_EXECUTE, 0, 0);
    auto* const code = static_cast<unsigned char*>(HeapAlloc(heap, 0, 16));
    ASSERT_NE(code, nullptr);
    MEMORY_BASIC_INFORMATION region;
    ASSERT_NE(VirtualQuery(code, &region, sizeof region), 0u);
    EXPECT_EQ(region.Protect, static_cast<DWORD>(PAGE_EXECUTE_READWRITE));
    std::memcpy(code, "\xB8\x2A\x00\x00\x00\xC3", 6); // mov eax, 42; ret
    EXPECT_EQ(reinterpret_cast<int (*)()>(code)(), 42);
}
