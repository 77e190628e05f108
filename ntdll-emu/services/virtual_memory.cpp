// SPDX-License-Identifier: MIT
// virtual_memory.cpp: NtAllocateVirtualMemory and its family: the arguments, in NT's order of checking.
//
// What NT does with them is in ntdll-emu/mm/address_space_reserve.cpp and its neighbours.
// Source: "ZwAllocateVirtualMemory function", "ZwFreeVirtualMemory function", "VirtualAlloc function", "VirtualAlloc2
// function", Microsoft documentation; the numbers of the wrong parameters: observed on Windows 10 by public test
// suites.
#include <ntdll-emu/services/memory_arguments.h>

#include <generated/services/decl.h>
#include <nt/memory.h>

#include <bit>

namespace oriel::services {

namespace {

enum class Action { Reserve, ReserveAndCommit, Commit, Reset };

struct Allocation {
    Action action;
    mm::SearchDirection direction;
    mm::WriteWatch write_watch;
    mm::Protection protection;
};

/// Which combinations of MEM_* mean something. `bad` names the service's parameter.
NtResult<Allocation> decode_allocation(std::uint32_t type, std::uint32_t protect, Status bad) {
    using namespace nt;
    constexpr std::uint32_t known = MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO | MEM_TOP_DOWN |
                                    MEM_WRITE_WATCH | MEM_PHYSICAL | MEM_LARGE_PAGES;
    constexpr std::uint32_t resets = MEM_RESET | MEM_RESET_UNDO;
    if ((type & ~known) != 0) return bad;
    if ((type & (MEM_COMMIT | MEM_RESERVE | resets)) == 0) return bad;
    if ((type & resets) != 0 && !std::has_single_bit(type)) return bad;
    if ((type & (MEM_WRITE_WATCH | MEM_PHYSICAL)) != 0 && (type & MEM_RESERVE) == 0) return bad;
    if ((type & MEM_PHYSICAL) != 0) {
        if ((type & ~(MEM_PHYSICAL | MEM_RESERVE | MEM_TOP_DOWN)) != 0) return bad;
        return Status::NotImplemented; // the services that would fill such a window are undone
    }
    // SeLockMemoryPrivilege is needed, and nobody has it by default.
    if ((type & MEM_LARGE_PAGES) != 0) return Status::PrivilegeNotHeld;

    const mm::Protection protection = TRY(mm::Protection::decode(protect));
    if (protection.is_write_copy()) return Status::InvalidPageProtection;
    const bool reserves = (type & MEM_RESERVE) != 0;
    const bool commits = (type & MEM_COMMIT) != 0;
    Action action = Action::Reset;
    if (reserves)
        action = commits ? Action::ReserveAndCommit : Action::Reserve;
    else if (commits)
        action = Action::Commit;
    return Allocation{action,
                      (type & MEM_TOP_DOWN) != 0 ? mm::SearchDirection::TopDown : mm::SearchDirection::BottomUp,
                      (type & MEM_WRITE_WATCH) != 0 ? mm::WriteWatch::On : mm::WriteWatch::Off, protection};
}

NtResult<PageRange> allocate(mm::AddressSpace& space, const Allocation& allocation, const RangeArgument& range,
                             const mm::PlacementLimits& limits) {
    const bool reserves = allocation.action == Action::Reserve || allocation.action == Action::ReserveAndCommit;
    // Without a base there is nothing to commit in: MEM_COMMIT alone reserves too.
    if (reserves || (allocation.action == Action::Commit && range.base.is_null())) {
        mm::ReserveRequest request{.base = range.base,
                                   .bytes = range.bytes,
                                   .protection = allocation.protection,
                                   .limits = limits,
                                   .write_watch = allocation.write_watch};
        request.limits.direction = allocation.direction;
        if (allocation.action != Action::Reserve) request.commitment = mm::Commitment::ReserveAndCommit;
        return space.reserve(request);
    }
    const PageRange pages = pages_of(range);
    TRY(allocation.action == Action::Commit ? space.commit(pages, allocation.protection) : space.reset(pages));
    return pages;
}

} // namespace

template<class Abi>
Status NtAllocateVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> BaseAddress,
                               std::uint64_t ZeroBits, UserPtr<nt::uptr<Abi>> RegionSize,
                               std::uint32_t AllocationType, std::uint32_t Protect) {
    const auto limits = TRY(limits_from_zero_bits(ZeroBits, Status::InvalidParameter3));
    const auto allocation = TRY(decode_allocation(AllocationType, Protect, Status::InvalidParameter5));
    const auto range = TRY(capture_range<Abi>(BaseAddress, RegionSize));
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Refused,
                         {Status::InvalidParameter2, Status::InvalidParameter4}));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    const PageRange done = TRY(allocate(process->address_space, allocation, range, limits));
    store_range<Abi>(BaseAddress, RegionSize, done);
    return Status::Success;
}

template<class Abi>
Status NtAllocateVirtualMemoryEx(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> BaseAddress,
                                 UserPtr<nt::uptr<Abi>> RegionSize, std::uint32_t AllocationType,
                                 std::uint32_t Protect, UserPtr<nt::MEM_EXTENDED_PARAMETER<Abi>> ExtendedParameters,
                                 std::uint32_t ExtendedParameterCount) {
    const auto allocation = TRY(decode_allocation(AllocationType, Protect, Status::InvalidParameter));
    const auto range = TRY(capture_range<Abi>(BaseAddress, RegionSize));
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Refused,
                         {Status::InvalidParameter, Status::InvalidParameter}));
    const auto limits = TRY(limits_from_extended<Abi>(ExtendedParameters, ExtendedParameterCount,
                                                      range.base.is_null() ? BaseGiven::No : BaseGiven::Yes,
                                                      call.process.address_space.highest_user_address()));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    const PageRange done = TRY(allocate(process->address_space, allocation, range, limits));
    store_range<Abi>(BaseAddress, RegionSize, done);
    return Status::Success;
}

template<class Abi>
Status NtFreeVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> BaseAddress,
                           UserPtr<nt::uptr<Abi>> RegionSize, std::uint32_t FreeType) {
    if (FreeType != nt::MEM_DECOMMIT && FreeType != nt::MEM_RELEASE) return Status::InvalidParameter4;
    const auto range = TRY(capture_range<Abi>(BaseAddress, RegionSize));
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Allowed,
                         {Status::InvalidParameter2, Status::InvalidParameter3}));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    const auto kind = FreeType == nt::MEM_RELEASE ? mm::FreeKind::Release : mm::FreeKind::Decommit;
    const PageRange done = TRY(process->address_space.free(range.base, range.bytes, kind));
    store_range<Abi>(BaseAddress, RegionSize, done);
    return Status::Success;
}

template<class Abi>
Status NtProtectVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> BaseAddress,
                              UserPtr<nt::uptr<Abi>> RegionSize, std::uint32_t NewProtection,
                              UserPtr<std::uint32_t> OldProtection) {
    const auto protection = TRY(mm::Protection::decode(NewProtection));
    const auto range = TRY(capture_range<Abi>(BaseAddress, RegionSize));
    TRY(capture_inout(OldProtection));
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Refused,
                         {Status::InvalidParameter2, Status::InvalidParameter3}));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    const PageRange pages = pages_of(range);
    const auto old = TRY(process->address_space.protect(pages, protection));
    store_range<Abi>(BaseAddress, RegionSize, pages);
    (void)OldProtection.store(old.encode());
    return Status::Success;
}

} // namespace oriel::services

#include <generated/services/virtual_memory.inst.inc>
