// SPDX-License-Identifier: MIT
// thread_slot.h: the small number by which heaps know a thread.
//
// NT keeps it in the TEB (LowFragHeapDataSlot), and so do we: a heap's front end has an array of what its
// threads own, indexed by it. A number is given to a thread when it first needs one and to the next
// such thread after it has ended. The native test build, which has no TEB, uses a thread_local.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(_WIN32)
#include <nt/peb.h>
#endif

namespace oriel::rtl::heap::front_end {

inline constexpr std::uint16_t no_slot = 0;       ///< none yet
inline constexpr std::uint16_t slotless = 1;      ///< will get none: all are taken, or the thread is ending
inline constexpr std::uint16_t first_slot = 2;
inline constexpr std::uint16_t slot_count = 1024; ///< threads beyond have no front end

#if defined(_WIN32)
inline std::uint32_t current_slot() {
    std::uint32_t slot;
#if defined(__x86_64__)
    asm volatile("movzwl %%gs:%c1, %0" : "=r"(slot) : "i"(offsetof(nt::TEB<nt::Nt64>, LowFragHeapDataSlot)));
#else
    asm volatile("movzwl %%fs:%c1, %0" : "=r"(slot) : "i"(offsetof(nt::TEB<nt::Nt32>, LowFragHeapDataSlot)));
#endif
    return slot;
}
inline void set_current_slot(std::uint16_t slot) { nt::current_teb()->LowFragHeapDataSlot = slot; }
#else
extern thread_local std::uint16_t native_slot; ///< platform_native.cpp
inline std::uint32_t current_slot() { return native_slot; }
inline void set_current_slot(std::uint16_t slot) { native_slot = slot; }
#endif

/// Gives the calling thread a number if it has none; slotless if there is none to give.
std::uint16_t acquire_slot();
/// The calling thread is ending: its number may be given to another.
void release_slot();

} // namespace oriel::rtl::heap::front_end
