// SPDX-License-Identifier: MIT
// frame4.h: one activation of a function with tables of format 4, as the frame handler meets it.
//
// A catch block has tables and states of its own here, so an activation is judged by its own tables alone. What
// remains of format 3's difficulty: while a catch block runs, its parent's instruction pointer still stands in the
// try block, though the objects there are destroyed. The parent's frame has no word for the state; so each running
// catch block has a note of it (CatchNote) on its thread's list, by which the parent's activation is known again.
//
// A note is dropped when its block ends, or, if an exception left the block, when the unwind comes to the parent.
// Notes lie in the stack; those below the stack pointer were left behind by a longjmp that asked no handler.
#pragma once

#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/cxx_eh/catch.h>
#include <dlls/crt/cxx_eh/eh_data4.h>
#include <dlls/crt/cxx_eh/frame.h>

namespace oriel::crt::cxx {

/// The state of an activation that has a catch block running.
struct CatchNote {
    void* establisher; ///< whose
    std::int32_t state; ///< the one around the try block
    CatchNote* outer;
};

class Frame4 {
public:
    /// Tables that cannot be read end the program.
    Frame4(void* establisher, const NtDispatcherContext& dispatcher);

    [[nodiscard]] bool is_synchronous() const { return m_tables.info().has(FuncInfo4::is_synchronous); }
    [[nodiscard]] bool is_noexcept() const { return m_tables.info().has(FuncInfo4::is_noexcept); }
    [[nodiscard]] std::uint64_t image_base() const { return m_image_base; }

    [[nodiscard]] CatchingFrame catching(const TryBlock& block) const;

    [[nodiscard]] std::int32_t state() const;
    [[nodiscard]] std::int32_t state_at(std::uint64_t pc) const;

    template<class Visit> void each_guard(std::int32_t state, Visit visit) const {
        must(m_tables.each_try_block([&](const TryBlock& block) {
            if (block.spans(state)) visit(block);
            return false;
        }));
    }
    template<class Visit> void each_handler(const TryBlock& block, Visit visit) const {
        must(m_tables.each_handler(block, [&](const Handler& handler) {
            visit(handler);
            return false;
        }));
    }

    void begin_unwind();
    void unwind_to(std::int32_t target);
    void unwind_all() { unwind_to(empty_state); }
    void unwind_into_catch(std::int32_t low) { unwind_to(low); }

private:
    static void must(bool readable) {
        if (!readable) terminate();
    }

    std::uint64_t m_image_base;
    Tables4 m_tables;
    void* m_establisher;
    char* m_variables; ///< the parent's, in a catch block
    std::uint64_t m_pc;
    std::optional<std::int32_t> m_noted; ///< the state, where a note told it
};

/// The calling thread's notes (vcruntime140_1/notes.cpp).
CatchNote* first_note();
void set_first_note(CatchNote* note);

} // namespace oriel::crt::cxx
