// SPDX-License-Identifier: MIT
// lock_rank.cpp: the debug builds' check of the order of locks.
//
// Which locks a thread holds is noted per host thread. That is right for fibers too, although they share
// one: no lock is held when they switch.
#include <ntdll-emu/ke/lock_rank.h>

#if !defined(NDEBUG)

#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>

namespace oriel::ke {

namespace {

thread_local std::uint32_t held = 0; // bit r: a lock of rank r

constexpr std::array names = {"none",    "Process",   "Registry",    "File",       "FileSystem", "AddressSpace",
                              "Section", "Namespace", "HandleTable", "Dispatcher", "Carrier",    "HostMemory", "Log"};

constexpr std::uint32_t bit_of(LockRank rank) { return 1u << static_cast<unsigned>(rank); }

} // namespace

void lock_rank_taken(LockRank rank) {
    if (held >= bit_of(rank)) {
        const auto highest = static_cast<unsigned>(std::bit_width(held)) - 1;
        std::fprintf(stderr, "oriel: lock order broken: %s is taken while %s is held (ke/lock_rank.h)\n",
                     names[static_cast<unsigned>(rank)], names[highest]);
        std::abort();
    }
    held |= bit_of(rank);
}

void lock_rank_released(LockRank rank) { held &= ~bit_of(rank); }

bool any_ranked_lock_held() { return held != 0; }

} // namespace oriel::ke

#endif
