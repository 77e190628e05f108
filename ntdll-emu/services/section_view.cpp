// SPDX-License-Identifier: MIT
// section_view.cpp: mapping views of sections, and unmapping them.
//
// Source: "ZwMapViewOfSection function", "MapViewOfFile3 function", "UnmapViewOfFile2 function", Microsoft
// documentation; the order of the checks and the numbers: observed on Windows 10 by public test suites.
#include <ntdll-emu/services/memory_arguments.h>

#include <generated/services/decl.h>
#include <nt/memory.h>

namespace oriel::services {

namespace {

/// What the section handle must have been granted for a view with this protection.
ob::AccessMask section_access(mm::Protection protection) {
    ob::AccessMask access = 0;
    if (protection.is_shared_writable()) access |= nt::SECTION_MAP_WRITE;
    if (protection.is_executable()) access |= nt::SECTION_MAP_EXECUTE;
    return access != 0 ? access : nt::SECTION_MAP_READ;
}

struct ViewType {
    mm::SearchDirection direction = mm::SearchDirection::BottomUp;
    mm::PlaceholderUse placeholder = mm::PlaceholderUse::None;
    bool no_change = false;
};

/// The flags of AllocationType that mean something for a view. Fails with `bad`.
NtResult<ViewType> decode_view_type(const ps::Process& caller, std::uint32_t type, Status bad) {
    constexpr std::uint32_t known = nt::MEM_RESERVE | nt::MEM_TOP_DOWN | nt::SEC_NO_CHANGE | nt::MEM_LARGE_PAGES;
    if ((type & ~known) != 0) return bad;
    if ((type & nt::MEM_LARGE_PAGES) != 0 && !caller.token->has_enabled(ps::privilege::lock_memory))
        return Status::PrivilegeNotHeld;
    ViewType decoded;
    if ((type & nt::MEM_TOP_DOWN) != 0) decoded.direction = mm::SearchDirection::TopDown;
    decoded.no_change = (type & nt::SEC_NO_CHANGE) != 0;
    return decoded;
}

template<class Abi>
struct ViewArguments {
    nt::Handle section;
    nt::Handle process;
    UserPtr<nt::uptr<Abi>> base;
    UserPtr<std::int64_t> offset; ///< may be null: 0
    UserPtr<nt::uptr<Abi>> size;
    std::uint64_t commit_bytes = 0;
    mm::Protection protection;
    mm::PlacementLimits limits;
    ViewType type;
};

template<class Abi>
NtResult<mm::ViewRequest> capture_view(Call<Abi>& call, const ViewArguments<Abi>& arguments) {
    const auto range = TRY(capture_range<Abi>(arguments.base, arguments.size));
    const std::int64_t offset = arguments.offset.is_null() ? 0 : TRY(capture_inout(arguments.offset));
    TRY(check_user_range(call.process.address_space, range, EmptyRange::Allowed,
                         {Status::InvalidParameter3, Status::InvalidParameter3}));
    if (range.bytes != 0 && arguments.commit_bytes > range.bytes) return Status::InvalidParameter5;
    // A base that ZeroBits forbids.
    if (!range.base.is_null() && arguments.limits.end != mm::PlacementLimits().end &&
        range.base >= arguments.limits.end)
        return Status::InvalidParameter4;
    return mm::ViewRequest{.base = range.base,
                           .offset = static_cast<std::uint64_t>(offset),
                           .bytes = range.bytes,
                           .protection = arguments.protection,
                           .limits = arguments.limits,
                           .commit_bytes = arguments.commit_bytes,
                           .placeholder = arguments.type.placeholder,
                           .no_change = arguments.type.no_change};
}

template<class Abi>
Status map_view(Call<Abi>& call, const ViewArguments<Abi>& arguments) {
    const mm::ViewRequest request = TRY(capture_view(call, arguments));
    const auto process = TRY(process_from(call.process, arguments.process, ps::process_access::vm_operation));
    const auto section = TRY(
        call.process.handles.template lookup<mm::Section>(arguments.section, section_access(arguments.protection)));
    // A placeholder may begin at any page, and so may what replaces it.
    const bool replaces = request.placeholder == mm::PlaceholderUse::Replace;
    const std::uint64_t alignment = replaces ? page_size : allocation_granularity;
    if (!is_aligned(request.base.value(), alignment)) return Status::MappedAlignment;
    if (!is_aligned(request.offset, alignment)) return Status::MappedAlignment;
    if (replaces && (request.base.is_null() || section->kind() == mm::SectionKind::Image))
        return Status::InvalidParameter;
    const mm::MappedView view = TRY(process->address_space.map_view(section, request));
    store_range<Abi>(arguments.base, arguments.size, view.range);
    return view.status;
}

template<class Abi>
Status unmap_view(Call<Abi>& call, nt::Handle process_handle, Address base, mm::UnmapTo to) {
    if (base > call.process.address_space.highest_user_address()) return Status::NotMappedView;
    const auto process = TRY(process_from(call.process, process_handle, ps::process_access::vm_operation));
    return process->address_space.unmap_view(base, to).status();
}

} // namespace

template<class Abi>
Status NtMapViewOfSection(Call<Abi>& call, nt::Handle SectionHandle, nt::Handle ProcessHandle,
                          UserPtr<nt::uptr<Abi>> BaseAddress, std::uint64_t ZeroBits, std::uint64_t CommitSize,
                          UserPtr<std::int64_t> SectionOffset, UserPtr<nt::uptr<Abi>> ViewSize,
                          std::uint32_t InheritDisposition, std::uint32_t AllocationType,
                          std::uint32_t Win32Protect) {
    if (InheritDisposition != nt::ViewShare && InheritDisposition != nt::ViewUnmap) return Status::InvalidParameter8;
    const auto view_type = TRY(decode_view_type(call.process, AllocationType, Status::InvalidParameter9));
    auto limits = TRY(limits_from_zero_bits(ZeroBits, Status::InvalidParameter4));
    limits.direction = view_type.direction;
    const auto protection = TRY(mm::Protection::decode(Win32Protect));
    return map_view<Abi>(
        call, {SectionHandle, ProcessHandle, BaseAddress, SectionOffset, ViewSize, CommitSize, protection, limits,
               view_type});
}

template<class Abi>
Status NtMapViewOfSectionEx(Call<Abi>& call, nt::Handle SectionHandle, nt::Handle ProcessHandle,
                            UserPtr<nt::uptr<Abi>> BaseAddress, UserPtr<std::int64_t> SectionOffset,
                            UserPtr<nt::uptr<Abi>> ViewSize, std::uint32_t AllocationType, std::uint32_t Win32Protect,
                            UserPtr<nt::MEM_EXTENDED_PARAMETER<Abi>> ExtendedParameters,
                            std::uint32_t ExtendedParameterCount) {
    const bool replaces = (AllocationType & nt::MEM_REPLACE_PLACEHOLDER) != 0;
    auto view_type = TRY(
        decode_view_type(call.process, AllocationType & ~nt::MEM_REPLACE_PLACEHOLDER, Status::InvalidParameter));
    if (replaces) view_type.placeholder = mm::PlaceholderUse::Replace;
    const auto protection = TRY(mm::Protection::decode(Win32Protect));
    const bool has_base = TRY(BaseAddress.capture()) != 0;
    auto limits = TRY(limits_from_extended<Abi>(
        ExtendedParameters, ExtendedParameterCount,
        {ExtendedUse::Purpose::View, has_base, call.process.address_space.highest_user_address()}));
    limits.direction = view_type.direction;
    return map_view<Abi>(call, {SectionHandle, ProcessHandle, BaseAddress, SectionOffset, ViewSize, 0, protection,
                                limits, view_type});
}

template<class Abi>
Status NtUnmapViewOfSection(Call<Abi>& call, nt::Handle ProcessHandle, Address BaseAddress) {
    return unmap_view(call, ProcessHandle, BaseAddress, mm::UnmapTo::Free);
}

template<class Abi>
Status NtUnmapViewOfSectionEx(Call<Abi>& call, nt::Handle ProcessHandle, Address BaseAddress, std::uint32_t Flags) {
    constexpr std::uint32_t known = nt::MEM_UNMAP_WITH_TRANSIENT_BOOST | nt::MEM_PRESERVE_PLACEHOLDER;
    if ((Flags & ~known) != 0) return Status::InvalidParameter3;
    const bool preserves = (Flags & nt::MEM_PRESERVE_PLACEHOLDER) != 0;
    return unmap_view(call, ProcessHandle, BaseAddress, preserves ? mm::UnmapTo::Placeholder : mm::UnmapTo::Free);
}

namespace {

struct MappedFile {
    Address view;
    ob::Ref<mm::Section> section;
};
NtResult<MappedFile> mapped_file_at(mm::AddressSpace& space, Address address) {
    const mm::RegionInfo region = space.query(address);
    if (region.state == mm::RegionState::Free) return Status::InvalidAddress;
    const auto section = space.section_at(address);
    if (!section.ok() || !section.value()->backing()) return Status::ConflictingAddresses;
    return MappedFile{region.allocation_base, section.value()};
}

} // namespace

template<class Abi>
Status NtAreMappedFilesTheSame(Call<Abi>& call, Address File1MappedAsAnImage, Address File2MappedAsFile) {
    mm::AddressSpace& space = call.process.address_space;
    const MappedFile one = TRY(mapped_file_at(space, File1MappedAsAnImage));
    const MappedFile two = TRY(mapped_file_at(space, File2MappedAsFile));
    if (one.view == two.view) return Status::Success;
    // What is asked is whether the second file, when it is run, is the first image: two views of its data are not.
    const bool same = one.section->kind() == mm::SectionKind::Image && one.section->backing()->identity() == two.section->backing()->identity();
    return same ? Status::Success : Status::NotSameDevice;
}

} // namespace oriel::services

#include <generated/services/section_view.inst.inc>
