// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/code_page.h>
#include <ntdll-emu/io/console_keys.h>
#include <ntdll-emu/io/console_text.h>
#include <ntdll-emu/io/cursor_model.h>

#include <gtest/gtest.h>

namespace oriel::io {
namespace {

std::string shown(std::u16string_view text, OutputRules rules = {}) {
    TerminalText terminal;
    std::string bytes;
    terminal.append(bytes, text, rules);
    return bytes;
}

TEST(ConsoleText, Progress_lines_pass_unchanged) {
    EXPECT_EQ(shown(u" 12%\r    \r 13%\b\b\t\a\n"), " 12%\r    \r 13%\b\b\t\a\n");
}

TEST(ConsoleText, An_escape_is_drawn_unless_the_program_asked_for_VT) {
    EXPECT_EQ(shown(u"\x1b[2J"), "←[2J");
    EXPECT_EQ(shown(u"\x1b[2J", {true, true}), "\x1b[2J");
    EXPECT_EQ(shown(u"\x01\x9b"), "☺\xEF\xBF\xBD");
    EXPECT_EQ(shown(u"\r", {false, false}), "♪");
}

TEST(ConsoleText, A_surrogate_pair_may_come_in_two_pieces) {
    TerminalText terminal;
    std::string bytes;
    const std::u16string face = u"😀";
    terminal.append(bytes, face.substr(0, 1), {});
    EXPECT_EQ(bytes, "");
    terminal.append(bytes, face.substr(1), {});
    EXPECT_EQ(bytes, "😀");
}

TEST(ConsoleText, Attributes_become_colours) {
    EXPECT_EQ(attribute_sequence(0x07), "\x1b[0m");
    EXPECT_EQ(attribute_sequence(0x0C), "\x1b[0;91m");    // bright red
    EXPECT_EQ(attribute_sequence(0x01), "\x1b[0;34m");    // blue
    EXPECT_EQ(attribute_sequence(0x4E), "\x1b[0;93;41m"); // bright yellow on red
    EXPECT_EQ(attribute_sequence(0x4007), "\x1b[0;7m");
}

TEST(CodePage, Bytes_are_read_in_the_page_that_is_set) {
    std::u16string text;
    TextDecoder().append(text, "\x81\xE1", 437);
    EXPECT_EQ(text, u"üß");
    text.clear();
    TextDecoder().append(text, "\xFC\x80", 1252);
    EXPECT_EQ(text, u"ü€");
}

TEST(CodePage, A_UTF_8_character_may_come_in_pieces) {
    TextDecoder decoder;
    std::u16string text;
    for (const char byte : std::string("a€😀\xFF")) decoder.append(text, std::string_view(&byte, 1), 65001);
    EXPECT_EQ(text, u"a€😀\xFFFD");
}

TEST(CodePage, What_a_page_does_not_have_becomes_a_question_mark) {
    EXPECT_EQ(encode_text(u"ü€😀", 437), "\x81??");
    EXPECT_EQ(encode_text(u"ü€😀", 65001), "ü€😀");
}

TEST(CursorModel, Follows_what_is_written) {
    CursorModel model;
    model.resize(10, 3);
    model.follow(u"abc\tx\r\n12345678901");
    EXPECT_EQ(model.column(), 1);
    EXPECT_EQ(model.row(), 2);
    EXPECT_EQ(model.top(), 0);
    model.follow(u"\n\n");
    EXPECT_EQ(model.row(), 4);
    EXPECT_EQ(model.top(), 2);
}

TEST(CursorModel, Goes_to_a_place_by_the_difference) {
    CursorModel model;
    model.resize(80, 24);
    model.follow(u"one\ntwo\nthree\n");
    EXPECT_EQ(model.go_to(4, 1), "\r\x1b[2A\x1b[4C");
    EXPECT_EQ(model.go_to(0, 3), "\r\n\n");
    EXPECT_EQ(model.row(), 3);
}

TEST(CursorModel, A_line_that_was_remembered_is_found_although_the_window_has_moved_on) {
    CursorModel model;
    model.resize(80, 5);
    model.follow(u"\n\n\n\n\n\n");
    const int remembered = model.row();
    model.follow(u"more\nand more\n");
    EXPECT_EQ(model.go_to(0, remembered), "\r\x1b[2A");
}

TEST(Keys, Are_pressed_and_released) {
    KeyDecoder decoder;
    std::deque<nt::CONSOLE_INPUT_RECORD> records;
    decoder.decode(records, "a\x1b[A\n\x03");
    ASSERT_EQ(records.size(), 8u);
    EXPECT_EQ(records[0].UnicodeChar, u'a');
    EXPECT_EQ(records[0].VirtualKeyCode, u'A');
    EXPECT_TRUE(records[0].KeyDown);
    EXPECT_FALSE(records[1].KeyDown);
    EXPECT_EQ(records[2].VirtualKeyCode, 0x26);
    EXPECT_EQ(records[4].UnicodeChar, u'\r');
    EXPECT_EQ(records[6].ControlKeyState, nt::CONSOLE_LEFT_CTRL_PRESSED);
}

} // namespace
} // namespace oriel::io
