// SPDX-License-Identifier: MIT
// vad_tree.h: which address ranges of a process are spoken for.
//
// NT keeps one Virtual Address Descriptor per reservation or view, in a balanced tree ordered by address. A VAD says
// that a range is taken, and for what; what Linux has mapped there is derived from it (host_pages.h).
//
// Always: no two VADs overlap, and each is sound in itself (Vad::fault).
// Source: "Windows Internals", part 1, chapter 5, "Virtual address descriptors".
#pragma once

#include <ntdll-emu/mm/vad.h>

#include <iosfwd>
#include <map>

namespace oriel::mm {

class VadTree {
    using Map = std::map<Address, Vad>;

public:
    /// A VAD outside the tree. Making it may fail (std::bad_alloc); putting it into the tree cannot.
    using Node = Map::node_type;
    static Node make_node(Vad vad);

    /// The VAD that `address` lies in, or null.
    [[nodiscard]] Vad* find(Address address);
    [[nodiscard]] const Vad* find(Address address) const;
    /// The first VAD that overlaps `range`, or null.
    [[nodiscard]] const Vad* first_overlapping(PageRange range) const;
    /// The first VAD that ends above `address`, or null.
    [[nodiscard]] const Vad* first_above(Address address) const;
    /// The last VAD that begins below `address`, or null.
    [[nodiscard]] const Vad* last_below(Address address) const;

    /// The node's range must be free. Cannot fail.
    Vad& insert(Node node) noexcept;
    /// Takes the VAD that begins at `base` out of the tree.
    Node extract(Address base) noexcept;

    /// A search for free granules from the lowest address up may begin here: there is none below. Only a memory of
    /// earlier searches, so that the thousandth small reservation does not pass the 999 before it.
    [[nodiscard]] Address no_gap_below() const { return m_no_gap_below; }
    void note_no_gap_below(Address address) const { m_no_gap_below = address; }

    [[nodiscard]] std::size_t size() const { return m_vads.size(); }
    [[nodiscard]] auto begin() const { return m_vads.begin(); }
    [[nodiscard]] auto end() const { return m_vads.end(); }
    [[nodiscard]] auto begin() { return m_vads.begin(); }
    [[nodiscard]] auto end() { return m_vads.end(); }

    /// Null, or the sentence that is not true.
    [[nodiscard]] const char* fault() const;

private:
    Map m_vads;
    mutable Address m_no_gap_below;
};

/// Prints like WinDbg's !vad.
std::ostream& operator<<(std::ostream& out, const VadTree& vads);

} // namespace oriel::mm
