// SPDX-License-Identifier: MIT
// gate_handlers.cpp: the gate knows only this table (DESIGN 8).
#include "gate_handlers.h"

#include <loader/gate/gate.h>
#include <ntdll-emu/ke/thread.h>
#include <ntdll-emu/ps/exception_delivery.h>
#include <ntdll-emu/services/dispatch.h>

namespace oriel::start {

void install_gate_handlers(ke::Carrier& carrier, void (*on_alarm)()) {
    gate::initialize({.on_service = services::on_service,
                      .on_fault = ps::on_fault,
                      .on_interrupt = ps::on_interrupt,
                      .on_capture_fault = ps::on_capture_fault,
                      .on_alarm = on_alarm});
    carrier.on_interrupt(gate::interrupt);
    carrier.on_switch([](ke::Thread* to) { gate::bind(to ? static_cast<gate::Thread*>(to->gate_block()) : nullptr); });
}

} // namespace oriel::start
