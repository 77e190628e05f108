// SPDX-License-Identifier: MIT
// memory_transfer.cpp: NtReadVirtualMemory, NtWriteVirtualMemory and what else is done to a range of memory.
//
// Source: "NtReadVirtualMemory function", "VirtualLock function", "FlushViewOfFile function", Microsoft
// documentation; STATUS_PARTIAL_COPY with the count of bytes that were copied: observed on Windows 10 by public test
// suites.
#include <ntdll-emu/services/memory_arguments.h>

#include <generated/services/decl.h>
#include <nt/memory.h>

#include <algorithm>
#include <array>

namespace oriel::services {

namespace {

struct Transfer {
    Address from;
    Address to;
    std::uint64_t bytes;
};

/// How the copy went; `done` bytes were copied before it ended.
struct TransferOutcome {
    Status status = Status::Success;
    std::uint64_t done = 0;
};

/// Which side is the other process's: a fault there is a partial copy, on the caller's side an access violation.
enum class OtherSide { Source, Target };

TransferOutcome copy(const Transfer& transfer, OtherSide other) {
    std::array<std::byte, page_size> page;
    for (std::uint64_t done = 0; done < transfer.bytes;) {
        // Never across a page of the source, so that all that can be read is.
        const Address from = transfer.from + done;
        const std::uint64_t chunk = std::min(transfer.bytes - done, from.page() + page_size - from);
        const bool read = copy_from_guest(page.data(), from, chunk).ok();
        const bool wrote = read && copy_to_guest(transfer.to + done, page.data(), chunk).ok();
        if (!read) return {other == OtherSide::Source ? Status::PartialCopy : Status::AccessViolation, done};
        if (!wrote) return {other == OtherSide::Target ? Status::PartialCopy : Status::AccessViolation, done};
        done += chunk;
    }
    return {Status::Success, transfer.bytes};
}

NtResult<> check_transfer(const mm::AddressSpace& space, const Transfer& transfer) {
    const Address highest = space.highest_user_address();
    for (const Address side : {transfer.from, transfer.to})
        if (transfer.bytes != 0 && (side > highest || highest - side + 1 < transfer.bytes))
            return Status::AccessViolation;
    return {};
}

template<class Abi>
Status finish(const TransferOutcome& outcome, UserPtr<nt::uptr<Abi>> count) {
    (void)count.store_if_present(static_cast<nt::uptr<Abi>>(outcome.done));
    return outcome.status;
}

NtResult<> check_lock_type(const ps::Process& caller, std::uint32_t map_type) {
    constexpr std::uint32_t known = nt::MAP_PROCESS | nt::MAP_SYSTEM;
    if ((map_type & ~known) != 0 || (map_type & known) == 0) return Status::InvalidParameter;
    // Locking into physical memory needs SeLockMemoryPrivilege.
    const bool privileged = caller.token->has_enabled(ps::privilege::lock_memory);
    if ((map_type & nt::MAP_SYSTEM) != 0 && !privileged) return Status::PrivilegeNotHeld;
    return {};
}

} // namespace

template<class Abi>
Status NtReadVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, Address BaseAddress, Address Buffer,
                           std::uint64_t NumberOfBytesToRead, UserPtr<nt::uptr<Abi>> NumberOfBytesRead) {
    const Transfer transfer{BaseAddress, Buffer, NumberOfBytesToRead};
    TRY(check_transfer(call.process.address_space, transfer));
    (void)TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_read));
    return finish<Abi>(copy(transfer, OtherSide::Source), NumberOfBytesRead);
}

template<class Abi>
Status NtWriteVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, Address BaseAddress, Address Buffer,
                            std::uint64_t NumberOfBytesToWrite, UserPtr<nt::uptr<Abi>> NumberOfBytesWritten) {
    const Transfer transfer{Buffer, BaseAddress, NumberOfBytesToWrite};
    TRY(check_transfer(call.process.address_space, transfer));
    (void)TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_write));
    return finish<Abi>(copy(transfer, OtherSide::Target), NumberOfBytesWritten);
}

template<class Abi>
Status NtFlushInstructionCache(Call<Abi>& call, nt::Handle ProcessHandle, Address, std::uint64_t) {
    (void)TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_write));
    return Status::Success; // x86 keeps its instruction cache coherent
}

template<class Abi>
Status NtLockVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> BaseAddress,
                           UserPtr<nt::uptr<Abi>> RegionSize, std::uint32_t MapType) {
    TRY(check_lock_type(call.process, MapType));
    const auto range = TRY(capture_range<Abi>(BaseAddress, RegionSize));
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Refused,
                         {Status::InvalidParameter2, Status::InvalidParameter3}));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    const Status status = TRY(process->address_space.lock_pages(pages_of(range)));
    store_range<Abi>(BaseAddress, RegionSize, pages_of(range));
    return status;
}

template<class Abi>
Status NtUnlockVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> BaseAddress,
                             UserPtr<nt::uptr<Abi>> RegionSize, std::uint32_t MapType) {
    TRY(check_lock_type(call.process, MapType));
    const auto range = TRY(capture_range<Abi>(BaseAddress, RegionSize));
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Refused,
                         {Status::InvalidParameter2, Status::InvalidParameter3}));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    TRY(process->address_space.unlock_pages(pages_of(range)));
    store_range<Abi>(BaseAddress, RegionSize, pages_of(range));
    return Status::Success;
}

template<class Abi>
Status NtFlushVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> BaseAddress,
                            UserPtr<nt::uptr<Abi>> RegionSize, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatus) {
    const auto range = TRY(capture_range<Abi>(BaseAddress, RegionSize));
    TRY(capture_inout(IoStatus));
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Allowed,
                         {Status::InvalidParameter2, Status::InvalidParameter3}));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    const PageRange done = TRY(process->address_space.flush(range.base, range.bytes));
    store_range<Abi>(BaseAddress, RegionSize, done);
    nt::IO_STATUS_BLOCK<Abi> block = {};
    block.StatusCode = Status::Success;
    (void)IoStatus.store(block);
    return Status::Success;
}

} // namespace oriel::services

#include <generated/services/memory_transfer.inst.inc>
