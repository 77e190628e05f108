// SPDX-License-Identifier: MIT
// ids.h: how dispatcher state names threads and objects: by slot, never by pointer.
//
// A dispatcher object's body and a thread's wait blocks may one day lie in memory that several processes
// share, at a different address in each. So nothing in them is a pointer: a thread is (process, thread)
// slot, an object is the number of its body, a wait block is its thread's slot and its place there. Each
// process turns a number into an address through its own tables (dispatcher.h).
#pragma once

#include <cstdint>

namespace oriel::ke {

/// Process slot (8 bits), thread slot in that process (16 bits). This process is process slot 0.
enum class ThreadSlotId : std::uint32_t { none = 0 };
/// The number of a dispatcher object's body.
enum class BodyId : std::uint32_t { none = 0 };

inline constexpr std::uint32_t thread_slot_bits = 16;
inline constexpr std::uint32_t max_thread_slots = 1u << thread_slot_bits;
constexpr std::uint32_t slot_number(ThreadSlotId id) {
    return static_cast<std::uint32_t>(id) & (max_thread_slots - 1);
}

/// The number that the guest knows a thread by.
constexpr std::uint32_t thread_id(ThreadSlotId id) { return slot_number(id) * 4; }

/// A wait block: whose it is, and which of that thread's.
struct WaitBlockId {
    static constexpr std::uint32_t blocks_log2 = 7;

    std::uint32_t value = 0; ///< 0: none

    static constexpr WaitBlockId of(ThreadSlotId thread, std::uint32_t block) {
        return {(static_cast<std::uint32_t>(thread) << blocks_log2) | block};
    }
    [[nodiscard]] constexpr bool is_none() const { return value == 0; }
    [[nodiscard]] constexpr ThreadSlotId thread() const { return ThreadSlotId{value >> blocks_log2}; }
    [[nodiscard]] constexpr std::uint32_t block() const { return value & ((1u << blocks_log2) - 1); }
    constexpr bool operator==(const WaitBlockId&) const = default;
};

} // namespace oriel::ke
