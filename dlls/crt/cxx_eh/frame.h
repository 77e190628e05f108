// SPDX-License-Identifier: MIT
// frame.h: one activation of a function with a FuncInfo, as the frame handler meets it.
//
// A catch block is a function of its own ("funclet") with a frame of its own, but the same FuncInfo; it
// works on its parent's variables. So a handler call may be for the parent, whose frame is the establisher
// frame itself, or for a catch block that is still running, whose frame holds a pointer to the parent's.
//
// The state comes from the instruction pointer. While a catch block runs, the parent's instruction pointer
// still stands in the try block, though the objects there are destroyed. Then the word in the parent's frame
// that its prolog set to -2 (dispUnwindHelp) holds the state instead: the one around the try block.
#pragma once

#include <dlls/crt/cxx_eh/eh_data.h>

namespace oriel::crt::cxx {

class Frame {
public:
    Frame(void* establisher, const NtDispatcherContext& dispatcher);

    [[nodiscard]] const FuncInfo& info() const { return *m_info; }
    [[nodiscard]] std::uint64_t image_base() const { return m_image_base; }
    template<class T> const T* at(Offset offset) const { return reinterpret_cast<const T*>(m_image_base + offset); }

    /// This activation, as RtlUnwindEx knows it.
    [[nodiscard]] void* establisher() const { return m_establisher; }
    /// The frame with the variables: the parent's.
    [[nodiscard]] char* variables() const { return m_variables; }
    /// The try block whose catch block this is; null: this is the parent itself.
    [[nodiscard]] const TryBlockMapEntry* running_catch() const { return m_running_catch; }

    [[nodiscard]] const TryBlockMapEntry* try_blocks() const { return at<TryBlockMapEntry>(m_info->dispTryBlockMap); }
    [[nodiscard]] const HandlerType* handlers(const TryBlockMapEntry& block) const { return at<HandlerType>(block.dispHandlerArray); }

    [[nodiscard]] std::int32_t state() const;
    [[nodiscard]] std::int32_t state_at(std::uint64_t pc) const;
    /// A try block that guards this activation at `state`.
    [[nodiscard]] bool guards(const TryBlockMapEntry& block, std::int32_t state) const;

    /// Destroys what is to be destroyed, until the state is `target` or outside it.
    void unwind_to(std::int32_t target);
    /// The same for the whole activation, which is being left.
    void unwind_all();

    /// A catch block of `block` is about to run: the parent is now in the state around it.
    void enter_catch(const TryBlockMapEntry& block);

private:
    void find_running_catch(const NtDispatcherContext& dispatcher);
    std::int32_t& kept_state() const { return *reinterpret_cast<std::int32_t*>(m_variables + m_info->dispUnwindHelp); }
    void destroy(const UnwindMapEntry& entry);

    std::uint64_t m_image_base;
    const FuncInfo* m_info;
    void* m_establisher;
    char* m_variables;
    const TryBlockMapEntry* m_running_catch = nullptr;
    std::uint64_t m_pc;
};

/// The parent's state counts again.
void leave_catch(const FuncInfo& info, char* variables);

} // namespace oriel::crt::cxx
