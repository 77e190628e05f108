// SPDX-License-Identifier: MIT
// console_control.cpp: the console's numbered requests (nt/console_ioctl.h).
#include <ntdll-emu/io/console_device.h>

#include <oriel/user_ptr.h>

#include <algorithm>
#include <vector>

namespace oriel::io {

namespace {

/// Longest text of a title or a line that one request carries.
constexpr std::uint32_t most_text_bytes = 0x10000;

template<class T>
NtResult<T> take(GuestBuffer in) {
    if (in.bytes < sizeof(T)) return Status::BufferTooSmall;
    return UserPtr<T>(in.address).capture();
}

template<class T>
NtResult<std::uint32_t> give(GuestBuffer out, const T& value) {
    if (out.bytes < sizeof value) return Status::BufferTooSmall;
    TRY(UserPtr<T>(out.address).store(value));
    return static_cast<std::uint32_t>(sizeof value);
}

NtResult<std::uint32_t> give_text(GuestBuffer out, std::u16string_view text) {
    const auto bytes =
        static_cast<std::uint32_t>(std::min<std::size_t>(text.size() * sizeof(char16_t), out.bytes & ~1u));
    TRY(copy_to_guest(out.address, text.data(), bytes));
    return bytes;
}

NtResult<std::u16string> take_text(GuestBuffer in) {
    if (in.bytes > most_text_bytes) return Status::InvalidParameter;
    std::u16string text(in.bytes / sizeof(char16_t), u'\0');
    TRY(copy_from_guest(text.data(), in.address, text.size() * sizeof(char16_t)));
    return text;
}

NtResult<std::uint32_t> nothing(NtResult<> done) {
    TRY(done);
    return 0u;
}

} // namespace

NtResult<std::uint32_t> ConsoleFile::control(std::uint32_t code, GuestBuffer in, GuestBuffer out) {
    switch (code) {
    case nt::CONSOLE_GET_MODE:
        if (m_side == ConsoleSide::Whole) return Status::InvalidHandle;
        return give(out, m_side == ConsoleSide::Input ? m_console.input_mode() : m_console.output_mode());
    case nt::CONSOLE_SET_MODE: {
        const auto mode = TRY(take<std::uint32_t>(in));
        if (m_side == ConsoleSide::Whole) return Status::InvalidHandle;
        return nothing(m_side == ConsoleSide::Input ? m_console.set_input_mode(mode)
                                                    : m_console.set_output_mode(mode));
    }
    case nt::CONSOLE_GET_CODE_PAGES:
    case nt::CONSOLE_SET_INPUT_CODE_PAGE:
    case nt::CONSOLE_SET_OUTPUT_CODE_PAGE:
    case nt::CONSOLE_GET_TITLE:
    case nt::CONSOLE_SET_TITLE: return control_whole(code, in, out);
    case nt::CONSOLE_READ:
    case nt::CONSOLE_GET_EVENT_COUNT:
    case nt::CONSOLE_READ_INPUT:
    case nt::CONSOLE_PEEK_INPUT:
    case nt::CONSOLE_WRITE_INPUT:
    case nt::CONSOLE_FLUSH_INPUT:
        if (m_side != ConsoleSide::Input) return Status::InvalidHandle;
        return control_input(code, in, out);
    default:
        if (m_side != ConsoleSide::Output) return Status::InvalidHandle;
        return control_output(code, in, out);
    }
}

NtResult<std::uint32_t> ConsoleFile::control_whole(std::uint32_t code, GuestBuffer in, GuestBuffer out) {
    switch (code) {
    case nt::CONSOLE_GET_CODE_PAGES: return give(out, m_console.code_pages());
    case nt::CONSOLE_SET_INPUT_CODE_PAGE: return nothing(m_console.set_input_code_page(TRY(take<std::uint32_t>(in))));
    case nt::CONSOLE_SET_OUTPUT_CODE_PAGE:
        return nothing(m_console.set_output_code_page(TRY(take<std::uint32_t>(in))));
    case nt::CONSOLE_GET_TITLE: return give_text(out, m_console.title());
    default: return nothing(m_console.set_title(TRY(take_text(in))));
    }
}

NtResult<std::uint32_t> ConsoleFile::control_input(std::uint32_t code, GuestBuffer in, GuestBuffer out) {
    switch (code) {
    case nt::CONSOLE_READ: {
        const std::size_t units = std::min(out.bytes, most_text_bytes) / sizeof(char16_t);
        if (units == 0) return 0u;
        return give_text(out, TRY(m_console.read(units)));
    }
    case nt::CONSOLE_GET_EVENT_COUNT: return give(out, TRY(m_console.event_count()));
    case nt::CONSOLE_READ_INPUT: return read_events(out, true, false);
    case nt::CONSOLE_PEEK_INPUT: return read_events(out, false, true);
    case nt::CONSOLE_FLUSH_INPUT: return nothing(m_console.flush_input());
    default: {
        const std::uint32_t count = std::min(in.bytes, most_text_bytes) / sizeof(nt::CONSOLE_INPUT_RECORD);
        std::vector<nt::CONSOLE_INPUT_RECORD> records(count);
        TRY(copy_from_guest(records.data(), in.address, count * sizeof(nt::CONSOLE_INPUT_RECORD)));
        m_console.push_events(records);
        return out.bytes == 0 ? NtResult<std::uint32_t>(0u) : give(out, count);
    }
    }
}

NtResult<std::uint32_t> ConsoleFile::read_events(GuestBuffer out, bool wait, bool keep) {
    const std::size_t most = std::min(out.bytes, most_text_bytes) / sizeof(nt::CONSOLE_INPUT_RECORD);
    if (most == 0) return 0u;
    const auto records = TRY(m_console.events(most, wait, keep));
    const std::size_t bytes = records.size() * sizeof(nt::CONSOLE_INPUT_RECORD);
    TRY(copy_to_guest(out.address, records.data(), bytes));
    return static_cast<std::uint32_t>(bytes);
}

NtResult<std::uint32_t> ConsoleFile::control_output(std::uint32_t code, GuestBuffer in, GuestBuffer out) {
    switch (code) {
    case nt::CONSOLE_WRITE: return write_text(in, out);
    case nt::CONSOLE_GET_SCREEN_BUFFER: return give(out, TRY(m_console.screen_buffer()));
    case nt::CONSOLE_SET_CURSOR_POSITION:
        return nothing(m_console.set_cursor_position(TRY(take<nt::CONSOLE_COORD>(in))));
    case nt::CONSOLE_SET_TEXT_ATTRIBUTE: return nothing(m_console.set_attributes(TRY(take<std::uint16_t>(in))));
    case nt::CONSOLE_FILL_OUTPUT: {
        const std::uint32_t cells = TRY(m_console.fill(TRY(take<nt::CONSOLE_FILL>(in))));
        return out.bytes == 0 ? NtResult<std::uint32_t>(0u) : give(out, cells);
    }
    case nt::CONSOLE_GET_CURSOR_INFO: return give(out, m_console.cursor());
    case nt::CONSOLE_SET_CURSOR_INFO: return nothing(m_console.set_cursor(TRY(take<nt::CONSOLE_CURSOR>(in))));
    case nt::CONSOLE_SET_SCREEN_BUFFER_SIZE: {
        // The terminal's user decides its size; asking for the size that it has is fine.
        const auto wanted = TRY(take<nt::CONSOLE_COORD>(in));
        const auto buffer = TRY(m_console.screen_buffer());
        const bool same = wanted.X == buffer.Size.X && wanted.Y == buffer.Size.Y;
        return same ? NtResult<std::uint32_t>(0u) : NtResult<std::uint32_t>(Status::NotSupported);
    }
    case nt::CONSOLE_SET_WINDOW: {
        const auto wanted = TRY(take<nt::CONSOLE_RECT>(in));
        const auto window = TRY(m_console.screen_buffer()).Window;
        const bool same = wanted.Left == window.Left && wanted.Top == window.Top && wanted.Right == window.Right
                          && wanted.Bottom == window.Bottom;
        return same ? NtResult<std::uint32_t>(0u) : NtResult<std::uint32_t>(Status::NotSupported);
    }
    default: return Status::InvalidDeviceRequest;
    }
}

} // namespace oriel::io
