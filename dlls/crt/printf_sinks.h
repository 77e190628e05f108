// SPDX-License-Identifier: MIT
// printf_sinks.h: where formatted text goes: a stream, a buffer, a checked buffer, or only a count.
#pragma once

#include <dlls/crt/printf_format.h>
#include <dlls/crt/stream.h>

/// The body of a variadic function that ends in its va_list sister.
#define CRT_FORWARD(last, call)                                                                             \
    va_list arguments;                                                                                      \
    va_start(arguments, last);                                                                              \
    auto result = call;                                                                                     \
    va_end(arguments);                                                                                      \
    return result

namespace oriel::crt {

/// Writes one wide character to a stream whose lock is held, as fputwc does; WEOF on failure.
unsigned short put_wide_locked(wchar_t c, File* stream);

template<class Char> struct StreamSink : Sink<Char> {
    explicit StreamSink(File* stream) : m_stream(stream) { this->put = &write; }

    static void write(Sink<Char>& sink, const Char* text, size_t count) {
        auto& self = static_cast<StreamSink&>(sink);
        if constexpr (sizeof(Char) == 1) {
            if (write_locked(self.m_stream, text, count) != count)
                self.failed = true;
        } else {
            for (; count && !self.failed; --count, ++text)
                if (put_wide_locked(*text, self.m_stream) == wide_eof && *text != wide_eof)
                    self.failed = true;
        }
    }

private:
    File* m_stream;
};

template<class Char>
int print_to_stream(File* stream, const Char* format, va_list arguments, PrintfRules rules = {}) {
    if (!stream || !format)
        return invalid_parameter(), -1;
    StreamLock lock(stream);
    TemporaryBuffer lent(stream);
    StreamSink<Char> sink(stream);
    return format_to(sink, format, arguments, rules);
}

/// Microsoft's old snprintf: no NUL at an exact fit, -1 beyond.
template<class Char> int print_to_memory(Char* buffer, size_t size, const Char* format, va_list arguments) {
    if (!format || (!buffer && size))
        return invalid_parameter(), -1;
    MemorySink<Char> sink(buffer, size);
    int length = format_to<Char>(sink, format, arguments);
    if (sink.room())
        *sink.next() = 0;
    return length >= 0 && size_t(length) <= size ? length : buffer || length < 0 ? -1 : length;
}

/// The _s kind: always ends in NUL. `count` is the most characters to keep, _TRUNCATE (-1) as many as fit;
/// -2 stands for "all or nothing", as sprintf_s wants it.
template<class Char>
int print_to_memory_s(Char* buffer, size_t size, size_t count, const Char* format, va_list arguments,
                      PrintfRules rules = {}) {
    if (!format || !buffer || !size)
        return invalid_parameter(), -1;
    bool truncate = count == size_t(-1), whole = count == size_t(-2);
    size_t keep = truncate || whole ? size - 1 : smaller(count, size - 1);
    MemorySink<Char> sink(buffer, keep);
    rules.secure = true;
    int length = format_to<Char>(sink, format, arguments, rules);
    *sink.next() = 0;
    if (length >= 0 && size_t(length) <= keep)
        return length;
    if (length >= 0 && (truncate || (!whole && count < size)))
        return -1; // cut where the caller asked for it
    buffer[0] = 0;
    invalid_parameter(e_range);
    return -1;
}

template<class Char> int count_text(const Char* format, va_list arguments) {
    if (!format)
        return invalid_parameter(), -1;
    MemorySink<Char> sink(nullptr, 0);
    return format_to<Char>(sink, format, arguments);
}

} // namespace oriel::crt
