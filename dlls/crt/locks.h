// SPDX-License-Identifier: MIT
// locks.h: the library's numbered locks, and scopes that hold one.
//
// msvcrt exports _lock(n) and _unlock(n): startup code of compilers takes lock 8 around its atexit tables.
// We keep Microsoft's numbers where programs can see them and use them ourselves.
//
// Order (outer first): exit (8), stream table (1), a stream's own lock, descriptor table (11), a
// descriptor's lock, environment (7), locale (19), heap (4). Nothing calls the program while it holds one,
// except exit, whose lock is recursive as every critical section is.
#pragma once

#include <dlls/crt/crt.h>

CRT_EXPORT void _lock(int number);
CRT_EXPORT void _unlock(int number);

namespace oriel::crt {

enum LockNumber : int {
    lock_signal = 0,
    lock_stream_table = 1,
    lock_temporary_name = 2,
    lock_heap = 4,
    lock_time = 6,
    lock_environment = 7,
    lock_exit = 8,
    lock_descriptor_table = 11,
    lock_locale = 19,
    lock_first_stream = 16, ///< Microsoft's first of 20 stream locks; ours are kept apart (stdio_stream.cpp)
    lock_count = 48,
};

void create_locks();
void delete_locks();

class LockScope {
public:
    explicit LockScope(LockNumber number) : m_number(number) { _lock(number); }
    ~LockScope() { _unlock(m_number); }
    LockScope(const LockScope&) = delete;
    LockScope& operator=(const LockScope&) = delete;

private:
    LockNumber m_number;
};

} // namespace oriel::crt
