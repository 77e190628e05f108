// SPDX-License-Identifier: MIT
// console_test.cpp: the console on a pseudo-terminal whose other side is the test: it reads what is drawn,
// types, and answers questions as a terminal does.
#include "../support/nt_status_matchers.h"

#include <ntdll-emu/hal/host_terminal.h>
#include <ntdll-emu/io/console.h>

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <string>

namespace oriel::io {
namespace {

class ConsoleTest : public testing::Test {
protected:
    ConsoleTest() {
        m_user = ::posix_openpt(O_RDWR | O_NOCTTY);
        ::grantpt(m_user);
        ::unlockpt(m_user);
        m_terminal = ::open(::ptsname(m_user), O_RDWR | O_NOCTTY);
        const winsize size{24, 80, 0, 0};
        ::ioctl(m_terminal, TIOCSWINSZ, &size);
        m_console.use_input(m_terminal);
        m_console.use_output(m_terminal);
    }
    ~ConsoleTest() override {
        hal::restore_terminal();
        ::close(m_terminal);
        ::close(m_user);
    }
    void type(const std::string& keys) const {
        ASSERT_EQ(::write(m_user, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
    }
    /// What the terminal has got, until it is quiet.
    [[nodiscard]] std::string seen() const {
        std::string all;
        pollfd ready{m_user, POLLIN, 0};
        while (::poll(&ready, 1, 50) == 1) {
            char bytes[256];
            const ssize_t count = ::read(m_user, bytes, sizeof bytes);
            if (count <= 0) break;
            all.append(bytes, static_cast<std::size_t>(count));
        }
        return all;
    }

    int m_user = -1, m_terminal = -1;
    Console m_console;
};

TEST_F(ConsoleTest, Text_is_drawn_as_UTF_8) {
    EXPECT_OK(m_console.write(u"größer ☺\n"));
    EXPECT_EQ(seen(), "größer ☺\r\n");
    EXPECT_OK(m_console.write_bytes("gr\x94\xE1"
                                    "er")); // 437
    EXPECT_EQ(seen(), "größer");
    EXPECT_OK(m_console.set_output_code_page(65001));
    EXPECT_OK(m_console.write_bytes("\xC3"));
    EXPECT_OK(m_console.write_bytes("\xB6"));
    EXPECT_EQ(seen(), "ö");
}

TEST_F(ConsoleTest, A_line_ends_as_on_windows) {
    type("two words\n");
    EXPECT_EQ(m_console.read(100).value(), u"two words\r\n");
    type("first\nsecond\n");
    EXPECT_EQ(m_console.read(3).value(), u"fir");
    EXPECT_EQ(m_console.read(100).value(), u"st\r\n");
    EXPECT_EQ(m_console.read(100).value(), u"second\r\n");
}

TEST_F(ConsoleTest, Bytes_are_read_in_the_input_code_page) {
    type("ö\n");
    EXPECT_EQ(m_console.read_bytes(100).value(), "\x94\r\n");
    EXPECT_OK(m_console.set_input_code_page(65001));
    type("ö\n");
    EXPECT_EQ(m_console.read_bytes(1).value(), "\xC3");
    EXPECT_EQ(m_console.read_bytes(100).value(), "\xB6");
    EXPECT_EQ(m_console.read_bytes(100).value(), "\r\n");
}

TEST_F(ConsoleTest, The_end_of_the_input_is_nothing) {
    type("\x04");
    EXPECT_EQ(m_console.read(100).value(), u"");
    type("\x16\x1A\n"); // Ctrl+Z, quoted from the host's line discipline
    EXPECT_EQ(m_console.read_bytes(100).value(), "");
}

TEST_F(ConsoleTest, Without_lines_every_key_comes_at_once_and_unseen) {
    EXPECT_OK(m_console.set_input_mode(nt::ENABLE_PROCESSED_INPUT));
    type("x");
    EXPECT_EQ(m_console.read(100).value(), u"x");
    EXPECT_EQ(seen(), "");
    EXPECT_EQ(m_console.set_input_mode(nt::ENABLE_ECHO_INPUT).status(), Status::InvalidParameter);
}

TEST_F(ConsoleTest, Keys_are_events) {
    EXPECT_EQ(m_console.event_count().value(), 0u);
    type("a\x1b[A");
    EXPECT_EQ(m_console.event_count().value(), 4u);
    const auto peeked = m_console.events(1, false, true).value();
    ASSERT_EQ(peeked.size(), 1u);
    EXPECT_EQ(peeked[0].UnicodeChar, u'a');
    EXPECT_EQ(m_console.events(10, true, false).value().size(), 4u);
    EXPECT_OK(m_console.flush_input());
}

TEST_F(ConsoleTest, The_buffer_has_a_window_as_large_as_the_terminal) {
    EXPECT_OK(m_console.write(u"12345\r\n67"));
    const auto buffer = m_console.screen_buffer().value();
    EXPECT_EQ(buffer.Size.X, 80);
    EXPECT_EQ(buffer.Window.Bottom - buffer.Window.Top, 23);
    EXPECT_EQ(buffer.CursorPosition.X, 2);
    EXPECT_EQ(buffer.CursorPosition.Y, 1);
    EXPECT_EQ(buffer.Attributes, 7);
    type("line\n");
    EXPECT_OK(m_console.read(100));
    EXPECT_EQ(m_console.screen_buffer().value().CursorPosition.Y, 2);
}

TEST_F(ConsoleTest, Places_and_colours_become_sequences) {
    EXPECT_OK(m_console.set_cursor_position({3, 2}));
    EXPECT_OK(m_console.set_attributes(0x0A));
    EXPECT_EQ(seen(), "\r\r\n\r\n\x1b[3C\x1b[0;92m");
    EXPECT_EQ(m_console.set_cursor_position({80, 0}).status(), Status::InvalidParameter);
    EXPECT_EQ(m_console.fill({nt::CONSOLE_FILL_WHAT::Character, 3, {0, 1}, u'x'}).value(), 3u);
    EXPECT_EQ(seen(), "\x1b"
                      "7\r\x1b[1Axxx\x1b"
                      "8");
    m_console.leave();
    EXPECT_EQ(seen(), "\x1b[0m\x1b[?25h");
}

TEST_F(ConsoleTest, Filling_the_whole_buffer_with_blanks_clears_the_screen) {
    const std::uint32_t whole = 80 * CursorModel::buffer_rows;
    EXPECT_EQ(m_console.fill({nt::CONSOLE_FILL_WHAT::Character, whole, {0, 0}, u' '}).value(), whole);
    EXPECT_EQ(m_console.fill({nt::CONSOLE_FILL_WHAT::Attribute, whole, {0, 0}, 7}).value(), whole);
    EXPECT_EQ(seen(), "\x1b[2J");
}

TEST_F(ConsoleTest, The_terminal_is_left_as_it_was_found) {
    termios before{}, after{};
    ::tcgetattr(m_terminal, &before);
    EXPECT_OK(m_console.set_input_mode(0));
    ::tcgetattr(m_terminal, &after);
    EXPECT_EQ(after.c_lflag & (ICANON | ECHO | ISIG), 0u);
    m_console.leave();
    ::tcgetattr(m_terminal, &after);
    EXPECT_EQ(after.c_lflag, before.c_lflag);
}

} // namespace
} // namespace oriel::io
