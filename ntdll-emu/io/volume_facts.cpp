// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/volume_facts.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/io/errno_status.h>
#include <nt/volume_information.h>

#include <algorithm>

namespace oriel::io {

namespace {

constexpr std::uint32_t sector = 512;

} // namespace

NtResult<VolumeFacts> volume_facts(const Drive& drive, int descriptor) {
    VolumeFacts facts;
    facts.label = drive.label;
    facts.serial = drive.serial;
    facts.file_system = u"NTFS";
    facts.flags = nt::FILE_CASE_SENSITIVE_SEARCH | nt::FILE_CASE_PRESERVED_NAMES | nt::FILE_UNICODE_ON_DISK
                  | nt::FILE_SUPPORTS_SPARSE_FILES | nt::FILE_SUPPORTS_HARD_LINKS;
    facts.sector_bytes = sector;
    if (descriptor < 0) return facts;
    const hal::HostVolume volume = TRY(from_host(hal::volume_of(descriptor)));
    // Windows knows units of whole sectors, 2^n of them; a host with odd units is told in sectors.
    const bool usual = volume.unit_bytes >= sector && (volume.unit_bytes & (volume.unit_bytes - 1)) == 0;
    const std::uint64_t scale = usual ? 1 : volume.unit_bytes / sector;
    facts.sectors_per_unit = usual ? static_cast<std::uint32_t>(volume.unit_bytes / sector) : 1;
    facts.total_units = volume.total_units * scale;
    facts.free_units = volume.free_units * scale;
    facts.available_units = volume.available_units * scale;
    if (volume.read_only) facts.flags |= nt::FILE_READ_ONLY_VOLUME;
    return facts;
}

NtResult<> require_room_for(int descriptor, std::uint64_t bytes) {
    const auto stat = TRY(from_host(hal::stat_descriptor(descriptor)));
    const std::uint64_t there = std::max(stat.size, stat.allocated);
    if (bytes <= there) return {};
    const auto volume = hal::volume_of(descriptor);
    if (!volume || volume.value().total_units == 0) return {}; // a file system that does not count
    return volume.value().available_units < (bytes - there) / volume.value().unit_bytes ? NtResult<>(Status::DiskFull) : NtResult<>();
}

} // namespace oriel::io
