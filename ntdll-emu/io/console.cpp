// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/console.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/hal/host_terminal.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/utf8.h>

namespace oriel::io {

namespace {

/// The descriptor in `place`, or the controlling terminal, which then stays there.
NtResult<int> terminal_in(std::atomic<int>& place) {
    int descriptor = place.load();
    if (descriptor >= 0) return descriptor;
    const auto opened = hal::open_controlling_terminal();
    if (!opened) return Status::InvalidHandle;
    if (!place.compare_exchange_strong(descriptor, opened.value())) {
        hal::close_descriptor(opened.value()); // somebody was faster
        return descriptor;
    }
    return opened.value();
}

} // namespace

Console& process_console() {
    static Console console;
    return console;
}

NtResult<int> Console::input() { return terminal_in(m_input); }
NtResult<int> Console::output() { return terminal_in(m_output); }

void Console::leave() {
    hal::restore_terminal();
    const bool changed = m_state.with([](State& state) { return std::exchange(state.terminal_changed, false); });
    if (changed) (void)emit("\x1b[0m\x1b[?25h"); // colours and cursor as a shell expects them
}

nt::CONSOLE_CODE_PAGES Console::code_pages() {
    return m_state.with([](State& state) { return nt::CONSOLE_CODE_PAGES{state.input_page, state.output_page}; });
}

NtResult<> Console::set_input_code_page(std::uint32_t page) {
    if (!is_known_code_page(page)) return Status::InvalidParameter;
    m_state.with([page](State& state) { state.input_page = page; });
    return {};
}

NtResult<> Console::set_output_code_page(std::uint32_t page) {
    if (!is_known_code_page(page)) return Status::InvalidParameter;
    m_state.with([page](State& state) { state.output_page = page; });
    return {};
}

std::u16string Console::title() {
    return m_state.with([](State& state) { return state.title; });
}

NtResult<> Console::set_title(std::u16string title) {
    const std::string text = to_utf8(title);
    m_state.with([&](State& state) { state.title = std::move(title); });
    const bool clean = text.find_first_of("\x1b\a\n\r") == std::string::npos;
    if (!clean || m_output.load() < 0) return {}; // kept, not shown
    return emit("\x1b]0;" + text + "\a");
}

std::uint32_t Console::input_mode() {
    return m_state.with([](State& state) { return state.input_mode; });
}

std::uint32_t Console::output_mode() {
    return m_state.with([](State& state) { return state.output_mode; });
}

NtResult<> Console::apply_line_mode(int descriptor, std::uint32_t mode) {
    hal::HostTerminalMode host;
    host.lines = (mode & nt::ENABLE_LINE_INPUT) != 0;
    host.echo = host.lines && (mode & nt::ENABLE_ECHO_INPUT) != 0;
    host.signals = (mode & nt::ENABLE_PROCESSED_INPUT) != 0;
    return from_host(hal::set_terminal_mode(descriptor, host));
}

NtResult<> Console::set_input_mode(std::uint32_t mode) {
    if ((mode & nt::ENABLE_ECHO_INPUT) && !(mode & nt::ENABLE_LINE_INPUT)) return Status::InvalidParameter;
    const int descriptor = TRY(input());
    constexpr std::uint32_t of_terminal = nt::ENABLE_LINE_INPUT | nt::ENABLE_ECHO_INPUT | nt::ENABLE_PROCESSED_INPUT;
    const std::uint32_t changed =
        m_state.with([mode](State& state) { return std::exchange(state.input_mode, mode) ^ mode; });
    return (changed & of_terminal) ? apply_line_mode(descriptor, mode) : NtResult<>();
}

NtResult<> Console::set_output_mode(std::uint32_t mode) {
    constexpr std::uint32_t known = nt::ENABLE_PROCESSED_OUTPUT | nt::ENABLE_WRAP_AT_EOL_OUTPUT
                                    | nt::ENABLE_VIRTUAL_TERMINAL_PROCESSING | nt::DISABLE_NEWLINE_AUTO_RETURN
                                    | nt::ENABLE_LVB_GRID_WORLDWIDE;
    if (mode & ~known) return Status::InvalidParameter;
    m_state.with([mode](State& state) { state.output_mode = mode; });
    return {};
}

} // namespace oriel::io
