// SPDX-License-Identifier: MIT
// host_thread.cpp: POSIX threads.
#include <ntdll-emu/hal/host_thread.h>

#include <asm/prctl.h>
#include <cerrno>
#include <csignal>
#include <memory>
#include <new>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace oriel::hal {

static_assert(sizeof(pthread_t) == sizeof(HostThread::handle));

namespace {

struct Start {
    void (*function)(void*);
    void* argument;
};

/// What lies at the lowest end of a signal stack.
struct SignalStackBase {
    std::uint64_t fs; ///< the handlers' (signal_stack_bytes)
    void* room;       ///< what was mapped: twice the size, to cut out a piece that is aligned to its size
};
constexpr std::size_t base_bytes = 64;
constexpr std::size_t room_bytes = 2 * signal_stack_bytes; // what is never touched costs no memory

/// A sanitizer's runtime gives threads signal stacks, too.
bool is_ours(const stack_t& stack) {
    return !(stack.ss_flags & SS_DISABLE) && stack.ss_size == signal_stack_bytes - base_bytes &&
           reinterpret_cast<std::uintptr_t>(stack.ss_sp) % signal_stack_bytes == base_bytes;
}

void release_signal_stack() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    stack_t stack = {};
    sigaltstack(nullptr, &stack);
    if (!is_ours(stack)) return;
    void* const room = reinterpret_cast<SignalStackBase*>(static_cast<std::byte*>(stack.ss_sp) - base_bytes)->room;
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, nullptr);
    munmap(room, room_bytes);
}

void* begin(void* raw) {
    const Start start = *std::unique_ptr<Start>(static_cast<Start*>(raw));
    start.function(start.argument);
    release_signal_stack();
    return nullptr;
}

} // namespace

HostResult<HostThread> start_host_thread(HostStack stack, void (*function)(void*), void* argument) {
    auto start = std::unique_ptr<Start>(new (std::nothrow) Start{function, argument});
    if (!start) return HostError{ENOMEM};

    pthread_attr_t attributes;
    if (const int error = pthread_attr_init(&attributes)) return HostError{error};
    pthread_t thread{};
    // The C library puts its own thread data at the upper end of what it is given, below our base record.
    const auto bytes = static_cast<std::size_t>(stack.top() - stack.limit());
    int error = pthread_attr_setstack(&attributes, stack.limit(), bytes);
    sigset_t blocked;
    sigfillset(&blocked);
    if (error == 0) error = pthread_attr_setsigmask_np(&attributes, &blocked);
    if (error == 0) error = pthread_create(&thread, &attributes, begin, start.get());
    pthread_attr_destroy(&attributes);
    if (error != 0) return HostError{error};
    (void)start.release(); // begin() owns it now
    return HostThread{static_cast<std::uintptr_t>(thread)};
}

bool prepare_signal_stack() {
    stack_t before = {};
    sigaltstack(nullptr, &before);
    if (!(before.ss_flags & SS_DISABLE)) return true; // fibers share one host thread
    void* const room = mmap(nullptr, room_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) return false;
    const std::uintptr_t aligned = (reinterpret_cast<std::uintptr_t>(room) + signal_stack_bytes - 1) & ~(signal_stack_bytes - 1);
    auto* const base = reinterpret_cast<SignalStackBase*>(aligned);
    syscall(SYS_arch_prctl, ARCH_GET_FS, &base->fs);
    base->room = room;
    stack_t stack = {};
    stack.ss_sp = reinterpret_cast<std::byte*>(base) + base_bytes;
    stack.ss_size = signal_stack_bytes - base_bytes;
    sigaltstack(&stack, nullptr);
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
    return true;
}

void join_host_thread(HostThread thread) { pthread_join(static_cast<pthread_t>(thread.handle), nullptr); }

std::int32_t host_thread_id() { return static_cast<std::int32_t>(syscall(SYS_gettid)); }

void yield_host_thread() { sched_yield(); }

} // namespace oriel::hal
