// SPDX-License-Identifier: MIT
// mutant.h: NT's mutex: owned by one thread, as often as it likes.
//
// (The kernel's own mutexes were there first; the user's kind needed another name.) A thread that ends
// while it owns a mutant abandons it: the next owner gets it all the same, and STATUS_ABANDONED with it,
// since what the mutant protects may be half changed.
#pragma once

#include <ntdll-emu/ke/dispatcher.h>

namespace oriel::ke {

class Mutant {
public:
    /// Free, or owned by `owner`. Throws std::bad_alloc.
    explicit Mutant(Dispatcher& dispatcher, Thread* owner = nullptr);
    Mutant(const Mutant&) = delete;
    Mutant& operator=(const Mutant&) = delete;
    /// Nobody waits for it; it may be owned.
    ~Mutant() { m_dispatcher.destroy_body(m_body); }

    [[nodiscard]] DispatcherHeader& header() const { return m_body; }
    /// The signal state before: 0 when it was owned once, below when more often.
    /// Statuses: MutantNotOwned.
    NtResult<std::int32_t> release(Thread& self);
    NtResult<std::int32_t> release(Dispatcher::Hold& hold, Thread& self);

    struct State {
        std::int32_t count; ///< 1 free, 0 owned once, ...
        bool abandoned;
        ThreadSlotId owner;
    };
    [[nodiscard]] State state() const;

private:
    Dispatcher& m_dispatcher;
    DispatcherHeader& m_body;
};

} // namespace oriel::ke
