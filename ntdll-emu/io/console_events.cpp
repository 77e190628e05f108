// SPDX-License-Identifier: MIT
// console_events.cpp: single keys, for programs that read input records (getch, kbhit).
//
// While records are read the terminal gives every key at once and shows none; the next line that is read
// gives it its line discipline back.
#include <ntdll-emu/io/console.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/hal/host_pipe.h>
#include <ntdll-emu/io/errno_status.h>

#include <algorithm>

namespace oriel::io {

/// Reads what was typed into the records; waits for a key if `wait`. False: the input has ended.
NtResult<bool> Console::fetch_keys(bool wait) {
    const int descriptor = TRY(input());
    const std::uint32_t mode = input_mode();
    TRY(apply_line_mode(descriptor, mode & ~(nt::ENABLE_LINE_INPUT | nt::ENABLE_ECHO_INPUT)));
    const auto ready = TRY(from_host(hal::wait_for_stream(descriptor, true, false, wait ? -1 : 0)));
    if (!ready.readable) return !ready.hung_up;
    char bytes[256];
    const auto count = TRY(from_host(hal::read_stream(descriptor, bytes, sizeof bytes)));
    m_state.with([&](State& state) { state.keys.decode(state.records, std::string_view(bytes, count)); });
    return count != 0;
}

NtResult<std::uint32_t> Console::event_count() {
    (void)TRY(fetch_keys(false));
    return m_state.with([](State& state) { return static_cast<std::uint32_t>(state.records.size()); });
}

NtResult<std::vector<nt::CONSOLE_INPUT_RECORD>> Console::events(std::size_t most, bool wait, bool keep) {
    for (;;) {
        const bool none = m_state.with([](State& state) { return state.records.empty(); });
        const bool goes_on = !none || TRY(fetch_keys(wait));
        auto taken = m_state.with([&](State& state) {
            const std::size_t count = std::min(most, state.records.size());
            std::vector<nt::CONSOLE_INPUT_RECORD> records(state.records.begin(),
                                                          state.records.begin() + static_cast<long>(count));
            if (!keep) state.records.erase(state.records.begin(), state.records.begin() + static_cast<long>(count));
            return records;
        });
        if (!taken.empty() || !wait || !goes_on) return taken;
    }
}

NtResult<> Console::flush_input() {
    (void)TRY(fetch_keys(false));
    m_state.with([](State& state) {
        state.records.clear();
        state.typed.clear();
        state.typed_bytes.clear();
    });
    return {};
}

void Console::push_events(const std::vector<nt::CONSOLE_INPUT_RECORD>& records) {
    m_state.with([&](State& state) { state.records.insert(state.records.end(), records.begin(), records.end()); });
}

} // namespace oriel::io
