// SPDX-License-Identifier: MIT
// memory_query.cpp: NtQueryVirtualMemory, NtSetInformationVirtualMemory.
//
// Source: "NtQueryVirtualMemory function", "MEMORY_BASIC_INFORMATION structure",
// "PSAPI_WORKING_SET_EX_BLOCK union", Microsoft documentation.
#include <ntdll-emu/services/memory_arguments.h>

#include <generated/services/decl.h>
#include <nt/memory.h>

#include <algorithm>
#include <cstddef>
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
    constexpr std::uint32_t is_private = 1, is_data_file = 2, is_image = 4, is_page_file = 8, is_physical = 0x10,
                            is_placeholder = 0x100;
    if (allocation.kind == mm::VadKind::Image) return is_image;
    if (allocation.kind == mm::VadKind::Physical) return is_private | is_physical;
    if (allocation.kind != mm::VadKind::View) return is_private | (allocation.is_placeholder ? is_placeholder : 0);
    return allocation.section_kind == mm::SectionKind::PageFile ? is_page_file : is_data_file;
}

enum class RegionTypes { Told, Untold };

template<class Abi>
nt::MEMORY_REGION_INFORMATION<Abi> region_information(const mm::AllocationInfo& allocation, RegionTypes types) {
    using Word = nt::uptr<Abi>;
    return {.AllocationBase = static_cast<Word>(allocation.range.base().value()),
            .AllocationProtect = allocation.protection.encode(),
            .RegionType = types == RegionTypes::Told ? region_type_bits(allocation) : 0,
            .RegionSize = static_cast<Word>(allocation.range.bytes()),
            .CommitSize = static_cast<Word>(allocation.committed_bytes),
            .PartitionId = 0,
            .NodePreference = static_cast<Word>(-1)};
}

/// The structure has grown at its end: a shorter buffer gets the beginning. The first of the two classes leaves the
/// types at 0, as Windows 10 does (observed by public test suites).
template<class Abi>
Status region(mm::AddressSpace& space, Address address, const Output<Abi>& output, RegionTypes types) {
    const auto information = region_information<Abi>(TRY(space.query_allocation(address)), types);
    const std::uint64_t bytes = std::min<std::uint64_t>(output.bytes, sizeof information);
    TRY(copy_to_guest(output.buffer, &information, bytes));
    return output.stored(bytes);
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
    bits |= std::uint64_t{page.protection.encode() & 0x7FF} << 4;
    // ShareCount: what is known is that this process has it.
    if (page.shared) bits |= std::uint64_t{1} << 1 | std::uint64_t{1} << 15;
    if (page.locked) bits |= std::uint64_t{1} << 22;
    if (page.large) bits |= std::uint64_t{1} << 23;
    return bits;
}

/// PSAPI_WORKING_SET_BLOCK's protection: a small code instead of the PAGE_* bits; the access bits count up as it does.
std::uint64_t working_set_protection(mm::Protection protection) {
    // Read, execute, execute-read, read-write, copy-on-write, ...: "PSAPI_WORKING_SET_BLOCK union".
    switch (protection.access()) {
    case mm::PageAccess::NoAccess: return 0;
    case mm::PageAccess::ReadOnly: return 1;
    case mm::PageAccess::Execute: return 2;
    case mm::PageAccess::ExecuteRead: return 3;
    case mm::PageAccess::ReadWrite: return 4;
    case mm::PageAccess::WriteCopy: return 5;
    case mm::PageAccess::ExecuteReadWrite: return 6;
    case mm::PageAccess::ExecuteWriteCopy: return 7;
    }
    return 0;
}

/// The count, and a word for each page: its address, with what is known of it in the low 12 bits. The count is told
/// also when the pages do not fit.
template<class Abi>
Status working_set_list(mm::AddressSpace& space, const Output<Abi>& output) {
    using Word = nt::uptr<Abi>;
    const auto pages = TRY(space.working_set());
    std::vector<Word> answer{static_cast<Word>(pages.size())};
    if (output.bytes < (pages.size() + 1) * sizeof(Word)) {
        TRY(UserPtr<Word>(output.buffer).store(answer.front()));
        return Status::InfoLengthMismatch;
    }
    for (const mm::ResidentPage& page : pages) {
        const std::uint64_t shared = page.info.shared ? std::uint64_t{1} << 8 | std::uint64_t{1} << 5 : 0;
        answer.push_back(static_cast<Word>(page.address.value() | shared | working_set_protection(page.info.protection)));
    }
    TRY(copy_to_guest(output.buffer, answer.data(), answer.size() * sizeof(Word)));
    return output.stored(answer.size() * sizeof(Word));
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
    case nt::MemoryWorkingSetInformation:
        return sizeof(nt::uptr<Abi>);
    case nt::MemoryMappedFilenameInformation:
        return sizeof(nt::UNICODE_STRING<Abi>);
    case nt::MemoryRegionInformation:
    case nt::MemoryRegionInformationEx:
        return offsetof(nt::MEMORY_REGION_INFORMATION<Abi>, CommitSize);
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
    const bool takes_address = MemoryInformationClass != nt::MemoryWorkingSetExInformation &&
                               MemoryInformationClass != nt::MemoryWorkingSetInformation;
    if (takes_address && BaseAddress > call.process.address_space.highest_user_address())
        return Status::InvalidParameter;
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::query_information));
    mm::AddressSpace& space = process->address_space;
    const Output<Abi> output{MemoryInformation, MemoryInformationLength, ReturnLength};
    switch (MemoryInformationClass) {
    case nt::MemoryBasicInformation:
        return output.store(basic_information<Abi>(space.query(BaseAddress)));
    case nt::MemoryRegionInformation:
        return region<Abi>(space, BaseAddress, output, RegionTypes::Untold);
    case nt::MemoryRegionInformationEx:
        return region<Abi>(space, BaseAddress, output, RegionTypes::Told);
    case nt::MemoryWorkingSetInformation:
        return working_set_list<Abi>(space, output);
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
                                     std::uint64_t NumberOfEntries,
                                     UserPtr<nt::MEMORY_RANGE_ENTRY<Abi>> VirtualAddresses,
                                     UserPtr<std::uint32_t> VmInformation, std::uint32_t VmInformationLength) {
    if (VmInformationClass != nt::VmPrefetchInformation) return Status::InvalidParameter2;
    if (VmInformation.is_null()) return Status::InvalidParameter5;
    if (VmInformationLength != sizeof(std::uint32_t)) return Status::InvalidParameter6;
    if (NumberOfEntries == 0) return Status::InvalidParameter3;
    if (TRY(VmInformation.capture()) != 0) return Status::InvalidParameter5;
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::vm_operation));
    mm::AddressSpace& space = process->address_space;
    // All are looked at before the first wish is passed on; what is not mapped is no mistake.
    for (int pass = 0; pass < 2; ++pass) {
        for (std::uint64_t i = 0; i < NumberOfEntries; ++i) {
            const auto entry = TRY((VirtualAddresses + i).capture());
            const auto range = PageRange::covering(Address(entry.VirtualAddress), entry.NumberOfBytes);
            const bool good = entry.NumberOfBytes != 0 && range && range->end() <= space.highest_user_address() + 1;
            if (!good) return Status::InvalidParameter4;
            if (pass == 1) space.expect_use(*range);
        }
    }
    return Status::Success;
}

} // namespace oriel::services

#include <generated/services/memory_query.inst.inc>
