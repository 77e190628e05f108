// SPDX-License-Identifier: MIT
// heap_calls.cpp: the heap under any sequence of calls, also those that a program must not make.
//
// The first byte chooses the heap's kind. Then each call is five bytes: what to do, on which of 64 slots, and a size; a
// free or a reallocation may be of a block that was freed before, of an address inside one, or of any number. Whatever comes, no
// sanitizer has anything to say, no call that is refused has changed anything, blocks keep their contents and do not
// overlap, and the heap is sound at the end.
#include <tests/unit/rtl/native.h>

#include <ntdll-emu/rtl/heap/calls.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace oriel::rtl;
using heap::BlockVerdict;
namespace flag = nt::heap_flag;

namespace {

constexpr std::size_t slot_count = 64;

struct Slot {
    std::uint8_t* data = nullptr;
    std::size_t size = 0;
    std::uint8_t* freed = nullptr; ///< what was here before
};

void expect(bool condition, int line = __builtin_LINE()) {
    if (condition) return;
    std::fprintf(stderr, "heap_calls.cpp:%d: not as expected\n", line);
    std::abort();
}

class Calls {
public:
    explicit Calls(heap::Heap& heap) : m_heap(heap) {}
    ~Calls() {
        expect(heap::validate(m_heap, 0, nullptr) == BlockVerdict::Good);
        for (Slot& slot : m_slots)
            if (slot.data != nullptr) release(slot);
        expect(heap::validate(m_heap, 0, nullptr) == BlockVerdict::Good);
        NtHeapWalkEntry entry{};
        while (heap::walk(m_heap, entry) == nt::Status::Success) expect(!(entry.Flags & nt::heap_entry_flag::busy));
        heap::destroy(m_heap);
    }

    void step(std::uint8_t what, std::uint8_t which, std::size_t size) {
        Slot& slot = m_slots[which % slot_count];
        switch (what % 8) {
        case 0:
        case 1: // allocate
            if (slot.data != nullptr) release(slot);
            allocate(slot, what & 8 ? flag::zero_memory : 0, size);
            break;
        case 2:
            if (slot.data != nullptr) release(slot);
            break;
        case 3: resize(slot, what & 8 ? flag::realloc_in_place_only : 0, size); break;
        case 4: // a block that is none any more, unless its place is another's now
            if (slot.freed != nullptr && !is_a_block(slot.freed))
                expect(heap::release(m_heap, 0, slot.freed) != BlockVerdict::Good);
            break;
        case 5: // inside a block
            if (slot.data != nullptr && size != 0 && !is_a_block(slot.data + size))
                expect(heap::size_of(m_heap, 0, slot.data + size) == ~std::size_t{0});
            break;
        case 6: // any number
            expect(heap::validate(m_heap, 0, reinterpret_cast<void*>(size << 16 | (which | 1u) << 4)) != BlockVerdict::Good);
            break;
        default: heap::compact(m_heap, 0); break;
        }
    }

private:
    bool is_a_block(const std::uint8_t* data) const {
        for (const Slot& slot : m_slots)
            if (slot.data == data) return true;
        return false;
    }
    void fill(Slot& slot) { std::memset(slot.data, static_cast<int>(&slot - m_slots), slot.size); }
    void check(const Slot& slot, std::size_t size) const {
        for (std::size_t i = 0; i < size; ++i) expect(slot.data[i] == static_cast<std::uint8_t>(&slot - m_slots));
    }
    void allocate(Slot& slot, std::uint32_t flags, std::size_t size) {
        slot.data = static_cast<std::uint8_t*>(heap::allocate(m_heap, flags, size));
        if (slot.data == nullptr) return;
        slot.size = size;
        expect(heap::size_of(m_heap, 0, slot.data) == size);
        if (flags & flag::zero_memory)
            for (std::size_t i = 0; i < size; ++i) expect(slot.data[i] == 0);
        fill(slot);
    }
    void release(Slot& slot) {
        check(slot, slot.size);
        expect(heap::release(m_heap, 0, slot.data) == BlockVerdict::Good);
        slot.freed = slot.data;
        slot.data = nullptr;
    }
    void resize(Slot& slot, std::uint32_t flags, std::size_t size) {
        if (slot.data == nullptr) return;
        const auto answer = heap::reallocate(m_heap, flags, slot.data, size);
        expect(answer.verdict == BlockVerdict::Good);
        if (answer.data == nullptr) return check(slot, slot.size);
        slot.data = static_cast<std::uint8_t*>(answer.data);
        check(slot, slot.size < size ? slot.size : size);
        slot.size = size;
        fill(slot);
    }

    heap::Heap& m_heap;
    Slot m_slots[slot_count];
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    constexpr heap::CreateRequest kinds[] = {
        {.flags = flag::growable},
        {.flags = 0, .reserve = 0x40000},
        {.flags = flag::growable, .global_flags = 0x70},
        {.flags = flag::growable | flag::no_serialize},
    };
    auto made = heap::create(heap::process_pages(), kinds[data[0] % 4]);
    expect(made.ok());
    Calls calls(*made.value());
    for (std::size_t at = 1; at + 5 <= size; at += 5) {
        // Sizes up to 4 KiB mostly, and now and then up to 2 MiB.
        const std::size_t low = data[at + 2] | data[at + 3] << 8;
        const std::size_t bytes = data[at + 4] < 0xE0 ? low % 0x1000 : low << (data[at + 4] & 7) & 0x1FFFFF;
        calls.step(data[at], data[at + 1], bytes);
    }
    return 0;
}
