// SPDX-License-Identifier: MIT
// console_input.cpp: lines, and single characters without ENABLE_LINE_INPUT, as ReadConsole and ReadFile
// give them.
//
// The host's line discipline gathers and edits the line, as the console does on Windows. Its line feed is
// a carriage return and a line feed here. End of input (Ctrl+D) is an empty answer; so is a line that
// begins with Ctrl+Z read by ReadFile, as on Windows.
#include <ntdll-emu/io/console.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/utf8.h>

#include <algorithm>

namespace oriel::io {

namespace {

constexpr std::uint32_t utf8 = 65001;
constexpr char16_t control_z = 0x1A;

/// The terminal's line ends as Windows has them.
std::u16string with_windows_line_ends(std::u16string_view text, bool lines) {
    std::u16string answer;
    for (const char16_t unit : text) {
        if (unit == u'\n' && lines)
            answer += u"\r\n";
        else
            answer.push_back(unit == u'\n' ? u'\r' : unit); // the Enter key
    }
    return answer;
}

} // namespace

/// Waits for the user, unless something typed is left.
NtResult<> Console::fetch_line() {
    const int descriptor = TRY(input());
    const std::uint32_t mode = input_mode();
    if (m_state.with([](State& state) { return !state.typed.empty(); })) return {};
    TRY(apply_line_mode(descriptor, mode));
    char bytes[4096];
    const auto count = TRY(from_host(hal::read_stream(descriptor, bytes, sizeof bytes)));
    m_state.with([&](State& state) {
        std::u16string text;
        state.input_decoder.append(text, std::string_view(bytes, count), utf8);
        state.typed += with_windows_line_ends(text, (mode & nt::ENABLE_LINE_INPUT) != 0);
        if ((mode & nt::ENABLE_LINE_INPUT) && (mode & nt::ENABLE_ECHO_INPUT))
            state.model.follow(text); // what was typed is shown
    });
    return {};
}

NtResult<std::u16string> Console::read(std::size_t most) {
    TRY(fetch_line());
    return m_state.with([most](State& state) {
        std::size_t count = std::min(most, state.typed.size());
        const std::size_t line = state.typed.find(u'\n');
        if (line != std::u16string::npos) count = std::min(count, line + 1);
        std::u16string text = state.typed.substr(0, count);
        state.typed.erase(0, count);
        return text;
    });
}

NtResult<std::string> Console::read_bytes(std::size_t most) {
    const auto take = [most](State& state) {
        const std::size_t count = std::min(most, state.typed_bytes.size());
        std::string bytes = state.typed_bytes.substr(0, count);
        state.typed_bytes.erase(0, count);
        return bytes;
    };
    std::string left = m_state.with(take);
    if (!left.empty()) return left;
    // A unit takes one byte at least: reading as many units as there is room for bytes reads enough.
    std::u16string text = TRY(read(most));
    return m_state.with([&](State& state) {
        const bool ends =
            (state.input_mode & nt::ENABLE_PROCESSED_INPUT) && !text.empty() && text.front() == control_z;
        if (ends) return std::string();
        state.typed_bytes = encode_text(text, state.input_page);
        return take(state);
    });
}

} // namespace oriel::io
