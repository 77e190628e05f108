// SPDX-License-Identifier: MIT
// write_watch.cpp: NtGetWriteWatch and NtResetWriteWatch.
//
// Source: "GetWriteWatch function", "ResetWriteWatch function", Microsoft documentation.
#include <ntdll-emu/services/memory_arguments.h>

#include <generated/services/decl.h>
#include <nt/memory.h>

#include <algorithm>

namespace oriel::services {

namespace {

/// More addresses than a process has pages in 4 GiB are not collected at once.
constexpr std::uint64_t most_at_once = std::uint64_t{1} << 20;

} // namespace

template<class Abi>
Status NtGetWriteWatch(Call<Abi>& call, nt::Handle ProcessHandle, std::uint32_t Flags, Address BaseAddress,
                       std::uint64_t RegionSize, UserPtr<nt::uptr<Abi>> UserAddressArray,
                       UserPtr<nt::uptr<Abi>> EntriesInUserAddressArray, UserPtr<std::uint32_t> Granularity) {
    if ((Flags & ~nt::WRITE_WATCH_FLAG_RESET) != 0) return Status::InvalidParameter2;
    const std::uint64_t room = TRY(capture_inout(EntriesInUserAddressArray));
    TRY(capture_inout(Granularity));
    if (room == 0) return Status::InvalidParameter5;
    const RangeArgument range{BaseAddress, RegionSize};
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Refused,
                         {Status::InvalidParameter3, Status::InvalidParameter4}));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    const auto written = TRY(process->address_space.written_pages(pages_of(range), std::min(room, most_at_once)));
    for (std::size_t i = 0; i < written.size(); ++i)
        TRY((UserAddressArray + i).store(static_cast<nt::uptr<Abi>>(written[i].value())));
    // Only what was told is forgotten: pages beyond the array's room stay written.
    if (Flags == nt::WRITE_WATCH_FLAG_RESET) TRY(process->address_space.reset_written(written));
    (void)EntriesInUserAddressArray.store(static_cast<nt::uptr<Abi>>(written.size()));
    (void)Granularity.store(static_cast<std::uint32_t>(page_size));
    return Status::Success;
}

template<class Abi>
Status NtResetWriteWatch(Call<Abi>& call, nt::Handle ProcessHandle, Address BaseAddress, std::uint64_t RegionSize) {
    const RangeArgument range{BaseAddress, RegionSize};
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Refused,
                         {Status::InvalidParameter2, Status::InvalidParameter3}));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    TRY(process->address_space.reset_written(pages_of(range)));
    return Status::Success;
}

} // namespace oriel::services

#include <generated/services/write_watch.inst.inc>
