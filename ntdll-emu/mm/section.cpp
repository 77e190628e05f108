// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/section.h>

#include <nt/memory.h>

namespace oriel::mm {

using namespace ob::access;

// "File-Mapping Object Security and Access Rights", Microsoft documentation.
const ob::Type Section::object_type{
    .name = u"Section",
    .generic = {.read = read_control | nt::SECTION_QUERY | nt::SECTION_MAP_READ,
                .write = read_control | nt::SECTION_MAP_WRITE,
                .execute = read_control | nt::SECTION_MAP_EXECUTE,
                .all = nt::SECTION_ALL_ACCESS},
    .valid = standard_all | 0x1F | 0x20, // 0x20: SECTION_MAP_EXECUTE_EXPLICIT
};

NtResult<> Section::commit_pages(std::uint64_t, std::uint64_t) { return Status::AlreadyCommitted; }

RunMap<bool> Section::committed_pages(std::uint64_t, std::uint64_t count) const { return RunMap<bool>(count, true); }

NtResult<> Section::extend(std::uint64_t) { return Status::SectionNotExtended; }

} // namespace oriel::mm
