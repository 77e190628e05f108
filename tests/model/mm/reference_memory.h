// SPDX-License-Identifier: MIT
// reference_memory.h: an address space as plainly as it can be written: one entry a page.
//
// No runs, no trees, no host: each rule of NT is a loop over pages. What mm does with cleverness must come to the
// same. Pages are numbered from the beginning of the arena.
#pragma once

#include <ntdll-emu/mm/address_space_requests.h>

#include <vector>

namespace oriel::test {

class ReferenceMemory {
public:
    static constexpr std::size_t granule_pages = 16;

    struct Page {
        int reservation = 0; ///< 0: free
        bool committed = false;
        mm::Protection protection;
        int content = 0; ///< the page's first byte
        mm::PlaceholderRole role = mm::PlaceholderRole::None;
        bool watched = false;
        bool written = false; ///< since the last reset; of a watched page
    };
    enum class Kind { Plain, Placeholder, Watched };

    ReferenceMemory(std::size_t pages, std::size_t commit_limit) : m_pages(pages), m_limit(commit_limit) {}

    /// `first` is on a granule; none: the lowest place. Answers the first page.
    NtResult<std::size_t> reserve(std::optional<std::size_t> first, std::size_t count, mm::Protection protection,
                                  bool commit, Kind kind = Kind::Plain);
    NtResult<> replace(std::size_t first, std::size_t count, mm::Protection protection, bool commit);
    NtResult<> free_to_placeholder(std::size_t first, std::size_t count);
    NtResult<> coalesce(std::size_t first, std::size_t count);
    /// The written pages, which are clean afterwards.
    NtResult<std::vector<std::size_t>> take_written(std::size_t first, std::size_t count);
    NtResult<> commit(std::size_t first, std::size_t count, mm::Protection protection);
    /// `count` 0: the whole reservation.
    NtResult<> free(std::size_t first, std::size_t count, mm::FreeKind kind);
    NtResult<mm::Protection> protect(std::size_t first, std::size_t count, mm::Protection protection);
    mm::FaultOutcome::Kind touch(std::size_t page, mm::FaultAccess access, int value);

    [[nodiscard]] const Page& page(std::size_t index) const { return m_pages[index]; }
    [[nodiscard]] std::size_t size() const { return m_pages.size(); }
    [[nodiscard]] std::size_t committed() const;
    /// The first page of the reservation that `index` belongs to.
    [[nodiscard]] std::size_t reservation_begin(std::size_t index) const;
    /// The page behind its last one.
    [[nodiscard]] std::size_t reservation_end(std::size_t index) const;
    /// How many pages from `index` on look the same to NtQueryVirtualMemory.
    [[nodiscard]] std::size_t region_pages(std::size_t index) const;

private:
    [[nodiscard]] bool is_placeholder(std::size_t first, std::size_t count) const;
    [[nodiscard]] bool is_one_reservation(std::size_t first, std::size_t count) const;
    std::vector<Page> m_pages;
    std::size_t m_limit;
    int m_next_reservation = 1;
};

} // namespace oriel::test
