// SPDX-License-Identifier: MIT
// ldr_images.cpp: ntdll's exports for reading images in memory: RtlImage*, and resources.
#include <ntdll-emu/rtl/ldr/image_view.h>
#include <ntdll-emu/rtl/ldr/own_process.h>
#include <ntdll-emu/rtl/ldr/resources.h>

using namespace oriel::rtl::ldr;
using nt::Status;

namespace {

constexpr std::uint32_t no_range_check = 1;
/// Headers of honest images begin in their first pages; this bounds what a made-up e_lfanew can reach.
constexpr std::uint32_t farthest_headers = 0x10000000;


} // namespace

NT_EXPORT Status NT_API RtlImageNtHeaderEx(std::uint32_t Flags, void* BaseAddress, std::uint64_t Size,
                                           NtLdrNtHeaders** Headers) {
    if (Headers == nullptr) return Status::InvalidParameter;
    *Headers = nullptr;
    if ((Flags & ~no_range_check) != 0 || BaseAddress == nullptr || BaseAddress == current_process)
        return Status::InvalidParameter;
    const bool ranged = (Flags & no_range_check) == 0;
    if (ranged && Size < sizeof(nt::IMAGE_DOS_HEADER)) return Status::InvalidImageFormat;
    const auto* dos = static_cast<const nt::IMAGE_DOS_HEADER*>(BaseAddress);
    if (dos->e_magic != nt::dos_signature) return Status::InvalidImageFormat;
    const auto offset = static_cast<std::uint32_t>(dos->e_lfanew);
    if (offset >= farthest_headers) return Status::InvalidImageFormat;
    if (ranged && std::uint64_t{offset} + sizeof(std::uint32_t) + sizeof(nt::IMAGE_FILE_HEADER) > Size)
        return Status::InvalidImageFormat;
    auto* headers = reinterpret_cast<NtLdrNtHeaders*>(static_cast<std::byte*>(BaseAddress) + offset);
    if (headers->Signature != nt::pe_signature) return Status::InvalidImageFormat;
    *Headers = headers;
    return Status::Success;
}

NT_EXPORT NtLdrNtHeaders* NT_API RtlImageNtHeader(void* BaseAddress) {
    NtLdrNtHeaders* headers = nullptr;
    (void)RtlImageNtHeaderEx(no_range_check, BaseAddress, 0, &headers);
    return headers;
}

NT_EXPORT void* NT_API RtlImageDirectoryEntryToData(void* BaseAddress, std::uint8_t MappedAsImage,
                                                    std::uint16_t Directory, std::uint32_t* Size) {
    *Size = 0;
    auto handle = reinterpret_cast<std::uintptr_t>(BaseAddress);
    // A mark in the handle speaks louder than the argument.
    if (!MappedAsImage) handle |= nt::ldr_data_file_bit;
    const ResourceImage image(reinterpret_cast<void*>(handle));
    if (!image.ok()) return nullptr;
    const auto directory = image.directory(static_cast<nt::ImageDirectory>(Directory));
    if (directory.VirtualAddress == 0) return nullptr;
    const std::byte* data = image.at(directory.VirtualAddress, 1);
    if (data != nullptr) *Size = directory.Size;
    return const_cast<std::byte*>(data);
}

NT_EXPORT nt::IMAGE_SECTION_HEADER* NT_API RtlImageRvaToSection(NtLdrNtHeaders* Headers, void*, std::uint32_t Rva) {
    auto* section = reinterpret_cast<nt::IMAGE_SECTION_HEADER*>(reinterpret_cast<std::byte*>(&Headers->OptionalHeader)
                                                                + Headers->FileHeader.SizeOfOptionalHeader);
    for (unsigned left = Headers->FileHeader.NumberOfSections; left > 0; --left, ++section)
        if (Rva - section->VirtualAddress < section->SizeOfRawData) return section;
    return nullptr;
}

/// For a file that is mapped as data: where in it the bytes of an RVA are.
NT_EXPORT void* NT_API RtlImageRvaToVa(NtLdrNtHeaders* Headers, void* BaseAddress, std::uint32_t Rva,
                                       nt::IMAGE_SECTION_HEADER** LastSection) {
    nt::IMAGE_SECTION_HEADER* section = LastSection != nullptr ? *LastSection : nullptr;
    if (section == nullptr || Rva - section->VirtualAddress >= section->SizeOfRawData)
        section = RtlImageRvaToSection(Headers, BaseAddress, Rva);
    if (section == nullptr) return nullptr;
    if (LastSection != nullptr) *LastSection = section;
    return static_cast<std::byte*>(BaseAddress) + section->PointerToRawData + (Rva - section->VirtualAddress);
}

NT_EXPORT void* NT_API RtlAddressInSectionTable(NtLdrNtHeaders* Headers, void* BaseAddress, std::uint32_t Rva) {
    return RtlImageRvaToVa(Headers, BaseAddress, Rva, nullptr);
}

NT_EXPORT Status NT_API LdrFindResource_U(void* BaseAddress, const std::uintptr_t* ResourcePath, std::uint32_t Level,
                                          const nt::IMAGE_RESOURCE_DATA_ENTRY** Entry) {
    ResourceFound found;
    const Status status = find_resource(ResourceImage(BaseAddress), {ResourcePath, Level}, found);
    if (!nt::is_success(status)) return status;
    if (found.data == nullptr) return Status::ResourceDataNotFound;
    *Entry = found.data;
    return Status::Success;
}

NT_EXPORT Status NT_API LdrFindResourceEx_U(std::uint32_t, void* BaseAddress, const std::uintptr_t* ResourcePath,
                                            std::uint32_t Level, const nt::IMAGE_RESOURCE_DATA_ENTRY** Entry) {
    return LdrFindResource_U(BaseAddress, ResourcePath, Level, Entry);
}

NT_EXPORT Status NT_API LdrFindResourceDirectory_U(void* BaseAddress, const std::uintptr_t* ResourcePath,
                                                   std::uint32_t Level,
                                                   const nt::IMAGE_RESOURCE_DIRECTORY** Directory) {
    ResourceFound found;
    const Status status = find_resource(ResourceImage(BaseAddress), {ResourcePath, Level}, found);
    if (!nt::is_success(status)) return status;
    if (found.directory == nullptr) return Status::ResourceDataNotFound;
    *Directory = found.directory;
    return Status::Success;
}

NT_EXPORT Status NT_API LdrAccessResource(void* BaseAddress, const nt::IMAGE_RESOURCE_DATA_ENTRY* Entry,
                                          void** Address, std::uint32_t* Size) {
    const ResourceImage image(BaseAddress);
    if (!image.ok() || Entry == nullptr) return Status::ResourceDataNotFound;
    const std::byte* data = image.at(Entry->OffsetToData, Entry->Size);
    if (data == nullptr) return Status::ResourceDataNotFound;
    if (Address != nullptr) *Address = const_cast<std::byte*>(data);
    if (Size != nullptr) *Size = Entry->Size;
    return Status::Success;
}
