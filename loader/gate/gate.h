// SPDX-License-Identifier: MIT
// gate.h: the crossing between guest code and host code, and back.
//
// NT crosses from user mode to the kernel with `syscall`; here both sides run in user mode and the gate is
// a function that changes stacks. Guest code enters it in two ways:
//
//   service   a stub of ntdll calls through the pointer at 0x7FFE1000 with a service number in EAX
//   fault     the CPU refused an instruction; the host's signal handler moves the thread here (signal.cpp)
//
// and leaves it in two ways: fast, back behind the stub's call with only what a called function must
// preserve restored; or full, with every register loaded from `registers` and `xstate` (iretq).
//
// Always: an entry saves the guest's registers in gate::Thread, which the guest cannot write, and starts
// on an empty host stack whose address comes from the host's own data. So a service can be looked at,
// changed and abandoned at any time, and nothing that a guest does to its TEB matters here.
//
// The gate knows nothing of NT: loader/start gives it a table of what to call.
#pragma once

#include <oriel/address.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace oriel::gate {

/// Linux's selectors for code of a process, which are also those of Windows.
inline constexpr std::uint16_t code_64 = 0x33, code_32 = 0x23;

/// The guest's general registers, in the order of NT's CONTEXT. Of a 32-bit program only the lower halves count, and
/// the upper ones are 0.
struct Registers {
    std::uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
    std::uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    std::uint64_t rip;
    std::uint64_t eflags;
    std::uint64_t cs = code_64; ///< which of its two instruction sets the CPU decodes
};

/// What made the CPU or the host stop a guest instruction.
struct Fault {
    int signal;            ///< SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP
    int code;              ///< siginfo's si_code
    std::uint64_t address; ///< the address that was accessed, for memory faults
    std::uint64_t error;   ///< the CPU's error code: bit 1 write, bit 4 instruction fetch
    std::uint64_t trap;    ///< the CPU's exception vector
};

/// How much of `registers` counts.
enum class Entered : std::uint32_t {
    Service, ///< non-volatile registers, xmm6 to xmm15, arguments; `xstate` is stale
    Fault,   ///< everything, `xstate` included
};

inline constexpr std::atomic<std::uint32_t> nothing_pending{0};

/// What the gate keeps for one guest thread. Its address is in the host's thread-local storage.
/// The assembly knows the offsets of the first members (asserted below).
struct alignas(64) Thread {
    std::uint64_t host_stack_top = 0;       ///< where an entry starts; 16-byte aligned
    std::uint64_t run_stack = 0;            ///< the stack pointer inside run(), for leave()
    const std::atomic<std::uint32_t>* pending = &nothing_pending; ///< not 0: on_interrupt, before guest code goes on
    std::uint64_t xstate_mask = 0;          ///< components that a full exit loads
    void* xstate = nullptr;                 ///< an XSAVE area of xstate_size() bytes, 64-byte aligned
    Registers registers{};
    alignas(16) std::uint8_t xmm6_to_15[160] = {}; ///< at a service entry
    std::uint32_t mxcsr = 0x1F80;                  ///< the guest's, at a service entry

    Entered entered = Entered::Fault;
    std::uint64_t gs_base = 0; ///< the TEB; of a 32-bit thread this very block (entry_x86.S)
    void* owner = nullptr;     ///< ps::Thread

    // Only of a thread of a 32-bit program.
    std::uint64_t host_fs_base = 0; ///< of the host thread that it runs on
    struct {
        std::uint32_t eip = 0;
        std::uint16_t cs = code_32;
    } fast_exit;                     ///< what a far jump loads
    std::uint16_t fs_selector = 0;   ///< leads to the TEB; 0: a thread of a 64-bit program
    std::uint16_t x87_control = 0x27F; ///< the guest's, at a service entry
    bool stepping = false; ///< the trap flag was set when a service was entered

    Fault fault{};

    [[nodiscard]] bool is_32() const { return fs_selector != 0; }

    Thread();
    ~Thread();
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;
};
static_assert(offsetof(Thread, host_stack_top) == 0 && offsetof(Thread, run_stack) == 8);
static_assert(offsetof(Thread, pending) == 16 && offsetof(Thread, mxcsr) == 352);
static_assert(offsetof(Thread, xstate_mask) == 24 && offsetof(Thread, xstate) == 32);
static_assert(offsetof(Thread, registers) == 40 && offsetof(Registers, cs) == 144 && offsetof(Thread, xmm6_to_15) == 192);
static_assert(offsetof(Thread, host_fs_base) == 376 && offsetof(Thread, fast_exit) == 384);
static_assert(offsetof(Thread, fs_selector) == 392 && offsetof(Thread, x87_control) == 394);

/// How the guest goes on after a service.
enum class Exit : std::uint32_t {
    Fast = 0, ///< behind the stub's call, RAX = registers.rax
    Full = 1, ///< registers and xstate, all of them
    Leave = 2 ///< not at all: run() returns on the host stack it was called on
};

/// What the gate calls; filled once by loader/start before the first run().
struct Handlers {
    Exit (*on_service)(Thread&) = nullptr;
    Exit (*on_fault)(Thread&) = nullptr;     ///< Thread::fault says why; Full or Leave
    Exit (*on_interrupt)(Thread&) = nullptr; ///< pending was set; entered says how much was saved
    /// A capture of guest memory faulted (no lock is held): true if mm made the page accessible.
    bool (*on_capture_fault)(Address address, bool write) = nullptr;
    /// The alarm (hal/host_alarm.h) interrupted guest code. In the signal handler, which is on its own stack.
    void (*on_alarm)() = nullptr;
};
extern Handlers handlers;

/// Installs the signal handlers. Once a process.
void initialize(const Handlers& handlers);
/// Gives the calling host thread a signal stack. Once for each carrier that runs guest code.
void prepare_host_thread();
/// Makes `thread` the one that entries on this host thread belong to, and its GS base current.
void bind(Thread* thread);
[[nodiscard]] Thread* current();

/// Enters the guest with all of thread.registers and thread.xstate, and returns when an Exit::Leave ends it.
/// The host stack below the caller's frame becomes the thread's host stack.
void run(Thread& thread);
/// Makes a thread that runs guest code on another host thread come to on_interrupt soon. `host_thread_id`
/// is the host's thread id; *pending must have been set before.
void interrupt(int host_thread_id);

/// Bytes of an XSAVE area on this CPU.
[[nodiscard]] std::size_t xstate_size();
/// The components that guest threads keep, and where in the area (standard format) they lie.
[[nodiscard]] std::uint64_t xstate_components();
struct XStateComponent {
    std::uint32_t offset, bytes;
    bool aligned; ///< to 64 in the compacted format
};
[[nodiscard]] XStateComponent xstate_component(unsigned number);
/// Saves the current x87, SSE and AVX state as a service entry must before the state is looked at in full:
/// `xstate` then holds the guest's xmm6 to xmm15 and MXCSR, all else as initialised.
void materialize_xstate(Thread& thread);

/// The address that 64-bit guest stubs call: the content of the gate page.
[[nodiscard]] std::uint64_t service_entry_x64();

/// What 32-bit guest stubs call is code of the guest's own, below 4 GiB: it changes to 64-bit code and jumps here.
/// Writes that code to `to`, of which the guest knows as `address`; answers its length.
inline constexpr std::size_t most_entry_code_x86 = 32;
std::size_t write_entry_code_x86(std::uint8_t* to, std::uint32_t address);

/// Makes `thread` one of a 32-bit program whose FS leads to the TEB at `teb`, a page. An errno where the host
/// refuses: ENOSYS, EPERM (modify_ldt is forbidden), ENOMEM (8,192 threads).
[[nodiscard]] int make_32(Thread& thread, std::uint32_t teb);
/// 0, or why this host runs no 32-bit programs.
[[nodiscard]] int probe_32();

} // namespace oriel::gate
