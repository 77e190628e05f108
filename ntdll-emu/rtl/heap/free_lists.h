// SPDX-License-Identifier: MIT
// free_lists.h: the free blocks of a heap, by size.
//
// NT keeps 128 lists of exact sizes and a sorted one behind hints. Ours is the same idea in constant time:
// a list for every size below 64 units, then eight lists for each doubling, and a bitmap of the lists that
// hold something (Masmano, Ripoll, Crespo and Real, "TLSF: a new dynamic memory allocator for real-time
// systems", 2004). Any block of a higher list fits, so the search is one or two bit scans.
//
// Always: every free block of the heap is in the list of its size, and a bit is set exactly if its list is
// not empty. The links lie in the free blocks' own data.
#pragma once

#include <ntdll-emu/rtl/heap/block_header.h>

namespace oriel::rtl::heap {

struct FreeBlock {
    StoredHeader header;
    FreeBlock* next;
    FreeBlock* previous; ///< null: the first of its list
};
static_assert(sizeof(FreeBlock) <= min_units * unit);

inline FreeBlock* as_free(StoredHeader* block) { return reinterpret_cast<FreeBlock*>(block); }

class FreeLists {
public:
    void insert(StoredHeader* block, std::size_t units);
    void remove(StoredHeader* block, std::size_t units);

    /// How long to look in the list where blocks may be too small by a little.
    enum class Effort { Quick, Thorough };
    /// A block of at least `units`, still in its list; null if there is none.
    [[nodiscard]] StoredHeader* find(std::size_t units, const HeaderCodec& codec, Effort effort) const;

    /// A block of at least `units` that `fits`, among the first ones of its size and of each larger size; null if they do not.
    template<class Fits>
    [[nodiscard]] StoredHeader* find_fitting(std::size_t units, unsigned tries, Fits&& fits) const {
        for (std::size_t list = next_used_list(list_of(units)); list < list_count; list = next_used_list(list + 1)) {
            for (FreeBlock* block = m_lists[list]; block != nullptr; block = block->next) {
                if (tries-- == 0) return nullptr;
                if (fits(&block->header)) return &block->header;
            }
        }
        return nullptr;
    }

    /// For checks: is the block in the list where it has to be? A program may have written over the links, so they are
    /// followed only to what `may_be_read` says lies in the heap.
    template<class MayBeRead>
    [[nodiscard]] bool links_are_sound(const StoredHeader* block, std::size_t units, MayBeRead&& may_be_read) const {
        const auto* const free = reinterpret_cast<const FreeBlock*>(block);
        if (free->next != nullptr && !(may_be_read(free->next) && free->next->previous == free)) return false;
        if (free->previous == nullptr) return m_lists[list_of(units)] == free;
        return may_be_read(free->previous) && free->previous->next == free;
    }
    /// The most units that one free block has; 0 without any.
    [[nodiscard]] std::size_t largest(const HeaderCodec& codec) const;

    static constexpr std::size_t exact_lists = 64;
    static constexpr unsigned steps_bits = 3; ///< lists per doubling: 8
    static constexpr std::size_t list_count = exact_lists + (16 - 6) * (1u << steps_bits);

private:
    static constexpr std::size_t word_bits = 32;
    static constexpr std::size_t words = (list_count + word_bits - 1) / word_bits;

    /// The list in which a free block of that size is kept.
    static std::size_t list_of(std::size_t units);
    [[nodiscard]] std::size_t next_used_list(std::size_t from) const;

    FreeBlock* m_lists[list_count];
    std::uint32_t m_used[words];
};

} // namespace oriel::rtl::heap
