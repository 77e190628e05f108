// SPDX-License-Identifier: MIT
// trace.h: who listens to the services (`oriel trace`).
//
// Every effect of a program on the world is a service, so one door shows all of them. Without a
// tracer a service pays one test of a pointer for it.
#pragma once

#include <ntdll-emu/services/dispatch.h>

#include <cstdint>
#include <optional>

namespace oriel::services {

class Tracer {
public:
    virtual ~Tracer() = default;
    /// Before the service: captures what the service may change. Returns a token for end().
    virtual std::uint64_t begin(ps::Thread& thread, std::uint32_t number, const Slots& slots) = 0;
    /// Another answer instead of the service, for tests of how a program lives with it; nothing is done then.
    virtual std::optional<Status> refusal(ps::Thread&, std::uint32_t /*number*/, const Slots&) { return std::nullopt; }
    virtual void end(std::uint64_t token, ps::Thread& thread, std::uint32_t number, const Slots& slots, Status status) = 0;
};

/// From now on `tracer` sees every service; null ends it. It must live as long as guest threads run.
void set_tracer(Tracer* tracer);
[[nodiscard]] Tracer* current_tracer();

} // namespace oriel::services
