// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/heap/debug/refusals.h>

#include <ntdll-emu/rtl/heap/debug/trace_database.h>

#include <oriel/refusal_rule.h>

#include <atomic>

namespace oriel::rtl::heap::debug {

namespace {

constinit RefusalRule rule;
constinit std::atomic<bool> counting = false;
constinit std::atomic<std::uint64_t> requests = 0;

} // namespace

void read_refusal_rule() {
    (void)surroundings::execution_option(u"OrielFailEvery", rule.every);
    (void)surroundings::execution_option(u"OrielFailNth", rule.nth);
    (void)surroundings::execution_option(u"OrielFailSeed", rule.seed);
    (void)surroundings::execution_option(u"OrielFailPerMillion", rule.per_million);
}

void begin_refusals() { counting = rule.any(); }

bool refused(const void* heap, std::size_t size) {
    if (!counting.load(std::memory_order_relaxed)) return false;
    const std::uint64_t number = ++requests;
    if (!rule.refuses(number)) return false;
    nt::RefusalRecord record{};
    record.number = number;
    record.heap = reinterpret_cast<std::uintptr_t>(heap);
    record.size = size;
    store_current_trace(record.now);
    surroundings::send(nt::FaultEvent::Refusal, &record, sizeof record);
    return true;
}

} // namespace oriel::rtl::heap::debug
