// SPDX-License-Identifier: MIT
// frame.cpp: the state of an activation, and what leaving states destroys.
#include <dlls/crt/cxx_eh/frame.h>

#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/thread_data.h>
#include <ntdll-emu/rtl/exception/unwind_info.h>

namespace oriel::crt::cxx {

namespace {
constexpr std::int32_t state_is_in_pc = -2;
}

Frame::Frame(void* establisher, const NtDispatcherContext& dispatcher)
    : m_image_base(dispatcher.ImageBase),
      m_info(at<FuncInfo>(*static_cast<const Offset*>(dispatcher.HandlerData.get()))), m_establisher(establisher),
      m_variables(static_cast<char*>(establisher)), m_pc(dispatcher.ControlPc) {
    find_running_catch(dispatcher);
}

/// A function that begins where a handler does is that catch block. (Its first piece: it may be in several.)
void Frame::find_running_catch(const NtDispatcherContext& dispatcher) {
    const auto primary = rtl::primary_entry(rtl::OwnMemory{}, m_image_base, *dispatcher.FunctionEntry.get());
    if (!primary) return;
    for (std::uint32_t i = 0; i < m_info->nTryBlocks; ++i) {
        const TryBlockMapEntry& block = try_blocks()[i];
        for (std::int32_t n = 0; n < block.nCatches; ++n) {
            const HandlerType& handler = handlers(block)[n];
            if (handler.dispOfHandler != primary->BeginAddress) continue;
            m_running_catch = &block;
            m_variables = *reinterpret_cast<char**>(static_cast<char*>(m_establisher) + handler.dispFrame);
            return;
        }
    }
}

std::int32_t Frame::state_at(std::uint64_t pc) const {
    const auto* map = at<IpToStateMapEntry>(m_info->dispIPtoStateMap);
    std::uint32_t low = 0;
    std::uint32_t high = m_info->nIPMapEntries;
    while (low < high) { // the first entry behind pc
        const std::uint32_t middle = low + (high - low) / 2;
        if (m_image_base + map[middle].Ip > pc) high = middle;
        else low = middle + 1;
    }
    return low == 0 ? empty_state : map[low - 1].State;
}

std::int32_t Frame::state() const {
    if (m_running_catch == nullptr && kept_state() != state_is_in_pc) return kept_state();
    return state_at(m_pc);
}

/// In a catch block only the try blocks inside it count; those around it guard the parent's activation.
bool Frame::guards(const TryBlockMapEntry& block, std::int32_t state) const {
    if (state < block.tryLow || state > block.tryHigh) return false;
    return m_running_catch == nullptr
        || (block.tryLow > m_running_catch->tryHigh && block.tryHigh <= m_running_catch->catchHigh);
}

void Frame::destroy(const UnwindMapEntry& entry) {
    if (entry.action == 0) return;
    int& in_progress = this_thread().cxx.processing_throw;
    ++in_progress;
    oriel_cxx_call_cleanup(at<char>(entry.action), m_variables);
    --in_progress;
}

void Frame::unwind_to(std::int32_t target) {
    const auto* map = at<UnwindMapEntry>(m_info->dispUnwindMap);
    std::int32_t now = state();
    while (now != empty_state && now > target) {
        if (now >= m_info->maxState) terminate();
        const UnwindMapEntry& entry = map[now];
        now = entry.toState;
        if (m_running_catch == nullptr) kept_state() = now; // so that nothing is destroyed twice
        destroy(entry);
    }
}

/// A catch block's own states lie above its try block's; below them begin those of the parent.
void Frame::unwind_all() { unwind_to(m_running_catch != nullptr ? m_running_catch->tryHigh : empty_state); }

void Frame::enter_catch(const TryBlockMapEntry& block) {
    if (m_running_catch != nullptr) return;
    kept_state() = at<UnwindMapEntry>(m_info->dispUnwindMap)[block.tryLow].toState;
}

void leave_catch(const FuncInfo& info, char* variables) {
    *reinterpret_cast<std::int32_t*>(variables + info.dispUnwindHelp) = state_is_in_pc;
}

} // namespace oriel::crt::cxx
