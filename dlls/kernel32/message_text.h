// SPDX-License-Identifier: MIT
// message_text.h: a text that grows while FormatMessage writes it, and where definitions come from.
#pragma once

#include "buffer.h"

#include <algorithm>

namespace oriel::k32 {

class MessageText {
public:
    MessageText() = default;
    ~MessageText() {
        if (m_data != m_inline) release(m_data);
    }
    MessageText(const MessageText&) = delete;
    MessageText& operator=(const MessageText&) = delete;

    void append(WCHAR c) {
        if (m_length == m_capacity && !grow()) return;
        m_data[m_length++] = c;
    }
    void append(const WCHAR* text, std::size_t length) {
        for (std::size_t i = 0; i < length; ++i) append(text[i]);
    }
    /// The blank at `offset` becomes a line end, one character longer.
    void replace_blank_by_line_end(std::size_t offset) {
        append(L' ');
        if (!m_ok) return;
        std::copy_backward(m_data + offset + 1, m_data + m_length - 1, m_data + m_length);
        m_data[offset] = L'\r';
        m_data[offset + 1] = L'\n';
    }
    void clear() { m_length = 0; }

    /// False once memory ran out: what follows was dropped.
    [[nodiscard]] bool ok() const { return m_ok; }
    WCHAR* data() { return m_data; }
    [[nodiscard]] const WCHAR* data() const { return m_data; }
    [[nodiscard]] std::size_t length() const { return m_length; }

private:
    bool grow() {
        auto* const larger = static_cast<WCHAR*>(allocate(m_capacity * 2 * sizeof(WCHAR)));
        if (!larger) {
            m_ok = false;
            return false;
        }
        std::copy_n(m_data, m_length, larger);
        if (m_data != m_inline) release(m_data);
        m_data = larger;
        m_capacity *= 2;
        return true;
    }

    WCHAR m_inline[256];
    WCHAR* m_data = m_inline;
    std::size_t m_length = 0;
    std::size_t m_capacity = 256;
    bool m_ok = true;
};

/// The text of a system error; HRESULTs of FACILITY_WIN32 and NTSTATUS values lead to their Win32 error.
/// Statuses: MessageNotFound; ResourceLangNotFound for a language other than ours, English.
Status system_message(DWORD id, DWORD language, MessageText& to);
/// The text from a module's message table (RT_MESSAGETABLE).
Status module_message(HMODULE module, DWORD id, DWORD language, MessageText& to);

} // namespace oriel::k32
