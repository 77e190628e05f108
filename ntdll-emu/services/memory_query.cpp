// SPDX-License-Identifier: MIT
// memory_query.cpp: NtQueryVirtualMemory.
//
// Source: "NtQueryVirtualMemory function", "MEMORY_BASIC_INFORMATION structure",
// "PSAPI_WORKING_SET_EX_BLOCK union", Microsoft documentation.
#include <ntdll-emu/services/memory_arguments.h>

#include <generated/services/decl.h>
#include <nt/memory.h>

#include <cstring>
#include <vector>

namespace oriel::services {

namespace {

/// Where the answer goes.
template<class Abi>
struct Output {
    Address buffer;
    std::uint64_t bytes;
    UserPtr<nt::uptr<Abi>> return_length;

    template<class T>
    Status store(const T& answer) const {
        TRY(UserPtr<T>(buffer).store(answer));
        return stored(sizeof answer);
    }
    Status stored(std::uint64_t length) const {
        (void)return_length.store_if_present(static_cast<nt::uptr<Abi>>(length));
        return Status::Success;
    }
};

std::uint32_t state_bits(mm::RegionState state) {
    switch (state) {
    case mm::RegionState::Free:
        return nt::MEM_FREE;
    case mm::RegionState::Reserved:
        return nt::MEM_RESERVE;
    case mm::RegionState::Committed:
        return nt::MEM_COMMIT;
    }
    return 0;
}

std::uint32_t type_bits(mm::RegionType type) {
    switch (type) {
    case mm::RegionType::None:
        return 0;
    case mm::RegionType::Private:
        return nt::MEM_PRIVATE;
    case mm::RegionType::Mapped:
        return nt::MEM_MAPPED;
    case mm::RegionType::Image:
        return nt::MEM_IMAGE;
    }
    return 0;
}

template<class Abi>
nt::MEMORY_BASIC_INFORMATION<Abi> basic_information(const mm::RegionInfo& region) {
    using Word = nt::uptr<Abi>;
    nt::MEMORY_BASIC_INFORMATION<Abi> info = {};
    info.BaseAddress = static_cast<Word>(region.range.base().value());
    info.RegionSize = static_cast<Word>(region.range.bytes());
    info.State = state_bits(region.state);
    info.Type = type_bits(region.type);
    // A reserved page has no protection (0); a free one says PAGE_NOACCESS.
    if (region.state != mm::RegionState::Reserved) info.Protect = region.protection.encode();
    if (region.state != mm::RegionState::Free) {
        info.AllocationBase = static_cast<Word>(region.allocation_base.value());
        info.AllocationProtect = region.allocation_protection.encode();
    }
    return info;
}

std::uint32_t region_type_bits(const mm::AllocationInfo& allocation) {
    constexpr std::uint32_t is_private = 1, is_data_file = 2, is_image = 4, is_page_file = 8;
    if (allocation.kind == mm::VadKind::Image) return is_image;
    if (allocation.kind != mm::VadKind::View) return is_private;
    return allocation.section_kind == mm::SectionKind::PageFile ? is_page_file : is_data_file;
}

template<class Abi>
nt::MEMORY_REGION_INFORMATION<Abi> region_information(const mm::AllocationInfo& allocation) {
    using Word = nt::uptr<Abi>;
    return {.AllocationBase = static_cast<Word>(allocation.range.base().value()),
            .AllocationProtect = allocation.protection.encode(),
            .RegionType = region_type_bits(allocation),
            .RegionSize = static_cast<Word>(allocation.range.bytes()),
            .CommitSize = static_cast<Word>(allocation.committed_bytes)};
}

template<class Abi>
nt::MEMORY_IMAGE_INFORMATION<Abi> image_information(mm::AddressSpace& space, Address address) {
    nt::MEMORY_IMAGE_INFORMATION<Abi> info = {};
    const auto allocation = space.query_allocation(address);
    if (!allocation.ok() || allocation->kind != mm::VadKind::Image) return info;
    info.ImageBase = static_cast<nt::uptr<Abi>>(allocation->range.base().value());
    info.SizeOfImage = static_cast<nt::uptr<Abi>>(allocation->range.bytes());
    return info;
}

/// The name of the file behind the view, as a UNICODE_STRING with its text behind it.
template<class Abi>
Status file_name(mm::AddressSpace& space, Address address, const Output<Abi>& output) {
    const auto section = TRY(space.section_at(address));
    if (!section->backing()) return Status::FileInvalid;
    const std::u16string name = section->backing()->nt_name();
    nt::UNICODE_STRING<Abi> header = {};
    header.Length = static_cast<std::uint16_t>(name.size() * sizeof(char16_t));
    header.MaximumLength = static_cast<std::uint16_t>(header.Length + sizeof(char16_t));
    header.Buffer.value = static_cast<nt::uptr<Abi>>((output.buffer + sizeof header).value());
    std::vector<std::byte> answer(sizeof header + header.MaximumLength);
    std::memcpy(answer.data(), &header, sizeof header);
    std::memcpy(answer.data() + sizeof header, name.data(), header.Length);
    if (output.bytes < answer.size()) {
        (void)output.stored(answer.size());
        return output.bytes < sizeof header ? Status::InfoLengthMismatch : Status::BufferOverflow;
    }
    TRY(copy_to_guest(output.buffer, answer.data(), answer.size()));
    return output.stored(answer.size());
}

std::uint64_t working_set_attributes(const mm::PageInfo& page) {
    if (!page.valid) return 0;
    std::uint64_t bits = 1;
    bits |= std::uint64_t{1} << 1; // ShareCount: what is known is that this process has it
    bits |= std::uint64_t{page.protection.encode() & 0x7FF} << 4;
    if (page.shared) bits |= std::uint64_t{1} << 15;
    if (page.locked) bits |= std::uint64_t{1} << 22;
    return bits;
}

/// The answer goes into the array that asks: an address in each entry.
template<class Abi>
Status working_set(mm::AddressSpace& space, const Output<Abi>& output) {
    using Entry = nt::MEMORY_WORKING_SET_EX_INFORMATION<Abi>;
    const UserPtr<Entry> entries(output.buffer);
    for (std::uint64_t i = 0; i < output.bytes / sizeof(Entry); ++i) {
        Entry entry = TRY((entries + i).capture());
        entry.VirtualAttributes =
            static_cast<nt::uptr<Abi>>(working_set_attributes(space.query_page(Address(entry.VirtualAddress))));
        TRY((entries + i).store(entry));
    }
    return output.stored(output.bytes);
}

/// The smallest buffer of a class; 0: no such class.
template<class Abi>
std::uint64_t least_bytes(std::uint32_t information_class) {
    switch (information_class) {
    case nt::MemoryBasicInformation:
        return sizeof(nt::MEMORY_BASIC_INFORMATION<Abi>);
    case nt::MemoryMappedFilenameInformation:
        return sizeof(nt::UNICODE_STRING<Abi>);
    case nt::MemoryRegionInformation:
        return sizeof(nt::MEMORY_REGION_INFORMATION<Abi>);
    case nt::MemoryWorkingSetExInformation:
        return sizeof(nt::MEMORY_WORKING_SET_EX_INFORMATION<Abi>);
    case nt::MemoryImageInformation:
        return sizeof(nt::MEMORY_IMAGE_INFORMATION<Abi>);
    default:
        return 0;
    }
}

} // namespace

template<class Abi>
Status NtQueryVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, Address BaseAddress,
                            std::uint32_t MemoryInformationClass, Address MemoryInformation,
                            std::uint64_t MemoryInformationLength, UserPtr<nt::uptr<Abi>> ReturnLength) {
    const std::uint64_t least = least_bytes<Abi>(MemoryInformationClass);
    if (least == 0) return Status::InvalidInfoClass;
    if (MemoryInformationLength < least) return Status::InfoLengthMismatch;
    const bool takes_address = MemoryInformationClass != nt::MemoryWorkingSetExInformation;
    if (takes_address && BaseAddress > call.process.address_space.highest_user_address())
        return Status::InvalidParameter;
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::query_information));
    mm::AddressSpace& space = process->address_space;
    const Output<Abi> output{MemoryInformation, MemoryInformationLength, ReturnLength};
    switch (MemoryInformationClass) {
    case nt::MemoryBasicInformation:
        return output.store(basic_information<Abi>(space.query(BaseAddress)));
    case nt::MemoryRegionInformation:
        return output.store(region_information<Abi>(TRY(space.query_allocation(BaseAddress))));
    case nt::MemoryImageInformation:
        return output.store(image_information<Abi>(space, BaseAddress));
    case nt::MemoryWorkingSetExInformation:
        return working_set<Abi>(space, output);
    default:
        return file_name<Abi>(space, BaseAddress, output);
    }
}

template<class Abi>
Status NtSetInformationVirtualMemory(Call<Abi>& call, nt::Handle ProcessHandle, std::uint32_t VmInformationClass,
                                     std::uint64_t NumberOfEntries, Address, Address, std::uint32_t) {
    constexpr std::uint32_t prefetch = 0;
    if (VmInformationClass != prefetch) return Status::NotImplemented;
    if (NumberOfEntries == 0) return Status::InvalidParameter3;
    (void)TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    return Status::Success; // a wish, which the host's read-ahead grants in its own way
}

} // namespace oriel::services

#include <generated/services/memory_query.inst.inc>
