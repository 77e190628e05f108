// SPDX-License-Identifier: MIT
// signal.cpp: from a host signal to a gate entry.
//
// A fault in guest code must not be handled inside the signal handler: mm's locks and NT's dispatch want
// ordinary code. So the handler only moves the thread: it saves the interrupted registers and the extended
// state in gate::Thread, and returns onto the thread's host stack at the gate's fault entry (DESIGN 7).
//
// Where the interrupted instruction lies decides:
//   guest code, 64-bit or 32-bit   a fault entry
//   the gate's first `pop`, exits  the guest's stack was bad: a fault entry with the guest's registers
//   a service entry in 32 bits     which thread it is (entry_x86.S)
//   the fault-safe copy            mm is asked; then the copy goes on, or ends with a failure
//   other host code                a bug of ours: said so, and the process ends
#include "gate.h"

#include <ntdll-emu/hal/fault_safe_copy.h>
#include <ntdll-emu/hal/host_alarm.h>
#include <ntdll-emu/hal/host_signals.h>
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
void oriel_gate_service_x86();
void oriel_gate_service_x86_lost();
void oriel_gate_service_x86_found();
void oriel_gate_service_x86_pop();
void oriel_gate_exit_x86_begin();
void oriel_gate_exit_x86_end();
void oriel_gate_exit_x86_restart();
void oriel_gate_exit_begin();
void oriel_gate_exit_end();
void oriel_gate_exit_restart();
void oriel_gate_full_begin();
void oriel_gate_full_end();
void oriel_gate_full_restart();
void oriel_gate_fault();
void oriel_gate_signal_entry(int, siginfo_t*, void*);
std::uint32_t oriel_gate_signal(int signal, siginfo_t* info, ucontext_t* context);
}

namespace oriel::gate {

std::uint32_t entry_code_x86(); // compatibility.cpp

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

/// What the upper halves hold while 32-bit code runs is nobody's.
void keep_lower_halves(Registers& registers) {
    for (std::uint64_t* one : {&registers.rax, &registers.rcx, &registers.rdx, &registers.rbx, &registers.rsp, &registers.rbp, &registers.rsi, &registers.rdi,
                               &registers.rip})
        *one = static_cast<std::uint32_t>(*one);
    for (std::uint64_t* one : {&registers.r8, &registers.r9, &registers.r10, &registers.r11, &registers.r12, &registers.r13, &registers.r14, &registers.r15})
        *one = 0;
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
    to.cs = static_cast<std::uint16_t>(from[REG_CSGSFS]);
    if (to.cs == code_32) keep_lower_halves(to);
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
    constexpr std::uint64_t host_segments = std::uint64_t{0x2B} << 48 | code_64; // SS and CS
    constexpr std::uint64_t kept = 0x0000'FFFF'FFFF'0000;
    registers[REG_CSGSFS] = static_cast<greg_t>((static_cast<std::uint64_t>(registers[REG_CSGSFS]) & kept) | host_segments);
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
    } else if (between(rip, oriel_gate_exit_x86_begin, oriel_gate_exit_x86_end)) {
        registers[REG_RIP] = static_cast<greg_t>(address_of(oriel_gate_exit_x86_restart));
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

/// The trap flag came along into the gate: it goes on behind the service (Thread::stepping).
bool is_step_into_host(int signal, const ucontext_t* context) {
    constexpr greg_t debug_vector = 1;
    const auto& registers = context->uc_mcontext.gregs;
    const auto rip = static_cast<std::uint64_t>(registers[REG_RIP]);
    const bool on_the_way = host_code().contains(rip) || (entry_code_x86() != 0 && rip - entry_code_x86() < most_entry_code_x86);
    return signal == SIGTRAP && registers[REG_TRAPNO] == debug_vector && on_the_way;
}

/// A service entry of 32-bit code whose GS does not lead to its thread (entry_x86.S).
void tell_which_thread(Thread& thread, ucontext_t* context) {
    bind(&thread);
    auto& registers = context->uc_mcontext.gregs;
    registers[REG_R11] = reinterpret_cast<greg_t>(&thread);
    registers[REG_RIP] = static_cast<greg_t>(address_of(oriel_gate_service_x86_found));
}

/// What FS must hold where the thread goes on: its TEB's selector in 32-bit guest code. An exit that had loaded it
/// already starts again.
std::uint32_t fs_for(ucontext_t* context) {
    const Thread* thread = oriel_gate_thread;
    if (!thread || !thread->is_32()) return 0;
    auto& rip = context->uc_mcontext.gregs[REG_RIP];
    const auto at = static_cast<std::uint64_t>(rip);
    if (!host_code().contains(at)) return thread->fs_selector;
    if (between(at, oriel_gate_exit_x86_begin, oriel_gate_exit_x86_end)) rip = static_cast<greg_t>(address_of(oriel_gate_exit_x86_restart));
    if (between(at, oriel_gate_full_begin, oriel_gate_full_end)) rip = static_cast<greg_t>(address_of(oriel_gate_full_restart));
    return 0;
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
    hal::set_signal_entry(oriel_gate_signal_entry);
}

} // namespace oriel::gate

namespace oriel::gate {
namespace {

/// A fault at a full or fast exit: the guest's stack or instruction pointer is bad. Its registers are in the thread.
bool take_fault_at_exit(Thread& thread, int signal, const siginfo_t* info, ucontext_t* context) {
    const auto rip = static_cast<std::uint64_t>(context->uc_mcontext.gregs[REG_RIP]);
    const bool fast = between(rip, oriel_gate_exit_begin, oriel_gate_exit_end) || between(rip, oriel_gate_exit_x86_begin, oriel_gate_exit_x86_end);
    if (!fast && !between(rip, oriel_gate_full_begin, oriel_gate_full_end)) return false;
    if (fast) {
        thread.entered = Entered::Service;
        materialize_xstate(thread);
    }
    record_fault(thread, signal, info, context);
    go_on_in_gate(thread, context);
    return true;
}

/// A fault in a capture of guest memory.
bool take_fault_of_copy(int signal, const siginfo_t* info, ucontext_t* context) {
    auto& registers = context->uc_mcontext.gregs;
    const auto rip = static_cast<std::uint64_t>(registers[REG_RIP]);
    if (!hal::is_copy_instruction(rip)) return false;
    const bool write = (registers[REG_ERR] & 2) != 0;
    if (handlers.on_capture_fault && handlers.on_capture_fault(Address(reinterpret_cast<std::uint64_t>(info->si_addr)), write)) return true;
    std::uintptr_t fixed = rip;
    if (!hal::fix_up_copy_fault(fixed)) host_fault(signal, info, rip);
    registers[REG_RIP] = static_cast<greg_t>(fixed);
    return true;
}

void take_fault_of_guest(Thread& thread, int signal, const siginfo_t* info, ucontext_t* context) {
    const auto rip = static_cast<std::uint64_t>(context->uc_mcontext.gregs[REG_RIP]);
    const bool other_base = repaired_gs(thread);
    if (other_base && !thread.is_32()) return; // the program had loaded a selector into GS: once more
    save_registers(thread.registers, context->uc_mcontext.gregs);
    if (rip == address_of(oriel_gate_service_x86_pop)) { // as if the way in itself had faulted, which is the guest's
        keep_lower_halves(thread.registers);
        thread.registers.rip = entry_code_x86();
        thread.registers.cs = code_32;
    }
    save_xstate(thread, context->uc_mcontext.fpregs);
    record_fault(thread, signal, info, context);
    go_on_in_gate(thread, context);
}

void take_signal(int signal, siginfo_t* info, ucontext_t* context) {
    if (signal == hal::interrupt_signal()) return on_interrupt_signal(context);
    if (signal == hal::alarm_signal()) return on_alarm_signal(context);
    if (hal::take_signal(signal, info)) return;
    Thread* thread = oriel_gate_thread;
    const auto rip = static_cast<std::uint64_t>(context->uc_mcontext.gregs[REG_RIP]);
    if (take_fault_of_copy(signal, info, context)) return;
    if (!thread) host_fault(signal, info, rip);
    if (is_step_into_host(signal, context)) {
        constexpr greg_t trap_flag = 0x100;
        context->uc_mcontext.gregs[REG_EFL] &= ~trap_flag;
        thread->stepping = true;
        return;
    }
    if (rip == address_of(oriel_gate_service_x86_lost)) return tell_which_thread(*thread, context);
    if (take_fault_at_exit(*thread, signal, info, context)) return;
    const bool at_entry = rip == address_of(oriel_gate_service_x64) || rip == address_of(oriel_gate_service_x86_pop);
    if (host_code().contains(rip) && !at_entry) host_fault(signal, info, rip);
    take_fault_of_guest(*thread, signal, info, context);
}

} // namespace
} // namespace oriel::gate

extern "C" std::uint32_t oriel_gate_signal(int signal, siginfo_t* info, ucontext_t* context) {
    oriel::gate::take_signal(signal, info, context);
    return oriel::gate::fs_for(context);
}
