// SPDX-License-Identifier: MIT
// shared_data.h: the content of the page at 0x7FFE0000.
#pragma once

#include <ntdll-emu/ke/clock.h>
#include <nt/kuser_shared_data.h>

namespace oriel::start {

/// Fills what does not change, and the clocks as of now.
void fill_shared_data(nt::KUSER_SHARED_DATA& data, const ke::Clock& clock);
/// The clocks alone.
void tick_shared_data(nt::KUSER_SHARED_DATA& data, const ke::Clock& clock);

} // namespace oriel::start
