// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/cursor_model.h>

#include <algorithm>

namespace oriel::io {

namespace {

/// Letters that take one cell everywhere: ASCII, Latin, Greek, Cyrillic, and the drawings of the DOS pages.
bool takes_one_cell(char16_t unit) {
    if (unit >= 0x20 && unit < 0x300) return unit != 0x7F && unit != 0xAD;
    return (unit >= 0x370 && unit < 0x483) || (unit >= 0x2010 && unit < 0x2030) || (unit >= 0x2500 && unit < 0x25A0);
}

} // namespace

void CursorModel::resize(int columns, int rows) {
    if (columns == m_columns && rows == m_rows) return;
    m_columns = columns;
    m_rows = rows;
    m_sure = false;
}

void CursorModel::set(int column, int row) {
    m_column = std::clamp(column, 0, m_columns - 1);
    m_row = std::clamp(row, 0, m_rows - 1);
    m_sure = true;
}

void CursorModel::line_feed() { m_row = std::min(m_row + 1, m_rows - 1); }

void CursorModel::follow(std::u16string_view text, bool vt) {
    for (const char16_t unit : text) {
        switch (unit) {
        case u'\r': m_column = 0; continue;
        case u'\n': // the terminal returns the carriage as well (ONLCR), and so does the console
            m_column = 0;
            line_feed();
            continue;
        case u'\b': m_column = std::max(m_column - 1, 0); continue;
        case u'\t': m_column = std::min((m_column / 8 + 1) * 8, m_columns - 1); continue;
        case u'\a': continue;
        default: break;
        }
        if ((unit == 0x1B && vt) || (unit >= 0x20 && !takes_one_cell(unit))) m_sure = false;
        if (m_column >= m_columns) { // a full line wraps when the next character comes
            m_column = 0;
            line_feed();
        }
        m_column += 1;
    }
}

} // namespace oriel::io
