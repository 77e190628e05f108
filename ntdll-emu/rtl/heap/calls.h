// SPDX-License-Identifier: MIT
// calls.h: what a program can ask of a heap.
//
// Allocating and freeing begin inline, with the front end's fast path (ntdll's exports hold a copy of it); every
// other request goes on to allocate_slowly() and release_slowly(), which know all of the heap.
#pragma once

#include <ntdll-emu/rtl/heap/front_end/fast_path.h>

#include <cstring>

namespace oriel::rtl::heap {

/// What the front end's fast path did not do.
void* allocate_slowly(Heap& heap, std::uint32_t flags, std::size_t size);

/// Null if it cannot be had. Sets no last error, raises nothing: that is the exports' business.
inline void* allocate(Heap& heap, std::uint32_t flags, std::size_t size) {
    std::uint8_t* const data = front_end::try_allocate(heap, flags, size);
    if (data == nullptr) [[unlikely]] return allocate_slowly(heap, flags, size);
    if (flags & flag::zero_memory) [[unlikely]] std::memset(data, 0, size);
    return data;
}

/// How a call that names a block went.
enum class BlockVerdict {
    Good,
    Bad,
    Unreadable,
    Reported, ///< bad, and the debug heap has said so already
};
BlockVerdict release_slowly(Heap& heap, std::uint32_t flags, void* data);
inline BlockVerdict release(Heap& heap, std::uint32_t flags, void* data) {
    BlockVerdict verdict = BlockVerdict::Good;
    (void)front_end::release_or(heap, data, [&] {
        verdict = release_slowly(heap, flags, data);
        return 0u;
    });
    return verdict;
}
struct Reallocated {
    BlockVerdict verdict;
    void* data; ///< null: no memory, and the block is as it was
};
Reallocated reallocate(Heap& heap, std::uint32_t flags, void* data, std::size_t size);

/// What was asked for; ~0 for a bad block.
std::size_t size_of(Heap& heap, std::uint32_t flags, void* data);
/// Null data: the whole heap.
BlockVerdict validate(Heap& heap, std::uint32_t flags, void* data);
/// Joins free blocks, gives back what can be; the largest free block's bytes.
std::size_t compact(Heap& heap, std::uint32_t flags);
/// Statuses: NoMoreEntries, InvalidParameter.
Status walk(Heap& heap, NtHeapWalkEntry& entry);
/// A walk shows a free block of the backend from behind the two links of its list on (observed on Windows).
inline constexpr std::size_t hidden_links = 2 * pointer_bytes;
/// Where the data of a block that walk() has answered begin, busy or free.
inline std::uint8_t* data_of(const NtHeapWalkEntry& block) {
    const bool hides = !(block.Flags & (nt::heap_entry_flag::busy | nt::heap_entry_flag::front_end));
    return static_cast<std::uint8_t*>(block.DataAddress.get()) - (hides ? hidden_links : 0);
}
/// Fills what is free with zeroes.
void zero_free_blocks(Heap& heap, std::uint32_t flags);

struct UserInfo {
    void* value;
    std::uint32_t flags; ///< settable_user_flags
    bool has_value;      ///< was the block allocated with room for one?
};
/// False for a bad block.
bool get_user_info(Heap& heap, std::uint32_t flags, void* data, UserInfo& info);
bool set_user_value(Heap& heap, std::uint32_t flags, void* data, void* value);
bool set_user_flags(Heap& heap, std::uint32_t flags, void* data, std::uint32_t reset, std::uint32_t set);

} // namespace oriel::rtl::heap
