// SPDX-License-Identifier: MIT
// registry.h: the process' heaps, in order of creation, the process heap first.
//
// PEB.ProcessHeaps points at the same array, as on NT (GetProcessHeaps answers in this order; observed on
// Windows).
#pragma once

#include <ntdll-emu/rtl/heap/heap.h>

#include <span>

namespace oriel::rtl::heap {

/// Statuses: NoMemory.
NtResult<> register_heap(Heap& heap);
/// Heaps behind it move up by one.
void unregister_heap(Heap& heap);
/// Copies as many as fit; answers how many there are.
std::size_t copy_process_heaps(std::span<void*> to);
/// Holds off changes while `action(heap)` runs for each; stops when it answers false.
void lock_registry();
/// For those who must not wait; then unlock_registry().
[[nodiscard]] bool try_lock_registry();
void unlock_registry();
std::span<Heap* const> registered_heaps();

} // namespace oriel::rtl::heap
