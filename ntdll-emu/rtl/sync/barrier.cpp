// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/sync/barrier.h>

#include <ntdll-emu/rtl/platform.h>
#include <ntdll-emu/rtl/sync/wait_on_address.h>

namespace oriel::rtl {

namespace {

using Word = nt::uptr<nt::Native>;

Word& phase_of(Barrier& barrier) { return barrier.Reserved3[0]; }
Word& inside_of(Barrier& barrier) { return barrier.Reserved3[1]; }
Word load(const Word& word) { return __atomic_load_n(&word, __ATOMIC_ACQUIRE); }

bool spin(const Barrier& barrier, Word phase, std::uint32_t flags) {
    const bool only = (flags & barrier_flag::spin_only) != 0;
    if (flags & barrier_flag::block_only) return false;
    for (std::uint32_t left = barrier.Reserved5; only || left > 0; --left) {
        if (load(barrier.Reserved3[0]) != phase) return true;
        spin_pause();
        if (only && left % 1024 == 0) platform::yield(); // the one that we wait for may need this processor
    }
    return false;
}

void leave(Barrier& barrier) {
    Word& inside = inside_of(barrier);
    // Afterwards only the address is used: the barrier may be gone.
    if (__atomic_sub_fetch(&inside, 1, __ATOMIC_ACQ_REL) == 0) wake_address_all(&inside);
}

} // namespace

void initialize(Barrier& barrier, std::uint32_t threads, std::uint32_t spins) {
    barrier = {};
    barrier.Reserved1 = barrier.Reserved2 = threads;
    barrier.Reserved5 = platform::processor_count() > 1 ? spins : 0;
}

bool enter(Barrier& barrier, std::uint32_t flags) {
    __atomic_add_fetch(&inside_of(barrier), 1, __ATOMIC_ACQ_REL);
    const Word phase = load(phase_of(barrier));
    const bool last = __atomic_sub_fetch(&barrier.Reserved1, 1, __ATOMIC_ACQ_REL) == 0;
    if (last) {
        __atomic_store_n(&barrier.Reserved1, barrier.Reserved2, __ATOMIC_RELAXED);
        __atomic_store_n(&phase_of(barrier), phase + 1, __ATOMIC_RELEASE);
        wake_address_all(&phase_of(barrier));
    } else if (!spin(barrier, phase, flags)) {
        while (load(phase_of(barrier)) == phase)
            (void)wait_on_address(&phase_of(barrier), &phase, sizeof phase, nullptr);
    }
    leave(barrier);
    return last;
}

void wait_until_left(Barrier& barrier) {
    for (;;) {
        const Word inside = load(inside_of(barrier));
        if (inside == 0) return;
        (void)wait_on_address(&inside_of(barrier), &inside, sizeof inside, nullptr);
    }
}

} // namespace oriel::rtl
