// SPDX-License-Identifier: MIT
// process.cpp: ntdll's exports about the process itself: PEB, threads, debug output, random numbers.
#include <nt/rtl_process.h>

#include <generated/nt_services.h>
#include <nt/kuser_shared_data.h>
#include <ntdll-emu/rtl/platform.h>
#include <ntdll-emu/rtl/strings/format.h>
#include <ntdll-emu/rtl/sync/critical_section.h>

#include <bit>
#include <cstring>

using namespace oriel::rtl;
using nt::Status;

namespace {

nt::PEB<nt::Native>& peb() { return *nt::current_teb()->ProcessEnvironmentBlock; }

constinit CriticalSection peb_lock = free_critical_section;

} // namespace

// ------------------------------------------------------------------------------------- the PEB

NT_EXPORT nt::PEB<nt::Native>* NT_API RtlGetCurrentPeb() { return &peb(); }

NT_EXPORT void NT_API RtlAcquirePebLock() {
    if (!peb().FastPebLock) peb().FastPebLock = &peb_lock; // before the loader has begun
    enter(*peb().FastPebLock);
}
NT_EXPORT void NT_API RtlReleasePebLock() { leave(*peb().FastPebLock); }
NT_EXPORT std::uint32_t NT_API RtlGetNtGlobalFlags() { return peb().NtGlobalFlag; }

// ------------------------------------------------------------------------------------- threads

NT_EXPORT Status NT_API RtlCreateUserThread(void* ProcessHandle, void* SecurityDescriptor,
                                            std::uint8_t CreateSuspended, std::uint32_t ZeroBits,
                                            std::size_t MaximumStackSize, std::size_t CommittedStackSize,
                                            NtUserThreadStart StartAddress, void* Parameter, void** ThreadHandle,
                                            nt::CLIENT_ID<nt::Native>* ClientId) {
    constexpr std::uint32_t thread_all_access = 0x1FFFFF, create_suspended = 1, attribute_client_id = 0x10003;
    nt::OBJECT_ATTRIBUTES<nt::Native> attributes{};
    attributes.Length = sizeof attributes;
    attributes.SecurityDescriptor = SecurityDescriptor;
    // PS_ATTRIBUTE_LIST with one entry: the new thread's ids come back through it.
    nt::CLIENT_ID<nt::Native> client{};
    struct {
        std::size_t TotalLength;
        std::size_t Attribute, Size;
        void* Value;
        std::size_t* ReturnLength;
    } list{sizeof list, attribute_client_id, sizeof client, &client, nullptr};
    void* handle = nullptr;
    const Status status = NtCreateThreadEx(&handle, thread_all_access, &attributes, ProcessHandle,
                                           reinterpret_cast<void*>(StartAddress), Parameter,
                                           CreateSuspended ? create_suspended : 0, ZeroBits, CommittedStackSize,
                                           MaximumStackSize, &list);
    if (!nt::is_success(status)) return status;
    if (ClientId != nullptr) *ClientId = client;
    if (ThreadHandle != nullptr) *ThreadHandle = handle;
    else NtClose(handle);
    return status;
}

// ------------------------------------------------------------------------------------- pointers nobody can guess

namespace {

/// XOR and rotation with the process' cookie: a stored pointer that an overrun overwrites decodes to
/// nonsense ("EncodePointer function", Microsoft documentation).
std::uintptr_t process_cookie() {
    static constinit std::uintptr_t cookie = 0;
    std::uintptr_t value = __atomic_load_n(&cookie, __ATOMIC_RELAXED);
    if (value != 0) return value;
    std::uintptr_t fresh = static_cast<std::uintptr_t>(platform::random_seed()) | 1;
    __atomic_compare_exchange_n(&cookie, &value, fresh, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    return __atomic_load_n(&cookie, __ATOMIC_RELAXED);
}

std::uintptr_t system_cookie() {
    return reinterpret_cast<const nt::KUSER_SHARED_DATA*>(static_cast<std::uintptr_t>(nt::kuser_shared_data_address))
        ->Cookie;
}

void* encode(void* pointer, std::uintptr_t cookie) {
    return reinterpret_cast<void*>(
        std::rotr(reinterpret_cast<std::uintptr_t>(pointer) ^ cookie, static_cast<int>(cookie & 31)));
}
void* decode(void* pointer, std::uintptr_t cookie) {
    return reinterpret_cast<void*>(
        std::rotl(reinterpret_cast<std::uintptr_t>(pointer), static_cast<int>(cookie & 31)) ^ cookie);
}

} // namespace

NT_EXPORT void* NT_API RtlEncodePointer(void* Pointer) { return encode(Pointer, process_cookie()); }
NT_EXPORT void* NT_API RtlDecodePointer(void* Pointer) { return decode(Pointer, process_cookie()); }
NT_EXPORT void* NT_API RtlEncodeSystemPointer(void* Pointer) { return encode(Pointer, system_cookie()); }
NT_EXPORT void* NT_API RtlDecodeSystemPointer(void* Pointer) { return decode(Pointer, system_cookie()); }

// ------------------------------------------------------------------------------------- numbers

NT_EXPORT std::uint32_t NT_API RtlUniform(std::uint32_t* Seed) {
    // A linear congruential generator modulo the prime 2^31 - 1 ("RtlUniform function", Microsoft documentation).
    constexpr std::uint64_t multiplier = 0x7FFFFFED, increment = 0x7FFFFFC3, modulus = 0x7FFFFFFF;
    *Seed = static_cast<std::uint32_t>((*Seed * multiplier + increment) % modulus);
    return *Seed;
}

NT_EXPORT std::uint32_t NT_API RtlRandomEx(std::uint32_t* Seed) {
    // A second sequence shuffles the first (Knuth, volume 2, 3.2.2, algorithm B).
    static constinit std::uint32_t table[128] = {};
    static constinit std::uint32_t last = 0;
    const std::uint32_t fresh = RtlUniform(Seed);
    const std::uint32_t place = (last ^ fresh) & 127;
    const std::uint32_t answer = __atomic_exchange_n(&table[place], fresh, __ATOMIC_RELAXED);
    last = answer != 0 ? answer : RtlUniform(Seed);
    return last;
}
NT_EXPORT std::uint32_t NT_API RtlRandom(std::uint32_t* Seed) { return RtlRandomEx(Seed); }

NT_EXPORT std::uint32_t NT_API RtlComputeCrc32(std::uint32_t InitialCrc, const void* Buffer, std::int32_t Length) {
    const auto* at = static_cast<const std::uint8_t*>(Buffer);
    std::uint32_t crc = ~InitialCrc;
    for (; Length > 0; --Length, ++at) {
        crc ^= *at;
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0u);
    }
    return ~crc;
}

// ------------------------------------------------------------------------------------- debug output

namespace {

std::uint32_t print(const char* format, va_list arguments) {
    char text[512]; // as on NT, longer messages are cut
    const std::size_t count = format_text(text, sizeof text, format, arguments);
    NtOrielDebugPrint(text, static_cast<std::uint32_t>(count < sizeof text ? count : sizeof text));
    return 0;
}

} // namespace

NT_EXPORT std::uint32_t DbgPrint(const char* Format, ...) {
    va_list arguments;
    va_start(arguments, Format);
    const std::uint32_t status = print(Format, arguments);
    va_end(arguments);
    return status;
}

NT_EXPORT std::uint32_t DbgPrintEx(std::uint32_t, std::uint32_t Level, const char* Format, ...) {
    if (Level > 3) return 0; // DPFLTR_INFO_LEVEL and below are shown
    va_list arguments;
    va_start(arguments, Format);
    const std::uint32_t status = print(Format, arguments);
    va_end(arguments);
    return status;
}

NT_EXPORT void NT_API RtlAssert(const char* FailedAssertion, const char* FileName, std::uint32_t LineNumber,
                                const char* Message) {
    DbgPrint("*** Assertion failed: %s%s\n***   Source File: %s, line %u\n", Message != nullptr ? Message : "",
             FailedAssertion, FileName, LineNumber);
    platform::raise(Status::AssertionFailure);
}
