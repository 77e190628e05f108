// SPDX-License-Identifier: MIT
// interlockedapi.cpp: the interlocked operations as functions, for 32-bit programs.
//
// On x64 they are compiler intrinsics and kernel32 exports none; 32-bit programs import them. The headers make
// inline functions of these names, so the definitions carry their export names as labels.
// Source: "Interlocked Variable Access" (Microsoft documentation).
#include "kernel32.h"

#if defined(__i386__)
#define EXPORTED_AS(name, bytes) __attribute__((dllexport)) __asm__("_" name "@" #bytes)

extern "C" LONG WINAPI interlocked_increment(LONG volatile* value) EXPORTED_AS("InterlockedIncrement", 4);
extern "C" LONG WINAPI interlocked_decrement(LONG volatile* value) EXPORTED_AS("InterlockedDecrement", 4);
extern "C" LONG WINAPI interlocked_exchange(LONG volatile* value, LONG to) EXPORTED_AS("InterlockedExchange", 8);
extern "C" LONG WINAPI interlocked_exchange_add(LONG volatile* value, LONG by)
    EXPORTED_AS("InterlockedExchangeAdd", 8);
extern "C" LONG WINAPI interlocked_compare_exchange(LONG volatile* value, LONG to, LONG expected)
    EXPORTED_AS("InterlockedCompareExchange", 12);
extern "C" LONGLONG WINAPI interlocked_compare_exchange64(LONGLONG volatile* value, LONGLONG to, LONGLONG expected)
    EXPORTED_AS("InterlockedCompareExchange64", 20);

LONG WINAPI interlocked_increment(LONG volatile* value) { return __atomic_add_fetch(value, 1, __ATOMIC_SEQ_CST); }
LONG WINAPI interlocked_decrement(LONG volatile* value) { return __atomic_sub_fetch(value, 1, __ATOMIC_SEQ_CST); }
LONG WINAPI interlocked_exchange(LONG volatile* value, LONG to) {
    return __atomic_exchange_n(value, to, __ATOMIC_SEQ_CST);
}
LONG WINAPI interlocked_exchange_add(LONG volatile* value, LONG by) {
    return __atomic_fetch_add(value, by, __ATOMIC_SEQ_CST);
}
LONG WINAPI interlocked_compare_exchange(LONG volatile* value, LONG to, LONG expected) {
    return __sync_val_compare_and_swap(value, expected, to);
}
LONGLONG WINAPI interlocked_compare_exchange64(LONGLONG volatile* value, LONGLONG to, LONGLONG expected) {
    return __sync_val_compare_and_swap(value, expected, to);
}
#endif
