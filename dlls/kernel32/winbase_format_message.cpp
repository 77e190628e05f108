// SPDX-License-Identifier: MIT
// winbase_format_message.cpp: FormatMessage.
//
// A message is a text with inserts: %1 to %99, each with an optional printf format between exclamation marks
// ("%1!08x!"), and escapes: %n a line end, %t a tab, %0 the end without a line end, %r a return, %b a blank,
// %. %! %% themselves. It comes from a string, from a module's message table, or from the system, whose
// texts are in winerror_messages.inc. The low byte of the flags is a line width: 0 keeps the text's own line
// ends, 255 drops them, another number wraps.
// Sources: "FormatMessage function" (Microsoft documentation) and its table of escape sequences.
#include "buffer.h"
#include "kernel32.h"
#include "message_arguments.h"
#include "message_text.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

constexpr DWORD width_mask = FORMAT_MESSAGE_MAX_WIDTH_MASK;

/// One formatting run: reads the definition, writes to `m_out`, wraps lines.
class Formatter {
public:
    Formatter(DWORD flags, MessageArguments& arguments, MessageText& out)
        : m_flags(flags), m_width(flags & width_mask), m_arguments(arguments), m_out(out) {}

    /// Statuses: InvalidParameter for a malformed insert, NoMemory.
    Status run(const WCHAR* from, std::size_t length) {
        m_at = from;
        m_end = from + length;
        while (m_at != m_end) {
            const WCHAR c = *m_at++;
            if (c == L'%') {
                bool stop = false;
                const Status status = escape(stop);
                if (!nt::is_success(status)) return status;
                if (stop) break;
            } else if (c == L'\r' || c == L'\n') {
                if (c == L'\r' && m_at != m_end && *m_at == L'\n') ++m_at;
                line_end_in_text();
            } else {
                put(c);
            }
        }
        return m_out.ok() ? Status::Success : Status::NoMemory;
    }

private:
    void put(WCHAR c) {
        m_out.append(c);
        ++m_column;
        if (c == L' ') m_last_blank = m_out.length();
        if (m_width != 0 && m_width != width_mask && m_column > m_width) wrap();
    }
    void put(const WCHAR* text, std::size_t length) {
        for (std::size_t i = 0; i < length; ++i) put(text[i]);
    }
    void hard_line_end() {
        m_out.append(L'\r');
        m_out.append(L'\n');
        m_column = 0;
        m_last_blank = m_line_start = m_out.length();
    }
    /// A line end that was written as such in the definition: a blank when lines are wrapped or joined.
    void line_end_in_text() {
        if (m_width == 0)
            hard_line_end();
        else
            put(L' ');
    }
    /// The line is too long: it ends at its last blank.
    void wrap() {
        if (m_last_blank <= m_line_start) return; // one long word
        const std::size_t rest = m_out.length() - m_last_blank;
        m_out.replace_blank_by_line_end(m_last_blank - 1);
        m_line_start = m_last_blank + 1;
        m_last_blank = m_line_start;
        m_column = rest;
    }

    Status escape(bool& stop) {
        if (m_at == m_end) return Status::InvalidParameter;
        const WCHAR c = *m_at++;
        switch (c) {
        case L'0':
            stop = true;
            return Status::Success;
        case L'n':
            hard_line_end();
            return Status::Success;
        case L'r':
            m_out.append(L'\r');
            return Status::Success;
        case L't':
            put(L'\t');
            return Status::Success;
        case L'b':
            put(L' ');
            return Status::Success;
        default:
            break;
        }
        if (c < L'1' || c > L'9') { // %. %! %% and any other character: itself
            if (m_flags & FORMAT_MESSAGE_IGNORE_INSERTS && c != L'%' && c != L'.' && c != L'!') put(L'%');
            put(c);
            return Status::Success;
        }
        --m_at;
        return insert();
    }

    Status insert() {
        const WCHAR* const first = m_at;
        unsigned number = static_cast<unsigned>(*m_at++ - L'0');
        if (m_at != m_end && *m_at >= L'0' && *m_at <= L'9')
            number = number * 10 + static_cast<unsigned>(*m_at++ - L'0');
        const WCHAR* format = nullptr;
        std::size_t format_length = 0;
        if (m_at != m_end && *m_at == L'!') {
            const WCHAR* const close = std::find(m_at + 1, m_end, L'!');
            if (close == m_end) return Status::InvalidParameter;
            format = m_at + 1;
            format_length = static_cast<std::size_t>(close - format);
            m_at = close + 1;
        }
        if (m_flags & FORMAT_MESSAGE_IGNORE_INSERTS) {
            put(L'%');
            put(first, static_cast<std::size_t>(m_at - first));
            return Status::Success;
        }
        MessageText piece;
        const Status status = m_arguments.format(number, format, format_length, piece);
        if (nt::is_success(status)) put(piece.data(), piece.length());
        return status;
    }

    DWORD m_flags;
    DWORD m_width;
    MessageArguments& m_arguments;
    MessageText& m_out;
    const WCHAR* m_at = nullptr;
    const WCHAR* m_end = nullptr;
    std::size_t m_column = 0;
    std::size_t m_line_start = 0; ///< offset in the output
    std::size_t m_last_blank = 0; ///< offset behind the last blank of this line
};

/// Finds the definition that the flags ask for. Statuses: MessageNotFound, ResourceLangNotFound, ...
Status find_definition(DWORD flags, const void* source, DWORD id, DWORD language, MessageText& definition) {
    Status status = Status::MessageNotFound;
    if (flags & FORMAT_MESSAGE_FROM_HMODULE) {
        HMODULE const module = source ? static_cast<HMODULE>(const_cast<void*>(source)) : GetModuleHandleW(nullptr);
        status = module_message(module, id, language, definition);
    }
    if (!nt::is_success(status) && (flags & FORMAT_MESSAGE_FROM_SYSTEM))
        status = system_message(id, language, definition);
    return status;
}

/// Everything but the copy to the caller.
Status format_message(DWORD flags, const void* source, bool narrow_source, DWORD id, DWORD language,
                      MessageArguments& arguments, MessageText& out) {
    MessageText definition;
    if (flags & FORMAT_MESSAGE_FROM_STRING) {
        if (narrow_source) {
            const WideText text(static_cast<const char*>(source));
            if (!text.ok()) return Status::NoMemory;
            definition.append(text.get(), text.length());
        } else {
            const auto* const text = static_cast<const WCHAR*>(source);
            definition.append(text, length_of(text));
        }
    } else {
        const Status status = find_definition(flags, source, id, language, definition);
        if (!nt::is_success(status)) return status;
    }
    if (!definition.ok()) return Status::NoMemory;
    return Formatter(flags, arguments, out).run(definition.data(), definition.length());
}

DWORD check(DWORD flags, const void* source, const void* to) {
    constexpr DWORD sources = FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_FROM_SYSTEM;
    if (!to) return flags & FORMAT_MESSAGE_ALLOCATE_BUFFER ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER;
    if (!(flags & sources)) return ERROR_INVALID_PARAMETER;
    if ((flags & FORMAT_MESSAGE_FROM_STRING) &&
        ((flags & (FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_FROM_SYSTEM)) || !source))
        return ERROR_INVALID_PARAMETER;
    return 0;
}

/// Copies to the caller, or to memory that LocalFree will take. Answers the length.
template<class T>
DWORD deliver(const T* text, std::size_t length, DWORD flags, T* to, DWORD size) {
    if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
        *reinterpret_cast<T**>(to) = nullptr;
        if (length == 0) return 0;
        auto* const memory =
            static_cast<T*>(LocalAlloc(LMEM_FIXED, std::max<std::size_t>(length + 1, size) * sizeof(T)));
        if (!memory) return 0;
        *reinterpret_cast<T**>(to) = memory;
        to = memory;
    } else if (length >= size) {
        if (size) *to = 0;
        return static_cast<DWORD>(fail(ERROR_INSUFFICIENT_BUFFER));
    }
    std::copy_n(text, length, to);
    to[length] = 0;
    return static_cast<DWORD>(length);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT DWORD WINAPI FormatMessageW(DWORD flags, LPCVOID source, DWORD id, DWORD language, LPWSTR to, DWORD size,
                                       va_list* list) {
    if (const DWORD error = check(flags, source, to)) return static_cast<DWORD>(fail(error));
    MessageArguments arguments(list, (flags & FORMAT_MESSAGE_ARGUMENT_ARRAY) != 0, MessageArguments::Wide);
    MessageText message;
    if (!finish(format_message(flags, source, false, id, language, arguments, message))) return 0;
    return deliver(message.data(), message.length(), flags, to, size);
}

K32_EXPORT DWORD WINAPI FormatMessageA(DWORD flags, LPCVOID source, DWORD id, DWORD language, LPSTR to, DWORD size,
                                       va_list* list) {
    if (const DWORD error = check(flags, source, to)) return static_cast<DWORD>(fail(error));
    MessageArguments arguments(list, (flags & FORMAT_MESSAGE_ARGUMENT_ARRAY) != 0, MessageArguments::Narrow);
    MessageText message;
    if (!finish(format_message(flags, source, true, id, language, arguments, message))) return 0;
    const std::size_t bytes = narrow_length(message.data(), message.length(), CP_ACP);
    Buffer<char, 512> text;
    if (!text.reserve(bytes + 1)) return static_cast<DWORD>(fail(ERROR_NOT_ENOUGH_MEMORY));
    narrow(message.data(), message.length(), text.data(), bytes, CP_ACP);
    return deliver(text.data(), bytes, flags, to, size);
}
