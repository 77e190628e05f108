// SPDX-License-Identifier: MIT
// host_thread.cpp: POSIX threads.
#include <ntdll-emu/hal/host_thread.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <new>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace oriel::hal {

static_assert(sizeof(pthread_t) == sizeof(HostThread::handle));

namespace {

struct Start {
    void (*function)(void*);
    void* argument;
};

void* begin(void* raw) {
    const Start start = *std::unique_ptr<Start>(static_cast<Start*>(raw));
    start.function(start.argument);
    return nullptr;
}

} // namespace

HostResult<HostThread> start_host_thread(HostStack stack, void (*function)(void*), void* argument, HostSignals signals) {
    auto start = std::unique_ptr<Start>(new (std::nothrow) Start{function, argument});
    if (!start) return HostError{ENOMEM};

    pthread_attr_t attributes;
    if (const int error = pthread_attr_init(&attributes)) return HostError{error};
    pthread_t thread{};
    // The C library puts its own thread data at the upper end of what it is given, below our base record.
    const auto bytes = static_cast<std::size_t>(stack.top() - stack.limit());
    int error = pthread_attr_setstack(&attributes, stack.limit(), bytes);
    sigset_t blocked;
    sigemptyset(&blocked);
    if (signals == HostSignals::None) sigfillset(&blocked);
    if (error == 0) error = pthread_attr_setsigmask_np(&attributes, &blocked);
    if (error == 0) error = pthread_create(&thread, &attributes, begin, start.get());
    pthread_attr_destroy(&attributes);
    if (error != 0) return HostError{error};
    start.release(); // begin() owns it now
    return HostThread{static_cast<std::uintptr_t>(thread)};
}

void join_host_thread(HostThread thread) { pthread_join(static_cast<pthread_t>(thread.handle), nullptr); }

std::int32_t host_thread_id() { return static_cast<std::int32_t>(syscall(SYS_gettid)); }

void yield_host_thread() { sched_yield(); }

} // namespace oriel::hal
