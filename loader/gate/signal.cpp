// SPDX-License-Identifier: MIT
// signal.cpp: from a host signal to a gate entry.
//
// A fault in guest code must not be handled inside the signal handler: mm's locks and NT's dispatch want
// ordinary code. So the handler only moves the thread: it saves the interrupted registers and the extended
// state in gate::Thread, and returns onto the thread's host stack at the gate's fault entry (DESIGN 7).
//
// Where the interrupted instruction lies decides:
//   guest code                     a fault entry
//   the gate's first `pop`, exits  the guest's stack was bad: a fault entry with the guest's registers
//   the fault-safe copy            mm is asked; then the copy goes on, or ends with a failure
//   other host code                a bug of ours: said so, and the process ends
#include "gate.h"

#include <ntdll-emu/hal/fault_safe_copy.h>
#include <ntdll-emu/hal/host_alarm.h>
#include <ntdll-emu/hal/host_thread.h>
#include <ntdll-emu/hal/real_time_signals.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <immintrin.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <asm/prctl.h>
#include <ucontext.h>
#include <unistd.h>

extern "C" {
extern __thread oriel::gate::Thread* oriel_gate_thread __attribute__((tls_model("local-exec")));
extern bool oriel_gate_has_fsgsbase;
extern char __executable_start[], etext[];

void oriel_gate_service_x64();
void oriel_gate_exit_begin();
void oriel_gate_exit_end();
void oriel_gate_exit_restart();
void oriel_gate_full_begin();
void oriel_gate_full_end();
void oriel_gate_full_restart();
void oriel_gate_fault();
void oriel_gate_signal_entry(int, siginfo_t*, void*);
void oriel_gate_signal(int signal, siginfo_t* info, ucontext_t* context);
}

namespace oriel::gate {
namespace {

static_assert(hal::signal_stack_bytes == 0x10000); // entry_x64.S masks with it

std::uint64_t address_of(void (*label)()) { return reinterpret_cast<std::uint64_t>(label); }
bool between(std::uint64_t rip, void (*begin)(), void (*end)()) {
    return rip >= address_of(begin) && rip < address_of(end);
}

struct HostCode {
    std::uint64_t vdso_begin = 0;
    std::uint64_t vdso_end = 0;

    HostCode() {
        vdso_begin = getauxval(AT_SYSINFO_EHDR);
        if (vdso_begin) vdso_end = vdso_begin + 0x4000;
    }
    [[nodiscard]] bool contains(std::uint64_t rip) const {
        const auto begin = reinterpret_cast<std::uint64_t>(__executable_start);
        const auto end = reinterpret_cast<std::uint64_t>(etext);
        return (rip >= begin && rip < end) || (rip >= vdso_begin && rip < vdso_end);
    }
};
const HostCode& host_code() {
    static const HostCode ranges;
    return ranges;
}

[[noreturn]] void host_fault(int signal, const siginfo_t* info, std::uint64_t rip) {
    char text[200];
    const int length = std::snprintf(text, sizeof text,
        "oriel: a fault in the host itself (signal %d at oriel+0x%llx, address %p): a bug of oriel, please report it\n", signal,
        static_cast<unsigned long long>(rip - reinterpret_cast<std::uint64_t>(__executable_start)), info->si_addr);
    if (write(2, text, static_cast<std::size_t>(length)) < 0) {}
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    sigaction(SIGABRT, &action, nullptr);
    std::abort();
}

void save_registers(Registers& to, const gregset_t& from) {
    to.rax = from[REG_RAX];
    to.rcx = from[REG_RCX];
    to.rdx = from[REG_RDX];
    to.rbx = from[REG_RBX];
    to.rsp = from[REG_RSP];
    to.rbp = from[REG_RBP];
    to.rsi = from[REG_RSI];
    to.rdi = from[REG_RDI];
    to.r8 = from[REG_R8];
    to.r9 = from[REG_R9];
    to.r10 = from[REG_R10];
    to.r11 = from[REG_R11];
    to.r12 = from[REG_R12];
    to.r13 = from[REG_R13];
    to.r14 = from[REG_R14];
    to.r15 = from[REG_R15];
    to.rip = from[REG_RIP];
    to.eflags = from[REG_EFL];
}

/// The kernel's signal frame holds an XSAVE area in the standard format; its size stands in the software
/// bytes at 464 (struct _fpx_sw_bytes).
void save_xstate(Thread& thread, const void* frame) {
    std::uint32_t magic = 0, size = 512;
    if (!frame) return;
    const auto* bytes = static_cast<const std::uint8_t*>(frame);
    std::memcpy(&magic, bytes + 464, 4);
    if (magic == 0x46505853) std::memcpy(&size, bytes + 464 + 16, 4); // FP_XSTATE_MAGIC1, xstate_size
    if (size > xstate_size()) size = static_cast<std::uint32_t>(xstate_size());
    std::memcpy(thread.xstate, frame, size);
    std::uint64_t components = 3;
    auto* area = static_cast<std::uint8_t*>(thread.xstate);
    if (size == 512) std::memset(area + 512, 0, 64), std::memcpy(area + 512, &components, 8);
}

void go_on_in_gate(Thread& thread, ucontext_t* context) {
    auto& registers = context->uc_mcontext.gregs;
    registers[REG_RDI] = reinterpret_cast<greg_t>(&thread);
    registers[REG_RSP] = static_cast<greg_t>(thread.host_stack_top);
    registers[REG_RIP] = static_cast<greg_t>(address_of(oriel_gate_fault));
    registers[REG_EFL] = 0x202;
}

[[gnu::target("fsgsbase")]] bool repaired_gs(Thread& thread) {
    std::uint64_t base = 0;
    if (oriel_gate_has_fsgsbase) base = _readgsbase_u64();
    else syscall(SYS_arch_prctl, ARCH_GET_GS, &base);
    if (base == thread.gs_base) return false;
    bind(&thread);
    return true;
}

void record_fault(Thread& thread, int signal, const siginfo_t* info, const ucontext_t* context) {
    const auto& registers = context->uc_mcontext.gregs;
    thread.fault = {.signal = signal,
                    .code = info->si_code,
                    .address = reinterpret_cast<std::uint64_t>(info->si_addr),
                    .error = static_cast<std::uint64_t>(registers[REG_ERR]),
                    .trap = static_cast<std::uint64_t>(registers[REG_TRAPNO])};
    thread.entered = Entered::Fault;
}

/// Attention for a thread that may be anywhere (interrupt()).
void on_interrupt_signal(ucontext_t* context) {
    Thread* thread = oriel_gate_thread;
    if (!thread || thread->pending->load() == 0) return;
    auto& registers = context->uc_mcontext.gregs;
    const auto rip = static_cast<std::uint64_t>(registers[REG_RIP]);
    if (between(rip, oriel_gate_exit_begin, oriel_gate_exit_end)) {
        registers[REG_RIP] = static_cast<greg_t>(address_of(oriel_gate_exit_restart));
    } else if (between(rip, oriel_gate_full_begin, oriel_gate_full_end)) {
        registers[REG_RIP] = static_cast<greg_t>(address_of(oriel_gate_full_restart));
    } else if (!host_code().contains(rip)) {
        save_registers(thread->registers, registers);
        save_xstate(*thread, context->uc_mcontext.fpregs);
        thread->fault = {.signal = 0, .code = 0, .address = 0, .error = 0, .trap = 0};
        thread->entered = Entered::Fault;
        go_on_in_gate(*thread, context);
    } // elsewhere in host code: the exit will see `pending`
}

void on_alarm_signal(const ucontext_t* context) {
    const auto rip = static_cast<std::uint64_t>(context->uc_mcontext.gregs[REG_RIP]);
    if (oriel_gate_thread && handlers.on_alarm && !host_code().contains(rip)) handlers.on_alarm();
}

} // namespace

void interrupt(int host_thread_id) {
    syscall(SYS_tgkill, getpid(), host_thread_id, hal::interrupt_signal());
}

void prepare_host_thread() {
    if (!hal::prepare_signal_stack()) std::abort();
}

void initialize_signals() {
    (void)host_code();
    struct sigaction action = {};
    action.sa_sigaction = oriel_gate_signal_entry;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    // A capture inside the handler (of a TEB, while a stack grows) may fault in its turn.
    sigfillset(&action.sa_mask);
    sigdelset(&action.sa_mask, SIGSEGV);
    sigdelset(&action.sa_mask, SIGBUS);
    for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, hal::interrupt_signal(), hal::alarm_signal()}) {
        sigaction(signal, &action, nullptr);
    }
}

} // namespace oriel::gate

using namespace oriel;
using namespace oriel::gate;

extern "C" void oriel_gate_signal(int signal, siginfo_t* info, ucontext_t* context) {
    if (signal == hal::interrupt_signal()) return on_interrupt_signal(context);
    if (signal == hal::alarm_signal()) return on_alarm_signal(context);
    Thread* thread = oriel_gate_thread;
    auto& registers = context->uc_mcontext.gregs;
    auto rip = static_cast<std::uint64_t>(registers[REG_RIP]);

    if (hal::is_copy_instruction(rip)) {
        const bool write = (registers[REG_ERR] & 2) != 0;
        if (handlers.on_capture_fault && handlers.on_capture_fault(Address(reinterpret_cast<std::uint64_t>(info->si_addr)), write)) return;
        std::uintptr_t fixed = rip;
        if (!hal::fix_up_copy_fault(fixed)) host_fault(signal, info, rip);
        registers[REG_RIP] = static_cast<greg_t>(fixed);
        return;
    }
    if (!thread) host_fault(signal, info, rip);
    const bool at_entry = rip == address_of(oriel_gate_service_x64);
    const bool at_exit = between(rip, oriel_gate_exit_begin, oriel_gate_exit_end)
                         || between(rip, oriel_gate_full_begin, oriel_gate_full_end);
    if (at_exit) {
        // The guest's stack or instruction pointer is bad: its registers are still in the thread.
        const Registers guest = thread->registers;
        record_fault(*thread, signal, info, context);
        if (between(rip, oriel_gate_exit_begin, oriel_gate_exit_end)) {
            thread->entered = Entered::Service;
            materialize_xstate(*thread);
            thread->entered = Entered::Fault;
        }
        thread->registers = guest;
        return go_on_in_gate(*thread, context);
    }
    if (host_code().contains(rip) && !at_entry) host_fault(signal, info, rip);
    if (repaired_gs(*thread)) return; // the program had loaded a selector into GS: once more
    save_registers(thread->registers, registers);
    save_xstate(*thread, context->uc_mcontext.fpregs);
    record_fault(*thread, signal, info, context);
    go_on_in_gate(*thread, context);
}
