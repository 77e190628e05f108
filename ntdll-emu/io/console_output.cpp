// SPDX-License-Identifier: MIT
// console_output.cpp: what the program draws.
//
// The screen buffer is a count of lines (cursor_model.h); its window is the terminal.
#include <ntdll-emu/io/console.h>

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/hal/host_pipe.h>
#include <ntdll-emu/hal/host_terminal.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/utf8.h>

#include <algorithm>

namespace oriel::io {

namespace {

/// The colours that Windows 10's console has, as COLORREF (0x00BBGGRR).
constexpr std::uint32_t windows_colours[16] = {
    0x0C0C0C, 0xDA3700, 0x0EA113, 0xDD963A, 0x1F0FC5, 0x981788, 0x009CC1, 0xCCCCCC,
    0x767676, 0xFF783B, 0x0CC616, 0xD6D661, 0x5648E7, 0x9E00B4, 0xA5F1F9, 0xF2F2F2,
};

constexpr std::string_view save_cursor = "\x1b\x37", restore_cursor = "\x1b\x38"; // DECSC, DECRC

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
        state.model.follow(text);
    });
    return emit(bytes);
}

NtResult<> Console::write_bytes(std::string_view bytes) {
    std::u16string text;
    m_state.with([&](State& state) { state.output_decoder.append(text, bytes, state.output_page); });
    return write(text);
}

void Console::measure(State& state, int descriptor) {
    const auto size = hal::terminal_size(descriptor);
    const auto cells = size ? size.value() : hal::HostTerminalSize{};
    constexpr int most = 4096; // a terminal may claim anything, and COORD has 16 bits
    state.model.resize(std::min(cells.columns, most), std::min(cells.rows, most));
}

NtResult<nt::CONSOLE_SCREEN_BUFFER> Console::screen_buffer() {
    const int descriptor = TRY(output());
    return m_state.with([&](State& state) {
        measure(state, descriptor);
        const CursorModel& model = state.model;
        const auto cell = [](int number) { return static_cast<std::int16_t>(number); };
        nt::CONSOLE_SCREEN_BUFFER buffer{};
        buffer.Size = {cell(model.columns()), cell(CursorModel::buffer_rows)};
        buffer.CursorPosition = {cell(model.column()), cell(model.row())};
        buffer.Attributes = state.attributes;
        buffer.Window = {0, cell(model.top()), cell(model.columns() - 1), cell(model.top() + model.rows() - 1)};
        buffer.MaximumWindowSize = {cell(model.columns()), cell(model.rows())};
        buffer.PopupAttributes = 0xF5;
        std::copy(std::begin(windows_colours), std::end(windows_colours), buffer.ColorTable);
        return buffer;
    });
}

NtResult<> Console::set_cursor_position(nt::CONSOLE_COORD at) {
    const int descriptor = TRY(output());
    std::string sequence;
    const bool inside = m_state.with([&](State& state) {
        measure(state, descriptor);
        if (at.X < 0 || at.Y < 0 || at.X >= state.model.columns() || at.Y >= CursorModel::buffer_rows) return false;
        sequence = state.model.go_to(at.X, at.Y);
        return true;
    });
    return inside ? emit(sequence) : NtResult<>(Status::InvalidParameter);
}

NtResult<> Console::set_attributes(std::uint16_t attributes) {
    m_state.with([&](State& state) {
        state.attributes = attributes;
        state.terminal_changed = true;
    });
    return emit(attribute_sequence(attributes));
}

namespace {

/// Cells from a place of the buffer to the end of the line before `end_row`.
std::uint32_t cells_until(const CursorModel& model, nt::CONSOLE_COORD at, int end_row) {
    return static_cast<std::uint32_t>(std::max((end_row - at.Y) * model.columns() - at.X, 0));
}

/// What draws `count` cells from a place on. Lines above the window cannot be reached.
std::string fill_sequence(const CursorModel& model, const nt::CONSOLE_FILL& fill, std::uint32_t count) {
    const std::uint32_t to_bottom = cells_until(model, fill.At, model.top() + model.rows());
    const bool from_top = fill.At.Y < model.top() || (fill.At.Y == model.top() && fill.At.X == 0);
    if (from_top && fill.Value == u' ' && count >= to_bottom) return "\x1b[2J";
    if (fill.At.Y < model.top()) return {};
    CursorModel there = model;
    std::string sequence(save_cursor);
    sequence += there.go_to(fill.At.X, fill.At.Y);
    for (std::uint32_t i = 0; i < std::min(count, to_bottom); ++i) append_utf8(sequence, fill.Value);
    return sequence.append(restore_cursor);
}

} // namespace

NtResult<std::uint32_t> Console::fill(const nt::CONSOLE_FILL& fill) {
    const int descriptor = TRY(output());
    std::string bytes;
    const std::uint32_t cells = m_state.with([&](State& state) -> std::uint32_t {
        measure(state, descriptor);
        const CursorModel& model = state.model;
        const bool inside =
            fill.At.X >= 0 && fill.At.Y >= 0 && fill.At.X < model.columns() && fill.At.Y < CursorModel::buffer_rows;
        if (!inside) return 0;
        const std::uint32_t count = std::min(fill.Length, cells_until(model, fill.At, CursorModel::buffer_rows));
        // Colours without characters cannot be given to a terminal: the cells that clearing programs fill
        // this way get theirs with the blanks that come with it.
        if (fill.What == nt::CONSOLE_FILL_WHAT::Character) bytes = fill_sequence(model, fill, count);
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
