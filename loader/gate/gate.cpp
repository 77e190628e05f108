// SPDX-License-Identifier: MIT
// gate.cpp: what surrounds the assembly: the current thread, GS, the XSAVE area.
#include "gate.h"

#include <asm/hwcap2.h>
#include <asm/prctl.h>
#include <cpuid.h>
#include <cstdlib>
#include <cstring>
#include <immintrin.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" {
// The one thread-local variable of the host: which guest thread runs on this host thread. The carrier sets
// it through bind(), also when fibers change places.
__thread oriel::gate::Thread* oriel_gate_thread __attribute__((tls_model("local-exec")));

oriel::gate::Exit (*oriel_gate_on_service)(oriel::gate::Thread&);
oriel::gate::Exit (*oriel_gate_on_fault)(oriel::gate::Thread&);
oriel::gate::Exit (*oriel_gate_on_interrupt)(oriel::gate::Thread&);
bool oriel_gate_has_fsgsbase;

void oriel_gate_service_x64();
void oriel_gate_run(oriel::gate::Thread*);
}

namespace oriel::gate {
namespace {

constexpr std::uint64_t x87_and_sse = 3;
// What a guest gets: x87, SSE, AVX, AVX-512. Tile registers (AMX) are 8 KiB that no guest of ours was offered.
constexpr std::uint64_t guest_components = 0xE7;

std::uint64_t enabled_components() {
    std::uint32_t low, high;
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((std::uint64_t{high} << 32) | low) & guest_components;
}

[[gnu::target("fsgsbase")]] void write_gs_base(std::uint64_t base) {
    if (oriel_gate_has_fsgsbase) _writegsbase_u64(base);
    else syscall(SYS_arch_prctl, ARCH_SET_GS, base);
}

} // namespace

Handlers handlers;

std::size_t xstate_size() {
    static const std::size_t size = [] {
        unsigned a, b, c, d;
        __cpuid_count(0xD, 0, a, b, c, d);
        return std::size_t{b};
    }();
    return size;
}

std::uint64_t xstate_components() {
    static const std::uint64_t components = enabled_components();
    return components;
}

// CPUID costs microseconds in a virtual machine. AVX has had its place since it exists, and the three parts of
// AVX-512 follow each other on every CPU that has them; only where they begin differs.
XStateComponent xstate_component(unsigned number) {
    constexpr XStateComponent fixed[] = {{0, 160, false}, {160, 256, false}, {576, 256, false}};
    if (number < 3) return fixed[number];
    static const std::uint32_t opmask = [] {
        unsigned a, b, c, d;
        __cpuid_count(0xD, 5, a, b, c, d);
        return std::uint32_t{b};
    }();
    if (number == 5) return {opmask, 64, false};
    return number == 6 ? XStateComponent{opmask + 64, 512, false} : XStateComponent{opmask + 576, 1024, false};
}

Thread::Thread() {
    xstate_mask = xstate_components();
    const std::size_t bytes = align_up(xstate_size(), 64);
    xstate = std::aligned_alloc(64, bytes);
    std::memset(xstate, 0, bytes);
    // As NT starts a thread: x87 control word 0x27F (53-bit precision), MXCSR 0x1F80.
    auto* area = static_cast<std::uint8_t*>(xstate);
    const std::uint16_t control = 0x27F;
    const std::uint32_t mxcsr_start = 0x1F80, mxcsr_valid = 0xFFFF;
    std::memcpy(area, &control, 2);
    std::memcpy(area + 24, &mxcsr_start, 4);
    std::memcpy(area + 28, &mxcsr_valid, 4);
    const std::uint64_t components = x87_and_sse;
    std::memcpy(area + 512, &components, 8);
}

void release_selector(Thread& thread); // compatibility.cpp

Thread::~Thread() {
    release_selector(*this);
    std::free(xstate);
}

void initialize_signals(); // signal.cpp

void initialize(const Handlers& table) {
    handlers = table;
    oriel_gate_on_service = table.on_service;
    oriel_gate_on_fault = table.on_fault;
    oriel_gate_on_interrupt = table.on_interrupt;
    oriel_gate_has_fsgsbase = (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) != 0;
    initialize_signals();
}

void bind(Thread* thread) {
    oriel_gate_thread = thread;
    if (!thread) return;
    write_gs_base(thread->gs_base);
    asm volatile("movq %%fs:0, %0" : "=r"(thread->host_fs_base)); // the C library's block begins with its own address
}

Thread* current() { return oriel_gate_thread; }

void run(Thread& thread) { oriel_gate_run(&thread); }

namespace {

/// Host code does not touch x87 registers, so after a service entry they are still the guest's: 32-bit programs
/// compute with them, and a CONTEXT of theirs need not carry them to keep them.
void save_live_x87(std::uint8_t* area) {
    alignas(16) std::uint8_t live[512];
    asm volatile("fxsave64 %0" : "=m"(live));
    std::memcpy(area, live, 24);            // control, status and tag word, last instruction
    std::memcpy(area + 32, live + 32, 128); // the registers
}

} // namespace

void materialize_xstate(Thread& thread) {
    if (thread.entered == Entered::Fault) return;
    auto* area = static_cast<std::uint8_t*>(thread.xstate);
    std::memset(area, 0, 576);
    const std::uint32_t valid = 0xFFFF;
    std::memcpy(area, &thread.x87_control, 2);
    if (thread.is_32() && &thread == current()) save_live_x87(area);
    std::memcpy(area + 24, &thread.mxcsr, 4);
    std::memcpy(area + 28, &valid, 4);
    if (!thread.is_32()) std::memcpy(area + 160 + 6 * 16, thread.xmm6_to_15, sizeof thread.xmm6_to_15);
    const std::uint64_t components = x87_and_sse;
    std::memcpy(area + 512, &components, 8);
}

std::uint64_t service_entry_x64() { return reinterpret_cast<std::uint64_t>(&oriel_gate_service_x64); }

} // namespace oriel::gate
