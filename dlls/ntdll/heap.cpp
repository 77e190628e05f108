// SPDX-License-Identifier: MIT
// heap.cpp: ntdll's heap exports (heapapi.h's functions are forwarders to these or thin wrappers).
//
// What the heap does is told in ntdll-emu/rtl/heap. Here is what only a call from a program has: the last
// error, exceptions, and pointers that may be anything.
//
// A failing HeapAlloc leaves ERROR_NOT_ENOUGH_MEMORY, although the documentation says that it "does not call
// SetLastError": ntdll stores it in the TEB all the same (observed on Windows; conformance test heap_calls).
// --contract=documented withholds that, and what else the documentation does not promise of the last error.
#include "heap_caller_pages.h"

#include <nt/gate_page.h>
#include <nt/peb.h>
#include <nt/rtl_exception.h>
#include <ntdll-emu/rtl/heap/blocks.h>
#include <ntdll-emu/rtl/heap/debug/corruption.h>
#include <ntdll-emu/rtl/heap/page_map.h>
#include <ntdll-emu/rtl/heap/registry.h>

#include <algorithm>
#include <cstring>

using namespace oriel::rtl;
using heap::BlockVerdict;
using heap::Heap;
using nt::Status;
namespace flag = nt::heap_flag;

namespace {

constexpr std::uint32_t error_not_enough_memory = 8;
constexpr std::uint32_t error_invalid_parameter = 87;
constexpr std::uint32_t error_noaccess = 998;

// A null handle with a null block is no mistake (HeapFree), and then nothing is read through it.
__attribute__((no_sanitize("null"))) Heap& as_heap(void* handle) { return *static_cast<Heap*>(handle); }
nt::PEB<nt::Native>& peb() { return *nt::current_teb()->ProcessEnvironmentBlock; }

/// The last error of functions that are documented not to set it: HeapAlloc, HeapReAlloc, HeapSize, HeapValidate.
void set_undocumented_error(std::uint32_t error) {
    if (!(nt::gate_page().Switches & nt::gate_switch::documented_contract)) platform::set_last_error(error);
}

void* fail_for_memory(std::uint32_t flags, std::size_t size) {
    platform::set_last_status(Status::NoMemory);
    set_undocumented_error(error_not_enough_memory);
    if (flags & flag::generate_exceptions) platform::raise_continuable(Status::NoMemory, size);
    return nullptr;
}

/// For a block that is none: corruption. Where the process goes on (32-bit programs that did not ask to end),
/// answers false, and only a pointer into nowhere changes the last error (observed on Windows).
bool fail_for_block(void* handle, void* data, BlockVerdict verdict) {
    if (verdict != BlockVerdict::Reported) platform::report_heap_corruption(handle, data);
    if (verdict == BlockVerdict::Unreadable) platform::set_last_error(error_noaccess);
    return false;
}

/// STATUS_ACCESS_VIOLATION for "improper function parameters" ("HeapReAlloc function"), as reading the block's
/// header would raise it; who goes on from it gets null.
void raise_for_block(void* data) {
    nt::EXCEPTION_RECORD<nt::Native> record{};
    record.ExceptionCode = Status::AccessViolation;
    record.ExceptionAddress = __builtin_return_address(0);
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = 0; // a read
    record.ExceptionInformation[1] = reinterpret_cast<std::uintptr_t>(data) - heap::header_bytes;
    RtlRaiseException(&record);
}

/// Any number may be asked about; the page map says which are heaps. (Not the registry: its lock comes before a
/// heap's, and who walks a heap holds that.)
bool is_known_heap(void* handle) {
    void* const region = heap::page_map().find(heap::address_of(handle));
    return region != nullptr && heap::Region(region).segment() == handle && heap::is_heap(&as_heap(handle));
}

/// RtlCreateHeap's tuning; zero fields mean what the heap has.
void apply(const NtHeapParameters& tuning, Heap& heap) {
    if (tuning.SegmentReserve != 0) heap.SegmentReserve = tuning.SegmentReserve;
    if (tuning.SegmentCommit != 0) heap.SegmentCommit = oriel::align_up(tuning.SegmentCommit, oriel::page_size);
    if (tuning.DeCommitFreeBlockThreshold != 0) heap.DeCommitFreeBlockThreshold = tuning.DeCommitFreeBlockThreshold;
    // Only a growable heap has large blocks; they may begin earlier than usual, not later.
    const std::size_t threshold = tuning.VirtualMemoryThreshold / heap::unit;
    if (heap.growable() && threshold != 0 && threshold < heap.VirtualMemoryThreshold)
        heap.VirtualMemoryThreshold = static_cast<std::uint32_t>(threshold);
}

} // namespace

NT_EXPORT void* NT_API RtlCreateHeap(std::uint32_t Flags, void* HeapBase, std::size_t ReserveSize,
                                     std::size_t CommitSize, void* Lock, NtHeapParameters* Parameters) {
    if ((Flags & flag::no_serialize) && Lock != nullptr) return nullptr;
    NtHeapParameters tuning{};
    if (Parameters != nullptr && Parameters->Length == sizeof tuning) tuning = *Parameters;
    if (HeapBase == nullptr && tuning.CommitRoutine) return nullptr; // "if HeapBase is NULL, CommitRoutine must be"

    // A heap in the caller's memory is never a page heap.
    const std::uint32_t checks = HeapBase == nullptr ? ~0u : ~heap::debug::watching_flags;
    const heap::CreateRequest request{Flags, ReserveSize, CommitSize, peb().NtGlobalFlag & checks};
    const auto made = HeapBase != nullptr ? create_heap_at(HeapBase, request, tuning)
                                          : heap::create(heap::process_pages(), request);
    if (!made.ok()) return nullptr;
    Heap& heap = *made.value();
    if (Lock != nullptr) heap.LockVariable = static_cast<CriticalSection*>(Lock);
    apply(tuning, heap);
    if (!heap::register_heap(heap).ok()) {
        heap::destroy(heap);
        forget_caller_pages(HeapBase);
        return nullptr;
    }
    return &heap;
}

NT_EXPORT void* NT_API RtlDestroyHeap(void* HeapHandle) {
    if (HeapHandle == nullptr) return nullptr;
    if (HeapHandle == peb().ProcessHeap.get() || !is_known_heap(HeapHandle)) return HeapHandle;
    heap::unregister_heap(as_heap(HeapHandle));
    heap::destroy(as_heap(HeapHandle));
    forget_caller_pages(HeapHandle);
    return nullptr;
}

// The long ways are functions of their own, so that the short ones need no stack. Being jumped to, they stand in stacks in
// the place of the exports, so they have the names that readers of stacks know from Windows.
extern "C" [[gnu::noinline]] void* NT_API RtlpAllocateHeap(void* handle, std::uint32_t flags, std::size_t size) {
    Heap& heap = as_heap(handle);
    if (void* data = heap::allocate_slowly(heap, flags, size)) return data;
    return fail_for_memory(heap.effective(flags), size);
}
extern "C" [[gnu::noinline]] std::uint32_t NT_API RtlpFreeHeap(void* handle, std::uint32_t flags, void* data) {
    if (data == nullptr) return true;
    const BlockVerdict verdict = heap::release_slowly(as_heap(handle), flags, data);
    return verdict == BlockVerdict::Good || fail_for_block(handle, data, verdict);
}

NT_EXPORT void* NT_API RtlAllocateHeap(void* HeapHandle, std::uint32_t Flags, std::size_t Size) {
    void* const data = heap::front_end::try_allocate(as_heap(HeapHandle), Flags, Size);
    if (data == nullptr) [[unlikely]] return RtlpAllocateHeap(HeapHandle, Flags, Size);
    return Flags & flag::zero_memory ? std::memset(data, 0, Size) : data;
}

NT_EXPORT void* NT_API RtlReAllocateHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress, std::size_t Size) {
    if (BaseAddress == nullptr) {
        set_undocumented_error(0); // observed on Windows: null, and NO_ERROR
        return nullptr;
    }
    Heap& heap = as_heap(HeapHandle);
    const heap::Reallocated answer = heap::reallocate(heap, Flags, BaseAddress, Size);
    if (answer.data != nullptr) return answer.data;
    if (answer.verdict == BlockVerdict::Good) return fail_for_memory(heap.effective(Flags), Size);
    fail_for_block(HeapHandle, BaseAddress, answer.verdict);
    if (heap.effective(Flags) & flag::generate_exceptions) raise_for_block(BaseAddress);
    return nullptr;
}

NT_EXPORT std::uint32_t NT_API RtlFreeHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress) {
    return heap::front_end::release_or(as_heap(HeapHandle), BaseAddress,
                                       [=] { return RtlpFreeHeap(HeapHandle, Flags, BaseAddress); });
}

NT_EXPORT std::size_t NT_API RtlSizeHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress) {
    const std::size_t size = heap::size_of(as_heap(HeapHandle), Flags, BaseAddress);
    if (size == ~std::size_t{0}) set_undocumented_error(error_invalid_parameter);
    return size;
}

NT_EXPORT std::uint8_t NT_API RtlValidateHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress) {
    if (!is_known_heap(HeapHandle)) return false;
    const BlockVerdict verdict = heap::validate(as_heap(HeapHandle), Flags, BaseAddress);
    if (verdict == BlockVerdict::Unreadable) set_undocumented_error(error_noaccess);
    if (verdict == BlockVerdict::Bad) heap::debug::report_invalid(as_heap(HeapHandle), BaseAddress);
    return verdict == BlockVerdict::Good;
}

NT_EXPORT std::uint32_t NT_API RtlOrielJudgeBlock(void* HeapHandle, const void* BaseAddress) {
    return static_cast<std::uint32_t>(heap::validate(as_heap(HeapHandle), 0, const_cast<void*>(BaseAddress)));
}

NT_EXPORT std::uint8_t NT_API RtlValidateProcessHeaps() {
    heap::lock_registry();
    bool sound = true;
    for (Heap* each : heap::registered_heaps())
        sound = sound && heap::validate(*each, 0, nullptr) == BlockVerdict::Good;
    heap::unlock_registry();
    return sound;
}

NT_EXPORT std::size_t NT_API RtlCompactHeap(void* HeapHandle, std::uint32_t Flags) {
    return heap::compact(as_heap(HeapHandle), Flags);
}

NT_EXPORT std::uint8_t NT_API RtlLockHeap(void* HeapHandle) {
    // A heap without serialisation has no lock: TRUE, but nobody is kept out (observed on Windows).
    if (!(as_heap(HeapHandle).Flags & flag::no_serialize)) enter(*as_heap(HeapHandle).LockVariable);
    return true;
}

NT_EXPORT std::uint8_t NT_API RtlUnlockHeap(void* HeapHandle) {
    if (!(as_heap(HeapHandle).Flags & flag::no_serialize)) leave(*as_heap(HeapHandle).LockVariable);
    return true;
}

NT_EXPORT Status NT_API RtlWalkHeap(void* HeapHandle, NtHeapWalkEntry* Entry) {
    if (!is_known_heap(HeapHandle)) return Status::InvalidHandle;
    return heap::walk(as_heap(HeapHandle), *Entry);
}

NT_EXPORT std::uint32_t NT_API RtlGetProcessHeaps(std::uint32_t Count, void** Heaps) {
    return static_cast<std::uint32_t>(heap::copy_process_heaps({Heaps, Count}));
}

NT_EXPORT Status NT_API RtlEnumProcessHeaps(NtHeapEnumRoutine Routine, void* Parameter) {
    heap::lock_registry();
    Status status = Status::Success;
    for (Heap* each : heap::registered_heaps()) {
        status = Routine(each, Parameter);
        if (!nt::is_success(status)) break;
    }
    heap::unlock_registry();
    return status;
}

NT_EXPORT Status NT_API RtlQueryHeapInformation(void* HeapHandle, nt::HeapInformationClass Class, void* Information,
                                                std::size_t Length, std::size_t* ReturnLength) {
    if (HeapHandle == nullptr) return Status::AccessViolation; // observed on Windows: ERROR_NOACCESS, size untouched
    if (Class != nt::HeapInformationClass::CompatibilityInformation) return Status::InvalidInfoClass;
    if (ReturnLength != nullptr) *ReturnLength = sizeof(std::uint32_t);
    if (Length < sizeof(std::uint32_t)) return Status::BufferTooSmall;
    if (Information == nullptr) return Status::AccessViolation;
    *static_cast<std::uint32_t*>(Information) = as_heap(HeapHandle).FrontEndHeapType;
    return Status::Success;
}

namespace {

// 0: no front end, 1: look-aside lists (not since Vista), 2: low fragmentation. Irreversible; not for heaps
// without serialisation or of fixed size ("HeapSetInformation function", Microsoft documentation).
Status set_front_end(Heap& heap, std::uint32_t type) {
    if (heap.Flags & flag::no_serialize) return Status::InvalidParameter;
    if (type != 2) return Status::Unsuccessful;
    if (!heap.growable() || heap.HeaderOverhead != heap::header_bytes) return Status::Unsuccessful;
    heap.FrontEndHeapType = 2;
    return Status::Success;
}

} // namespace

NT_EXPORT Status NT_API RtlSetHeapInformation(void* HeapHandle, nt::HeapInformationClass Class, void* Information,
                                              std::size_t Length) {
    switch (Class) {
    case nt::HeapInformationClass::CompatibilityInformation:
        if (Length < sizeof(std::uint32_t)) return Status::BufferTooSmall;
        if (HeapHandle == nullptr || Information == nullptr) return Status::AccessViolation;
        return set_front_end(as_heap(HeapHandle), *static_cast<std::uint32_t*>(Information));
    case nt::HeapInformationClass::EnableTerminationOnCorruption:
        platform::enable_termination_on_corruption();
        return Status::Success;
    case nt::HeapInformationClass::OptimizeResources: {
        // { ULONG Version = 1; ULONG Flags; }: decommit what is free; all heaps where none is named.
        if (Information == nullptr || Length < 2 * sizeof(std::uint32_t) || *static_cast<std::uint32_t*>(Information) != 1) {
            return Status::InvalidParameter;
        }
        if (HeapHandle != nullptr) {
            heap::compact(as_heap(HeapHandle), 0);
            return Status::Success;
        }
        heap::lock_registry();
        for (Heap* each : heap::registered_heaps()) heap::compact(*each, 0);
        heap::unlock_registry();
        return Status::Success;
    }
    default:
        return Status::InvalidInfoClass;
    }
}

NT_EXPORT std::uint8_t NT_API RtlGetUserInfoHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress,
                                                 void** UserValue, std::uint32_t* UserFlags) {
    heap::UserInfo info;
    if (!heap::get_user_info(as_heap(HeapHandle), Flags, BaseAddress, info)) {
        platform::set_last_error(error_invalid_parameter);
        return false;
    }
    // A block without room for a value leaves the caller's as it is (observed on Windows).
    if (UserValue != nullptr && info.has_value) *UserValue = info.value;
    if (UserFlags != nullptr) *UserFlags = info.flags;
    return true;
}

NT_EXPORT std::uint8_t NT_API RtlSetUserValueHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress,
                                                  void* UserValue) {
    if (heap::set_user_value(as_heap(HeapHandle), Flags, BaseAddress, UserValue)) return true;
    platform::set_last_error(error_invalid_parameter);
    return false;
}

NT_EXPORT std::uint8_t NT_API RtlSetUserFlagsHeap(void* HeapHandle, std::uint32_t Flags, void* BaseAddress,
                                                  std::uint32_t UserFlagsReset, std::uint32_t UserFlagsSet) {
    if (((UserFlagsReset | UserFlagsSet) & ~flag::settable_user_flags) != 0
        || !heap::set_user_flags(as_heap(HeapHandle), Flags, BaseAddress, UserFlagsReset, UserFlagsSet)) {
        platform::set_last_error(error_invalid_parameter);
        return false;
    }
    return true;
}

NT_EXPORT Status NT_API RtlZeroHeap(void* HeapHandle, std::uint32_t Flags) {
    if (!heap::is_heap(static_cast<Heap*>(HeapHandle))) return Status::InvalidHandle;
    heap::zero_free_blocks(as_heap(HeapHandle), Flags);
    return Status::Success;
}

NT_EXPORT std::uint32_t NT_API RtlMultipleAllocateHeap(void* HeapHandle, std::uint32_t Flags, std::size_t Size,
                                                       std::uint32_t Count, void** Array) {
    for (std::uint32_t i = 0; i < Count; ++i) {
        Array[i] = RtlAllocateHeap(HeapHandle, Flags, Size);
        if (Array[i] == nullptr) return i;
    }
    return Count;
}

NT_EXPORT std::uint32_t NT_API RtlMultipleFreeHeap(void* HeapHandle, std::uint32_t Flags, std::uint32_t Count,
                                                   void** Array) {
    for (std::uint32_t i = 0; i < Count; ++i) {
        if (Array[i] == nullptr || !RtlFreeHeap(HeapHandle, Flags, Array[i])) return i;
    }
    return Count;
}
