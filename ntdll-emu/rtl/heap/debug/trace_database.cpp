// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/debug/trace_database.h>

#include <ntdll-emu/rtl/heap/debug/record_pool.h>
#include <ntdll-emu/rtl/platform.h>
#include <ntdll-emu/rtl/sync/critical_section.h>

#include <cstring>

namespace oriel::rtl::heap::debug {

namespace {

constexpr std::uint32_t buckets = 4096;

constinit CriticalSection lock = free_critical_section;
constinit RecordPool<Trace> traces;
constinit std::uint32_t heads[buckets] = {}; ///< numbers; 0: empty

std::uint32_t hash_of(const std::uint64_t* frames, std::uint32_t count) {
    std::uint64_t hash = 0xCBF29CE484222325u + count;
    for (std::uint32_t i = 0; i < count; ++i) hash = (hash ^ frames[i]) * 0x9E3779B97F4A7C15u;
    return static_cast<std::uint32_t>(hash >> 32);
}

} // namespace

TraceNumber intern_trace(const std::uint64_t* frames, std::uint32_t count) {
    const std::uint32_t hash = hash_of(frames, count);
    CriticalSectionHold hold(lock);
    std::uint32_t& head = heads[hash % buckets];
    for (std::uint32_t number = head; number != 0;) {
        const Trace& trace = traces[number - 1];
        if (trace.hash == hash && trace.count == count && std::memcmp(trace.frames, frames, count * sizeof *frames) == 0)
            return number;
        number = trace.next;
    }
    Trace* const trace = traces.add();
    if (trace == nullptr) return 0;
    trace->hash = hash;
    trace->count = count;
    trace->next = head;
    std::memcpy(trace->frames, frames, count * sizeof *frames);
    return head = traces.count();
}

TraceNumber capture_trace() {
    std::uint64_t frames[nt::most_trace_frames];
    const std::uint32_t count = surroundings::capture_stack(frames, nt::most_trace_frames);
    return count == 0 ? 0 : intern_trace(frames, count);
}

const Trace* trace_of(TraceNumber number) {
    return number == 0 || number > traces.count() ? nullptr : &traces[number - 1];
}

std::uint32_t trace_count() { return traces.count(); }

void store_trace(TraceNumber number, std::uint32_t thread, nt::TraceRecord& to) {
    to.thread = thread;
    to.count = 0;
    if (const Trace* trace = trace_of(number)) {
        to.count = trace->count;
        std::memcpy(to.frames, trace->frames, trace->count * sizeof *to.frames);
    }
}

void store_current_trace(nt::TraceRecord& to) {
    to.thread = static_cast<std::uint32_t>(platform::current_thread_id());
    to.count = surroundings::capture_stack(to.frames, nt::most_trace_frames);
}

} // namespace oriel::rtl::heap::debug
