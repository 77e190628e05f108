// SPDX-License-Identifier: MIT
// semaphore.cpp: units given back.
#include <ntdll-emu/ke/semaphore.h>

namespace oriel::ke {

NtResult<std::int32_t> Semaphore::release(std::int32_t units) {
    Dispatcher::Hold hold(m_dispatcher);
    return release(hold, units);
}

NtResult<std::int32_t> Semaphore::release(Dispatcher::Hold& hold, std::int32_t units) {
    const std::int32_t before = m_body.signal_state;
    if (units > m_body.limit - before) return Status::SemaphoreLimitExceeded;
    m_body.signal_state += units;
    m_dispatcher.signal_test(hold, m_body);
    return before;
}

Semaphore::State Semaphore::state() const {
    const Dispatcher::Hold hold(m_dispatcher);
    return {m_body.signal_state, m_body.limit};
}

} // namespace oriel::ke
