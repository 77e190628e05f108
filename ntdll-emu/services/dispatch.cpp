// SPDX-License-Identifier: MIT
// dispatch.cpp: one entry through the gate, one service.
#include "dispatch.h"

#include "trace.h"

#include <ntdll-emu/hal/log.h>

#include <atomic>
#include <memory>
#include <new>

namespace oriel::services {
namespace {

std::atomic<Tracer*> active_tracer;

/// Says once that a program wanted a service that is not there.
void report_undone(std::uint32_t number) {
    static const auto reported = std::make_unique<std::atomic<bool>[]>(service_descriptions().size());
    if (!reported[number].exchange(true)) {
        hal::log_warning("the service " + std::string(service_descriptions()[number].name) + " is not done yet");
    }
}

/// Arguments 5 and up lie above the return address and the four home slots (Windows x64 convention).
constexpr std::uint64_t stack_arguments_x64 = 0x28;
constexpr std::uint32_t register_arguments_x64 = 4;

NtResult<> capture_arguments(const gate::Registers& registers, const Entry<nt::Nt64>& entry, Slots& slots) {
    slots[0] = registers.r10;
    slots[1] = registers.rdx;
    slots[2] = registers.r8;
    slots[3] = registers.r9;
    if (entry.slots <= register_arguments_x64) return {};
    return copy_from_guest(&slots[register_arguments_x64], Address(registers.rsp + stack_arguments_x64),
                           (entry.slots - register_arguments_x64) * sizeof(std::uint64_t));
}

/// All lie above the return address into the stub's caller (stdcall).
NtResult<> capture_arguments(const gate::Registers& registers, const Entry<nt::Nt32>& entry, Slots& slots) {
    constexpr std::uint64_t stack_arguments = 4;
    std::array<std::uint32_t, 2 * max_arguments> raw;
    TRY(copy_from_guest(raw.data(), Address(registers.rsp + stack_arguments), entry.slots * sizeof raw[0]));
    for (std::uint32_t from = 0, to = 0; from < entry.slots; ++to) {
        const std::uint32_t value = raw[from++];
        if (entry.two_slots >> to & 1) slots[to] = std::uint64_t{raw[from++]} << 32 | value;
        else if (entry.has_sign >> to & 1) slots[to] = static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(value)});
        else slots[to] = value;
    }
    return {};
}

template<class Abi>
Status call_service(ps::Thread& thread, std::uint32_t number, const Slots& slots) {
    const auto& entry = entries<Abi>()[number];
    if (!entry.thunk) {
        report_undone(number);
        return Status::NotImplemented;
    }
    Call<Abi> call{thread.process(), thread};
    try {
        return entry.thunk(call, slots);
    } catch (const std::bad_alloc&) {
        return Status::NoMemory; // services give the strong guarantee
    }
}

template<class Abi>
Status traced_service(Tracer& tracer, ps::Thread& thread, std::uint32_t number, const Slots& slots) {
    const auto record = tracer.begin(thread, number, slots);
    const auto refusal = tracer.refusal(thread, number, slots);
    const Status status = refusal ? *refusal : call_service<Abi>(thread, number, slots);
    tracer.end(record, thread, number, slots, status);
    return status;
}

template<class Abi>
Status serve(ps::Thread& thread, gate::Registers& registers) {
    const auto number = static_cast<std::uint32_t>(registers.rax);
    const auto table = entries<Abi>();
    if (number >= table.size()) return Status::InvalidSystemService;
    Slots slots;
    TRY(capture_arguments(registers, table[number], slots));
    if (Tracer* tracer = active_tracer.load(std::memory_order_relaxed); tracer) [[unlikely]] return traced_service<Abi>(*tracer, thread, number, slots);
    return call_service<Abi>(thread, number, slots);
}

/// The program single-steps: its next instruction, behind the service, is a step too.
gate::Exit step_behind_service(gate::Thread& thread) {
    constexpr std::uint64_t trap_flag = 0x100;
    thread.stepping = false;
    gate::materialize_xstate(thread);
    thread.entered = gate::Entered::Fault;
    thread.registers.eflags |= trap_flag;
    return gate::Exit::Full;
}

} // namespace

void set_tracer(Tracer* tracer) { active_tracer = tracer; }
Tracer* current_tracer() { return active_tracer; }

gate::Exit on_service(gate::Thread& gate_thread) {
    auto& thread = *static_cast<ps::Thread*>(gate_thread.owner);
    gate_thread.entered = gate::Entered::Service;
    const Status status = gate_thread.is_32() ? serve<nt::Nt32>(thread, gate_thread.registers) : serve<nt::Nt64>(thread, gate_thread.registers);
    gate::Exit exit = thread.take_exit();
    if (exit == gate::Exit::Fast) gate_thread.registers.rax = static_cast<std::uint32_t>(status);
    if (gate_thread.stepping && exit == gate::Exit::Fast) [[unlikely]] exit = step_behind_service(gate_thread);
    gate_thread.stepping = false;
    if (thread.process().checks_memory) thread.process().check_memory();
    return exit;
}

} // namespace oriel::services
