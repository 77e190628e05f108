// SPDX-License-Identifier: MIT
// minidump.h: the file that debuggers open after a crash; one layout for both CPUs, but for CONTEXT.
//
// A header, a directory of streams, and the streams, each found by an offset in the file ("RVA"): the system,
// the threads with their CONTEXTs and stacks, the modules, the exception, pieces of memory.
// ("MINIDUMP_HEADER structure" and those around it, Microsoft documentation; layouts as in minidumpapiset.h, which packs
// them to 4 bytes.)
#pragma once

#include <nt/context.h>

namespace nt::minidump {

inline constexpr std::uint32_t signature = 0x504D444D; ///< "MDMP"
inline constexpr std::uint32_t version = 0xA793;

enum class StreamType : std::uint32_t {
    ThreadList = 3,
    ModuleList = 4,
    MemoryList = 5,
    Exception = 6,
    SystemInfo = 7,
    Memory64List = 9,
    MiscInfo = 15,
    MemoryInfoList = 16,
    ThreadInfoList = 17,
};

/// SystemInfo::ProcessorArchitecture.
inline constexpr std::uint16_t architecture_x86 = 0, architecture_amd64 = 9;

#pragma pack(push, 4)
struct Location {
    std::uint32_t bytes;
    std::uint32_t offset; ///< from the file's beginning
};
struct Header {
    std::uint32_t Signature, Version, NumberOfStreams, StreamDirectoryRva, CheckSum, TimeDateStamp;
    std::uint64_t Flags;
};
struct Directory {
    StreamType type;
    Location location;
};
struct Memory {
    std::uint64_t begin;
    Location location;
};
struct Thread {
    std::uint32_t ThreadId, SuspendCount, PriorityClass, Priority;
    std::uint64_t Teb;
    Memory Stack;
    Location Context;
};
struct Module {
    std::uint64_t BaseOfImage;
    std::uint32_t SizeOfImage, CheckSum, TimeDateStamp, ModuleNameRva;
    std::uint32_t VersionInfo[13];
    Location CvRecord, MiscRecord;
    std::uint64_t Reserved0, Reserved1;
};
struct Exception {
    std::uint32_t ExceptionCode, ExceptionFlags;
    std::uint64_t ExceptionRecord, ExceptionAddress;
    std::uint32_t NumberParameters, Alignment;
    std::uint64_t ExceptionInformation[15];
};
struct ExceptionStream {
    std::uint32_t ThreadId, Alignment;
    Exception ExceptionRecord;
    Location ThreadContext;
};
struct SystemInfo {
    std::uint16_t ProcessorArchitecture, ProcessorLevel, ProcessorRevision;
    std::uint8_t NumberOfProcessors, ProductType;
    std::uint32_t MajorVersion, MinorVersion, BuildNumber, PlatformId, CSDVersionRva;
    std::uint16_t SuiteMask, Reserved2;
    std::uint64_t ProcessorFeatures[2];
    std::uint64_t Reserved3; ///< the union with x86's CPU information is as large
};
struct MiscInfo {
    std::uint32_t SizeOfInfo, Flags1, ProcessId, ProcessCreateTime, ProcessUserTime, ProcessKernelTime;
};
struct MemoryInfoHeader {
    std::uint32_t SizeOfHeader, SizeOfEntry;
    std::uint64_t NumberOfEntries;
};
struct MemoryInfo {
    std::uint64_t BaseAddress, AllocationBase;
    std::uint32_t AllocationProtect, Alignment1;
    std::uint64_t RegionSize;
    std::uint32_t State, Protect, Type, Alignment2;
};
/// Full memory: the pieces lie one after the other from BaseRva on, at the file's end, which may be beyond 4 GiB.
struct Memory64Header {
    std::uint64_t NumberOfMemoryRanges, BaseRva;
};
struct Memory64 {
    std::uint64_t StartOfMemoryRange, DataSize;
};
struct ThreadInfoHeader {
    std::uint32_t SizeOfHeader, SizeOfEntry, NumberOfEntries;
};
struct ThreadInfo {
    std::uint32_t ThreadId, DumpFlags, DumpError, ExitStatus;
    std::uint64_t CreateTime, ExitTime, KernelTime, UserTime, StartAddress, Affinity;
};
#pragma pack(pop)
static_assert(sizeof(Header) == 32 && sizeof(Directory) == 12 && sizeof(Memory) == 16);
static_assert(sizeof(Thread) == 48 && sizeof(Module) == 108);
static_assert(sizeof(Exception) == 152 && sizeof(ExceptionStream) == 168);
static_assert(sizeof(SystemInfo) == 56 && sizeof(MiscInfo) == 24);
static_assert(sizeof(Memory64Header) == 16 && sizeof(ThreadInfoHeader) == 12 && sizeof(ThreadInfo) == 64);
static_assert(sizeof(MemoryInfoHeader) == 16 && sizeof(MemoryInfo) == 48);

} // namespace nt::minidump
