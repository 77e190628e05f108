// SPDX-License-Identifier: MIT
// cursor_model.h: where the cursor is in the screen buffer.
//
// A Windows console has a buffer of 9,001 lines, and the window shows some of them; programs remember a
// line's number, write on, and come back to it. A terminal has a window only, and does not say where its
// cursor is unless it is asked, which mixes with what the user types.
//
// So the buffer is a count: it begins when we begin, text that goes out moves it on, and going to a place
// of the buffer is moving the terminal's cursor by the difference. Where on the screen we began does not
// matter then. A program that goes to the window's first line gets to the terminal's first line, because
// terminals stop there.
#pragma once

#include <string>
#include <string_view>

namespace oriel::io {

class CursorModel {
public:
    static constexpr int buffer_rows = 9001; // as Windows 10's

    /// The terminal's size in cells.
    void resize(int columns, int rows);
    /// Takes note of text that goes to the terminal. What VT sequences do is not followed.
    void follow(std::u16string_view text);

    /// What moves the terminal's cursor to a place of the buffer; from now on it is there.
    /// The place is inside of the buffer.
    std::string go_to(int column, int row);

    [[nodiscard]] int column() const;
    [[nodiscard]] int row() const { return m_row; }
    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] int rows() const { return m_rows; }
    /// The first line of the window.
    [[nodiscard]] int top() const { return m_top; }

private:
    void line_feed();
    void keep_in_window();

    int m_columns = 80, m_rows = 25;
    int m_column = 0, m_row = 0; ///< the column may be one past the last: the next character wraps
    int m_top = 0;
};

} // namespace oriel::io
