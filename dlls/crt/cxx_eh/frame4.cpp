// SPDX-License-Identifier: MIT
// frame4.cpp: the state of an activation, and what leaving states destroys (format 4).
#include <dlls/crt/cxx_eh/frame4.h>

#include <ntdll-emu/rtl/exception/unwind_info.h>

extern "C" void* NT_API RtlImageNtHeader(void* image);

namespace oriel::crt::cxx {

namespace {

/// The image's bytes. Code that is no image's (a dynamic function table's) has its tables anywhere in 4 GiB.
ImageBytes bytes_of(std::uint64_t image_base) {
    constexpr std::size_t size_of_image_at = 0x50; // of IMAGE_NT_HEADERS64
    const auto* base = reinterpret_cast<const unsigned char*>(image_base);
    const auto* headers = static_cast<const char*>(RtlImageNtHeader(const_cast<unsigned char*>(base)));
    return {base, headers != nullptr ? *reinterpret_cast<const std::uint32_t*>(headers + size_of_image_at) : ~0u};
}

Tables4 tables_of(const NtDispatcherContext& dispatcher) {
    const auto primary = rtl::primary_entry(rtl::OwnMemory{}, dispatcher.ImageBase, *dispatcher.FunctionEntry.get());
    if (!primary) terminate();
    const auto tables = Tables4::open(bytes_of(dispatcher.ImageBase), *static_cast<const Offset*>(dispatcher.HandlerData.get()),
                                      primary->BeginAddress);
    if (!tables) terminate();
    return *tables;
}

/// The thread's notes, without those that lie in the part of the stack that is no longer in use.
CatchNote* live_notes() {
    CatchNote* note = first_note();
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    std::uintptr_t limit;
    asm("movq %%gs:0x10, %0" : "=r"(limit)); // NT_TIB.StackLimit
    while (note != nullptr && reinterpret_cast<std::uintptr_t>(note) >= limit && reinterpret_cast<std::uintptr_t>(note) < here)
        note = note->outer;
    return note;
}

CatchNote* find_note(const void* establisher) {
    CatchNote* note = live_notes();
    while (note != nullptr && note->establisher != establisher) note = note->outer;
    return note;
}

void drop_note(const CatchNote& gone) {
    CatchNote* note = live_notes();
    if (note == &gone) return set_first_note(gone.outer);
    for (; note != nullptr; note = note->outer)
        if (note->outer == &gone) note->outer = gone.outer;
}

/// Runs the block. It answers an address, or which of its continuations it has chosen.
std::uint64_t call_block(NtExceptionRecord* request) {
    const auto& words = request->ExceptionInformation;
    CatchNote note{reinterpret_cast<void*>(words[consolidation_establisher]),
                   static_cast<std::int32_t>(words[consolidation_state_around]), live_notes()};
    set_first_note(&note);
    const std::uint64_t answer = call_catch_block(request);
    drop_note(note);
    constexpr std::uint64_t most = 2;
    if (answer < most && words[consolidation_continuations + answer] != 0) return words[consolidation_continuations + answer];
    return answer;
}

} // namespace

Frame4::Frame4(void* establisher, const NtDispatcherContext& dispatcher)
    : m_image_base(dispatcher.ImageBase), m_tables(tables_of(dispatcher)), m_establisher(establisher),
      m_variables(static_cast<char*>(establisher)), m_pc(dispatcher.ControlPc) {
    if (m_tables.info().has(FuncInfo4::is_catch)) m_variables = *reinterpret_cast<char**>(m_variables + m_tables.info().frame);
}

CatchingFrame Frame4::catching(const TryBlock& block) const {
    UnwindAction ignored;
    const auto around = m_tables.leave_state(block.low, ignored);
    if (!around) terminate();
    return {m_image_base, m_establisher, m_variables, nullptr, *around, &call_block};
}

std::int32_t Frame4::state_at(std::uint64_t pc) const {
    const auto state = m_tables.state_at(static_cast<Offset>(pc - m_image_base));
    if (!state) terminate();
    return *state;
}

std::int32_t Frame4::state() const {
    if (m_noted) return *m_noted;
    if (const CatchNote* note = find_note(m_establisher)) return note->state;
    return state_at(m_pc);
}

void Frame4::begin_unwind() {
    if (const CatchNote* note = find_note(m_establisher)) {
        m_noted = note->state;
        drop_note(*note);
    }
}

void Frame4::unwind_to(std::int32_t target) {
    if (!m_tables.info().has(FuncInfo4::has_unwind_map)) return;
    must(m_tables.walk(state(), target, [&](const UnwindAction& action, std::int32_t) {
        destroy(action, m_image_base, m_variables);
    }));
}

} // namespace oriel::crt::cxx
