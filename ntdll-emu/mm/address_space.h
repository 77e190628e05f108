// SPDX-License-Identifier: MIT
// address_space.h: the memory of one process.
//
// The class is large in what it offers and small in what it holds: the VAD tree under its lock, and the two
// helpers that keep host and commit charge in step (page_changer.h). Each family of operations has a file:
//   address_space_reserve.cpp   reserve, commit            address_space_free.cpp    decommit, release
//   address_space_protect.cpp   protect, reset             address_space_query.cpp   what NtQueryVirtualMemory tells
//   address_space_view.cpp      map, unmap, flush views    address_space_fault.cpp   what a page fault means
//   address_space_stack.cpp     stacks and their growth    address_space_watch.cpp   write watch, locked pages
//   address_space_host.cpp      pages for the host's own use, checks
//   address_space_placeholder.cpp   placeholders         address_space_window.cpp  physical windows
//   address_space_working_set.cpp   what is in memory    address_space_listing.cpp everything, for a reader
//   address_space_copies.cpp    which pages of an image were written
//
// Ranges that come in are inside the user range: services check that, because the status for a bad one names
// the number of the service's own parameter.
//
// Always (fault(), and in debug builds check_agreement after every service): the VADs are sound, the
// commit charge is their sum, the host's mappings agree with them. The lock is never held while guest
// memory is copied, nor while a FileBacking is asked, nor while an object is destroyed.
#pragma once

#include <ntdll-emu/ke/lock_rank.h>
#include <ntdll-emu/mm/address_space_requests.h>
#include <ntdll-emu/mm/page_changer.h>
#include <ntdll-emu/mm/physical_frames.h>
#include <oriel/guarded.h>

#include <iosfwd>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace oriel::mm {

class AddressSpace {
public:
    /// `host` and `account` outlive the address space. What lies between the pieces of the host's arena, or beyond
    /// its end, becomes inaccessible.
    AddressSpace(hal::HostMemory& host, CommitCharge& account, const AddressSpaceOptions& options);
    ~AddressSpace();
    AddressSpace(const AddressSpace&) = delete;
    AddressSpace& operator=(const AddressSpace&) = delete;

    [[nodiscard]] const AddressSpaceOptions& options() const { return m_options; }
    /// The last byte that a program may use (MaximumApplicationAddress).
    [[nodiscard]] Address highest_user_address() const { return m_options.end - 1; }
    [[nodiscard]] hal::HostMemory& host() { return m_host.host(); }
    [[nodiscard]] CommitCharge& commit_charge() { return m_account; }

    // --- reserve, commit, free ------------------------------------------------------------------------
    /// Statuses: ConflictingAddresses, NoMemory, CommitmentLimit, InsufficientResources.
    NtResult<PageRange> reserve(const ReserveRequest& request);
    /// Statuses: ConflictingAddresses (not inside one reservation), AlreadyCommitted (a file's view),
    /// SectionProtection, CommitmentLimit, InsufficientResources.
    NtResult<> commit(PageRange range, Protection protection);
    /// `bytes` 0: the whole reservation, of which `base` must be the beginning. Answers what was freed.
    /// Statuses: MemoryNotAllocated, UnableToFreeVm, UnableToDeleteSection, FreeVmNotAtBase.
    NtResult<PageRange> free(Address base, std::uint64_t bytes, FreeKind kind);
    /// Makes the range a placeholder of its own: splits one off a placeholder, or gives an allocation that replaced
    /// one back. Statuses: those of free(), ConflictingAddresses.
    NtResult<PageRange> free_to_placeholder(Address base, std::uint64_t bytes);
    /// Makes one placeholder of neighbouring ones, which the range must cover exactly. Statuses: ConflictingAddresses.
    NtResult<PageRange> coalesce_placeholders(Address base, std::uint64_t bytes);

    // --- protect, reset -------------------------------------------------------------------------------
    /// Answers the old protection of the first page. Statuses: ConflictingAddresses, NotCommitted,
    /// InvalidPageProtection, SectionProtection.
    NtResult<Protection> protect(PageRange range, Protection protection);
    /// MEM_RESET and MEM_RESET_UNDO: the content may be lost, but here never is.
    /// Statuses: ConflictingAddresses, UserMappedFile.
    NtResult<> reset(PageRange range);

    // --- queries --------------------------------------------------------------------------------------
    [[nodiscard]] RegionInfo query(Address address);
    /// Statuses: InvalidAddress where nothing is.
    [[nodiscard]] NtResult<AllocationInfo> query_allocation(Address address);
    [[nodiscard]] PageInfo query_page(Address address);
    /// The section mapped at `address`. Statuses: InvalidAddress (nothing or private memory there).
    [[nodiscard]] NtResult<ob::Ref<Section>> section_at(Address address);

    // --- views ----------------------------------------------------------------------------------------
    /// Statuses: InvalidViewSize, SectionProtection, ConflictingAddresses, NoMemory, and the section's.
    NtResult<MappedView> map_view(const ob::Ref<Section>& section, const ViewRequest& request);
    /// `address` may lie anywhere in the view.
    /// Statuses: NotMappedView, ConflictingAddresses (UnmapTo::Placeholder: it did not replace one).
    NtResult<> unmap_view(Address address, UnmapTo to = UnmapTo::Free);
    /// Writes changed pages of a file's view through. `bytes` 0: to the view's end. Answers the range.
    /// Statuses: NotMappedView, NotMappedData.
    NtResult<PageRange> flush(Address address, std::uint64_t bytes);

    // --- faults ---------------------------------------------------------------------------------------
    /// What NT makes of a fault. `stack`: the faulting thread's TEB bounds, captured before; growth is recognised by
    /// them or by the VAD being a stack.
    FaultOutcome handle_fault(const Fault& fault, const StackBounds* stack = nullptr);
    /// Makes [address, address + bytes) really writable (or readable) for the host, so that a system call that
    /// reads a file into it cannot fail with EFAULT when the file has already given its data.
    /// Statuses: AccessViolation, GuardPageViolation (the guard is gone then).
    NtResult<> prepare_for_host_write(Address address, std::uint64_t bytes);
    NtResult<> prepare_for_host_read(Address address, std::uint64_t bytes);

    // --- stacks ---------------------------------------------------------------------------------------
    NtResult<StackBounds> create_stack(const StackRequest& request);

    // --- write watch, locked pages --------------------------------------------------------------------
    /// The base addresses of at most `most` written pages, ascending. Statuses: InvalidParameter1 (not one
    /// write-watched reservation).
    NtResult<std::vector<Address>> written_pages(PageRange range, std::size_t most);
    NtResult<> reset_written(PageRange range);
    /// The same for exactly these pages (NtGetWriteWatch with WRITE_WATCH_FLAG_RESET).
    NtResult<> reset_written(const std::vector<Address>& pages);
    /// Success, or WasLocked. Statuses: AccessViolation (not committed, or not accessible), WorkingSetQuota (the
    /// minimal working set has no room for so many).
    NtResult<Status> lock_pages(PageRange range);
    /// Statuses: NotLocked.
    NtResult<> unlock_pages(PageRange range);

    // --- the working set --------------------------------------------------------------------------------
    /// The pages that are in memory, ascending. Statuses: NotImplemented (a host that cannot be asked).
    NtResult<std::vector<ResidentPage>> working_set();
    /// Tells the host that nothing will be needed for a while.
    void trim_working_set();
    /// Tells the host that the pages will be read soon; whatever lies there.
    void expect_use(PageRange range);
    [[nodiscard]] WorkingSetLimits working_set_limits();
    /// Statuses: BadWorkingSetLimit (the minimum is above the maximum).
    NtResult<> set_working_set_limits(WorkingSetLimits limits);
    /// Bytes of the addresses that are taken.
    [[nodiscard]] std::uint64_t virtual_size();

    // --- physical windows -------------------------------------------------------------------------------
    /// At most `pages` frames. Statuses: InsufficientResources (not one).
    NtResult<std::vector<std::uint64_t>> allocate_frames(std::uint64_t pages);
    /// Frees frames in their order, out of their windows too, up to the first that is not the process's own.
    /// Its status: ConflictingAddresses.
    FramesFreed free_frames(std::span<const std::uint64_t> numbers);
    /// All or nothing. Statuses: InvalidParameter1 (not in a window), InvalidParameter3 (a frame that is not the
    /// process's own, or would be mapped twice), InsufficientResources.
    NtResult<> map_frames(std::span<const WindowPage> request);

    // --- for the host ---------------------------------------------------------------------------------
    /// Everything that is taken, ascending.
    [[nodiscard]] std::vector<Listing> list();
    /// A page at a fixed place that the host writes through the pointer returned, and the guest sees with
    /// `protection`. It lives as long as the address space. Statuses: ConflictingAddresses, InsufficientResources.
    NtResult<std::byte*> map_system_page(Address address, Protection protection);

    /// Null, or the sentence that is not true.
    [[nodiscard]] const char* fault();
    /// None, or where in `range` the host's mappings differ from what NT's states demand.
    [[nodiscard]] std::optional<std::string> check_agreement(PageRange range);
    /// The whole space.
    [[nodiscard]] std::optional<std::string> check_agreement();
    /// Prints like WinDbg's !vad.
    void print(std::ostream& out);

private:
    using LockedVads = Guarded<VadTree, ke::RankedLock<ke::LockRank::AddressSpace>>;
    using LockedFrames = Guarded<PhysicalFrames, ke::RankedLock<ke::LockRank::Section>>;

    [[nodiscard]] PlacementLimits inside(const PlacementLimits& limits) const;
    NtResult<PageRange> choose_range(const VadTree& vads, const ReserveRequest& request) const;
    NtResult<PageRange> choose_view(const VadTree& vads, const Section& section, const ViewRequest& request) const;
    NtResult<Address> place_image(const VadTree& vads, const Section& section, const PlacementLimits& limits) const;
    NtResult<> commit_in(Vad& vad, PageRange range, Protection protection);
    NtResult<> adopt_commitment(Vad& vad);
    void adopt_copies(Vad& vad, std::uint64_t first, std::uint64_t count);
    void adopt_copies_of_region(Vad& vad, std::uint64_t page);
    NtResult<> release_part(VadTree& vads, Vad& vad, PageRange range, VadTree::Node& released);
    NtResult<> put_in_place(VadTree::Node view, const ViewRequest& request);
    NtResult<Vad*> reservation_part(VadTree& vads, Address base, std::uint64_t bytes, PageRange& range);
    NtResult<> map_frames_in(VadTree& vads, std::span<const WindowPage> request);
    void put_windows_back(std::map<Vad*, PageRuns>& before, const Vad* failed);
    void forget_frames_in(const Vad& vad);
    void forget_what_is_in(Vad& vad, PageRange range);
    /// After vad.locked.reserve_for_change(): cannot fail.
    void forget_locks_in(Vad& vad, PageRange range);
    FaultOutcome resolve(Vad& vad, const Fault& fault, const StackBounds* stack);
    FaultOutcome guard_hit(Vad& vad, std::uint64_t page, const StackBounds* stack);
    FaultOutcome grow_stack(Vad& vad, std::uint64_t page, const StackBounds& bounds);
    NtResult<> prepare_for_host(Address address, std::uint64_t bytes, FaultAccess access);
    void block_what_is_not_arena();

    AddressSpaceOptions m_options;
    HostPages m_host;
    CommitCharge& m_account;
    PageChanger m_changer;
    LockedFrames m_frames;
    WorkingSetLimits m_working_set; ///< under m_vads' lock, as what is locked is
    std::uint64_t m_locked_pages = 0;
    LockedVads m_vads;
};

} // namespace oriel::mm
