// SPDX-License-Identifier: MIT
// image.h: the Portable Executable format, as data.
//
// A PE file is: a DOS header (with a pointer to) the NT headers = signature, file header, optional header
// with its data directories; then the section table; then the sections' raw data. An address inside it is
// nearly always an RVA, an offset from where the image is mapped.
//
// Structures carry Microsoft's names and field names. Constants are enums of our own, because <winnt.h>
// defines the IMAGE_* constants as macros, and DLL code includes both.
// Source: "PE Format", Microsoft documentation.
#pragma once

#include <nt/abi.h>

#include <type_traits>

namespace nt {

inline constexpr std::uint16_t dos_signature = 0x5A4D;         ///< "MZ"
inline constexpr std::uint32_t pe_signature = 0x00004550;      ///< "PE\0\0"
inline constexpr std::uint16_t optional_magic_32 = 0x10B;      ///< PE32
inline constexpr std::uint16_t optional_magic_64 = 0x20B;      ///< PE32+
inline constexpr std::uint16_t optional_magic_rom = 0x107;
template<class Abi>
inline constexpr std::uint16_t optional_magic = Abi::is_64 ? optional_magic_64 : optional_magic_32;

enum class ImageMachine : std::uint16_t {
    Unknown = 0, I386 = 0x14C, R4000 = 0x166, Alpha = 0x184, Sh3 = 0x1A2, Sh4 = 0x1A6, Arm = 0x1C0, Thumb = 0x1C2,
    ArmNt = 0x1C4, PowerPc = 0x1F0, Ia64 = 0x200, Alpha64 = 0x284, Ebc = 0xEBC, RiscV32 = 0x5032, RiscV64 = 0x5064,
    LoongArch64 = 0x6264, Amd64 = 0x8664, Arm64Ec = 0xA641, Arm64X = 0xA64E, Arm64 = 0xAA64,
};
template<class Abi>
inline constexpr ImageMachine image_machine = Abi::is_64 ? ImageMachine::Amd64 : ImageMachine::I386;

enum class ImageSubsystem : std::uint16_t {
    Unknown = 0, Native = 1, WindowsGui = 2, WindowsConsole = 3, Os2Console = 5, PosixConsole = 7, NativeWindows = 8,
    WindowsCeGui = 9, EfiApplication = 10, EfiBootServiceDriver = 11, EfiRuntimeDriver = 12, EfiRom = 13, Xbox = 14,
    BootApplication = 16,
};

/// IMAGE_FILE_HEADER.Characteristics.
enum ImageCharacteristics : std::uint16_t {
    image_relocations_stripped = 0x0001,
    image_executable = 0x0002,
    image_large_address_aware = 0x0020,
    image_32bit_machine = 0x0100,
    image_system = 0x1000,
    image_dll = 0x2000,
};

/// IMAGE_OPTIONAL_HEADER.DllCharacteristics.
enum ImageDllCharacteristics : std::uint16_t {
    dll_high_entropy_va = 0x0020,
    dll_dynamic_base = 0x0040,
    dll_force_integrity = 0x0080,
    dll_nx_compatible = 0x0100,
    dll_no_isolation = 0x0200,
    dll_no_seh = 0x0400,
    dll_app_container = 0x1000,
    dll_guard_cf = 0x4000,
    dll_terminal_server_aware = 0x8000,
};

/// IMAGE_SECTION_HEADER.Characteristics.
enum ImageSectionCharacteristics : std::uint32_t {
    section_code = 0x00000020,
    section_initialized_data = 0x00000040,
    section_uninitialized_data = 0x00000080,
    section_discardable = 0x02000000,
    section_not_cached = 0x04000000,
    section_not_paged = 0x08000000,
    section_shared = 0x10000000,
    section_execute = 0x20000000,
    section_read = 0x40000000,
    section_write = 0x80000000,
};

/// Indexes of the optional header's data directories.
enum class ImageDirectory : std::uint32_t {
    Export = 0,
    Import = 1,
    Resource = 2,
    Exception = 3,
    Security = 4,
    BaseRelocation = 5,
    Debug = 6,
    Architecture = 7,
    GlobalPointer = 8,
    Tls = 9,
    LoadConfig = 10,
    BoundImport = 11,
    Iat = 12,
    DelayImport = 13,
    Clr = 14,
    Reserved = 15,
};
inline constexpr std::uint32_t image_directory_count = 16;

struct IMAGE_DOS_HEADER {
    std::uint16_t e_magic, e_cblp, e_cp, e_crlc, e_cparhdr, e_minalloc, e_maxalloc, e_ss, e_sp, e_csum, e_ip, e_cs;
    std::uint16_t e_lfarlc, e_ovno, e_res[4], e_oemid, e_oeminfo, e_res2[10];
    std::int32_t e_lfanew; ///< file offset of the NT headers
};
static_assert(sizeof(IMAGE_DOS_HEADER) == 64 && offsetof(IMAGE_DOS_HEADER, e_lfanew) == 60);

struct IMAGE_FILE_HEADER {
    std::uint16_t Machine;
    std::uint16_t NumberOfSections;
    std::uint32_t TimeDateStamp;
    std::uint32_t PointerToSymbolTable;
    std::uint32_t NumberOfSymbols;
    std::uint16_t SizeOfOptionalHeader;
    std::uint16_t Characteristics;
};
static_assert(sizeof(IMAGE_FILE_HEADER) == 20);

struct IMAGE_DATA_DIRECTORY {
    std::uint32_t VirtualAddress;
    std::uint32_t Size;
};
static_assert(sizeof(IMAGE_DATA_DIRECTORY) == 8);

template<class Abi>
struct IMAGE_OPTIONAL_HEADER {
    std::uint16_t Magic; ///< optional_magic<Abi>
    std::uint8_t MajorLinkerVersion, MinorLinkerVersion;
    std::uint32_t SizeOfCode;
    std::uint32_t SizeOfInitializedData;
    std::uint32_t SizeOfUninitializedData;
    std::uint32_t AddressOfEntryPoint; ///< RVA; 0 in a DLL without an entry point
    std::uint32_t BaseOfCode;
    uptr<Abi> ImageBaseOrBaseOfData[Abi::is_64 ? 1 : 2]; ///< PE32: BaseOfData, ImageBase
    std::uint32_t SectionAlignment;
    std::uint32_t FileAlignment;
    std::uint16_t MajorOperatingSystemVersion, MinorOperatingSystemVersion;
    std::uint16_t MajorImageVersion, MinorImageVersion;
    std::uint16_t MajorSubsystemVersion, MinorSubsystemVersion;
    std::uint32_t Win32VersionValue;
    std::uint32_t SizeOfImage;
    std::uint32_t SizeOfHeaders;
    std::uint32_t CheckSum;
    std::uint16_t Subsystem;
    std::uint16_t DllCharacteristics;
    uptr<Abi> SizeOfStackReserve;
    uptr<Abi> SizeOfStackCommit;
    uptr<Abi> SizeOfHeapReserve;
    uptr<Abi> SizeOfHeapCommit;
    std::uint32_t LoaderFlags;
    std::uint32_t NumberOfRvaAndSizes;
    IMAGE_DATA_DIRECTORY DataDirectory[image_directory_count];

    [[nodiscard]] constexpr uptr<Abi> ImageBase() const { return ImageBaseOrBaseOfData[Abi::is_64 ? 0 : 1]; }
    constexpr void set_ImageBase(uptr<Abi> base) { ImageBaseOrBaseOfData[Abi::is_64 ? 0 : 1] = base; }
};
NT_ASSERT_SIZE(IMAGE_OPTIONAL_HEADER, 240, 224);
NT_ASSERT_OFFSET(IMAGE_OPTIONAL_HEADER, ImageBaseOrBaseOfData, 24, 24);
NT_ASSERT_OFFSET(IMAGE_OPTIONAL_HEADER, SectionAlignment, 32, 32);
NT_ASSERT_OFFSET(IMAGE_OPTIONAL_HEADER, DataDirectory, 112, 96);

template<class Abi>
struct IMAGE_NT_HEADERS {
    std::uint32_t Signature;
    IMAGE_FILE_HEADER FileHeader;
    IMAGE_OPTIONAL_HEADER<Abi> OptionalHeader;
};
NT_ASSERT_SIZE(IMAGE_NT_HEADERS, 264, 248);

struct IMAGE_SECTION_HEADER {
    std::uint8_t Name[8]; ///< NUL-padded, not terminated
    std::uint32_t VirtualSize;
    std::uint32_t VirtualAddress;
    std::uint32_t SizeOfRawData;
    std::uint32_t PointerToRawData;
    std::uint32_t PointerToRelocations;
    std::uint32_t PointerToLinenumbers;
    std::uint16_t NumberOfRelocations;
    std::uint16_t NumberOfLinenumbers;
    std::uint32_t Characteristics;
};
static_assert(sizeof(IMAGE_SECTION_HEADER) == 40);

struct IMAGE_EXPORT_DIRECTORY {
    std::uint32_t Characteristics;
    std::uint32_t TimeDateStamp;
    std::uint16_t MajorVersion, MinorVersion;
    std::uint32_t Name;
    std::uint32_t Base; ///< ordinal of the first entry of AddressOfFunctions
    std::uint32_t NumberOfFunctions;
    std::uint32_t NumberOfNames;
    std::uint32_t AddressOfFunctions;    ///< RVA of u32[NumberOfFunctions]
    std::uint32_t AddressOfNames;        ///< RVA of u32[NumberOfNames], RVAs of names in ascending byte order
    std::uint32_t AddressOfNameOrdinals; ///< RVA of u16[NumberOfNames], indexes into AddressOfFunctions
};
static_assert(sizeof(IMAGE_EXPORT_DIRECTORY) == 40);

struct IMAGE_IMPORT_DESCRIPTOR {
    std::uint32_t OriginalFirstThunk; ///< RVA of the lookup table; 0 in old images: FirstThunk is it
    std::uint32_t TimeDateStamp;      ///< 0 unbound; else bound (we treat all as unbound)
    std::uint32_t ForwarderChain;
    std::uint32_t Name;               ///< RVA of the DLL's name
    std::uint32_t FirstThunk;         ///< RVA of the address table
};
static_assert(sizeof(IMAGE_IMPORT_DESCRIPTOR) == 20);

/// The bit of a thunk that says "by ordinal".
template<class Abi> inline constexpr uptr<Abi> ordinal_flag = uptr<Abi>{1} << (sizeof(uptr<Abi>) * 8 - 1);

struct IMAGE_DELAYLOAD_DESCRIPTOR {
    std::uint32_t Attributes; ///< bit 0: the fields are RVAs (always, since Visual C++ 7)
    std::uint32_t DllNameRVA;
    std::uint32_t ModuleHandleRVA;
    std::uint32_t ImportAddressTableRVA;
    std::uint32_t ImportNameTableRVA;
    std::uint32_t BoundImportAddressTableRVA;
    std::uint32_t UnloadInformationTableRVA;
    std::uint32_t TimeDateStamp;
};
static_assert(sizeof(IMAGE_DELAYLOAD_DESCRIPTOR) == 32);

struct IMAGE_BOUND_IMPORT_DESCRIPTOR {
    std::uint32_t TimeDateStamp;
    std::uint16_t OffsetModuleName; ///< from the start of the directory
    std::uint16_t NumberOfModuleForwarderRefs;
};
static_assert(sizeof(IMAGE_BOUND_IMPORT_DESCRIPTOR) == 8);

struct IMAGE_BASE_RELOCATION {
    std::uint32_t VirtualAddress; ///< RVA of the page
    std::uint32_t SizeOfBlock;    ///< with this header; u16 entries follow: kind << 12 | offset in page
};
static_assert(sizeof(IMAGE_BASE_RELOCATION) == 8);

enum class ImageRelocationKind : std::uint8_t {
    Absolute = 0, High = 1, Low = 2, HighLow = 3, HighAdj = 4, MachineSpecific5 = 5, Reserved6 = 6,
    MachineSpecific7 = 7, MachineSpecific8 = 8, MachineSpecific9 = 9, Dir64 = 10,
};

template<class Abi>
struct IMAGE_TLS_DIRECTORY {
    uptr<Abi> StartAddressOfRawData; ///< addresses, not RVAs: relocated with the image
    uptr<Abi> EndAddressOfRawData;
    uptr<Abi> AddressOfIndex;
    uptr<Abi> AddressOfCallBacks;
    std::uint32_t SizeOfZeroFill;
    std::uint32_t Characteristics; ///< alignment in bits 20 to 23, as in a section's
};
NT_ASSERT_SIZE(IMAGE_TLS_DIRECTORY, 40, 24);

/// The head of the load config directory: what the loader uses. Newer images have more; Size says how much.
template<class Abi>
struct IMAGE_LOAD_CONFIG_DIRECTORY {
    std::uint32_t Size;
    std::uint32_t TimeDateStamp;
    std::uint16_t MajorVersion, MinorVersion;
    std::uint32_t GlobalFlagsClear;
    std::uint32_t GlobalFlagsSet;
    std::uint32_t CriticalSectionDefaultTimeout;
    uptr<Abi> DeCommitFreeBlockThreshold;
    uptr<Abi> DeCommitTotalFreeThreshold;
    uptr<Abi> LockPrefixTable;
    uptr<Abi> MaximumAllocationSize;
    uptr<Abi> VirtualMemoryThreshold;
    uptr<Abi> AffinityMaskOrHeapFlags;     ///< PE32+: ProcessAffinityMask; PE32: ProcessHeapFlags
    std::uint32_t HeapFlagsOrAffinityMask; ///< the other one of the two
    std::uint16_t CSDVersion;
    std::uint16_t DependentLoadFlags;
    uptr<Abi> EditList;
    uptr<Abi> SecurityCookie; ///< address of the cookie
    uptr<Abi> SEHandlerTable;
    uptr<Abi> SEHandlerCount;
    uptr<Abi> GuardCFCheckFunctionPointer;    ///< address of a pointer that the loader fills
    uptr<Abi> GuardCFDispatchFunctionPointer; ///< likewise
    uptr<Abi> GuardCFFunctionTable;
    uptr<Abi> GuardCFFunctionCount;
    std::uint32_t GuardFlags;
};
NT_ASSERT_OFFSET(IMAGE_LOAD_CONFIG_DIRECTORY, EditList, 80, 56);
NT_ASSERT_OFFSET(IMAGE_LOAD_CONFIG_DIRECTORY, SecurityCookie, 88, 60);
NT_ASSERT_OFFSET(IMAGE_LOAD_CONFIG_DIRECTORY, GuardCFCheckFunctionPointer, 112, 72);
NT_ASSERT_OFFSET(IMAGE_LOAD_CONFIG_DIRECTORY, GuardFlags, 144, 88);

/// An entry of .pdata on x64. The exception helper's nt/unwind.h describes what UnwindData leads to.
struct IMAGE_AMD64_RUNTIME_FUNCTION_ENTRY {
    std::uint32_t BeginAddress;
    std::uint32_t EndAddress;
    std::uint32_t UnwindData;
};
static_assert(sizeof(IMAGE_AMD64_RUNTIME_FUNCTION_ENTRY) == 12);

struct IMAGE_RESOURCE_DIRECTORY {
    std::uint32_t Characteristics;
    std::uint32_t TimeDateStamp;
    std::uint16_t MajorVersion, MinorVersion;
    std::uint16_t NumberOfNamedEntries; ///< first, in ascending order of their names
    std::uint16_t NumberOfIdEntries;    ///< then these, in ascending order
};
static_assert(sizeof(IMAGE_RESOURCE_DIRECTORY) == 16);

struct IMAGE_RESOURCE_DIRECTORY_ENTRY {
    std::uint32_t Name;         ///< top bit: offset of a counted UTF-16 string; else an id
    std::uint32_t OffsetToData; ///< top bit: offset of a sub-directory; else of a data entry
};
static_assert(sizeof(IMAGE_RESOURCE_DIRECTORY_ENTRY) == 8);
inline constexpr std::uint32_t resource_name_is_string = 0x80000000;
inline constexpr std::uint32_t resource_data_is_directory = 0x80000000;

struct IMAGE_RESOURCE_DATA_ENTRY {
    std::uint32_t OffsetToData; ///< an RVA, in spite of its name
    std::uint32_t Size;
    std::uint32_t CodePage;
    std::uint32_t Reserved;
};
static_assert(sizeof(IMAGE_RESOURCE_DATA_ENTRY) == 16);

struct IMAGE_DEBUG_DIRECTORY {
    std::uint32_t Characteristics;
    std::uint32_t TimeDateStamp;
    std::uint16_t MajorVersion, MinorVersion;
    std::uint32_t Type;
    std::uint32_t SizeOfData;
    std::uint32_t AddressOfRawData;
    std::uint32_t PointerToRawData;
};
static_assert(sizeof(IMAGE_DEBUG_DIRECTORY) == 28);

/// The .NET header ("COM descriptor").
struct IMAGE_COR20_HEADER {
    std::uint32_t cb;
    std::uint16_t MajorRuntimeVersion, MinorRuntimeVersion;
    IMAGE_DATA_DIRECTORY MetaData;
    std::uint32_t Flags; ///< ClrFlags
    std::uint32_t EntryPointTokenOrRVA;
    IMAGE_DATA_DIRECTORY Resources, StrongNameSignature, CodeManagerTable, VTableFixups, ExportAddressTableJumps;
    IMAGE_DATA_DIRECTORY ManagedNativeHeader;
};
static_assert(sizeof(IMAGE_COR20_HEADER) == 72);
enum ClrFlags : std::uint32_t {
    clr_il_only = 1,
    clr_32bit_required = 2,
    clr_il_library = 4,
    clr_native_entry = 0x10,
    clr_32bit_preferred = 0x20000
};

} // namespace nt
