// SPDX-License-Identifier: MIT
// console_output.cpp: what the program draws.
//
// The screen buffer of our console is as large as its window, the terminal: there is nothing to scroll
// back to. Its lines are numbered from the terminal's top.
#include <ntdll-emu/io/console.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/hal/host_pipe.h>
#include <ntdll-emu/hal/host_terminal.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/utf8.h>

#include <algorithm>
#include <cstdio>

namespace oriel::io {

namespace {

/// The colours that Windows 10's console has, as COLORREF (0x00BBGGRR).
constexpr std::uint32_t windows_colours[16] = {
    0x0C0C0C, 0xDA3700, 0x0EA113, 0xDD963A, 0x1F0FC5, 0x981788, 0x009CC1, 0xCCCCCC,
    0x767676, 0xFF783B, 0x0CC616, 0xD6D661, 0x5648E7, 0x9E00B4, 0xA5F1F9, 0xF2F2F2,
};

std::string position_sequence(int column, int row) {
    char text[32];
    std::snprintf(text, sizeof text, "\x1b[%d;%dH", row + 1, column + 1);
    return text;
}

} // namespace

NtResult<> Console::emit(std::string_view bytes) {
    const int descriptor = TRY(output());
    while (!bytes.empty()) {
        const auto written = TRY(from_host(hal::write_stream(descriptor, bytes.data(), bytes.size())));
        bytes.remove_prefix(written);
    }
    return {};
}

NtResult<> Console::write(std::u16string_view text) {
    std::string bytes;
    m_state.with([&](State& state) {
        const bool vt = (state.output_mode & nt::ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
        state.terminal_text.append(bytes, text, {(state.output_mode & nt::ENABLE_PROCESSED_OUTPUT) != 0, vt});
        state.model.follow(text, vt);
    });
    return emit(bytes);
}

NtResult<> Console::write_bytes(std::string_view bytes) {
    std::u16string text;
    m_state.with([&](State& state) { state.output_decoder.append(text, bytes, state.output_page); });
    return write(text);
}

/// Asks the terminal where its cursor is. What the user typed meanwhile is kept. False: it did not answer.
bool Console::ask_cursor(State& state, int output) {
    const int input = m_input.load() >= 0 ? m_input.load() : output;
    const std::uint32_t mode = state.input_mode;
    if (!apply_line_mode(input, mode & ~(nt::ENABLE_LINE_INPUT | nt::ENABLE_ECHO_INPUT)).ok()) return false;
    constexpr std::string_view question = "\x1b[6n";
    std::string answer;
    bool answered = false;
    if (hal::write_stream(output, question.data(), question.size())) {
        constexpr int patience = 300; // milliseconds
        while (!answered && answer.size() < 4096) {
            const auto ready = hal::wait_for_stream(input, true, false, patience);
            if (!ready || !ready.value().readable) break;
            char piece[64];
            const auto bytes = hal::read_stream(input, piece, sizeof piece);
            if (!bytes || bytes.value() == 0) break;
            answer.append(piece, bytes.value());
            const std::size_t begin = answer.rfind("\x1b[");
            int row = 0, column = 0, length = 0;
            if (begin == std::string::npos) continue;
            if (std::sscanf(answer.c_str() + begin, "\x1b[%d;%dR%n", &row, &column, &length) == 2 && length != 0) {
                state.model.set(column - 1, row - 1);
                answer.erase(begin, static_cast<std::size_t>(length));
                answered = true;
            }
        }
    }
    state.input_decoder.append(state.typed, answer, 65001);
    (void)apply_line_mode(input, mode);
    return answered;
}

void Console::measure(State& state, int descriptor) {
    const auto size = hal::terminal_size(descriptor);
    const auto cells = size ? size.value() : hal::HostTerminalSize{};
    state.model.resize(cells.columns, cells.rows);
    // A terminal that does not answer is not asked again: the last line is a good guess.
    if (!state.model.is_sure() && !ask_cursor(state, descriptor)) state.model.set(0, cells.rows - 1);
}

NtResult<nt::CONSOLE_SCREEN_BUFFER> Console::screen_buffer() {
    const int descriptor = TRY(output());
    return m_state.with([&](State& state) {
        measure(state, descriptor);
        const auto columns = static_cast<std::int16_t>(state.model.columns());
        const auto rows = static_cast<std::int16_t>(state.model.rows());
        nt::CONSOLE_SCREEN_BUFFER buffer{};
        buffer.Size = {columns, rows};
        buffer.CursorPosition = {static_cast<std::int16_t>(std::min(state.model.column(), columns - 1)),
                                 static_cast<std::int16_t>(state.model.row())};
        buffer.Attributes = state.attributes;
        buffer.Window = {0, 0, static_cast<std::int16_t>(columns - 1), static_cast<std::int16_t>(rows - 1)};
        buffer.MaximumWindowSize = {columns, rows};
        buffer.PopupAttributes = 0xF5;
        std::copy(std::begin(windows_colours), std::end(windows_colours), buffer.ColorTable);
        return buffer;
    });
}

NtResult<> Console::set_cursor_position(nt::CONSOLE_COORD at) {
    const int descriptor = TRY(output());
    const bool inside = m_state.with([&](State& state) {
        const auto size = hal::terminal_size(descriptor);
        if (size) state.model.resize(size.value().columns, size.value().rows);
        if (at.X < 0 || at.Y < 0 || at.X >= state.model.columns() || at.Y >= state.model.rows()) return false;
        state.model.set(at.X, at.Y);
        return true;
    });
    if (!inside) return Status::InvalidParameter;
    return emit(position_sequence(at.X, at.Y));
}

NtResult<> Console::set_attributes(std::uint16_t attributes) {
    m_state.with([&](State& state) {
        state.attributes = attributes;
        state.terminal_changed = true;
    });
    return emit(attribute_sequence(attributes));
}

NtResult<std::uint32_t> Console::fill(const nt::CONSOLE_FILL& fill) {
    const int descriptor = TRY(output());
    std::string bytes;
    const std::uint32_t cells = m_state.with([&](State& state) -> std::uint32_t {
        measure(state, descriptor);
        const int columns = state.model.columns(), rows = state.model.rows();
        if (fill.At.X < 0 || fill.At.Y < 0 || fill.At.X >= columns || fill.At.Y >= rows) return 0;
        const auto room = static_cast<std::uint32_t>((rows - fill.At.Y) * columns - fill.At.X);
        const std::uint32_t count = std::min(fill.Length, room);
        // Colours without characters cannot be given to a terminal: the cells that clearing programs fill
        // this way get theirs with the blanks that come with it.
        if (fill.What == nt::CONSOLE_FILL_WHAT::Attribute) return count;
        const std::uint32_t whole_screen = static_cast<std::uint32_t>(columns) * static_cast<std::uint32_t>(rows);
        if (count == whole_screen && fill.Value == u' ') {
            bytes = "\x1b[2J";
            return count;
        }
        bytes = "\x1b"
                "7"
                + position_sequence(fill.At.X, fill.At.Y);
        for (std::uint32_t i = 0; i < count; ++i) append_utf8(bytes, fill.Value);
        bytes += "\x1b"
                 "8";
        return count;
    });
    TRY(emit(bytes));
    return cells;
}

nt::CONSOLE_CURSOR Console::cursor() {
    return m_state.with([](State& state) { return state.cursor; });
}

NtResult<> Console::set_cursor(nt::CONSOLE_CURSOR cursor) {
    if (cursor.Size < 1 || cursor.Size > 100) return Status::InvalidParameter;
    m_state.with([&](State& state) {
        state.cursor = cursor;
        state.terminal_changed = true;
    });
    return emit(cursor.Visible ? "\x1b[?25h" : "\x1b[?25l");
}

} // namespace oriel::io
