// SPDX-License-Identifier: MIT
// fast_path.h: what happens for nearly every HeapAlloc and HeapFree of a small block.
//
// No lock, no atomic read-modify-write, no call. What does not fit here (another size, a flag, a bucket that is
// the backend's, another thread's block, a header that is not as it should be) answers "no", and the caller takes the
// long way, which decides everything anew.
#pragma once

#include <ntdll-emu/rtl/heap/front_end/front_end.h>
#include <ntdll-emu/rtl/heap/page_map.h>

namespace oriel::rtl::heap::front_end {

/// Takes the first free block of a subsegment; null if it has none, or the header is not a free block's.
[[gnu::always_inline]] inline std::uint8_t* take(Subsegment& subsegment, std::uint32_t size, std::uint64_t key) {
    const std::uint32_t offset = subsegment.Head;
    if (offset == 0) [[unlikely]] return nullptr;
    StoredHeader* const at = subsegment.header_at(offset);
    const Entry entry = Entry::read(at, key);
    if (entry != Entry::free(offset, entry.next())) [[unlikely]] return nullptr;
    subsegment.Head = entry.next();
    ++subsegment.Attention;
    __builtin_prefetch(subsegment.header_at(entry.next()), 1); // in time for whoever comes next
    Entry::busy(offset, size).write(at, key);
    return at->data();
}

/// The calling thread's bins; null if it has none.
[[gnu::always_inline]] inline ThreadBins* bins_at_hand(const Heap& heap) {
    return heap.Bins.load(std::memory_order_acquire)->of[current_slot()];
}

/// A block, or null. The contents are whatever was there.
[[gnu::always_inline]] inline std::uint8_t* try_allocate(Heap& heap, std::uint32_t flags, std::size_t size) {
    if ((flags & backend_flags) != 0 || size > largest_request) [[unlikely]] return nullptr;
    const ThreadBins* const bins = bins_at_hand(heap);
    if (bins == nullptr) [[unlikely]] return nullptr;
    return take(*bins->Current[nearly_bucket_of(size)], static_cast<std::uint32_t>(size), heap.Encoding.key());
}

/// The subsegment that covers the address, of whatever heap; null if there is none.
[[gnu::always_inline]] inline Subsegment* any_subsegment_around(const void* data) {
    return static_cast<Subsegment*>(page_map().subsegment_at(data));
}
/// The subsegment of this heap that covers the address; null if there is none.
[[gnu::always_inline]] inline Subsegment* subsegment_around(const Heap& heap, const void* data) {
    Subsegment* const subsegment = any_subsegment_around(data);
    return subsegment != nullptr && subsegment->TheHeap == &heap ? subsegment : nullptr;
}

/// Puts a block back at the head of its own thread's subsegment. Its header has been looked at.
[[gnu::always_inline]] inline std::uint32_t put_back(Heap& heap, Subsegment& subsegment, StoredHeader* at, std::uint32_t offset) {
    Entry::free(offset, subsegment.Head).write(at, heap.Encoding.key());
    subsegment.Head = offset;
    if (--subsegment.Attention == 0) [[unlikely]] return attend(heap, subsegment);
    return 1;
}

/// Is there a busy block without user flags at `data`, which lies in the subsegment? Its header, or Entry(0).
[[gnu::always_inline]] inline Entry read_plain(const Heap& heap, const Subsegment& subsegment, const void* data) {
    if (reinterpret_cast<std::uintptr_t>(data) % unit != 0) [[unlikely]] return Entry(0);
    const Entry entry = Entry::read(header_of(data), heap.Encoding.key());
    return entry == Entry::busy(subsegment.offset_of(data), entry.requested()) ? entry : Entry(0);
}

/// Frees a front-end block: 1. Does what `otherwise` says where that is not so simple. (Every call is the last thing
/// that is done here, so that the way without one needs no stack.)
template<class Otherwise>
[[gnu::always_inline]] inline std::uint32_t release_or(Heap& heap, void* data, Otherwise otherwise) {
    Subsegment* const subsegment = any_subsegment_around(data);
    if (subsegment == nullptr) [[unlikely]] return otherwise();
    // A thread without bins owns nothing, and no owner is null. Who has bins of this heap has its subsegments in them.
    const bool is_own = subsegment->Owner.load(std::memory_order_relaxed) == bins_at_hand(heap);
    if (!is_own && subsegment->TheHeap != &heap) [[unlikely]] return otherwise();
    if (read_plain(heap, *subsegment, data) == Entry(0)) [[unlikely]] return otherwise();
    StoredHeader* const at = header_of(data);
    const std::uint32_t offset = subsegment->offset_of(data);
    if (!is_own) [[unlikely]] return free_remote(heap, *subsegment, at, offset);
    return put_back(heap, *subsegment, at, offset);
}

/// What was asked for; ~0 if it is no front-end block, or not a plain one.
inline std::size_t try_size_of(const Heap& heap, const void* data) {
    const Subsegment* const subsegment = subsegment_around(heap, data);
    if (subsegment == nullptr) [[unlikely]] return ~std::size_t{0};
    const Entry entry = read_plain(heap, *subsegment, data);
    return entry == Entry(0) ? ~std::size_t{0} : entry.requested();
}

} // namespace oriel::rtl::heap::front_end
