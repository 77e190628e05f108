// SPDX-License-Identifier: MIT
// own_process.h: what the loader asks of the process it runs in (guest only): services, heap, locks.
#pragma once

#include <nt/context.h>
#include <nt/ldr.h>
#include <nt/memory.h>
#include <nt/peb.h>
#include <nt/rtl_exception.h>
#include <nt/rtl_heap.h>
#include <nt/rtl_sync.h>

#include <string_view>

extern "C" {
nt::Status NT_API NtClose(void* Handle);
nt::Status NT_API NtOpenSection(void** SectionHandle, std::uint32_t DesiredAccess,
                                nt::OBJECT_ATTRIBUTES<nt::Native>* ObjectAttributes);
nt::Status NT_API NtCreateSection(void** SectionHandle, std::uint32_t DesiredAccess,
                                  nt::OBJECT_ATTRIBUTES<nt::Native>* ObjectAttributes, std::int64_t* MaximumSize,
                                  std::uint32_t SectionPageProtection, std::uint32_t AllocationAttributes,
                                  void* FileHandle);
nt::Status NT_API NtMapViewOfSection(void* SectionHandle, void* ProcessHandle, void** BaseAddress,
                                     nt::uptr<nt::Native> ZeroBits, nt::uptr<nt::Native> CommitSize,
                                     std::int64_t* SectionOffset, nt::uptr<nt::Native>* ViewSize,
                                     std::uint32_t InheritDisposition, std::uint32_t AllocationType,
                                     std::uint32_t Win32Protect);
nt::Status NT_API NtUnmapViewOfSection(void* ProcessHandle, void* BaseAddress);
nt::Status NT_API NtOpenFile(void** FileHandle, std::uint32_t DesiredAccess,
                             nt::OBJECT_ATTRIBUTES<nt::Native>* ObjectAttributes,
                             nt::IO_STATUS_BLOCK<nt::Native>* IoStatusBlock, std::uint32_t ShareAccess,
                             std::uint32_t OpenOptions);
nt::Status NT_API NtProtectVirtualMemory(void* ProcessHandle, void** BaseAddress, nt::uptr<nt::Native>* RegionSize,
                                         std::uint32_t NewProtect, std::uint32_t* OldProtect);
nt::Status NT_API NtAllocateVirtualMemory(void* ProcessHandle, void** BaseAddress, nt::uptr<nt::Native> ZeroBits,
                                          nt::uptr<nt::Native>* RegionSize, std::uint32_t AllocationType,
                                          std::uint32_t Protect);
nt::Status NT_API NtRaiseHardError(nt::Status ErrorStatus, std::uint32_t NumberOfParameters,
                                   std::uint32_t UnicodeStringParameterMask, nt::uptr<nt::Native>* Parameters,
                                   std::uint32_t ValidResponseOptions, std::uint32_t* Response);
nt::Status NT_API NtOrielReportUndone(void* DllName, void* ExportName);
nt::Status NT_API NtTerminateProcess(void* ProcessHandle, nt::Status ExitStatus);
nt::Status NT_API NtTerminateThread(void* ThreadHandle, nt::Status ExitStatus);
nt::Status NT_API NtOpenThread(void** ThreadHandle, std::uint32_t DesiredAccess, nt::OBJECT_ATTRIBUTES<nt::Native>* ObjectAttributes,
                               nt::CLIENT_ID<nt::Native>* ClientId);
nt::Status NT_API NtContinue(NtContext* Context, std::uint8_t TestAlert);
nt::Status NT_API NtQueryInformationThread(void* ThreadHandle, std::uint32_t ThreadInformationClass,
                                           void* ThreadInformation, std::uint32_t ThreadInformationLength,
                                           std::uint32_t* ReturnLength);

char16_t NT_API RtlUpcaseUnicodeChar(char16_t SourceCharacter);
/// Bytes written without the NUL; more than BufferLength if it was too small; 0 if the name is not one.
std::uint32_t NT_API RtlGetFullPathName_U(const char16_t* FileName, std::uint32_t BufferLength, char16_t* Buffer,
                                          char16_t** FilePart);
}

namespace oriel::rtl::ldr {

using nt::Native;
using nt::Status;
using Peb = nt::PEB<Native>;
using Teb = nt::TEB<Native>;
using UnicodeString = nt::UNICODE_STRING<Native>;
using AnsiString = nt::ANSI_STRING<Native>;

inline void* const current_process = reinterpret_cast<void*>(~std::uintptr_t{0});
inline void* const current_thread = reinterpret_cast<void*>(~std::uintptr_t{1});

inline Peb& own_peb() { return *nt::current_teb()->ProcessEnvironmentBlock; }

inline std::u16string_view view_of(const UnicodeString& string) {
    return {string.Buffer.get(), string.Length / sizeof(char16_t)};
}
/// `text` must be shorter than 32 Ki characters, which every path is.
inline UnicodeString string_of(std::u16string_view text) {
    UnicodeString string;
    string.Length = static_cast<std::uint16_t>(text.size() * sizeof(char16_t));
    string.MaximumLength = string.Length;
    string.Buffer = const_cast<char16_t*>(text.data());
    return string;
}

/// Holds an SRW lock to the end of the scope.
class [[nodiscard]] HeldExclusively {
public:
    explicit HeldExclusively(NtSrwLock& lock) : m_lock(lock) { RtlAcquireSRWLockExclusive(&m_lock); }
    ~HeldExclusively() { RtlReleaseSRWLockExclusive(&m_lock); }
    HeldExclusively(const HeldExclusively&) = delete;
    HeldExclusively& operator=(const HeldExclusively&) = delete;

private:
    NtSrwLock& m_lock;
};
class [[nodiscard]] HeldShared {
public:
    explicit HeldShared(NtSrwLock& lock) : m_lock(lock) { RtlAcquireSRWLockShared(&m_lock); }
    ~HeldShared() { RtlReleaseSRWLockShared(&m_lock); }
    HeldShared(const HeldShared&) = delete;
    HeldShared& operator=(const HeldShared&) = delete;

private:
    NtSrwLock& m_lock;
};

/// The loader lock: a critical section, because DllMain may load and unload DLLs. It is held while DLLs are
/// loaded, initialised and unloaded, and while threads announce themselves; PEB->LoaderLock points to it.
/// Order: loader lock, then the module table's or the TLS lock, which are held for a few instructions only.
extern NtCriticalSection loader_lock;

class [[nodiscard]] HoldLoaderLock {
public:
    HoldLoaderLock() { RtlEnterCriticalSection(&loader_lock); }
    ~HoldLoaderLock() { RtlLeaveCriticalSection(&loader_lock); }
    HoldLoaderLock(const HoldLoaderLock&) = delete;
    HoldLoaderLock& operator=(const HoldLoaderLock&) = delete;
};

} // namespace oriel::rtl::ldr
