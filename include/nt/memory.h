// SPDX-License-Identifier: MIT
// memory.h: the constants of the virtual memory and section services. The structures are in
// memory_information.h; where windows.h is included, these names are its macros, and this header is not for you.
//
// Values as in Microsoft's winnt.h and ntifs.h ("Memory Protection Constants", "NtQueryVirtualMemory function",
// "NtCreateSection function").
#pragma once

#include <cstdint>

namespace nt {

inline constexpr std::uint32_t PAGE_NOACCESS = 0x01;
inline constexpr std::uint32_t PAGE_READONLY = 0x02;
inline constexpr std::uint32_t PAGE_READWRITE = 0x04;
inline constexpr std::uint32_t PAGE_WRITECOPY = 0x08;
inline constexpr std::uint32_t PAGE_EXECUTE = 0x10;
inline constexpr std::uint32_t PAGE_EXECUTE_READ = 0x20;
inline constexpr std::uint32_t PAGE_EXECUTE_READWRITE = 0x40;
inline constexpr std::uint32_t PAGE_EXECUTE_WRITECOPY = 0x80;
inline constexpr std::uint32_t PAGE_GUARD = 0x100;
inline constexpr std::uint32_t PAGE_NOCACHE = 0x200;
inline constexpr std::uint32_t PAGE_WRITECOMBINE = 0x400;
inline constexpr std::uint32_t PAGE_TARGETS_INVALID = 0x40000000; ///< and PAGE_TARGETS_NO_UPDATE

inline constexpr std::uint32_t MEM_COMMIT = 0x1000;
inline constexpr std::uint32_t MEM_RESERVE = 0x2000;
inline constexpr std::uint32_t MEM_DECOMMIT = 0x4000;
inline constexpr std::uint32_t MEM_RELEASE = 0x8000;
inline constexpr std::uint32_t MEM_FREE = 0x10000;
inline constexpr std::uint32_t MEM_PRIVATE = 0x20000;
inline constexpr std::uint32_t MEM_MAPPED = 0x40000;
inline constexpr std::uint32_t MEM_RESET = 0x80000;
inline constexpr std::uint32_t MEM_TOP_DOWN = 0x100000;
inline constexpr std::uint32_t MEM_WRITE_WATCH = 0x200000;
inline constexpr std::uint32_t MEM_PHYSICAL = 0x400000;
inline constexpr std::uint32_t MEM_RESET_UNDO = 0x1000000;
inline constexpr std::uint32_t MEM_IMAGE = 0x1000000;
inline constexpr std::uint32_t MEM_LARGE_PAGES = 0x20000000;
inline constexpr std::uint32_t MEM_DOS_LIM = 0x40000000;
inline constexpr std::uint32_t MEM_RESERVE_PLACEHOLDER = 0x40000;
inline constexpr std::uint32_t MEM_REPLACE_PLACEHOLDER = 0x4000;
inline constexpr std::uint32_t MEM_COALESCE_PLACEHOLDERS = 0x1;
inline constexpr std::uint32_t MEM_PRESERVE_PLACEHOLDER = 0x2;
inline constexpr std::uint32_t MEM_UNMAP_WITH_TRANSIENT_BOOST = 0x1;

inline constexpr std::uint32_t SEC_FILE = 0x800000;
inline constexpr std::uint32_t SEC_IMAGE = 0x1000000;
inline constexpr std::uint32_t SEC_PROTECTED_IMAGE = 0x2000000;
inline constexpr std::uint32_t SEC_RESERVE = 0x4000000;
inline constexpr std::uint32_t SEC_COMMIT = 0x8000000;
inline constexpr std::uint32_t SEC_NOCACHE = 0x10000000;
inline constexpr std::uint32_t SEC_WRITECOMBINE = 0x40000000;
inline constexpr std::uint32_t SEC_LARGE_PAGES = 0x80000000;
inline constexpr std::uint32_t SEC_BASED = 0x200000;
inline constexpr std::uint32_t SEC_NO_CHANGE = 0x400000;
inline constexpr std::uint32_t SEC_IMAGE_NO_EXECUTE = SEC_IMAGE | SEC_NOCACHE;

inline constexpr std::uint32_t SECTION_QUERY = 0x1;
inline constexpr std::uint32_t SECTION_MAP_WRITE = 0x2;
inline constexpr std::uint32_t SECTION_MAP_READ = 0x4;
inline constexpr std::uint32_t SECTION_MAP_EXECUTE = 0x8;
inline constexpr std::uint32_t SECTION_EXTEND_SIZE = 0x10;
inline constexpr std::uint32_t SECTION_ALL_ACCESS = 0xF001F;

/// SECTION_INHERIT
inline constexpr std::uint32_t ViewShare = 1;
inline constexpr std::uint32_t ViewUnmap = 2;

/// MEMORY_INFORMATION_CLASS
inline constexpr std::uint32_t MemoryBasicInformation = 0;
inline constexpr std::uint32_t MemoryWorkingSetInformation = 1;
inline constexpr std::uint32_t MemoryMappedFilenameInformation = 2;
inline constexpr std::uint32_t MemoryRegionInformation = 3;
inline constexpr std::uint32_t MemoryWorkingSetExInformation = 4;
inline constexpr std::uint32_t MemorySharedCommitInformation = 5;
inline constexpr std::uint32_t MemoryImageInformation = 6;
inline constexpr std::uint32_t MemoryRegionInformationEx = 7;

/// VIRTUAL_MEMORY_INFORMATION_CLASS
inline constexpr std::uint32_t VmPrefetchInformation = 0;

/// SECTION_INFORMATION_CLASS
inline constexpr std::uint32_t SectionBasicInformation = 0;
inline constexpr std::uint32_t SectionImageInformation = 1;
inline constexpr std::uint32_t SectionRelocationInformation = 2;

/// MEM_EXTENDED_PARAMETER: Type in the low 8 bits of the first word.
inline constexpr std::uint64_t MemExtendedParameterAddressRequirements = 1;
inline constexpr std::uint64_t MemExtendedParameterNumaNode = 2;
inline constexpr std::uint64_t MemExtendedParameterAttributeFlags = 5;
inline constexpr std::uint64_t MemExtendedParameterImageMachine = 6;

/// The size of a large page on x64 (GetLargePageMinimum).
inline constexpr std::uint64_t large_page_size = 0x200000;

/// NtGetWriteWatch
inline constexpr std::uint32_t WRITE_WATCH_FLAG_RESET = 1;
/// NtLockVirtualMemory's MapType
inline constexpr std::uint32_t MAP_PROCESS = 1;
inline constexpr std::uint32_t MAP_SYSTEM = 2;

} // namespace nt
