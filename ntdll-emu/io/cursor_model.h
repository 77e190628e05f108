// SPDX-License-Identifier: MIT
// cursor_model.h: where the terminal's cursor must be after what was written.
//
// Asking the terminal (DSR) takes a round trip and mixes with what the user types. So it is asked once,
// and then the text that goes out is followed here. Text whose effect is not followed (VT sequences,
// characters of unknown width) makes the model unsure, and the next question asks the terminal again.
#pragma once

#include <string_view>

namespace oriel::io {

class CursorModel {
public:
    /// The terminal's size in cells.
    void resize(int columns, int rows);
    /// The terminal has said, or was told, where the cursor is (0-based).
    void set(int column, int row);
    void unsure() { m_sure = false; }
    /// `vt`: sequences in the text are obeyed.
    void follow(std::u16string_view text, bool vt);

    [[nodiscard]] bool is_sure() const { return m_sure; }
    [[nodiscard]] int column() const { return m_column; }
    [[nodiscard]] int row() const { return m_row; }
    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] int rows() const { return m_rows; }

private:
    void line_feed();

    int m_columns = 80, m_rows = 25;
    int m_column = 0, m_row = 0;
    bool m_sure = false;
};

} // namespace oriel::io
