// SPDX-License-Identifier: MIT
// platform_native.cpp: rtl's surroundings in a native test: pthreads, mmap, and a record of what was raised.
#include "native.h"

#include <ntdll-emu/rtl/heap/front_end/thread_slot.h>
#include <ntdll-emu/rtl/heap/page_source.h>
#include <ntdll-emu/rtl/memory_block.h>
#include <ntdll-emu/rtl/platform.h>

#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <thread>

namespace oriel::rtl {

void* allocate_memory(std::size_t bytes) { return std::malloc(bytes); }
void free_memory(void* block) { std::free(block); }

namespace {

/// NT's alert: a flag that a wait consumes.
struct Alert {
    std::mutex mutex;
    std::condition_variable changed;
    bool set = false;
};

std::mutex alerts_mutex;
std::map<std::uintptr_t, std::shared_ptr<Alert>> alerts;

std::shared_ptr<Alert> alert_of(std::uintptr_t thread) {
    const std::lock_guard lock(alerts_mutex);
    std::shared_ptr<Alert>& alert = alerts[thread];
    if (!alert) alert = std::make_shared<Alert>();
    return alert;
}

std::uintptr_t next_thread_id() {
    static std::atomic<std::uintptr_t> last = 0;
    return last += 4;
}

} // namespace

namespace test {
Recorded& recorded() {
    static thread_local Recorded the_record;
    return the_record;
}
} // namespace test

namespace platform {

std::uintptr_t current_thread_id() {
    static thread_local const std::uintptr_t id = next_thread_id();
    return id;
}

unsigned processor_count() { return 2; }

Status wait_for_alert(const void*, const std::int64_t* timeout) {
    const std::shared_ptr<Alert> alert = alert_of(current_thread_id());
    std::unique_lock lock(alert->mutex);
    const auto is_set = [&] { return alert->set; };
    if (timeout == nullptr) alert->changed.wait(lock, is_set);
    else if (!alert->changed.wait_for(lock, std::chrono::nanoseconds(-*timeout * 100), is_set))
        return Status::Timeout;
    alert->set = false;
    return Status::Alerted;
}

void alert(std::uintptr_t thread_id) {
    const std::shared_ptr<Alert> alert = alert_of(thread_id);
    const std::lock_guard lock(alert->mutex);
    alert->set = true;
    alert->changed.notify_one();
}

std::int64_t monotonic_time() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
               .count() /
           100;
}

void yield() { std::this_thread::yield(); }

bool is_alone_at_the_end() { return false; }
void raise(Status status) { throw test::Raised{status}; }
void raise_continuable(Status status, std::uintptr_t) { test::recorded().raised = status; }
void stop(const char* sentence) {
    std::fprintf(stderr, "%s\n", sentence);
    std::abort();
}

bool is_readable(const void*) { return false; }
void set_last_error(std::uint32_t error) { test::recorded().last_error = error; }
void set_last_status(Status status) { test::recorded().last_status = status; }
void publish_heaps(void**, std::size_t, std::size_t) {}
void report_heap_corruption(const void*, const void*) { test::recorded().raised = Status::HeapCorruption; }
void enable_termination_on_corruption() {}

std::uint64_t random_seed() {
    static std::mt19937_64 generator(0x6F7269656Cu);
    return generator();
}

} // namespace platform

namespace heap {

namespace front_end {
thread_local std::uint16_t native_slot = no_slot;
}

namespace {
test::MmapPages mmap_pages;
}

const Pages& process_pages() {
    static const Pages pages(mmap_pages);
    return pages;
}

} // namespace heap

namespace test {

NtResult<PageRange> MmapPages::reserve(std::uint64_t bytes) {
    // mmap aligns to pages, NT to 64 KiB: map too much and give the edges back.
    const std::uint64_t padded = bytes + allocation_granularity;
    void* const at = ::mmap(nullptr, padded, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) return Status::NoMemory;
    const Address begin = heap::address_of(at), base(align_up(begin.value(), allocation_granularity));
    const std::uint64_t front = base - begin, back = padded - front - bytes;
    if (front != 0) ::munmap(at, front);
    if (back != 0) ::munmap(heap::pointer_to<void>(base + bytes), back);
    return PageRange(base, bytes);
}
NtResult<> MmapPages::commit(PageRange range, heap::PageUse) {
    if (::mprotect(heap::pointer_to<void>(range.base()), range.bytes(), PROT_READ | PROT_WRITE) != 0)
        return Status::NoMemory;
    return {};
}
void MmapPages::decommit(PageRange range) {
    ::mmap(heap::pointer_to<void>(range.base()), range.bytes(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
           -1, 0);
}
void MmapPages::release(PageRange range) { ::munmap(heap::pointer_to<void>(range.base()), range.bytes()); }

} // namespace test

} // namespace oriel::rtl
