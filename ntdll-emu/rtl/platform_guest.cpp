// SPDX-License-Identifier: MIT
// platform_guest.cpp: rtl's surroundings inside ntdll.dll: the TEB, the PEB, services.
#include <ntdll-emu/rtl/platform.h>

#include <ntdll-emu/rtl/heap/debug/corruption.h>
#include <ntdll-emu/rtl/heap/page_source.h>

#include <generated/nt_services.h>
#include <nt/kuser_shared_data.h>
#include <nt/memory.h>
#include <nt/peb.h>
#include <nt/rtl_exception.h>
#include <nt/rtl_process.h>

#include <cstring>

namespace oriel::rtl {

namespace {

void* const this_process = reinterpret_cast<void*>(std::intptr_t{-1});

nt::PEB<nt::Native>& peb() { return *nt::current_teb()->ProcessEnvironmentBlock; }

} // namespace

namespace platform {

std::uintptr_t current_thread_id() { return nt::current_teb()->ClientId.UniqueThread; }

unsigned processor_count() { return peb().NumberOfProcessors; }

Status wait_for_alert(const void* what, const std::int64_t* timeout) {
    return NtWaitForAlertByThreadId(const_cast<void*>(what), const_cast<std::int64_t*>(timeout));
}

void alert(std::uintptr_t thread_id) { NtAlertThreadByThreadId(reinterpret_cast<void*>(thread_id)); }

std::int64_t monotonic_time() {
    std::int64_t counter = 0, frequency = 0;
    NtQueryPerformanceCounter(&counter, &frequency);
    if (frequency == 0 || frequency == 10'000'000) return counter;
    return counter / frequency * 10'000'000 + counter % frequency * 10'000'000 / frequency;
}

void yield() { NtYieldExecution(); }

bool is_alone_at_the_end() { return RtlDllShutdownInProgress(); }

void raise(Status status) { RtlRaiseStatus(status); }

void raise_continuable(Status status, std::uintptr_t parameter) {
    NtExceptionRecord record{};
    record.ExceptionCode = status;
    record.ExceptionAddress = __builtin_return_address(0);
    record.NumberParameters = 1;
    record.ExceptionInformation[0] = parameter;
    RtlRaiseException(&record);
}

void stop(const char* sentence) {
    NtOrielDebugPrint(const_cast<char*>(sentence), static_cast<std::uint32_t>(std::strlen(sentence)));
    NtTerminateProcess(this_process, Status::InternalError);
    __builtin_trap();
}

bool is_readable(const void* address) {
    nt::MEMORY_BASIC_INFORMATION<nt::Native> information{};
    const Status status = NtQueryVirtualMemory(this_process, const_cast<void*>(address), nt::MemoryBasicInformation,
                                               &information, sizeof information, nullptr);
    return nt::is_success(status) && information.State == nt::MEM_COMMIT &&
           !(information.Protect & (nt::PAGE_NOACCESS | nt::PAGE_GUARD)) && information.Protect != nt::PAGE_EXECUTE;
}

void set_last_error(std::uint32_t win32_error) { nt::current_teb()->LastErrorValue = win32_error; }
void set_last_status(Status status) { nt::current_teb()->LastStatusValue = status; }

void publish_heaps(void** heaps, std::size_t count, std::size_t room) {
    using Slot = nt::Ptr<nt::Native, void>;
    peb().ProcessHeaps = reinterpret_cast<Slot*>(heaps);
    peb().NumberOfHeaps = static_cast<std::uint32_t>(count);
    peb().MaximumNumberOfHeaps = static_cast<std::uint32_t>(room);
}

namespace {

constinit bool termination_asked_for = false;

// 64-bit programs, and 32-bit ones linked for Windows Vista or later, end at a corruption without asking
// ("HeapSetInformation function", Microsoft documentation).
bool terminates_on_corruption() {
    return termination_asked_for || sizeof(void*) == 8 || peb().ImageSubsystemMajorVersion >= 6;
}

} // namespace

void enable_termination_on_corruption() { termination_asked_for = true; }

void report_heap_corruption(const void* heap, const void* address) {
    if (!terminates_on_corruption()) return;
    heap::debug::report_corruption(*static_cast<heap::Heap*>(const_cast<void*>(heap)), const_cast<void*>(address));
    NtExceptionRecord record{};
    record.ExceptionCode = Status::HeapCorruption;
    record.ExceptionFlags = nt::exception_flag::noncontinuable;
    record.ExceptionAddress = __builtin_return_address(0);
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = reinterpret_cast<std::uintptr_t>(heap);
    record.ExceptionInformation[1] = reinterpret_cast<std::uintptr_t>(address);
    RtlRaiseException(&record);
    NtTerminateProcess(this_process, Status::HeapCorruption);
}

std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    if (nt::is_success(NtOrielRandom(&seed, sizeof seed)) && seed != 0) return seed;
    std::int64_t counter = 0;
    NtQueryPerformanceCounter(&counter, nullptr);
    return static_cast<std::uint64_t>(counter) * 0x9E3779B97F4A7C15u ^ reinterpret_cast<std::uintptr_t>(&seed);
}

} // namespace platform

namespace heap {

namespace {

/// Pages from the memory manager.
struct VirtualMemory {
    NtResult<PageRange> reserve(std::uint64_t bytes) {
        void* base = nullptr;
        auto size = static_cast<nt::uptr<nt::Native>>(bytes);
        if (size != bytes) return Status::NoMemory;
        const Status status =
            NtAllocateVirtualMemory(this_process, &base, 0, &size, nt::MEM_RESERVE, nt::PAGE_READWRITE);
        if (!nt::is_success(status)) return status;
        return PageRange(address_of(base), size);
    }
    NtResult<> commit(PageRange range, PageUse use) {
        void* base = pointer_to<void>(range.base());
        auto size = static_cast<nt::uptr<nt::Native>>(range.bytes());
        const std::uint32_t protection = use == PageUse::Code ? nt::PAGE_EXECUTE_READWRITE : nt::PAGE_READWRITE;
        const Status status = NtAllocateVirtualMemory(this_process, &base, 0, &size, nt::MEM_COMMIT, protection);
        if (!nt::is_success(status)) return status;
        return {};
    }
    void decommit(PageRange range) { free(range, nt::MEM_DECOMMIT); }
    void release(PageRange range) { free({range.base(), 0}, nt::MEM_RELEASE); }

private:
    static void free(PageRange range, std::uint32_t type) {
        void* base = pointer_to<void>(range.base());
        auto size = static_cast<nt::uptr<nt::Native>>(range.bytes());
        NtFreeVirtualMemory(this_process, &base, &size, type);
    }
};
static_assert(PageSource<VirtualMemory>);

constinit VirtualMemory virtual_memory;

} // namespace

const Pages& process_pages() {
    static constinit Pages pages(virtual_memory);
    return pages;
}

} // namespace heap

} // namespace oriel::rtl
