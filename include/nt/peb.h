// SPDX-License-Identifier: MIT
// peb.h: the Process Environment Block and the parameters a process was started with.
//
// Like the TEB it is read directly by programs (BeingDebugged, ImageBaseAddress, Ldr, ProcessHeap,
// NtGlobalFlag, version numbers), so offsets are the ABI.
// Source: the public symbols of ntdll (types _PEB, _RTL_USER_PROCESS_PARAMETERS).
#pragma once

#include <nt/teb.h>

namespace nt {

template<class Abi> struct PEB_LDR_DATA;
template<class Abi> struct RTL_CRITICAL_SECTION;

template<class Abi>
struct CURDIR {
    UNICODE_STRING<Abi> DosPath; ///< ends in a backslash
    uptr<Abi> Handle;
};
NT_ASSERT_SIZE(CURDIR, 24, 12);

template<class Abi>
struct RTL_DRIVE_LETTER_CURDIR {
    std::uint16_t Flags;
    std::uint16_t Length;
    std::uint32_t TimeStamp;
    ANSI_STRING<Abi> DosPath;
};
NT_ASSERT_SIZE(RTL_DRIVE_LETTER_CURDIR, 24, 16);

inline constexpr std::uint32_t RTL_USER_PROC_PARAMS_NORMALIZED = 1; ///< pointers are pointers, not offsets

template<class Abi>
struct RTL_USER_PROCESS_PARAMETERS {
    std::uint32_t MaximumLength; ///< bytes of the allocation
    std::uint32_t Length;        ///< bytes in use
    std::uint32_t Flags;         ///< RTL_USER_PROC_PARAMS_*
    std::uint32_t DebugFlags;
    uptr<Abi> ConsoleHandle;
    std::uint32_t ConsoleFlags;
    uptr<Abi> StandardInput;
    uptr<Abi> StandardOutput;
    uptr<Abi> StandardError;
    CURDIR<Abi> CurrentDirectory;
    UNICODE_STRING<Abi> DllPath;
    UNICODE_STRING<Abi> ImagePathName; ///< a DOS path
    UNICODE_STRING<Abi> CommandLine;
    Ptr<Abi, char16_t> Environment; ///< NAME=value NUL ... NUL, sorted by name without case
    std::uint32_t StartingX;
    std::uint32_t StartingY;
    std::uint32_t CountX;
    std::uint32_t CountY;
    std::uint32_t CountCharsX;
    std::uint32_t CountCharsY;
    std::uint32_t FillAttribute;
    std::uint32_t WindowFlags; ///< STARTUPINFO.dwFlags
    std::uint32_t ShowWindowFlags;
    UNICODE_STRING<Abi> WindowTitle;
    UNICODE_STRING<Abi> DesktopInfo;
    UNICODE_STRING<Abi> ShellInfo;
    UNICODE_STRING<Abi> RuntimeData; ///< STARTUPINFO.lpReserved2: the C runtime's inherited files
    RTL_DRIVE_LETTER_CURDIR<Abi> CurrentDirectores[32];
    uptr<Abi> EnvironmentSize; ///< bytes
    uptr<Abi> EnvironmentVersion;
    Ptr<Abi, void> PackageDependencyData;
    std::uint32_t ProcessGroupId;
    std::uint32_t LoaderThreads;
};
NT_ASSERT_OFFSET(RTL_USER_PROCESS_PARAMETERS, CurrentDirectory, 0x38, 0x24);
NT_ASSERT_OFFSET(RTL_USER_PROCESS_PARAMETERS, CommandLine, 0x70, 0x40);
NT_ASSERT_OFFSET(RTL_USER_PROCESS_PARAMETERS, Environment, 0x80, 0x48);
NT_ASSERT_OFFSET(RTL_USER_PROCESS_PARAMETERS, WindowTitle, 0xB0, 0x70);
NT_ASSERT_OFFSET(RTL_USER_PROCESS_PARAMETERS, CurrentDirectores, 0xF0, 0x90);
NT_ASSERT_OFFSET(RTL_USER_PROCESS_PARAMETERS, EnvironmentSize, 0x3F0, 0x290);

template<class Abi>
struct PEB {
    std::uint8_t InheritedAddressSpace;
    std::uint8_t ReadImageFileExecOptions;
    std::uint8_t BeingDebugged;
    std::uint8_t BitField;
    uptr<Abi> Mutant;
    Ptr<Abi, void> ImageBaseAddress;
    Ptr<Abi, PEB_LDR_DATA<Abi>> Ldr;
    Ptr<Abi, RTL_USER_PROCESS_PARAMETERS<Abi>> ProcessParameters;
    Ptr<Abi, void> SubSystemData;
    Ptr<Abi, void> ProcessHeap;
    Ptr<Abi, RTL_CRITICAL_SECTION<Abi>> FastPebLock;
    Ptr<Abi, void> AtlThunkSListPtr;
    Ptr<Abi, void> IFEOKey;
    std::uint32_t CrossProcessFlags;
    Ptr<Abi, void> KernelCallbackTable;
    std::uint32_t SystemReserved;
    std::uint32_t AtlThunkSListPtr32;
    Ptr<Abi, void> ApiSetMap;
    std::uint32_t TlsExpansionCounter;
    Ptr<Abi, void> TlsBitmap;
    std::uint32_t TlsBitmapBits[2];
    Ptr<Abi, void> ReadOnlySharedMemoryBase;
    Ptr<Abi, void> SharedData;
    Ptr<Abi, void> ReadOnlyStaticServerData;
    Ptr<Abi, void> AnsiCodePageData;
    Ptr<Abi, void> OemCodePageData;
    Ptr<Abi, void> UnicodeCaseTableData;
    std::uint32_t NumberOfProcessors;
    std::uint32_t NtGlobalFlag;
    alignas(8) std::int64_t CriticalSectionTimeout; ///< 100 ns, negative
    uptr<Abi> HeapSegmentReserve;
    uptr<Abi> HeapSegmentCommit;
    uptr<Abi> HeapDeCommitTotalFreeThreshold;
    uptr<Abi> HeapDeCommitFreeBlockThreshold;
    std::uint32_t NumberOfHeaps;
    std::uint32_t MaximumNumberOfHeaps;
    Ptr<Abi, Ptr<Abi, void>> ProcessHeaps;
    Ptr<Abi, void> GdiSharedHandleTable;
    Ptr<Abi, void> ProcessStarterHelper;
    uptr<Abi> GdiDCAttributeList;
    Ptr<Abi, RTL_CRITICAL_SECTION<Abi>> LoaderLock;
    std::uint32_t OSMajorVersion;
    std::uint32_t OSMinorVersion;
    std::uint16_t OSBuildNumber;
    std::uint16_t OSCSDVersion;
    std::uint32_t OSPlatformId;
    std::uint32_t ImageSubsystem;
    std::uint32_t ImageSubsystemMajorVersion;
    std::uint32_t ImageSubsystemMinorVersion;
    uptr<Abi> ActiveProcessAffinityMask;
    std::uint32_t GdiHandleBuffer[Abi::is_64 ? 60 : 34];
    Ptr<Abi, void> PostProcessInitRoutine;
    Ptr<Abi, void> TlsExpansionBitmap;
    std::uint32_t TlsExpansionBitmapBits[32];
    std::uint32_t SessionId;
    alignas(8) std::uint64_t AppCompatFlags;
    std::uint64_t AppCompatFlagsUser;
    Ptr<Abi, void> pShimData;
    Ptr<Abi, void> AppCompatInfo;
    UNICODE_STRING<Abi> CSDVersion;
    Ptr<Abi, void> ActivationContextData;
    Ptr<Abi, void> ProcessAssemblyStorageMap;
    Ptr<Abi, void> SystemDefaultActivationContextData;
    Ptr<Abi, void> SystemAssemblyStorageMap;
    uptr<Abi> MinimumStackCommit;
    Ptr<Abi, void> FlsCallback;
    LIST_ENTRY<Abi> FlsListHead;
    Ptr<Abi, void> FlsBitmap;
    std::uint32_t FlsBitmapBits[4];
    std::uint32_t FlsHighIndex;
    Ptr<Abi, void> WerRegistrationData;
    Ptr<Abi, void> WerShipAssertPtr;
    std::uint8_t Rest[Abi::is_64 ? 0x460 : 0x248]; ///< nothing here that user code documents
};
NT_ASSERT_OFFSET(PEB, ImageBaseAddress, 0x10, 0x08);
NT_ASSERT_OFFSET(PEB, ProcessHeap, 0x30, 0x18);
NT_ASSERT_OFFSET(PEB, ApiSetMap, 0x68, 0x38);
NT_ASSERT_OFFSET(PEB, NtGlobalFlag, 0xBC, 0x68);
NT_ASSERT_OFFSET(PEB, CriticalSectionTimeout, 0xC0, 0x70);
NT_ASSERT_OFFSET(PEB, ProcessHeaps, 0xF0, 0x90);
NT_ASSERT_OFFSET(PEB, LoaderLock, 0x110, 0xA0);
NT_ASSERT_OFFSET(PEB, OSMajorVersion, 0x118, 0xA4);
NT_ASSERT_OFFSET(PEB, ActiveProcessAffinityMask, 0x138, 0xC0);
NT_ASSERT_OFFSET(PEB, SessionId, 0x2C0, 0x1D4);
NT_ASSERT_OFFSET(PEB, MinimumStackCommit, 0x318, 0x208);
NT_ASSERT_OFFSET(PEB, FlsListHead, 0x328, 0x210);

} // namespace nt
