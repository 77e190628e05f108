// SPDX-License-Identifier: MIT
// section.cpp: making, opening and asking sections.
//
// What a section is, is in ntdll-emu/mm/section.h. Source: "ZwCreateSection function", "CreateFileMapping function",
// "NtQuerySection function", Microsoft documentation; the numbers of the wrong parameters: observed on Windows 10
// by public test suites.
#include <loader/map/image_layout_of.h>
#include <ntdll-emu/io/file.h>
#include <ntdll-emu/mm/data_section.h>
#include <ntdll-emu/mm/image_section.h>
#include <ntdll-emu/mm/pagefile_section.h>
#include <ntdll-emu/services/object_handle.h>

#include <generated/services/decl.h>
#include <nt/file.h>
#include <nt/memory.h>

namespace oriel::services {

namespace {

struct SectionPlan {
    mm::Protection protection;
    std::uint32_t attributes = 0;
    std::uint64_t size = 0;
    bool is_image = false;
};

NtResult<SectionPlan> decode_section(std::uint32_t protect, std::uint32_t attributes) {
    using namespace nt;
    constexpr std::uint32_t known = SEC_BASED | SEC_NO_CHANGE | SEC_IMAGE | SEC_PROTECTED_IMAGE |
                                    SEC_RESERVE | SEC_COMMIT | SEC_NOCACHE | SEC_WRITECOMBINE | SEC_LARGE_PAGES;
    const bool is_image = (attributes & SEC_IMAGE) != 0;
    if ((attributes & ~known) != 0) return Status::InvalidParameter6;
    if ((attributes & (SEC_COMMIT | SEC_RESERVE | SEC_IMAGE)) == 0) return Status::InvalidParameter6;
    // SEC_IMAGE stands alone; with SEC_NOCACHE it is SEC_IMAGE_NO_EXECUTE.
    if (is_image && (attributes & ~(SEC_IMAGE_NO_EXECUTE | SEC_NO_CHANGE)) != 0) return Status::InvalidParameter6;
    if ((attributes & SEC_COMMIT) != 0 && (attributes & SEC_RESERVE) != 0) return Status::InvalidParameter6;
    const mm::Protection protection = TRY(mm::Protection::decode(protect));
    if (protection.has_modifier() || !protection.is_readable()) return Status::InvalidPageProtection;
    return SectionPlan{protection, attributes, 0, is_image};
}

/// What the file handle must have been granted.
ob::AccessMask file_access(mm::Protection protection) {
    ob::AccessMask access = 0;
    if (protection.is_executable()) access |= nt::FILE_EXECUTE;
    if (protection.is_shared_writable()) access |= nt::FILE_WRITE_DATA;
    if (protection.access() != mm::PageAccess::Execute) access |= nt::FILE_READ_DATA;
    return access;
}

NtResult<ob::Ref<mm::Section>> make_without_file(mm::AddressSpace& space, const SectionPlan& plan) {
    if (plan.is_image) return Status::InvalidFileForSection;
    if (plan.size == 0) return Status::InvalidParameter4;
    const bool by_page = (plan.attributes & nt::SEC_RESERVE) != 0;
    return mm::PageFileSection::create(
        space.host(), space.commit_charge(),
        {.size = plan.size,
         .protection = plan.protection,
         .commitment = by_page ? mm::SectionCommitment::ByPage : mm::SectionCommitment::Whole,
         .attributes = plan.attributes});
}

NtResult<ob::Ref<mm::Section>> make_from_file(mm::AddressSpace& space, io::File& file, const SectionPlan& plan) {
    auto backing = TRY(file.backing());
    if (plan.is_image) {
        auto layout = TRY(map::layout_of_file(*backing));
        const std::uint32_t attributes = (plan.attributes & ~nt::SEC_NOCACHE) | nt::SEC_FILE;
        return mm::ImageFileSection::create(space.host(), std::move(backing), std::move(layout), plan.protection,
                                            attributes);
    }
    // How a file's pages are committed is nobody's business; NtQuerySection tells neither of the two.
    const std::uint32_t attributes = (plan.attributes & ~(nt::SEC_COMMIT | nt::SEC_RESERVE)) | nt::SEC_FILE;
    return mm::DataSection::create(std::move(backing), {.size = plan.size, .protection = plan.protection, .attributes = attributes});
}

/// Large pages: committed from the beginning, memory without a file, whole ones, and by privilege.
template<class Abi>
NtResult<> check_large_pages(const Call<Abi>& call, const SectionPlan& plan, nt::Handle file) {
    if ((plan.attributes & nt::SEC_LARGE_PAGES) == 0) return {};
    if (file != nt::null_handle || (plan.attributes & nt::SEC_COMMIT) == 0) return Status::InvalidParameter6;
    if (!call.process.token->has_enabled(ps::privilege::lock_memory)) return Status::PrivilegeNotHeld;
    if (!is_aligned(plan.size, nt::large_page_size)) return Status::InvalidParameter4;
    return {};
}

template<class Abi>
NtResult<ob::Ref<mm::Section>> make_section(Call<Abi>& call, nt::Handle file_handle, const SectionPlan& plan) {
    mm::AddressSpace& space = call.process.address_space;
    if (file_handle == nt::null_handle) return make_without_file(space, plan);
    const auto file = TRY(call.process.handles.template lookup<io::File>(file_handle, file_access(plan.protection)));
    return make_from_file(space, *file, plan);
}

template<class Abi>
Status create_section(Call<Abi>& call, UserPtr<nt::uptr<Abi>> out, std::uint32_t access,
                      UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> attributes, UserPtr<std::int64_t> maximum_size,
                      SectionPlan plan, nt::Handle file) {
    if (!maximum_size.is_null()) {
        const std::int64_t size = TRY(maximum_size.capture());
        if (size < 0) return file == nt::null_handle ? Status::InvalidParameter4 : Status::SectionTooBig;
        plan.size = static_cast<std::uint64_t>(size);
    }
    TRY(check_large_pages(call, plan, file));
    (void)TRY(out.capture());
    auto section = TRY(make_section(call, file, plan));
    return create_object(call, out, access, attributes, [&] { return std::move(section); });
}

template<class Abi>
nt::SECTION_IMAGE_INFORMATION<Abi> image_information(const mm::ImageLayout& image) {
    using Word = nt::uptr<Abi>;
    nt::SECTION_IMAGE_INFORMATION<Abi> info = {};
    info.TransferAddress = static_cast<Word>(image.preferred_base + image.entry_point_rva);
    info.MaximumStackSize = static_cast<Word>(image.stack_reserve);
    info.CommittedStackSize = static_cast<Word>(image.stack_commit);
    info.SubSystemType = image.subsystem;
    info.SubSystemMajorVersion = image.subsystem_major;
    info.SubSystemMinorVersion = image.subsystem_minor;
    info.MajorOperatingSystemVersion = image.operating_system_major;
    info.MinorOperatingSystemVersion = image.operating_system_minor;
    info.ImageCharacteristics = image.characteristics;
    info.DllCharacteristics = image.dll_characteristics;
    info.Machine = image.machine;
    info.ImageContainsCode = image.contains_code ? 1 : 0;
    info.LoaderFlags = image.loader_flags;
    info.ImageFileSize = image.file_size;
    info.CheckSum = image.check_sum;
    return info;
}

template<class Abi, class Information>
Status answer(Address buffer, UserPtr<nt::uptr<Abi>> return_length, const Information& information) {
    TRY(UserPtr<Information>(buffer).store(information));
    (void)return_length.store_if_present(static_cast<nt::uptr<Abi>>(sizeof information));
    return Status::Success;
}

} // namespace

template<class Abi>
Status NtCreateSection(Call<Abi>& call, UserPtr<nt::uptr<Abi>> SectionHandle, std::uint32_t DesiredAccess,
                       UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, UserPtr<std::int64_t> MaximumSize,
                       std::uint32_t SectionPageProtection, std::uint32_t AllocationAttributes,
                       nt::Handle FileHandle) {
    const SectionPlan plan = TRY(decode_section(SectionPageProtection, AllocationAttributes));
    return create_section(call, SectionHandle, DesiredAccess, ObjectAttributes, MaximumSize, plan, FileHandle);
}

template<class Abi>
Status NtCreateSectionEx(Call<Abi>& call, UserPtr<nt::uptr<Abi>> SectionHandle, std::uint32_t DesiredAccess,
                         UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, UserPtr<std::int64_t> MaximumSize,
                         std::uint32_t SectionPageProtection, std::uint32_t AllocationAttributes,
                         nt::Handle FileHandle, UserPtr<nt::MEM_EXTENDED_PARAMETER<Abi>> ExtendedParameters,
                         std::uint32_t ExtendedParameterCount) {
    const SectionPlan plan = TRY(decode_section(SectionPageProtection, AllocationAttributes));
    for (std::uint32_t i = 0; i < ExtendedParameterCount; ++i) {
        const auto parameter = TRY((ExtendedParameters + i).capture());
        if ((parameter.Type & 0xFF) != nt::MemExtendedParameterNumaNode) return Status::InvalidParameter;
    }
    return create_section(call, SectionHandle, DesiredAccess, ObjectAttributes, MaximumSize, plan, FileHandle);
}

template<class Abi>
Status NtOpenSection(Call<Abi>& call, UserPtr<nt::uptr<Abi>> SectionHandle, std::uint32_t DesiredAccess,
                     UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    return open_object<mm::Section>(call, SectionHandle, DesiredAccess, ObjectAttributes);
}

template<class Abi>
Status NtExtendSection(Call<Abi>& call, nt::Handle SectionHandle, UserPtr<std::int64_t> NewSectionSize) {
    const std::int64_t size = TRY(NewSectionSize.capture());
    const auto section =
        TRY(call.process.handles.template lookup<mm::Section>(SectionHandle, nt::SECTION_EXTEND_SIZE));
    if (section->kind() != mm::SectionKind::DataFile || size < 0) return Status::SectionNotExtended;
    TRY(section->extend(static_cast<std::uint64_t>(size)));
    (void)NewSectionSize.store(static_cast<std::int64_t>(section->size()));
    return Status::Success;
}

template<class Abi>
Status NtQuerySection(Call<Abi>& call, nt::Handle SectionHandle, std::uint32_t SectionInformationClass,
                      Address SectionInformation, std::uint64_t SectionInformationLength,
                      UserPtr<nt::uptr<Abi>> ReturnLength) {
    const bool basic = SectionInformationClass == nt::SectionBasicInformation;
    if (!basic && SectionInformationClass != nt::SectionImageInformation) return Status::InvalidInfoClass;
    const std::size_t least =
        basic ? sizeof(nt::SECTION_BASIC_INFORMATION<Abi>) : sizeof(nt::SECTION_IMAGE_INFORMATION<Abi>);
    if (SectionInformationLength < least) return Status::InfoLengthMismatch;
    const auto section = TRY(call.process.handles.template lookup<mm::Section>(SectionHandle, nt::SECTION_QUERY));
    if (basic) {
        nt::SECTION_BASIC_INFORMATION<Abi> info = {};
        info.AllocationAttributes = section->attributes();
        info.MaximumSize = static_cast<std::int64_t>(section->size());
        return answer<Abi>(SectionInformation, ReturnLength, info);
    }
    if (!section->image()) return Status::SectionNotImage;
    return answer<Abi>(SectionInformation, ReturnLength, image_information<Abi>(*section->image()));
}

} // namespace oriel::services

#include <generated/services/section.inst.inc>
