// SPDX-License-Identifier: MIT
// user_info.cpp: the value and the three flags that a block's owner may attach to it.
//
// GlobalAlloc and LocalAlloc keep the handle of a movable block there. The value lies in the block's last
// two words (or in a large block's prefix), the flags in the header.
#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/debug/debug_heap.h>

namespace oriel::rtl::heap {

bool get_user_info(Heap& heap, std::uint32_t flags, void* data, UserInfo& info) {
    if (heap.Debug != nullptr) [[unlikely]] return debug::get_user_info(heap, flags, data, info);
    HeapHold hold(heap, heap.effective(flags));
    const FoundBlock block = find_block(heap, data);
    if (!block.good()) return false;
    info = {};
    info.flags = static_cast<std::uint32_t>(block.user_flags()) << entry_flag::settable_shift;
    info.has_value = block.has_extra();
    if (info.has_value) {
        info.value = block.large != nullptr ? block.large->Settable : extra_of(block.at, block.header)->Settable;
    }
    return true;
}

bool set_user_value(Heap& heap, std::uint32_t flags, void* data, void* value) {
    if (heap.Debug != nullptr) [[unlikely]] return debug::set_user_value(heap, flags, data, value);
    HeapHold hold(heap, heap.effective(flags));
    const FoundBlock block = find_block(heap, data);
    if (!block.good() || !block.has_extra()) return false;
    (block.large != nullptr ? block.large->Settable : extra_of(block.at, block.header)->Settable) = value;
    return true;
}

bool set_user_flags(Heap& heap, std::uint32_t flags, void* data, std::uint32_t reset, std::uint32_t set) {
    if (heap.Debug != nullptr) [[unlikely]] return debug::set_user_flags(heap, flags, data, reset, set);
    HeapHold hold(heap, heap.effective(flags));
    FoundBlock block = find_block(heap, data);
    if (!block.good()) return false;
    const auto bits = [](std::uint32_t user_flags) {
        return static_cast<std::uint8_t>((user_flags & flag::settable_user_flags) >> entry_flag::settable_shift);
    };
    if (block.front != nullptr) {
        const auto now = static_cast<std::uint8_t>((block.entry.flags() & ~bits(reset)) | bits(set));
        front_end::Entry::with_flags(block.entry, now).write(block.at, heap.Encoding.key());
        return true;
    }
    block.header.Flags &= static_cast<std::uint8_t>(~bits(reset));
    block.header.Flags |= bits(set);
    heap.Encoding.write(block.at, block.header);
    return true;
}

} // namespace oriel::rtl::heap
