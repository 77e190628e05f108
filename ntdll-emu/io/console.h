// SPDX-License-Identifier: MIT
// console.h: the console of the process: a terminal of the host with the manners of a Windows console.
//
//   console.cpp          code pages, modes, title: what there is without a terminal too
//   console_output.cpp   text, colours, the cursor
//   console_input.cpp    lines
//   console_events.cpp   single keys
//
// There is one console a process. Its input and its output are the terminal that the standard handles
// lead to, or the controlling terminal. If standard output is no terminal, it is an ordinary file or pipe
// and none of this has to do with it.
//
// The lock guards the state. It is not held while waiting for the user.
#pragma once

#include <ntdll-emu/io/code_page.h>
#include <ntdll-emu/io/console_keys.h>
#include <ntdll-emu/io/console_text.h>
#include <ntdll-emu/io/cursor_model.h>
#include <ntdll-emu/ke/lock_rank.h>
#include <oriel/guarded.h>
#include <oriel/nt_result.h>
#include <nt/console_ioctl.h>

#include <atomic>
#include <deque>
#include <string>
#include <vector>

namespace oriel::io {

class Console {
public:
    Console() = default;
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    /// Where the terminal is; -1: not known, the controlling terminal is opened when it is needed.
    void use_input(int descriptor) { m_input.store(descriptor); }
    void use_output(int descriptor) { m_output.store(descriptor); }
    /// Statuses: InvalidHandle if there is no terminal.
    NtResult<int> input();
    NtResult<int> output();
    /// Counts the openings of the two sides. When the last one goes, which the standard handles do at the
    /// process's end, the terminal is as it was before.
    void opened() { m_openings.fetch_add(1); }
    void closed() {
        if (m_openings.fetch_sub(1) == 1) leave();
    }
    void leave();

    // The console as a whole.

    [[nodiscard]] nt::CONSOLE_CODE_PAGES code_pages();
    /// Statuses: InvalidParameter for a page that is not known.
    NtResult<> set_input_code_page(std::uint32_t page);
    NtResult<> set_output_code_page(std::uint32_t page);
    [[nodiscard]] std::u16string title();
    NtResult<> set_title(std::u16string title);
    [[nodiscard]] std::uint32_t input_mode();
    [[nodiscard]] std::uint32_t output_mode();
    /// Statuses: InvalidParameter for contradictions (echo without lines).
    NtResult<> set_input_mode(std::uint32_t mode);
    NtResult<> set_output_mode(std::uint32_t mode);

    // Output.

    NtResult<> write(std::u16string_view text);
    /// In the output code page.
    NtResult<> write_bytes(std::string_view bytes);
    NtResult<nt::CONSOLE_SCREEN_BUFFER> screen_buffer();
    NtResult<> set_cursor_position(nt::CONSOLE_COORD at);
    NtResult<> set_attributes(std::uint16_t attributes);
    /// Cells filled.
    NtResult<std::uint32_t> fill(const nt::CONSOLE_FILL& fill);
    [[nodiscard]] nt::CONSOLE_CURSOR cursor();
    NtResult<> set_cursor(nt::CONSOLE_CURSOR cursor);

    // Input.

    /// Up to `most` units of a line (or of what was typed, without ENABLE_LINE_INPUT). Empty: the end of the input.
    NtResult<std::u16string> read(std::size_t most);
    /// The same in the input code page, up to `most` bytes.
    NtResult<std::string> read_bytes(std::size_t most);
    NtResult<std::uint32_t> event_count();
    /// Takes up to `most` events; waits for one if `wait`.
    NtResult<std::vector<nt::CONSOLE_INPUT_RECORD>> events(std::size_t most, bool wait, bool keep);
    NtResult<> flush_input();
    void push_events(const std::vector<nt::CONSOLE_INPUT_RECORD>& records);

private:
    struct State {
        std::uint32_t input_page = nt::default_console_code_page;
        std::uint32_t output_page = nt::default_console_code_page;
        std::uint32_t input_mode = nt::ENABLE_PROCESSED_INPUT | nt::ENABLE_LINE_INPUT | nt::ENABLE_ECHO_INPUT
                                   | nt::ENABLE_MOUSE_INPUT | nt::ENABLE_INSERT_MODE | nt::ENABLE_QUICK_EDIT_MODE
                                   | nt::ENABLE_EXTENDED_FLAGS | nt::ENABLE_AUTO_POSITION;
        std::uint32_t output_mode = nt::ENABLE_PROCESSED_OUTPUT | nt::ENABLE_WRAP_AT_EOL_OUTPUT;
        std::uint16_t attributes = nt::default_console_attributes;
        nt::CONSOLE_CURSOR cursor{25, 1};
        std::u16string title;
        CursorModel model;
        TextDecoder output_decoder; ///< of write_bytes
        TextDecoder input_decoder;  ///< of the terminal's UTF-8
        TerminalText terminal_text;
        std::u16string typed;    ///< read from the terminal, not yet by the program
        std::string typed_bytes; ///< the rest of a character that did not fit into read_bytes
        KeyDecoder keys;
        std::deque<nt::CONSOLE_INPUT_RECORD> records;
        bool terminal_changed = false; ///< something has to be undone at the end
    };
    using Lock = ke::RankedLock<ke::LockRank::File>;

    NtResult<> emit(std::string_view bytes);
    static void measure(State& state, int descriptor);
    NtResult<> fetch_line();
    NtResult<bool> fetch_keys(bool wait);
    static NtResult<> apply_line_mode(int descriptor, std::uint32_t mode);

    Guarded<State, Lock> m_state;
    std::atomic<int> m_input{-1};
    std::atomic<int> m_output{-1};
    std::atomic<int> m_openings{0};
};

/// The console of this process.
Console& process_console();

} // namespace oriel::io
