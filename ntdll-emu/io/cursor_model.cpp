// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/cursor_model.h>

#include <algorithm>

namespace oriel::io {

void CursorModel::resize(int columns, int rows) {
    m_columns = columns;
    m_rows = rows;
    m_column = std::min(m_column, columns);
    keep_in_window();
}

void CursorModel::keep_in_window() { m_top = std::clamp(m_top, std::max(m_row - m_rows + 1, 0), m_row); }

void CursorModel::line_feed() {
    m_row = std::min(m_row + 1, buffer_rows - 1);
    keep_in_window();
}

int CursorModel::column() const { return std::min(m_column, m_columns - 1); }

void CursorModel::follow(std::u16string_view text) {
    for (const char16_t unit : text) {
        switch (unit) {
        case u'\r': m_column = 0; break;
        case u'\n': // the terminal returns the carriage as well (ONLCR), and so does the console
            m_column = 0;
            line_feed();
            break;
        case u'\b': m_column = std::max(m_column - 1, 0); break;
        case u'\t': m_column = std::min((m_column / 8 + 1) * 8, m_columns - 1); break;
        case u'\a': break;
        default:
            if (m_column >= m_columns) {
                m_column = 0;
                line_feed();
            }
            m_column += 1;
        }
    }
}

std::string CursorModel::go_to(int column, int row) {
    std::string sequence = "\r";
    const int up = m_row - row;
    if (up > 0) sequence += "\x1b[" + std::to_string(up) + "A";
    // Line feeds, because they scroll at the bottom, as the console's window does.
    if (up < 0) sequence.append(static_cast<std::size_t>(std::min(-up, m_rows)), '\n');
    if (column > 0) sequence += "\x1b[" + std::to_string(column) + "C";
    m_column = column;
    m_row = row;
    keep_in_window();
    return sequence;
}

} // namespace oriel::io
