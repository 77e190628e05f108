// SPDX-License-Identifier: MIT
// semaphore.h: a number of units; each satisfied wait takes one.
#pragma once

#include <ntdll-emu/ke/dispatcher.h>

namespace oriel::ke {

class Semaphore {
public:
    /// 0 <= count <= limit, limit > 0. Throws std::bad_alloc.
    Semaphore(Dispatcher& dispatcher, std::int32_t count, std::int32_t limit)
        : m_dispatcher(dispatcher), m_body(dispatcher.create_body(ObjectKind::Semaphore, count, limit)) {}
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;
    /// Nobody waits for it.
    ~Semaphore() { m_dispatcher.destroy_body(m_body); }

    [[nodiscard]] DispatcherHeader& header() const { return m_body; }
    /// Adds `units` (above zero), all or none. The count before.
    /// Statuses: SemaphoreLimitExceeded.
    NtResult<std::int32_t> release(std::int32_t units);
    NtResult<std::int32_t> release(Dispatcher::Hold& hold, std::int32_t units);

    struct State {
        std::int32_t count;
        std::int32_t limit;
    };
    [[nodiscard]] State state() const;

private:
    Dispatcher& m_dispatcher;
    DispatcherHeader& m_body;
};

} // namespace oriel::ke
