// SPDX-License-Identifier: MIT
// vm.c: nanoseconds for the memory manager's common cases, on both sides of the comparison.
//
//   alloc      reserve and commit 64 KiB, and release it        mmap, munmap
//   touch      the same, with each page written                 the same
//   guard      arm a guard page, hit it, handle the exception   mprotect, SIGSEGV, a handler that mprotects back
//   watch      reset a watched page, write it                   the same
//
// A guard hit is a whole exception: record and context on the guest's stack, the vectored handlers, NtContinue. A watched
// write is resolved by mm and never seen by the program. Both include the call that arms the page, as the native row
// includes its mprotect. Prints one line: NAME NANOSECONDS ... for the named cases, or all.
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

enum { page = 4096, block = 65536, rounds = 9, repeats = 5000 };

#ifdef _WIN32
#include <windows.h>

static double now(void) {
    LARGE_INTEGER count, frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart * 1e9 / (double)frequency.QuadPart;
}
static char* get(void) { return VirtualAlloc(0, block, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE); }
static void give_back(char* at) { VirtualFree(at, 0, MEM_RELEASE); }

static LONG CALLBACK on_guard(EXCEPTION_POINTERS* exception) {
    return exception->ExceptionRecord->ExceptionCode == STATUS_GUARD_PAGE_VIOLATION ? EXCEPTION_CONTINUE_EXECUTION
                                                                                    : EXCEPTION_CONTINUE_SEARCH;
}
static volatile char* guarded;
static void guard(void) {
    DWORD old;
    if (!guarded) {
        guarded = get();
        AddVectoredExceptionHandler(1, on_guard);
    }
    VirtualProtect((void*)guarded, page, PAGE_READWRITE | PAGE_GUARD, &old);
    *guarded = 1;
}
static volatile char* watched;
static void watch(void) {
    if (!watched) watched = VirtualAlloc(0, block, MEM_RESERVE | MEM_COMMIT | MEM_WRITE_WATCH, PAGE_READWRITE);
    ResetWriteWatch((void*)watched, page);
    *watched = 1;
}
#else
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}
static char* get(void) { return mmap(0, block, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
static void give_back(char* at) { munmap(at, block); }

static volatile char* guarded;
static void on_fault(int number, siginfo_t* info, void* context) {
    (void)number, (void)info, (void)context;
    mprotect((void*)guarded, page, PROT_READ | PROT_WRITE);
}
static void guard(void) {
    if (!guarded) {
        struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
        sigaction(SIGSEGV, &action, 0);
        guarded = get();
    }
    mprotect((void*)guarded, page, PROT_NONE);
    *guarded = 1;
}
static void watch(void) { guard(); }
#endif

static void alloc(void) { give_back(get()); }
static void touch(void) {
    char* const at = get();
    for (int i = 0; i < block; i += page) at[i] = 1;
    give_back(at);
}

static double best_of(void (*once)(void)) {
    double best = 1e18;
    once();
    for (int round = 0; round < rounds; ++round) {
        const double start = now();
        for (int i = 0; i < repeats; ++i) once();
        const double each = (now() - start) / repeats;
        if (each < best) best = each;
    }
    return best;
}

int main(int count, char** arguments) {
    const struct {
        const char* name;
        void (*once)(void);
    } cases[] = {{"alloc", alloc}, {"touch", touch}, {"guard", guard}, {"watch", watch}};
    for (int i = 0; i < 4; ++i)
        if (count < 2 || strcmp(arguments[1], cases[i].name) == 0) printf("%s %.0f ", cases[i].name, best_of(cases[i].once));
    printf("\n");
    return 0;
}
