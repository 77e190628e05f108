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

#include <algorithm>
#include <bit>

namespace oriel::services {

namespace {

enum class Action { Reserve, ReserveAndCommit, Commit, Reset };

struct Allocation {
    Action action = Action::Reserve;
    mm::SearchDirection direction = mm::SearchDirection::BottomUp;
    mm::WriteWatch write_watch = mm::WriteWatch::Off;
    mm::VadKind kind = mm::VadKind::Private;
    mm::PageSize page_size = mm::PageSize::Small;
    mm::PlaceholderUse placeholder = mm::PlaceholderUse::None;
    mm::Protection protection;

    [[nodiscard]] bool reserves() const { return action == Action::Reserve || action == Action::ReserveAndCommit; }
};

constexpr std::uint32_t placeholder_bits = nt::MEM_RESERVE_PLACEHOLDER | nt::MEM_REPLACE_PLACEHOLDER;

/// Which combinations of MEM_* mean something. `bad` names the service's parameter.
NtResult<> check_allocation_type(std::uint32_t type, Status bad) {
    using namespace nt;
    constexpr std::uint32_t known = MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO | MEM_TOP_DOWN |
                                    MEM_WRITE_WATCH | MEM_PHYSICAL | MEM_LARGE_PAGES;
    constexpr std::uint32_t resets = MEM_RESET | MEM_RESET_UNDO;
    constexpr std::uint32_t whole = MEM_RESERVE | MEM_COMMIT;
    if ((type & ~known) != 0) return bad;
    if ((type & (whole | resets)) == 0) return bad;
    if ((type & resets) != 0 && !std::has_single_bit(type)) return bad;
    if ((type & (MEM_WRITE_WATCH | MEM_PHYSICAL)) != 0 && (type & MEM_RESERVE) == 0) return bad;
    if ((type & MEM_PHYSICAL) != 0 && (type & ~(MEM_PHYSICAL | MEM_RESERVE | MEM_TOP_DOWN)) != 0) return bad;
    // Large pages are there from the beginning, and all written through: they are not watched.
    if ((type & MEM_LARGE_PAGES) != 0 && ((type & whole) != whole || (type & MEM_WRITE_WATCH) != 0)) return bad;
    return {};
}

/// The bits of VirtualAlloc2 alone. Statuses: InvalidParameter.
NtResult<mm::PlaceholderUse> decode_placeholder(std::uint32_t type, std::uint32_t protect) {
    using namespace nt;
    switch (type & placeholder_bits) {
    case 0:
        return mm::PlaceholderUse::None;
    case MEM_RESERVE_PLACEHOLDER:
        if ((type & ~(MEM_RESERVE | MEM_RESERVE_PLACEHOLDER | MEM_TOP_DOWN)) != 0) return Status::InvalidParameter;
        if ((type & MEM_RESERVE) == 0 || protect != PAGE_NOACCESS) return Status::InvalidParameter;
        return mm::PlaceholderUse::Make;
    case MEM_REPLACE_PLACEHOLDER:
        if ((type & MEM_RESERVE) == 0 || (type & (MEM_PHYSICAL | MEM_LARGE_PAGES)) != 0) return Status::InvalidParameter;
        return mm::PlaceholderUse::Replace;
    default:
        return Status::InvalidParameter;
    }
}

NtResult<Allocation> decode_allocation(const ps::Process& caller, std::uint32_t type, std::uint32_t protect,
                                       Status bad) {
    using namespace nt;
    TRY(check_allocation_type(type, bad));
    if ((type & MEM_LARGE_PAGES) != 0 && !caller.token->has_enabled(ps::privilege::lock_memory))
        return Status::PrivilegeNotHeld;

    Allocation allocation;
    allocation.protection = TRY(mm::Protection::decode(protect));
    const bool reserves = (type & MEM_RESERVE) != 0;
    const bool commits = (type & MEM_COMMIT) != 0;
    allocation.action = Action::Reset;
    if (reserves)
        allocation.action = commits ? Action::ReserveAndCommit : Action::Reserve;
    else if (commits)
        allocation.action = Action::Commit;
    if ((type & MEM_TOP_DOWN) != 0) allocation.direction = mm::SearchDirection::TopDown;
    if ((type & MEM_WRITE_WATCH) != 0) allocation.write_watch = mm::WriteWatch::On;
    if ((type & MEM_LARGE_PAGES) != 0) allocation.page_size = mm::PageSize::Large;
    if ((type & MEM_PHYSICAL) != 0) {
        // A window is always read and written ("VirtualAlloc function", MEM_PHYSICAL).
        if (!(allocation.protection == mm::Protection(mm::PageAccess::ReadWrite))) return Status::InvalidParameter6;
        allocation.kind = mm::VadKind::Physical;
    }
    return allocation;
}

/// Only pages that lie in the range whole are reset: what else is in the first and the last is to be kept.
NtResult<PageRange> reset(mm::AddressSpace& space, const RangeArgument& range) {
    const PageRange touched = pages_of(range);
    const Address first = range.base.next_page();
    const Address end = (range.base + range.bytes).page();
    TRY(space.reset(first < end ? PageRange(first, end - first) : touched));
    return touched;
}

NtResult<PageRange> allocate(mm::AddressSpace& space, const Allocation& allocation, const RangeArgument& range,
                             const mm::PlacementLimits& limits) {
    // Without a base there is nothing to commit in: MEM_COMMIT alone reserves too.
    if (allocation.reserves() || (allocation.action == Action::Commit && range.base.is_null())) {
        mm::ReserveRequest request{.base = range.base,
                                   .bytes = range.bytes,
                                   .protection = allocation.protection,
                                   .limits = limits,
                                   .write_watch = allocation.write_watch,
                                   .kind = allocation.kind,
                                   .page_size = allocation.page_size,
                                   .placeholder = allocation.placeholder};
        request.limits.direction = allocation.direction;
        if (allocation.page_size == mm::PageSize::Large)
            request.limits.alignment = std::max(request.limits.alignment, nt::large_page_size);
        if (allocation.action != Action::Reserve) request.commitment = mm::Commitment::ReserveAndCommit;
        return space.reserve(request);
    }
    if (allocation.action == Action::Reset) return reset(space, range);
    const PageRange pages = pages_of(range);
    TRY(space.commit(pages, allocation.protection));
    return pages;
}

/// Large pages are whole ones. Fails with the statuses of check_user_range.
NtResult<> check_large(const Allocation& allocation, const RangeArgument& range, const RangeStatuses& statuses) {
    if (allocation.page_size != mm::PageSize::Large) return {};
    if (!is_aligned(range.base.value(), nt::large_page_size)) return statuses.bad_base;
    if (!is_aligned(range.bytes, nt::large_page_size)) return statuses.bad_size;
    return {};
}

} // namespace

template<class Abi>
Status NtAllocateVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> BaseAddress,
                               std::uint64_t ZeroBits, UserPtr<nt::uptr<Abi>> RegionSize,
                               std::uint32_t AllocationType, std::uint32_t Protect) {
    constexpr RangeStatuses statuses{Status::InvalidParameter2, Status::InvalidParameter4};
    const auto limits = TRY(limits_from_zero_bits(ZeroBits, Status::InvalidParameter3));
    if ((AllocationType & placeholder_bits) != 0) return Status::InvalidParameter;
    const auto allocation = TRY(decode_allocation(call.process, AllocationType, Protect, Status::InvalidParameter5));
    const auto range = TRY(capture_range<Abi>(BaseAddress, RegionSize));
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Refused, statuses));
    TRY(check_large(allocation, range, statuses));
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
    constexpr RangeStatuses statuses{Status::InvalidParameter, Status::InvalidParameter};
    const auto placeholder = TRY(decode_placeholder(AllocationType, Protect));
    auto allocation = TRY(
        decode_allocation(call.process, AllocationType & ~placeholder_bits, Protect, Status::InvalidParameter));
    allocation.placeholder = placeholder;
    const auto range = TRY(capture_range<Abi>(BaseAddress, RegionSize));
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Refused, statuses));
    TRY(check_large(allocation, range, statuses));
    if (placeholder == mm::PlaceholderUse::Replace && range.base.is_null()) return Status::InvalidParameter;
    const auto limits = TRY(limits_from_extended<Abi>(
        ExtendedParameters, ExtendedParameterCount,
        {ExtendedUse::Purpose::Allocation, !range.base.is_null(), call.process.address_space.highest_user_address()}));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    const PageRange done = TRY(allocate(process->address_space, allocation, range, limits));
    store_range<Abi>(BaseAddress, RegionSize, done);
    return Status::Success;
}

template<class Abi>
Status NtFreeVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> BaseAddress,
                           UserPtr<nt::uptr<Abi>> RegionSize, std::uint32_t FreeType) {
    constexpr std::uint32_t to_placeholder = nt::MEM_RELEASE | nt::MEM_PRESERVE_PLACEHOLDER;
    constexpr std::uint32_t coalesce = nt::MEM_RELEASE | nt::MEM_COALESCE_PLACEHOLDERS;
    const bool of_placeholders = FreeType == to_placeholder || FreeType == coalesce;
    if (FreeType != nt::MEM_DECOMMIT && FreeType != nt::MEM_RELEASE && !of_placeholders)
        return Status::InvalidParameter4;
    const auto range = TRY(capture_range<Abi>(BaseAddress, RegionSize));
    TRY(check_user_range(call.process.address_space, range,
                         of_placeholders ? EmptyRange::Refused : EmptyRange::Allowed,
                         {Status::InvalidParameter2, Status::InvalidParameter3}));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    mm::AddressSpace& space = process->address_space;
    if (of_placeholders) {
        store_range<Abi>(BaseAddress, RegionSize,
                         FreeType == coalesce ? TRY(space.coalesce_placeholders(range.base, range.bytes))
                                              : TRY(space.free_to_placeholder(range.base, range.bytes)));
        return Status::Success;
    }
    const auto kind = FreeType == nt::MEM_RELEASE ? mm::FreeKind::Release : mm::FreeKind::Decommit;
    const PageRange done = TRY(space.free(range.base, range.bytes, kind));
    store_range<Abi>(BaseAddress, RegionSize, done);
    // Since Windows 10 1803 a decommitted whole reservation is told as the 0 that asked for it.
    if (kind == mm::FreeKind::Decommit && range.bytes == 0) (void)RegionSize.store(0);
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
