// SPDX-License-Identifier: MIT
// memory_refusals.cpp: at the door through which every service goes, so that mm knows nothing of it.
#include "memory_refusals.h"

#include "symbols/stacks.h"

#include <ntdll-emu/ps/context.h>
#include <ntdll-emu/services/trace.h>
#include <oriel/user_ptr.h>

#include <algorithm>
#include <atomic>

namespace oriel::start {
namespace {

class Refuser final : public services::Tracer {
public:
    Refuser(const RefusalRule& rule, std::function<void(ps::Thread&, const nt::RefusalRecord&)> on_refusal, services::Tracer* inner)
        : m_rule(rule), m_on_refusal(std::move(on_refusal)), m_inner(inner) {
        const auto& all = services::service_descriptions();
        for (std::uint32_t number = 0; number < all.size(); ++number) {
            if (all[number].name == "NtAllocateVirtualMemory") m_allocate = number;
            if (all[number].name == "NtAllocateVirtualMemoryEx") m_allocate_ex = number;
        }
    }

    std::uint64_t begin(ps::Thread& thread, std::uint32_t number, const services::Slots& slots) override {
        return m_inner != nullptr ? m_inner->begin(thread, number, slots) : 0;
    }
    void end(std::uint64_t token, ps::Thread& thread, std::uint32_t number, const services::Slots& slots, Status status) override {
        if (m_inner != nullptr) m_inner->end(token, thread, number, slots, status);
    }
    std::optional<Status> refusal(ps::Thread& thread, std::uint32_t number, const services::Slots& slots) override {
        if (number != m_allocate && number != m_allocate_ex) return std::nullopt;
        if (!m_counting.load(std::memory_order_relaxed)) return std::nullopt;
        const std::uint64_t request = ++m_requests;
        if (!m_rule.refuses(request)) return std::nullopt;
        nt::RefusalRecord record{};
        record.number = request;
        const UserPtr<std::uint64_t> size{Address(slots[number == m_allocate ? 3 : 2])};
        if (const auto bytes = size.capture(); bytes.ok()) record.size = bytes.value();
        const auto frames = walk_stack(thread.process(), ps::capture_context(thread.gate(), nt::ContextFlags<nt::Nt64>::full), nt::most_trace_frames);
        record.now.count = static_cast<std::uint32_t>(frames.size());
        record.now.thread = thread.id();
        std::copy(frames.begin(), frames.end(), record.now.frames);
        m_on_refusal(thread, record);
        return Status::NoMemory;
    }
    void begin_counting() { m_counting = true; }

private:
    RefusalRule m_rule;
    std::function<void(ps::Thread&, const nt::RefusalRecord&)> m_on_refusal;
    services::Tracer* m_inner;
    std::uint32_t m_allocate = ~0u, m_allocate_ex = ~0u;
    std::atomic<bool> m_counting = false;
    std::atomic<std::uint64_t> m_requests = 0;
};

Refuser* refuser = nullptr; // lives as long as guest threads may run

} // namespace

void refuse_memory(const RefusalRule& rule, std::function<void(ps::Thread&, const nt::RefusalRecord&)> on_refusal) {
    refuser = new Refuser(rule, std::move(on_refusal), services::current_tracer());
    services::set_tracer(refuser);
}

void begin_memory_refusals() {
    if (refuser != nullptr) refuser->begin_counting();
}

} // namespace oriel::start
