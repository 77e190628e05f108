// SPDX-License-Identifier: MIT
// frame.h: one activation of a function with a FuncInfo (format 3), as the frame handler meets it.
//
// A catch block is a function of its own ("funclet") with a frame of its own, but the same FuncInfo; it
// works on its parent's variables. So a handler call may be for the parent, whose frame is the establisher
// frame itself, or for a catch block that is still running, whose frame holds a pointer to the parent's.
//
// The state comes from the instruction pointer. While a catch block runs, the parent's instruction pointer
// still stands in the try block, though the objects there are destroyed. Then the word in the parent's frame
// that its prolog set to -2 (dispUnwindHelp) holds the state instead: the one around the try block.
#pragma once

#include <dlls/crt/cxx_eh/catch.h>
#include <dlls/crt/cxx_eh/tables.h>

namespace oriel::crt::cxx {

class Frame3 {
public:
    Frame3(void* establisher, const NtDispatcherContext& dispatcher);

    [[nodiscard]] bool is_synchronous() const { return (m_info->flags() & function_is_synchronous) != 0; }
    [[nodiscard]] bool is_noexcept() const { return (m_info->flags() & function_is_noexcept) != 0; }
    [[nodiscard]] std::uint64_t image_base() const { return m_image_base; }

    /// For a catch block of `block` to run in.
    [[nodiscard]] CatchingFrame catching(const TryBlock& block) const;

    [[nodiscard]] std::int32_t state() const;
    [[nodiscard]] std::int32_t state_at(std::uint64_t pc) const;

    /// Calls visit(TryBlock) for those that guard this activation at `state`, inner ones first.
    template<class Visit> void each_guard(std::int32_t state, Visit visit) const {
        for (std::uint32_t i = 0; i < m_info->nTryBlocks; ++i)
            if (const TryBlock block = try_block(i); guards(block, state)) visit(block);
    }
    template<class Visit> void each_handler(const TryBlock& block, Visit visit) const {
        for (std::uint32_t i = 0; i < block.handler_count; ++i) visit(handler(block, i));
    }

    /// An unwind has come to this activation.
    void begin_unwind() {}
    /// Destroys what is to be destroyed, until the state is `target` or outside it.
    void unwind_to(std::int32_t target);
    /// The same for the whole activation, which is being left.
    void unwind_all();
    /// The same for one whose catch block, of the try block in state `low`, is about to run.
    void unwind_into_catch(std::int32_t low);

private:
    template<class T> const T* at(Offset offset) const { return reinterpret_cast<const T*>(m_image_base + offset); }
    void find_running_catch(const NtDispatcherContext& dispatcher);
    [[nodiscard]] TryBlock try_block(std::uint32_t index) const;
    [[nodiscard]] Handler handler(const TryBlock& block, std::uint32_t index) const;
    [[nodiscard]] bool guards(const TryBlock& block, std::int32_t state) const;
    std::int32_t& kept_state() const { return *reinterpret_cast<std::int32_t*>(m_variables + m_info->dispUnwindHelp); }

    std::uint64_t m_image_base;
    const FuncInfo* m_info;
    void* m_establisher;
    char* m_variables; ///< the frame with the variables: the parent's
    bool m_in_catch = false; ///< this is a catch block of m_running_catch, not the parent itself
    TryBlock m_running_catch{};
    std::uint64_t m_pc;
};

/// Does what is to be done when a state is left. (destroy.cpp)
void destroy(const UnwindAction& action, std::uint64_t image_base, char* variables);

} // namespace oriel::crt::cxx
