// SPDX-License-Identifier: MIT
// physical_frames.h: the page frames that a process owns by name (address windowing extensions).
//
// NT's page frame number (PFN) database has an entry for every page of RAM: who has it, and where it is mapped. With
// AWE a program allocates frames (NtAllocateUserPhysicalPages), gets their numbers, and lays them into windows: address
// ranges reserved with MEM_PHYSICAL. Remapping is quick, since nothing is copied; so a 32-bit program can reach more
// memory than it can address.
//
// Here the frames are the pages of one piece of the host's shared memory, and a number is a place in it. A window's
// page is mapped from there (host_page_for), which is what makes two windows show the same frame one after the other.
//
// Always: a frame is mapped at one address at most; its entry says where. Not locked by itself: the address space
// keeps it behind a lock.
// Source: "Address Windowing Extensions", "AllocateUserPhysicalPages function", Microsoft documentation; "Windows
// Internals", part 1, chapter 5, "Address Windowing Extensions" and "Page frame number database".
#pragma once

#include <ntdll-emu/mm/commit_charge.h>
#include <ntdll-emu/mm/shared_pages.h>
#include <oriel/page_range.h>

#include <span>
#include <vector>

namespace oriel::mm {

/// The number of the first frame; 0 is never one, and means "no frame" in a request.
inline constexpr std::uint64_t first_frame = 0x1000;

/// Where a frame begins in the memory that holds them all.
constexpr std::uint64_t frame_offset(std::uint64_t frame) { return (frame - first_frame) * page_size; }

class PhysicalFrames {
public:
    PhysicalFrames(hal::HostMemory& host, CommitCharge& account) : m_host(host), m_account(account) {}
    ~PhysicalFrames() { m_account.give_back(m_owned); }
    PhysicalFrames(const PhysicalFrames&) = delete;
    PhysicalFrames& operator=(const PhysicalFrames&) = delete;

    /// At most `pages` frames, zeroed; fewer when the commit limit does not allow more.
    /// Statuses: InsufficientResources when there is not one.
    NtResult<std::vector<std::uint64_t>> allocate(std::uint64_t pages);
    /// The frames must be owned, and mapped nowhere. Statuses: InsufficientResources (then none is freed).
    NtResult<> free(std::span<const std::uint64_t> frames);

    [[nodiscard]] bool owns(std::uint64_t frame) const { return entry(frame) && entry(frame)->owned; }
    /// Null where it is not mapped. The frame must be owned.
    [[nodiscard]] Address mapped_at(std::uint64_t frame) const { return entry(frame)->mapped_at; }
    void set_mapped_at(std::uint64_t frame, Address address) { m_frames[frame - first_frame].mapped_at = address; }
    /// Null before the first allocation.
    [[nodiscard]] const std::shared_ptr<SharedPages>& memory() const { return m_memory; }
    [[nodiscard]] std::uint64_t owned() const { return m_owned; }

private:
    struct Frame {
        Address mapped_at;
        bool owned = false;
    };

    [[nodiscard]] const Frame* entry(std::uint64_t frame) const {
        return frame >= first_frame && frame - first_frame < m_frames.size() ? &m_frames[frame - first_frame] : nullptr;
    }
    NtResult<CommitReservation> charge_up_to(std::uint64_t& pages);

    hal::HostMemory& m_host;
    CommitCharge& m_account;
    std::shared_ptr<SharedPages> m_memory;
    std::vector<Frame> m_frames;
    std::uint64_t m_owned = 0;
    std::size_t m_no_free_below = 0;
};

} // namespace oriel::mm
