// SPDX-License-Identifier: MIT
// rtl_process.h: the process and its threads as ntdll sees them; fiber-local storage; small helpers.
#pragma once

#include <nt/peb.h>
#include <nt/rtl_export.h>

extern "C" {

using NtFlsCallback = void(NT_API*)(void* FlsData);
using NtUserThreadStart = std::uint32_t(NT_API*)(void* Parameter);

nt::PEB<nt::Native>* NT_API RtlGetCurrentPeb();
void NT_API RtlAcquirePebLock();
void NT_API RtlReleasePebLock();
std::uint32_t NT_API RtlGetNtGlobalFlags();

nt::Status NT_API RtlCreateUserThread(void* ProcessHandle, void* SecurityDescriptor, std::uint8_t CreateSuspended,
                                      std::uint32_t ZeroBits, std::size_t MaximumStackSize,
                                      std::size_t CommittedStackSize, NtUserThreadStart StartAddress, void* Parameter,
                                      void** ThreadHandle, nt::CLIENT_ID<nt::Native>* ClientId);
/// DLL_THREAD_DETACH, then the thread ends.
[[noreturn]] void NT_API RtlExitUserThread(nt::Status ExitStatus);
/// The other threads end, DLL_PROCESS_DETACH, then the process ends.
[[noreturn]] void NT_API RtlExitUserProcess(nt::Status ExitStatus);

std::uint8_t NT_API RtlDllShutdownInProgress();

/// Fiber-local storage. Index 0 is never given out. Callbacks run for values that are not null, when the
/// index is freed or the thread ends.
nt::Status NT_API RtlFlsAlloc(NtFlsCallback Callback, std::uint32_t* FlsIndex);
nt::Status NT_API RtlFlsFree(std::uint32_t FlsIndex);
nt::Status NT_API RtlFlsSetValue(std::uint32_t FlsIndex, void* FlsData);
nt::Status NT_API RtlFlsGetValue(std::uint32_t FlsIndex, void** FlsData);
/// Flags: 1 run the callbacks of a thread's (or fiber's) data, 2 free it.
void NT_API RtlProcessFlsData(void* FlsData, std::uint32_t Flags);

void* NT_API RtlEncodePointer(void* Pointer);
void* NT_API RtlDecodePointer(void* Pointer);
void* NT_API RtlEncodeSystemPointer(void* Pointer);
void* NT_API RtlDecodeSystemPointer(void* Pointer);
std::uint32_t NT_API RtlRandom(std::uint32_t* Seed);
std::uint32_t NT_API RtlRandomEx(std::uint32_t* Seed);
std::uint32_t NT_API RtlUniform(std::uint32_t* Seed);
std::uint32_t NT_API RtlComputeCrc32(std::uint32_t InitialCrc, const void* Buffer, std::int32_t Length);
void NT_API RtlAssert(const char* FailedAssertion, const char* FileName, std::uint32_t LineNumber,
                      const char* Message);
std::uint32_t DbgPrint(const char* Format, ...);
std::uint32_t DbgPrintEx(std::uint32_t ComponentId, std::uint32_t Level, const char* Format, ...);

} // extern "C"
