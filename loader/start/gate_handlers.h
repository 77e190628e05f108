// SPDX-License-Identifier: MIT
// gate_handlers.h: tells the gate whom to call, and the carrier what a switch of threads means.
#pragma once

#include <ntdll-emu/ke/carrier.h>

namespace oriel::start {

/// Once, before the first thread. `on_alarm`: gate::Handlers.
void install_gate_handlers(ke::Carrier& carrier, void (*on_alarm)());

} // namespace oriel::start
