// SPDX-License-Identifier: MIT
// clock.cpp: from NT's timeouts to a moment of interrupt time.
#include <ntdll-emu/ke/clock.h>

namespace oriel::ke {

Ticks Timeout::deadline(const Clock& clock) const {
    switch (m_kind) {
    case Kind::Infinite: return Ticks::never();
    case Kind::Poll: return clock.interrupt_time();
    case Kind::Relative: {
        // -INT64_MIN does not exist; the span is then as good as for ever.
        if (m_value == std::numeric_limits<std::int64_t>::min()) return Ticks::never();
        return clock.interrupt_time() + Ticks{-m_value};
    }
    case Kind::Absolute: {
        // Both counts are positive, so the difference cannot overflow.
        const Ticks from_now{m_value - clock.system_time().count};
        return clock.interrupt_time() + from_now;
    }
    }
    return Ticks::never();
}

} // namespace oriel::ke
