// SPDX-License-Identifier: MIT
// heap_model_test.cpp: the heap against a model that cannot be wrong: a map from address to size and a seed.
//
// Tens of thousands of random calls (ORIEL_MODEL_STEPS=10000000 makes it as many for a growable heap); each block is filled with bytes derived from its seed. After each call the
// block's size, alignment and contents are what the model says, no two blocks overlap (the contents would
// change), and now and then the whole heap is validated and walked: the walk lists exactly the model's blocks.
#include <tests/unit/rtl/native.h>

#include <ntdll-emu/rtl/heap/calls.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

using namespace oriel::rtl;
using heap::BlockVerdict;
namespace flag = nt::heap_flag;

namespace {

constexpr std::size_t most_blocks = 3000; ///< from here on as many are freed as made

struct Block {
    std::size_t size;
    std::uint8_t seed;
};

class Model {
public:
    Model(heap::CreateRequest request, std::uint64_t seed) : m_random(seed) {
        m_heap = heap::create(m_pages, request).value();
    }
    ~Model() { heap::destroy(*m_heap); }

    void step() {
        switch (m_random() % 8) {
        case 0:
        case 1:
        case 2: allocate(); break;
        case 3:
        case 4:
            release();
            if (m_blocks.size() > most_blocks) release();
            break;
        case 5: reallocate(0); break;
        case 6: reallocate(flag::realloc_in_place_only); break;
        default: check_some(); break;
        }
    }

    void check_whole_heap() {
        ASSERT_EQ(heap::validate(*m_heap, 0, nullptr), BlockVerdict::Good);
        std::set<void*> listed;
        NtHeapWalkEntry entry{};
        while (heap::walk(*m_heap, entry) == nt::Status::Success) {
            if (!(entry.Flags & nt::heap_entry_flag::busy)) continue;
            void* const data = entry.DataAddress;
            ASSERT_TRUE(m_blocks.contains(data));
            ASSERT_EQ(entry.DataSize, m_blocks.at(data).size);
            ASSERT_TRUE(listed.insert(data).second);
        }
        ASSERT_EQ(listed.size(), m_blocks.size());
    }

    void release_all() {
        while (!m_blocks.empty()) release();
    }
    [[nodiscard]] std::size_t largest_free() { return heap::compact(*m_heap, 0); }

private:
    std::size_t random_size() {
        switch (m_random() % 16) {
        case 0: return m_random() % 0x180000; // sometimes large blocks
        case 1:
        case 2: return m_random() % 0x8000;
        default: return m_random() % 600;
        }
    }

    void fill(void* data, Block block, std::size_t from = 0) {
        for (std::size_t i = from; i < block.size; ++i) static_cast<std::uint8_t*>(data)[i] = pattern(block, i);
    }
    static std::uint8_t pattern(Block block, std::size_t i) { return static_cast<std::uint8_t>(block.seed + i * 31); }
    void expect_contents(void* data, Block block, std::size_t size) {
        std::size_t same = 0;
        while (same < size && static_cast<std::uint8_t*>(data)[same] == pattern(block, same)) ++same;
        ASSERT_EQ(same, size);
    }
    void remember(void* data, std::size_t size, std::uint8_t seed) {
        ASSERT_EQ(reinterpret_cast<std::uintptr_t>(data) % heap::unit, 0u);
        ASSERT_EQ(heap::size_of(*m_heap, 0, data), size);
        ASSERT_TRUE(m_blocks.emplace(data, Block{size, seed}).second);
    }

    std::map<void*, Block>::iterator any_block() {
        auto found = m_blocks.lower_bound(reinterpret_cast<void*>(m_last_address + m_random() % 0x100000));
        if (found == m_blocks.end()) found = m_blocks.begin();
        m_last_address = reinterpret_cast<std::uintptr_t>(found->first);
        return found;
    }

    void allocate() {
        const std::size_t size = random_size();
        const bool zero = m_random() % 4 == 0;
        void* const data = heap::allocate(*m_heap, zero ? flag::zero_memory : 0, size);
        if (data == nullptr) return; // a fixed heap that is full
        if (zero) {
            const auto* const bytes = static_cast<std::uint8_t*>(data);
            ASSERT_TRUE(std::all_of(bytes, bytes + size, [](std::uint8_t byte) { return byte == 0; }));
        }
        const auto seed = static_cast<std::uint8_t>(m_random());
        remember(data, size, seed);
        fill(data, {size, seed});
    }

    void release() {
        if (m_blocks.empty()) return;
        const auto block = any_block();
        expect_contents(block->first, block->second, block->second.size);
        ASSERT_EQ(heap::release(*m_heap, 0, block->first), BlockVerdict::Good);
        ASSERT_NE(heap::release(*m_heap, 0, block->first), BlockVerdict::Good);
        m_blocks.erase(block);
    }

    void reallocate(std::uint32_t flags) {
        if (m_blocks.empty()) return;
        const auto block = any_block();
        void* const old = block->first;
        const Block before = block->second;
        const std::size_t size = m_random() % 4 == 0 ? random_size() : before.size + m_random() % 64;
        const auto moved = heap::reallocate(*m_heap, flags, old, size);
        ASSERT_EQ(moved.verdict, BlockVerdict::Good);
        if (moved.data == nullptr) {
            ASSERT_EQ(heap::size_of(*m_heap, 0, old), before.size);
            return;
        }
        if (flags & flag::realloc_in_place_only) ASSERT_EQ(moved.data, old);
        m_blocks.erase(block);
        expect_contents(moved.data, before, std::min(before.size, size));
        remember(moved.data, size, before.seed);
        fill(moved.data, {size, before.seed}, std::min(before.size, size));
    }

    void check_some() {
        if (m_blocks.empty()) return;
        const auto block = any_block();
        expect_contents(block->first, block->second, block->second.size);
        ASSERT_EQ(heap::validate(*m_heap, 0, block->first), BlockVerdict::Good);
    }

    test::MmapPages m_source;
    heap::Pages m_pages{m_source};
    heap::Heap* m_heap;
    std::map<void*, Block> m_blocks;
    std::uintptr_t m_last_address = 0;
    std::mt19937_64 m_random;
};

void run(heap::CreateRequest request, std::uint64_t seed, long steps) {
    Model model(request, seed);
    // The whole heap is looked at in proportion, or a long run would do nothing else.
    const long look = std::max(256l, steps / 64);
    for (long i = 0; i < steps; ++i) {
        model.step();
        if (testing::Test::HasFatalFailure()) FAIL() << "step " << i << ", seed " << seed;
        if (i % look == 0) model.check_whole_heap();
        if (testing::Test::HasFatalFailure()) FAIL() << "step " << i << ", seed " << seed;
    }
    model.release_all();
    model.check_whole_heap();
}

} // namespace

TEST(HeapModel, A_growable_heap_behaves_as_a_map_of_blocks) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) run({.flags = flag::growable}, seed, 4000);
}

TEST(HeapModel, A_growable_heap_behaves_so_for_as_long_as_asked_for) {
    const char* const steps = std::getenv("ORIEL_MODEL_STEPS");
    run({.flags = flag::growable}, 4, steps != nullptr ? std::atol(steps) : 20000);
}

TEST(HeapModel, A_fixed_heap_behaves_as_a_map_of_blocks_that_fills_up) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) run({.flags = 0, .reserve = 0x80000}, seed, 6000);
}

TEST(HeapModel, A_large_fixed_heap_splits_runs_that_a_header_cannot_say) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
        run({.flags = 0, .reserve = 0x1000000, .commit = 0x400000}, seed, 4000);
}

TEST(HeapModel, A_checked_heap_behaves_as_a_map_of_blocks) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) run({.flags = flag::growable, .global_flags = 0x70}, seed, 2000);
}

TEST(HeapModel, A_heap_that_does_not_join_free_blocks_behaves_as_a_map_of_blocks) {
    run({.flags = flag::growable | flag::disable_coalesce_on_free}, 1, 2000);
}

TEST(HeapModel, A_heap_whose_blocks_carry_user_values_behaves_as_a_map_of_blocks) {
    run({.flags = flag::growable | flag::validate_all}, 1, 2000);
}
