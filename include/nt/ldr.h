// SPDX-License-Identifier: MIT
// ldr.h: the loader's data, as programs and debuggers read it, and the Ldr functions of ntdll.
//
// PEB->Ldr leads to three lists of the same entries: in the order of loading, of addresses in memory (in
// truth also of loading), and of initialisation. Programs walk them without asking (to find kernel32, for
// one), so offsets are the ABI.
// Source: the public symbols of ntdll (types _PEB_LDR_DATA, _LDR_DATA_TABLE_ENTRY, _LDR_DDAG_NODE).
#pragma once

#include <nt/image.h>
#include <nt/rtl_export.h>

namespace nt {

template<class Abi>
struct PEB_LDR_DATA {
    std::uint32_t Length;
    std::uint8_t Initialized;
    Ptr<Abi, void> SsHandle;
    LIST_ENTRY<Abi> InLoadOrderModuleList;
    LIST_ENTRY<Abi> InMemoryOrderModuleList;
    LIST_ENTRY<Abi> InInitializationOrderModuleList;
    Ptr<Abi, void> EntryInProgress;
    std::uint8_t ShutdownInProgress;
    Ptr<Abi, void> ShutdownThreadId;
};
NT_ASSERT_SIZE(PEB_LDR_DATA, 0x58, 0x30);
NT_ASSERT_OFFSET(PEB_LDR_DATA, InLoadOrderModuleList, 0x10, 0x0C);
NT_ASSERT_OFFSET(PEB_LDR_DATA, InInitializationOrderModuleList, 0x30, 0x1C);

/// What debuggers call LDR_DDAG_STATE.
enum class LdrState : std::int32_t {
    Unloading = -2,
    Unloaded = -3,
    Merged = -5,
    InitError = -4,
    SnapError = -1,
    PlaceHolder = 0,
    Mapping = 1,
    Mapped = 2,
    WaitingForDependencies = 3,
    Snapping = 4,
    Snapped = 5,
    CondensedAsReady = 6,
    ReadyToInit = 7,
    Initializing = 8,
    ReadyToRun = 9,
};

template<class Abi>
struct LDR_DDAG_NODE {
    LIST_ENTRY<Abi> Modules;
    Ptr<Abi, void> ServiceTagList;
    std::uint32_t LoadCount;
    std::uint32_t LoadWhileUnloadingCount;
    std::uint32_t LowestLink;
    Ptr<Abi, void> Dependencies;
    Ptr<Abi, void> IncomingDependencies;
    LdrState State;
    Ptr<Abi, void> CondenseLink;
    std::uint32_t PreorderNumber;
};
NT_ASSERT_SIZE(LDR_DDAG_NODE, 0x50, 0x2C);

/// LDR_DATA_TABLE_ENTRY.Flags.
enum LdrEntryFlags : std::uint32_t {
    ldr_image_dll = 0x00000004,
    ldr_load_in_progress = 0x00001000,
    ldr_entry_processed = 0x00004000,
    ldr_dont_call_for_threads = 0x00040000,
    ldr_process_attach_called = 0x00080000,
    ldr_process_attach_failed = 0x00100000,
    ldr_image_not_at_base = 0x00200000,
};

template<class Abi>
struct LDR_DATA_TABLE_ENTRY {
    LIST_ENTRY<Abi> InLoadOrderLinks;
    LIST_ENTRY<Abi> InMemoryOrderLinks;
    LIST_ENTRY<Abi> InInitializationOrderLinks;
    Ptr<Abi, void> DllBase;
    Ptr<Abi, void> EntryPoint;
    std::uint32_t SizeOfImage;
    UNICODE_STRING<Abi> FullDllName;
    UNICODE_STRING<Abi> BaseDllName;
    std::uint32_t Flags; ///< LdrEntryFlags
    std::uint16_t ObsoleteLoadCount;
    std::uint16_t TlsIndex; ///< 0xFFFF: has no static TLS (since Windows 8; the index itself is in the image)
    LIST_ENTRY<Abi> HashLinks;
    std::uint32_t TimeDateStamp;
    Ptr<Abi, void> EntryPointActivationContext;
    Ptr<Abi, void> Lock;
    Ptr<Abi, LDR_DDAG_NODE<Abi>> DdagNode;
    LIST_ENTRY<Abi> NodeModuleLink;
    Ptr<Abi, void> LoadContext;
    Ptr<Abi, void> ParentDllBase;
    Ptr<Abi, void> SwitchBackContext;
    uptr<Abi> BaseAddressIndexNode[3];
    uptr<Abi> MappingInfoIndexNode[3];
    uptr<Abi> OriginalBase;
    alignas(8) std::int64_t LoadTime;
    std::uint32_t BaseNameHashValue;
    std::uint32_t LoadReason;
    std::uint32_t ImplicitPathOptions;
    std::uint32_t ReferenceCount;
    std::uint32_t DependentLoadFlags;
    std::uint8_t SigningLevel;
};
NT_ASSERT_SIZE(LDR_DATA_TABLE_ENTRY, 0x120, 0xA8);
NT_ASSERT_OFFSET(LDR_DATA_TABLE_ENTRY, DllBase, 0x30, 0x18);
NT_ASSERT_OFFSET(LDR_DATA_TABLE_ENTRY, BaseDllName, 0x58, 0x2C);
NT_ASSERT_OFFSET(LDR_DATA_TABLE_ENTRY, HashLinks, 0x70, 0x3C);
NT_ASSERT_OFFSET(LDR_DATA_TABLE_ENTRY, DdagNode, 0x98, 0x50);
NT_ASSERT_OFFSET(LDR_DATA_TABLE_ENTRY, OriginalBase, 0xF8, 0x80);
NT_ASSERT_OFFSET(LDR_DATA_TABLE_ENTRY, LoadTime, 0x100, 0x88);
NT_ASSERT_OFFSET(LDR_DATA_TABLE_ENTRY, ReferenceCount, 0x114, 0x9C);

/// What DllMain and TLS callbacks are called for.
enum class DllReason : std::uint32_t { ProcessDetach = 0, ProcessAttach = 1, ThreadAttach = 2, ThreadDetach = 3 };

/// LdrLoadDll's first argument is a search path, or, with the lowest bit set, search options: LoadLibraryEx's
/// flags under this mask. kernel32 passes (flags & mask) | 1.
inline constexpr std::uint32_t ldr_search_options_mask = 0x7F08;
enum LdrSearchOptions : std::uint32_t {
    ldr_altered_search_path = 0x0008,
    ldr_search_dll_load_dir = 0x0100,
    ldr_search_application_dir = 0x0200,
    ldr_search_user_dirs = 0x0400,
    ldr_search_system32 = 0x0800,
    ldr_search_default_dirs = 0x1000,
};
/// LdrLoadDll's second argument: *DllCharacteristics. DONT_RESOLVE_DLL_REFERENCES is passed on as this bit.
inline constexpr std::uint32_t ldr_dont_resolve_references = 0x2;

enum LdrGetDllHandleFlags : std::uint32_t { ldr_unchanged_reference_count = 1, ldr_pin = 2 };
/// LdrAddRefDll's: never to be unloaded.
inline constexpr std::uint32_t ldr_add_reference_pin = 1;

/// Resource "handles" of LOAD_LIBRARY_AS_DATAFILE and AS_IMAGE_RESOURCE carry their kind in the low bits.
inline constexpr std::uintptr_t ldr_data_file_bit = 1;
inline constexpr std::uintptr_t ldr_image_resource_bit = 2;

/// LdrResolveDelayLoadedAPI's hook gets this ("DelayLoadInfo", delayimp.h).
template<class Abi>
struct DELAYLOAD_INFO {
    std::uint32_t Size;
    Ptr<Abi, const IMAGE_DELAYLOAD_DESCRIPTOR> DelayloadDescriptor;
    Ptr<Abi, uptr<Abi>> ThunkAddress;
    Ptr<Abi, const char> TargetDllName;
    std::uint32_t ImportDescribedByName; ///< and then, a union: the name or the ordinal
    uptr<Abi> NameOrOrdinal;
    Ptr<Abi, void> TargetModuleBase;
    Ptr<Abi, void> Unused;
    std::uint32_t LastError;
};
NT_ASSERT_SIZE(DELAYLOAD_INFO, 72, 36);

/// "LdrRegisterDllNotification": both reasons have the same fields.
template<class Abi>
struct LDR_DLL_NOTIFICATION_DATA {
    std::uint32_t Flags;
    Ptr<Abi, const UNICODE_STRING<Abi>> FullDllName;
    Ptr<Abi, const UNICODE_STRING<Abi>> BaseDllName;
    Ptr<Abi, void> DllBase;
    std::uint32_t SizeOfImage;
};

} // namespace nt

extern "C" {

using NtLdrEntry = nt::LDR_DATA_TABLE_ENTRY<nt::Native>;
using NtLdrUnicodeString = nt::UNICODE_STRING<nt::Native>;
using NtLdrAnsiString = nt::ANSI_STRING<nt::Native>;
using NtLdrNtHeaders = nt::IMAGE_NT_HEADERS<nt::Native>;
using NtLdrEnumerate = void(NT_API*)(NtLdrEntry* Entry, void* Context, std::uint8_t* Stop);
using NtLdrNotification = void(NT_API*)(std::uint32_t Reason, const nt::LDR_DLL_NOTIFICATION_DATA<nt::Native>* Data,
                                        void* Context);
using NtDelayLoadHook = void*(NT_API*)(std::uint32_t Event, nt::DELAYLOAD_INFO<nt::Native>* Info);

/// Statuses: DllNotFound, EntrypointNotFound, OrdinalNotFound, InvalidImageFormat, DllInitFailed, NoMemory.
nt::Status NT_API LdrLoadDll(const char16_t* PathOrOptions, const std::uint32_t* DllCharacteristics,
                             const NtLdrUnicodeString* DllName, void** BaseAddress);
nt::Status NT_API LdrUnloadDll(void* BaseAddress);
/// Statuses: DllNotFound if it is not loaded.
nt::Status NT_API LdrGetDllHandle(const char16_t* DllPath, const std::uint32_t* DllCharacteristics,
                                  const NtLdrUnicodeString* DllName, void** BaseAddress);
nt::Status NT_API LdrGetDllHandleEx(std::uint32_t Flags, const char16_t* DllPath,
                                    const std::uint32_t* DllCharacteristics, const NtLdrUnicodeString* DllName,
                                    void** BaseAddress);
nt::Status NT_API LdrGetDllHandleByName(const NtLdrUnicodeString* BaseName, const NtLdrUnicodeString* FullName,
                                        void** BaseAddress);
/// By name, or by ordinal where Name is null. Statuses: EntrypointNotFound (also for an undone export),
/// OrdinalNotFound, DllNotFound, InvalidParameter.
nt::Status NT_API LdrGetProcedureAddress(void* BaseAddress, const NtLdrAnsiString* Name, std::uint32_t Ordinal,
                                         void** Procedure);
nt::Status NT_API LdrGetProcedureAddressEx(void* BaseAddress, const NtLdrAnsiString* Name, std::uint32_t Ordinal,
                                           void** Procedure, std::uint32_t Flags);
nt::Status NT_API LdrGetProcedureAddressForCaller(void* BaseAddress, const NtLdrAnsiString* Name,
                                                  std::uint32_t Ordinal, void** Procedure, std::uint32_t Flags,
                                                  void** Callers);
/// Flags: ldr_add_reference_pin, or 0 for one reference more.
nt::Status NT_API LdrAddRefDll(std::uint32_t Flags, void* BaseAddress);
nt::Status NT_API LdrDisableThreadCalloutsForDll(void* BaseAddress);
/// Flags: 1 raise on error, 2 only try. Disposition: 1 taken, 2 not taken.
nt::Status NT_API LdrLockLoaderLock(std::uint32_t Flags, std::uint32_t* Disposition, std::uintptr_t* Cookie);
nt::Status NT_API LdrUnlockLoaderLock(std::uint32_t Flags, std::uintptr_t Cookie);
/// Statuses: NoMoreEntries if no module holds the address.
nt::Status NT_API LdrFindEntryForAddress(void* Address, NtLdrEntry** Entry);
nt::Status NT_API LdrEnumerateLoadedModules(std::uint32_t Reserved, NtLdrEnumerate Callback, void* Context);
nt::Status NT_API LdrGetDllFullName(void* BaseAddress, NtLdrUnicodeString* FullName);
nt::Status NT_API LdrGetDllDirectory(NtLdrUnicodeString* Directory);
nt::Status NT_API LdrSetDllDirectory(const NtLdrUnicodeString* Directory);
nt::Status NT_API LdrAddDllDirectory(const NtLdrUnicodeString* Directory, void** Cookie);
nt::Status NT_API LdrRemoveDllDirectory(void* Cookie);
nt::Status NT_API LdrSetDefaultDllDirectories(std::uint32_t Options);
nt::Status NT_API LdrRegisterDllNotification(std::uint32_t Flags, NtLdrNotification Callback, void* Context,
                                             void** Cookie);
nt::Status NT_API LdrUnregisterDllNotification(void* Cookie);
void* NT_API LdrResolveDelayLoadedAPI(void* ParentModuleBase, const nt::IMAGE_DELAYLOAD_DESCRIPTOR* Descriptor,
                                      NtDelayLoadHook FailureDllHook, void* FailureSystemHook,
                                      nt::uptr<nt::Native>* ThunkAddress, std::uint32_t Flags);
nt::Status NT_API LdrShutdownProcess();
nt::Status NT_API LdrShutdownThread();
/// Whether DLLs are being told that the process ends: its other threads are gone, with whatever locks they held.
std::uint8_t NT_API RtlDllShutdownInProgress();

/// ResourcePath: type, name, language (ids, or pointers to NUL-terminated UTF-16), of which Level count.
/// Statuses: ResourceDataNotFound, ResourceTypeNotFound, ResourceNameNotFound, ResourceLangNotFound.
nt::Status NT_API LdrFindResource_U(void* BaseAddress, const std::uintptr_t* ResourcePath, std::uint32_t Level,
                                    const nt::IMAGE_RESOURCE_DATA_ENTRY** Entry);
nt::Status NT_API LdrFindResourceEx_U(std::uint32_t Flags, void* BaseAddress, const std::uintptr_t* ResourcePath,
                                      std::uint32_t Level, const nt::IMAGE_RESOURCE_DATA_ENTRY** Entry);
nt::Status NT_API LdrFindResourceDirectory_U(void* BaseAddress, const std::uintptr_t* ResourcePath,
                                             std::uint32_t Level, const nt::IMAGE_RESOURCE_DIRECTORY** Directory);
nt::Status NT_API LdrAccessResource(void* BaseAddress, const nt::IMAGE_RESOURCE_DATA_ENTRY* Entry, void** Address,
                                    std::uint32_t* Size);

NtLdrNtHeaders* NT_API RtlImageNtHeader(void* BaseAddress);
/// Flags: 1 no range check. Statuses: InvalidParameter, InvalidImageFormat.
nt::Status NT_API RtlImageNtHeaderEx(std::uint32_t Flags, void* BaseAddress, std::uint64_t Size,
                                     NtLdrNtHeaders** Headers);
void* NT_API RtlImageDirectoryEntryToData(void* BaseAddress, std::uint8_t MappedAsImage, std::uint16_t Directory,
                                          std::uint32_t* Size);
nt::IMAGE_SECTION_HEADER* NT_API RtlImageRvaToSection(NtLdrNtHeaders* Headers, void* BaseAddress, std::uint32_t Rva);
void* NT_API RtlImageRvaToVa(NtLdrNtHeaders* Headers, void* BaseAddress, std::uint32_t Rva,
                             nt::IMAGE_SECTION_HEADER** LastSection);
[[noreturn]] void NT_API RtlExitUserThread(nt::Status ExitStatus);
[[noreturn]] void NT_API RtlExitUserProcess(nt::Status ExitStatus);

#if !defined(NT_RTL_WINNT_WAS_FIRST) && !defined(NT_RTL_PC_TO_FILE_HEADER)
#define NT_RTL_PC_TO_FILE_HEADER 1
/// The base of the image that holds Pc, also in *BaseOfImage; null if none does.
void* NT_API RtlPcToFileHeader(void* Pc, void** BaseOfImage);
#endif

} // extern "C"
