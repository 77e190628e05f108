// SPDX-License-Identifier: MIT
// fault_reports.cpp: one report, in words, with the stacks.
//
//   oriel: heap fault in prog.exe: it writes behind the end of a block
//     block:     0x1000FD0 of 40 bytes, the 17th allocation, in heap 0x30000
//     address:   0x1001000, 8 bytes behind its end
//     here:      prog.exe!fill+0x18 < prog.exe!main+0x6B < prog.exe!mainCRTStartup+0x16 < ...   (thread 4)
//     allocated: ntdll.dll!RtlpAllocateHeap+0x16 < msvcrt.dll!malloc+0x24 < prog.exe!main+0x50 < ...   (thread 4)
//     Application Verifier calls this stop 0x13; the program gets STATUS_ACCESS_VIOLATION
#include "fault_reports.h"

#include "fault_text.h"
#include "leak_report.h"
#include "memory_refusals.h"
#include "options.h"
#include "program.h"
#include "symbols/places.h"
#include "symbols/stacks.h"

#include <ntdll-emu/hal/host_maps.h>
#include <oriel/user_ptr.h>

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstring>
#include <mutex>
#include <optional>
#include <set>

namespace oriel::start {
namespace {

using nt::HeapFaultKind;
using nt::HeapFaultRecord;

constexpr std::uint32_t flag_page_heap = 0x2000000;
/// The same fault at the same place is told once; a program can make as many as it likes.
constexpr std::size_t most_sites = 1000;
constexpr std::uint64_t most_refusals_told = 10;
constexpr unsigned most_notices = 20;

struct Watcher {
    std::mutex lock; ///< held while a report is made: two threads' lines do not mix. Nothing that takes it is below.
    FaultOptions options;
    std::set<std::pair<std::uint32_t, std::uint64_t>> sites;
    std::uint64_t refusals = 0;
    unsigned notices = 0;
    LeakReport leaks;
    std::optional<HeapFaultRecord> last_access; ///< the last access violation in or beside a block
    std::FILE* json = nullptr;
};
Watcher* watcher = nullptr; // lives as long as guest threads may run

/// The stack where it happened: of an access violation the context's, else as ntdll sent it.
std::vector<std::uint64_t> stack_of(ps::Process& process, const HeapFaultRecord& record) {
    if (record.context != 0) {
        nt::Context64 context;
        if (copy_from_guest(&context, Address(record.context), sizeof context).ok())
            return walk_stack(process, context, nt::most_trace_frames);
    }
    return frames_of(record.now);
}

std::string damage_text(const HeapFaultRecord& record) {
    if (record.found_bytes == 0) return {};
    std::string text = "  found:    ";
    char byte[8];
    for (unsigned i = 0; i < std::min<unsigned>(record.found_bytes, sizeof record.found); ++i) {
        std::snprintf(byte, sizeof byte, " %02X", record.found[i]);
        text += byte;
    }
    std::snprintf(byte, sizeof byte, "%02X", record.expected);
    return text + " at " + hex(record.address) + ", where " + byte + " should be\n";
}

void write_json(const nlohmann::ordered_json& object) {
    if (watcher->json == nullptr) return;
    std::fputs((object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n").c_str(), watcher->json);
    std::fflush(watcher->json);
}

void report_heap_fault(ps::Thread& thread, const HeapFaultRecord& record) {
    if (record.context != 0 && record.block != 0) watcher->last_access = record;
    ps::Process& process = thread.process();
    const std::vector<std::uint64_t> here = stack_of(process, record);
    std::vector<std::uint64_t> shown = without_ntdll_inside(process, here, record.context != 0);
    const std::uint64_t site = shown.empty() ? 0 : shown.front();
    if (watcher->sites.size() > most_sites || !watcher->sites.insert({static_cast<std::uint32_t>(record.kind), site}).second) return;

    const FaultText text = words_for(record);
    std::string report = "oriel: heap fault in " + program_name(process) + ": " + text.headline + "\n";
    report += block_line(record) + place_line(record) + damage_text(record) + neighbour_lines(record);
    report += "  here:      " + stack_text(process, shown, record.context == 0) + "   (thread " + std::to_string(thread.id()) + ")\n";
    report += trace_line(process, "allocated", record.allocated) + trace_line(process, "freed", record.freed);
    if (!text.hint.empty()) report += "  likely:    " + text.hint + "\n";
    if (!text.stop.empty()) report += "  " + text.stop + "\n";
    std::fputs(report.c_str(), stderr);

    nlohmann::ordered_json object;
    object["event"] = "heap_fault";
    object["fault"] = text.name;
    object["heap"] = hex(record.heap);
    object["pointer"] = hex(record.pointer);
    if (record.block != 0) {
        object["block"] = hex(record.block);
        object["size"] = record.size;
    }
    object["thread"] = thread.id();
    object["stack"] = stack_json(process, shown);
    if (record.allocated.count != 0) object["allocated"] = trace_json(process, record.allocated);
    if (record.freed.count != 0) object["freed"] = trace_json(process, record.freed);
    write_json(object);
}

void report_refusal(ps::Thread& thread, const nt::RefusalRecord& record, const char* what) {
    ++watcher->refusals;
    const std::vector<std::uint64_t> shown = without_ntdll_inside(thread.process(), frames_of(record.now), false);
    if (watcher->refusals <= most_refusals_told) {
        std::fprintf(stderr, "oriel: --fail-alloc: %s request %llu (%llu bytes) fails: %s\n", what,
                     static_cast<unsigned long long>(record.number), static_cast<unsigned long long>(record.size),
                     stack_text(thread.process(), shown, true).c_str());
        if (watcher->refusals == most_refusals_told) std::fputs("oriel: --fail-alloc: further ones are not told\n", stderr);
    }
    write_json({{"event", "refusal"}, {"of", what}, {"number", record.number}, {"size", record.size},
                {"stack", stack_json(thread.process(), shown)}});
}

template<class T>
bool take(std::span<const std::byte> bytes, T& to) {
    if (bytes.size() != sizeof to) return false;
    std::memcpy(&to, bytes.data(), sizeof to);
    return true;
}

void on_event(ps::Thread& thread, nt::FaultEvent event, std::span<const std::byte> bytes) {
    const std::lock_guard hold(watcher->lock);
    switch (event) {
    case nt::FaultEvent::ProgramEntry: begin_memory_refusals(); break;
    case nt::FaultEvent::HeapFault:
        if (HeapFaultRecord record; take(bytes, record)) report_heap_fault(thread, record);
        break;
    case nt::FaultEvent::LeakGroup:
        if (nt::LeakGroupRecord record; watcher->options.leaks && take(bytes, record)) watcher->leaks.add(thread.process(), record);
        break;
    case nt::FaultEvent::LeakEnd:
        if (watcher->options.leaks) watcher->leaks.write(thread.process(), watcher->options);
        break;
    case nt::FaultEvent::Refusal:
        if (nt::RefusalRecord record; take(bytes, record)) report_refusal(thread, record, "heap");
        break;
    case nt::FaultEvent::Notice: {
        if (++watcher->notices > most_notices) break;
        const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        std::fprintf(stderr, "oriel: %s\n", text.c_str());
        break;
    }
    }
}

} // namespace

void watch_faults(ps::Process& process, const FaultOptions& options) {
    watcher = new Watcher;
    watcher->options = options;
    if (!options.report_json.empty()) {
        watcher->json = std::fopen(options.report_json.c_str(), "we");
        if (watcher->json == nullptr) throw StartError(exit_oriel_failed, options.report_json + ": cannot be written");
    }
    process.execution_options = options.image_options;
    if (options.global_flags & flag_page_heap) {
        // A guarded block splits the host's mapping of the heap in two, and the host allows only so many mappings. Some
        // are left for everything else.
        const std::uint64_t most = hal::most_host_mappings() / 2 * 3 / 4;
        process.execution_options.try_emplace(u"OrielGuardedBlocks", static_cast<std::uint32_t>(std::min<std::uint64_t>(most, 1u << 24)));
    }
    process.on_fault_event = on_event;
    if (options.memory_refusals.any()) {
        refuse_memory(options.memory_refusals, [](ps::Thread& thread, const nt::RefusalRecord& record) {
            const std::lock_guard hold(watcher->lock);
            report_refusal(thread, record, "virtual memory");
        });
    }
}

std::optional<HeapFaultRecord> block_accessed_at(std::uint64_t address) {
    if (watcher == nullptr) return std::nullopt;
    const std::lock_guard hold(watcher->lock);
    if (!watcher->last_access || watcher->last_access->pointer != address) return std::nullopt;
    return watcher->last_access;
}

void finish_fault_reports() {
    if (watcher == nullptr) return;
    const std::lock_guard hold(watcher->lock);
    if (watcher->options.leaks && !watcher->leaks.was_written())
        std::fputs("oriel: --heap-leaks: the program did not end by ExitProcess, so its blocks were not counted\n", stderr);
    if (watcher->refusals > most_refusals_told)
        std::fprintf(stderr, "oriel: --fail-alloc: %llu requests failed in all\n", static_cast<unsigned long long>(watcher->refusals));
}

} // namespace oriel::start
