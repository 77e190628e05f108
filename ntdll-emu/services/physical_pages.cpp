// SPDX-License-Identifier: MIT
// physical_pages.cpp: NtAllocateUserPhysicalPages and its family.
//
// What frames and windows are is in ntdll-emu/mm/physical_frames.h and address_space_window.cpp. The guest's arrays are
// copied whole before anything happens, in pieces of a bounded size: a count that lies is found out by the first piece
// that cannot be read, not by a huge allocation of the host's.
// Source: "AllocateUserPhysicalPages function" and its neighbours, Microsoft documentation.
#include <ntdll-emu/services/memory_arguments.h>

#include <generated/services/decl.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace oriel::services {

namespace {

constexpr std::uint64_t piece = 4096;

/// Statuses: AccessViolation.
template<class Word>
NtResult<std::vector<std::uint64_t>> capture_words(UserPtr<Word> from, std::uint64_t count) {
    std::vector<std::uint64_t> words;
    std::vector<Word> some;
    while (words.size() < count) {
        some.resize(std::min(piece, count - words.size()));
        TRY(copy_from_guest(some.data(), (from + words.size()).address(), some.size() * sizeof(Word)));
        words.insert(words.end(), some.begin(), some.end());
    }
    return words;
}

template<class Word>
NtResult<> store_words(UserPtr<Word> to, const std::vector<std::uint64_t>& words) {
    std::vector<Word> narrow(words.size());
    std::ranges::transform(words, narrow.begin(), [](std::uint64_t word) { return static_cast<Word>(word); });
    return copy_to_guest(to.address(), narrow.data(), narrow.size() * sizeof(Word));
}

/// Whether the array can be written, as NT probes it before it allocates anything: each page of it.
template<class Word>
NtResult<> probe_words(UserPtr<Word> array, std::uint64_t count) {
    if (count > std::numeric_limits<std::int64_t>::max() / sizeof(Word)) return Status::InvalidParameter2;
    for (std::uint64_t i = 0; i < count; i += page_size / sizeof(Word)) TRY(capture_inout(array + i));
    return count == 0 ? NtResult<>() : NtResult<>(capture_inout(array + (count - 1)).status());
}

/// A count of pages that no address space has.
bool is_absurd(std::uint64_t pages) { return pages > std::numeric_limits<std::uint64_t>::max() / page_size; }

template<class Abi>
Status allocate_frames(Call<Abi>& call, nt::Handle process_handle, UserPtr<nt::uptr<Abi>> count,
                       UserPtr<nt::uptr<Abi>> array) {
    const std::uint64_t wanted = TRY(capture_inout(count));
    const auto process = TRY(process_from(call.process, process_handle, ps::process_access::vm_operation));
    if (!call.process.token->has_enabled(ps::privilege::lock_memory)) return Status::PrivilegeNotHeld;
    if (wanted == 0) return Status::InvalidParameter2;
    // Frames that could not be told about are not asked for.
    mm::AddressSpace& space = process->address_space;
    TRY(probe_words(array, wanted));
    const auto frames = TRY(space.allocate_frames(wanted));
    if (const auto told = store_words(array, frames); !told.ok()) {
        (void)space.free_frames(frames);
        return told.status();
    }
    (void)count.store(static_cast<nt::uptr<Abi>>(frames.size()));
    return Status::Success;
}

} // namespace

template<class Abi>
Status NtAllocateUserPhysicalPages(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> NumberOfPages,
                                   UserPtr<nt::uptr<Abi>> UserPfnArray) {
    return allocate_frames(call, ProcessHandle, NumberOfPages, UserPfnArray);
}

template<class Abi>
Status NtAllocateUserPhysicalPagesEx(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> NumberOfPages,
                                     UserPtr<nt::uptr<Abi>> UserPfnArray,
                                     UserPtr<nt::MEM_EXTENDED_PARAMETER<Abi>> ExtendedParameters,
                                     std::uint32_t ExtendedParameterCount) {
    // Of the extended parameters only a NUMA node, and flags that are wishes, mean something here.
    for (std::uint32_t i = 0; i < ExtendedParameterCount; ++i) {
        const auto parameter = TRY((ExtendedParameters + i).capture());
        if (parameter.Type == nt::MemExtendedParameterNumaNode) continue;
        if (parameter.Type != nt::MemExtendedParameterAttributeFlags) return Status::InvalidParameter;
        TRY(check_attribute_flags(parameter.Value));
    }
    return allocate_frames(call, ProcessHandle, NumberOfPages, UserPfnArray);
}

template<class Abi>
Status NtFreeUserPhysicalPages(Call<Abi>& call, nt::Handle ProcessHandle, UserPtr<nt::uptr<Abi>> NumberOfPages,
                               UserPtr<nt::uptr<Abi>> UserPfnArray) {
    const std::uint64_t count = TRY(capture_inout(NumberOfPages));
    if (count == 0 || is_absurd(count)) return Status::InvalidParameter2;
    const auto frames = TRY(capture_words(UserPfnArray, count));
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    const mm::FramesFreed freed = process->address_space.free_frames(frames);
    (void)NumberOfPages.store(static_cast<nt::uptr<Abi>>(freed.count));
    return freed.status;
}

template<class Abi>
Status NtMapUserPhysicalPages(Call<Abi>& call, Address VirtualAddress, std::uint64_t NumberOfPages,
                              UserPtr<nt::uptr<Abi>> UserPfnArray) {
    mm::AddressSpace& space = call.process.address_space;
    if (is_absurd(NumberOfPages)) return Status::InvalidParameter2;
    if (NumberOfPages == 0) return Status::Success;
    const Address highest = space.highest_user_address();
    if (VirtualAddress > highest || highest - VirtualAddress + 1 < NumberOfPages * page_size)
        return Status::InvalidParameter1;
    // The window is looked at before an array of its size is made.
    const auto window = space.query_allocation(VirtualAddress);
    const bool fits = window.ok() && window->kind == mm::VadKind::Physical &&
                      window->range.end() - VirtualAddress.page() >= NumberOfPages * page_size;
    if (!fits) return Status::InvalidParameter1;
    std::vector<mm::WindowPage> pages(NumberOfPages);
    if (!UserPfnArray.is_null()) {
        const auto frames = TRY(capture_words(UserPfnArray, NumberOfPages));
        for (std::uint64_t i = 0; i < NumberOfPages; ++i) {
            if (frames[i] == 0) return Status::InvalidParameter3;
            pages[i].frame = frames[i];
        }
    }
    for (std::uint64_t i = 0; i < NumberOfPages; ++i) pages[i].address = VirtualAddress.page() + i * page_size;
    return space.map_frames(pages).status();
}

template<class Abi>
Status NtMapUserPhysicalPagesScatter(Call<Abi>& call, UserPtr<nt::uptr<Abi>> VirtualAddresses,
                                     std::uint64_t NumberOfPages, UserPtr<nt::uptr<Abi>> UserPfnArray) {
    if (is_absurd(NumberOfPages)) return Status::InvalidParameter2;
    if (NumberOfPages == 0) return Status::Success;
    const auto addresses = TRY(capture_words(VirtualAddresses, NumberOfPages));
    std::vector<std::uint64_t> frames(NumberOfPages);
    // An entry of 0, as no array at all, takes away what is mapped there.
    if (!UserPfnArray.is_null()) frames = TRY(capture_words(UserPfnArray, NumberOfPages));
    std::vector<mm::WindowPage> pages(NumberOfPages);
    for (std::uint64_t i = 0; i < NumberOfPages; ++i) pages[i] = {Address(addresses[i]), frames[i]};
    return call.process.address_space.map_frames(pages).status();
}

} // namespace oriel::services

#include <generated/services/physical_pages.inst.inc>
