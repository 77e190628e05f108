// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/free_lists.h>

namespace oriel::rtl::heap {

namespace {

constexpr unsigned quick_steps = 4;

} // namespace

std::size_t FreeLists::list_of(std::size_t units) {
    if (units < exact_lists) return units;
    const auto top = static_cast<unsigned>(std::bit_width(units)) - 1; // at least 6
    return exact_lists + ((top - 6) << steps_bits) + ((units >> (top - steps_bits)) & ((1u << steps_bits) - 1));
}

void FreeLists::insert(StoredHeader* block, std::size_t units) {
    const std::size_t list = list_of(units);
    FreeBlock* const free = as_free(block);
    free->next = m_lists[list];
    free->previous = nullptr;
    if (free->next != nullptr) free->next->previous = free;
    m_lists[list] = free;
    m_used[list / word_bits] |= 1u << (list % word_bits);
}

void FreeLists::remove(StoredHeader* block, std::size_t units) {
    FreeBlock* const free = as_free(block);
    if (free->next != nullptr) free->next->previous = free->previous;
    if (free->previous != nullptr) {
        free->previous->next = free->next;
        return;
    }
    const std::size_t list = list_of(units);
    m_lists[list] = free->next;
    if (free->next == nullptr) m_used[list / word_bits] &= ~(1u << (list % word_bits));
}

std::size_t FreeLists::next_used_list(std::size_t from) const {
    if (from >= list_count) return list_count;
    std::size_t word = from / word_bits;
    std::uint32_t bits = m_used[word] & (~0u << (from % word_bits));
    while (bits == 0) {
        if (++word == words) return list_count;
        bits = m_used[word];
    }
    return word * word_bits + static_cast<std::size_t>(std::countr_zero(bits));
}

StoredHeader* FreeLists::find(std::size_t units, const HeaderCodec& codec, Effort effort) const {
    const std::size_t own = list_of(units);
    if (own < exact_lists) {
        const std::size_t list = next_used_list(own);
        return list == list_count ? nullptr : &m_lists[list]->header;
    }
    // Blocks of the own list may be smaller than asked for. A few are tried, because they fit best.
    unsigned steps = 0;
    for (FreeBlock* block = m_lists[own]; block != nullptr; block = block->next) {
        if (codec.read(&block->header).Size >= units) return &block->header;
        if (effort == Effort::Quick && ++steps == quick_steps) break;
    }
    const std::size_t list = next_used_list(own + 1);
    return list == list_count ? nullptr : &m_lists[list]->header;
}

std::size_t FreeLists::largest(const HeaderCodec& codec) const {
    std::size_t found = 0;
    for (std::size_t list = list_count; list-- != 0;) {
        for (FreeBlock* block = m_lists[list]; block != nullptr; block = block->next) {
            const std::size_t units = codec.read(&block->header).Size;
            if (units > found) found = units;
        }
        if (found != 0) break;
    }
    return found;
}

} // namespace oriel::rtl::heap
