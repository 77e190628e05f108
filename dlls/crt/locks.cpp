// SPDX-License-Identifier: MIT
// locks.cpp: the table of critical sections behind _lock and _unlock.
#include <dlls/crt/locks.h>

#include <dlls/crt/win32.h>

namespace oriel::crt {

static CRITICAL_SECTION locks[lock_count];

void create_locks() {
    for (auto& lock : locks)
        InitializeCriticalSection(&lock);
}

void delete_locks() {
    for (auto& lock : locks)
        DeleteCriticalSection(&lock);
}

} // namespace oriel::crt

CRT_EXPORT void _lock(int number) {
    if (number >= 0 && number < oriel::crt::lock_count)
        EnterCriticalSection(&oriel::crt::locks[number]);
}

CRT_EXPORT void _unlock(int number) {
    if (number >= 0 && number < oriel::crt::lock_count)
        LeaveCriticalSection(&oriel::crt::locks[number]);
}
