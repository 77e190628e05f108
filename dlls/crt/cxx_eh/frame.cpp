// SPDX-License-Identifier: MIT
// frame.cpp: the state of an activation, and what leaving states destroys (format 3).
#include <dlls/crt/cxx_eh/frame.h>

#include <dlls/crt/cxx_eh/calls.h>
#include <ntdll-emu/rtl/exception/unwind_info.h>

namespace oriel::crt::cxx {

namespace {

constexpr std::int32_t state_is_in_pc = -2;

/// Runs the block; after it the parent's state counts again.
std::uint64_t call_block(NtExceptionRecord* request) {
    const std::uint64_t go_on_at = call_catch_block(request);
    if (auto* kept = reinterpret_cast<std::int32_t*>(request->ExceptionInformation[consolidation_kept_state]))
        *kept = state_is_in_pc;
    return go_on_at;
}

} // namespace

Frame3::Frame3(void* establisher, const NtDispatcherContext& dispatcher)
    : m_image_base(dispatcher.ImageBase),
      m_info(at<FuncInfo>(*static_cast<const Offset*>(dispatcher.HandlerData.get()))), m_establisher(establisher),
      m_variables(static_cast<char*>(establisher)), m_pc(dispatcher.ControlPc) {
    find_running_catch(dispatcher);
}

TryBlock Frame3::try_block(std::uint32_t index) const {
    const TryBlockMapEntry& entry = at<TryBlockMapEntry>(m_info->dispTryBlockMap)[index];
    return {entry.tryLow, entry.tryHigh, entry.catchHigh, static_cast<std::uint32_t>(entry.nCatches), entry.dispHandlerArray};
}

Handler Frame3::handler(const TryBlock& block, std::uint32_t index) const {
    const HandlerType& entry = at<HandlerType>(block.handlers)[index];
    return {entry.adjectives, entry.dispType, entry.dispCatchObj, entry.dispOfHandler, entry.dispFrame, 0, {}};
}

/// A function that begins where a handler does is that catch block. (Its first piece: it may be in several.)
void Frame3::find_running_catch(const NtDispatcherContext& dispatcher) {
    const auto primary = rtl::primary_entry(rtl::OwnMemory{}, m_image_base, *dispatcher.FunctionEntry.get());
    if (!primary) return;
    for (std::uint32_t i = 0; i < m_info->nTryBlocks; ++i) {
        const TryBlock block = try_block(i);
        each_handler(block, [&](const Handler& each) {
            if (m_in_catch || each.code != primary->BeginAddress) return;
            m_in_catch = true;
            m_running_catch = block;
            m_variables = *reinterpret_cast<char**>(static_cast<char*>(m_establisher) + each.frame);
        });
    }
}

CatchingFrame Frame3::catching(const TryBlock&) const {
    return {m_image_base, m_establisher, m_variables, m_in_catch ? nullptr : &kept_state(), empty_state, &call_block};
}

std::int32_t Frame3::state_at(std::uint64_t pc) const {
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

std::int32_t Frame3::state() const {
    if (!m_in_catch && kept_state() != state_is_in_pc) return kept_state();
    return state_at(m_pc);
}

/// In a catch block only the try blocks inside it count; those around it guard the parent's activation.
bool Frame3::guards(const TryBlock& block, std::int32_t state) const {
    if (!block.spans(state)) return false;
    return !m_in_catch || (block.low > m_running_catch.high && block.high <= m_running_catch.catch_high);
}

void Frame3::unwind_to(std::int32_t target) {
    if (m_info->maxState <= 0) return;
    const auto* map = at<UnwindMapEntry>(m_info->dispUnwindMap);
    std::int32_t now = state();
    while (now != empty_state && now > target) {
        if (now >= m_info->maxState) terminate();
        const UnwindMapEntry& entry = map[now];
        now = entry.toState;
        if (!m_in_catch) kept_state() = now; // so that nothing is destroyed twice
        if (entry.action != 0) destroy({UnwindAction::Kind::call, entry.action, 0}, m_image_base, m_variables);
    }
}

/// A catch block's own states lie above its try block's; below them begin those of the parent.
void Frame3::unwind_all() { unwind_to(m_in_catch ? m_running_catch.high : empty_state); }

void Frame3::unwind_into_catch(std::int32_t low) {
    unwind_to(low);
    for (std::uint32_t i = 0; i < m_info->nTryBlocks && !m_in_catch; ++i)
        if (try_block(i).low == low) kept_state() = at<UnwindMapEntry>(m_info->dispUnwindMap)[low].toState;
}

} // namespace oriel::crt::cxx
