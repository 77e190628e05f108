// SPDX-License-Identifier: MIT
// volume.cpp: NtQueryVolumeInformationFile. FileFsDeviceInformation is what GetFileType is made of, and is
// answered for every handle to a file; the others only where there is a volume.
#include <ntdll-emu/services/guest_output.h>

#include <ntdll-emu/io/file_facts.h>
#include <generated/services/decl.h>
#include <nt/volume_information.h>

#include <optional>

namespace oriel::services {

namespace {

using Class = nt::FsInformationClass;

template<class Abi>
std::optional<std::uint32_t> least_bytes(Class kind) {
    switch (kind) {
    case Class::Volume: return sizeof(nt::FILE_FS_VOLUME_INFORMATION<Abi>);
    case Class::Size: return sizeof(nt::FILE_FS_SIZE_INFORMATION<Abi>);
    case Class::Device: return sizeof(nt::FILE_FS_DEVICE_INFORMATION<Abi>);
    case Class::Attribute: return sizeof(nt::FILE_FS_ATTRIBUTE_INFORMATION<Abi>);
    case Class::FullSize: return sizeof(nt::FILE_FS_FULL_SIZE_INFORMATION<Abi>);
    case Class::SectorSize: return sizeof(nt::FILE_FS_SECTOR_SIZE_INFORMATION<Abi>);
    default: return std::nullopt;
    }
}

template<class Abi>
Answer volume_answer(const io::VolumeFacts& facts, std::uint32_t length) {
    nt::FILE_FS_VOLUME_INFORMATION<Abi> head{};
    head.VolumeSerialNumber = facts.serial;
    head.VolumeLabelLength = static_cast<std::uint32_t>(facts.label.size() * sizeof(char16_t));
    return answer_with_text(head, offsetof(nt::FILE_FS_VOLUME_INFORMATION<Abi>, VolumeLabel), facts.label, length);
}

template<class Abi>
Answer attribute_answer(const io::VolumeFacts& facts, std::uint32_t length) {
    nt::FILE_FS_ATTRIBUTE_INFORMATION<Abi> head{};
    head.FileSystemAttributes = facts.flags;
    head.MaximumComponentNameLength = 255;
    head.FileSystemNameLength = static_cast<std::uint32_t>(facts.file_system.size() * sizeof(char16_t));
    return answer_with_text(head, offsetof(nt::FILE_FS_ATTRIBUTE_INFORMATION<Abi>, FileSystemName), facts.file_system,
                            length);
}

template<class Abi>
Answer sector_answer(const io::VolumeFacts& facts) {
    nt::FILE_FS_SECTOR_SIZE_INFORMATION<Abi> sectors{};
    sectors.LogicalBytesPerSector = facts.sector_bytes;
    sectors.PhysicalBytesPerSectorForAtomicity = facts.sector_bytes * facts.sectors_per_unit;
    sectors.PhysicalBytesPerSectorForPerformance = facts.sector_bytes * facts.sectors_per_unit;
    sectors.FileSystemEffectivePhysicalBytesPerSectorForAtomicity = facts.sector_bytes * facts.sectors_per_unit;
    sectors.Flags = 3; // aligned device, partition aligned on device
    return answer_of(sectors);
}

template<class Abi>
NtResult<Answer> query(io::File& file, Class kind, std::uint32_t length) {
    if (kind == Class::Device)
        return answer_of(nt::FILE_FS_DEVICE_INFORMATION<Abi>{file.device_type(), file.device_characteristics()});
    const io::VolumeFacts facts = TRY(file.volume());
    const auto total = static_cast<std::int64_t>(facts.total_units);
    const auto available = static_cast<std::int64_t>(facts.available_units);
    switch (kind) {
    case Class::Volume: return volume_answer<Abi>(facts, length);
    case Class::Attribute: return attribute_answer<Abi>(facts, length);
    case Class::SectorSize: return sector_answer<Abi>(facts);
    case Class::Size:
        return answer_of(
            nt::FILE_FS_SIZE_INFORMATION<Abi>{total, available, facts.sectors_per_unit, facts.sector_bytes});
    default:
        return answer_of(nt::FILE_FS_FULL_SIZE_INFORMATION<Abi>{total, available,
                                                                static_cast<std::int64_t>(facts.free_units),
                                                                facts.sectors_per_unit, facts.sector_bytes});
    }
}

} // namespace

template<class Abi>
Status NtQueryVolumeInformationFile(Call<Abi>& call, nt::Handle FileHandle,
                                    UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock, Address FsInformation,
                                    std::uint32_t Length, std::uint32_t FsInformationClass) {
    const auto kind = static_cast<Class>(FsInformationClass);
    const auto least = least_bytes<Abi>(kind);
    if (!least) return Status::InvalidInfoClass;
    if (Length < *least) return Status::InfoLengthMismatch;
    auto file = TRY(file_from(call, FileHandle, 0));
    return store_answer<Abi>(TRY(query<Abi>(*file, kind, Length)), FsInformation, IoStatusBlock);
}

} // namespace oriel::services

#include <generated/services/volume.inst.inc>
