// SPDX-License-Identifier: MIT
// record.c: writes down a program's malloc, free and realloc calls, for heap_bench to do them again.
//
//   gcc -O2 -shared -fPIC -o record.so record.c
//   HEAP_TRACE=out.trace HEAP_TRACE_MOST=300000 LD_PRELOAD=./record.so program arguments...
//
// The format is told in heap_bench.cpp. One process, any number of threads (they are written down in the order in
// which they came). A table of live blocks, hashed by address, gives each its number.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { slots = 1 << 22 };
static struct { void *block; uint32_t number; } table[slots];
static unsigned char buffer[1 << 16];
static size_t used;
static uint32_t allocations;
static long steps, most = 300000;
static int file = -2;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

extern void *__libc_malloc(size_t);
extern void __libc_free(void *);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_calloc(size_t, size_t);

static int recording(void) {
    if (file == -2) {
        const char *path = getenv("HEAP_TRACE"), *limit = getenv("HEAP_TRACE_MOST");
        file = path ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
        if (limit) most = atol(limit);
    }
    return file >= 0 && steps < most;
}
static void flush(void) {
    if (used && write(file, buffer, used) < 0) file = -1;
    used = 0;
}
static void put(uint64_t value) {
    if (used + 16 > sizeof buffer) flush();
    for (; value >= 0x80; value >>= 7) buffer[used++] = (unsigned char)(value | 0x80);
    buffer[used++] = (unsigned char)value;
}
static size_t place(void *block) { return ((uintptr_t)block >> 4) * 0x9E3779B97F4A7C15u >> 42; }
static void remember(void *block, uint32_t number) {
    size_t at = place(block);
    while (table[at].block && table[at].block != (void *)1) at = (at + 1) % slots;
    table[at].block = block;
    table[at].number = number;
}
static int forget(void *block, uint32_t *number) {
    for (size_t at = place(block); table[at].block; at = (at + 1) % slots) {
        if (table[at].block != block) continue;
        table[at].block = (void *)1;
        *number = table[at].number;
        return 1;
    }
    return 0;
}
static void *allocated(void *block, size_t size) {
    pthread_mutex_lock(&lock);
    if (block && recording()) {
        put((uint64_t)size << 2);
        remember(block, allocations++);
        ++steps;
    }
    pthread_mutex_unlock(&lock);
    return block;
}
void *malloc(size_t size) { return allocated(__libc_malloc(size), size); }
void *calloc(size_t count, size_t size) { return allocated(__libc_calloc(count, size), count * size); }
void free(void *block) {
    uint32_t number;
    if (!block) return;
    pthread_mutex_lock(&lock);
    if (recording() && forget(block, &number)) {
        put((uint64_t)(allocations - 1 - number) << 2 | 1);
        ++steps;
    }
    __libc_free(block);
    pthread_mutex_unlock(&lock);
}
void *realloc(void *block, size_t size) {
    uint32_t number;
    if (!block) return malloc(size);
    if (!size) return free(block), (void *)0;
    pthread_mutex_lock(&lock);
    int known = recording() && forget(block, &number);
    void *moved = __libc_realloc(block, size);
    if (known) {
        put((uint64_t)(allocations - 1 - number) << 2 | 2);
        put(size);
        remember(moved ? moved : block, number);
        ++steps;
    }
    pthread_mutex_unlock(&lock);
    return moved;
}
__attribute__((destructor)) static void end(void) {
    pthread_mutex_lock(&lock);
    if (file >= 0) flush();
    pthread_mutex_unlock(&lock);
}
