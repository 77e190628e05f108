// SPDX-License-Identifier: MIT
// view.h: how the pages of a section lie in a range of addresses.
//
// A view of a data file or of a pagefile-backed section is one piece: so many pages, from this place on. A view of
// an image is several: the headers, then each PE section, from the file, from a relocated copy of it, or zero.
#pragma once

#include <ntdll-emu/hal/host_memory.h>
#include <ntdll-emu/mm/page_state.h>

#include <memory>
#include <optional>
#include <vector>

namespace oriel::mm {

/// A run of a view's pages that comes from one place. `place` is where its first page is; none: zero pages.
struct ViewPiece {
    std::uint64_t first_page = 0;
    std::uint64_t pages = 0;
    std::optional<hal::FilePlace> place;
    hal::Sharing sharing = hal::Sharing::Private;
    PageState state; ///< in a new view

    [[nodiscard]] std::uint64_t end_page() const { return first_page + pages; }
    /// Where the view's page number `page` comes from; it must lie in this piece.
    [[nodiscard]] std::optional<hal::FilePlace> place_of(std::uint64_t page) const {
        if (!place) return std::nullopt;
        return hal::FilePlace{place->descriptor, place->offset + (page - first_page) * page_size};
    }
};

/// Ascending, without gaps from page 0 on. Whoever owns the descriptors outlives it (`owner`).
struct ViewLayout {
    std::vector<ViewPiece> pieces;
    std::shared_ptr<void> owner;

    [[nodiscard]] std::uint64_t pages() const { return pieces.empty() ? 0 : pieces.back().end_page(); }
};

} // namespace oriel::mm
