// SPDX-License-Identifier: MIT
// function_cache.h: which function an address lies in, remembered.
//
// The frames that an exception passes are mostly the ones that the last one passed, and a walk for cleaning up passes
// those of the walk before: without this, most of a throw would be binary searches of .pdata.
// One table for all threads, indexed by the address. No lock: a slot has a sequence number that is odd while it is
// written; a writer that finds it odd leaves it, a reader that finds it changed searches.
//
// Always: what is answered was true of the images at `generation`, a number that changes with them.
#pragma once

#include <ntdll-emu/rtl/exception/function_search.h>

#include <atomic>

namespace oriel::rtl {

class FunctionCache {
public:
    /// True if the answer for `pc` is known: `found`, which may be that there is no function.
    bool look_up(std::uint64_t pc, std::uint32_t generation, std::optional<FoundFunction>& found) const {
        const Slot& slot = m_slots[index_of(pc)];
        const std::uint32_t before = slot.sequence.load(std::memory_order_acquire);
        const std::uint64_t base = slot.image_base.load(std::memory_order_relaxed);
        const std::uint64_t address = slot.entry_address.load(std::memory_order_relaxed);
        const std::uint64_t bounds = slot.bounds.load(std::memory_order_relaxed);
        const std::uint32_t data = slot.unwind_data.load(std::memory_order_relaxed);
        const bool matches = slot.pc.load(std::memory_order_relaxed) == pc && slot.generation.load(std::memory_order_relaxed) == generation;
        std::atomic_thread_fence(std::memory_order_acquire);
        if (!matches || (before & 1u) != 0 || slot.sequence.load(std::memory_order_relaxed) != before) return false;
        if (address == 0) found = std::nullopt;
        else found = FoundFunction{base, address, {static_cast<std::uint32_t>(bounds), static_cast<std::uint32_t>(bounds >> 32), data}};
        return true;
    }

    void remember(std::uint64_t pc, std::uint32_t generation, const std::optional<FoundFunction>& found) {
        Slot& slot = m_slots[index_of(pc)];
        std::uint32_t before = slot.sequence.load(std::memory_order_relaxed);
        if ((before & 1u) != 0 || !slot.sequence.compare_exchange_strong(before, before + 1, std::memory_order_acquire)) return;
        std::atomic_thread_fence(std::memory_order_release);
        const FoundFunction entry = found.value_or(FoundFunction{});
        slot.pc.store(pc, std::memory_order_relaxed);
        slot.image_base.store(entry.image_base, std::memory_order_relaxed);
        slot.entry_address.store(entry.entry_address, std::memory_order_relaxed);
        slot.bounds.store(entry.entry.BeginAddress | std::uint64_t{entry.entry.EndAddress} << 32, std::memory_order_relaxed);
        slot.unwind_data.store(entry.entry.UnwindData, std::memory_order_relaxed);
        slot.generation.store(generation, std::memory_order_relaxed);
        slot.sequence.store(before + 2, std::memory_order_release);
    }

private:
    static constexpr unsigned slot_count = 128;
    struct alignas(64) Slot {
        std::atomic<std::uint64_t> pc{0}, image_base{0}, entry_address{0}, bounds{0};
        std::atomic<std::uint32_t> unwind_data{0}, generation{0}, sequence{0};
    };

    static unsigned index_of(std::uint64_t pc) { return static_cast<unsigned>((pc ^ pc >> 7 ^ pc >> 14) % slot_count); }

    Slot m_slots[slot_count];
};

} // namespace oriel::rtl
