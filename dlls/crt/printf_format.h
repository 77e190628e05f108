// SPDX-License-Identifier: MIT
// printf_format.h: the engine under the whole printf family.
//
// printf, sprintf, wprintf and some fifty more are one algorithm with different ends. A Sink is such an
// end: it takes runs of characters. The engine is instantiated for char and wchar_t (printf_format.cpp).
#pragma once

#include <dlls/crt/crt.h>

namespace oriel::crt {

template<class Char> struct Sink {
    void (*put)(Sink& sink, const Char* text, size_t count);
    size_t total = 0;    ///< characters offered, whether there was room for them or not
    bool failed = false; ///< the end broke: the answer is -1
};

/// How the dialects differ. msvcrt has one; ucrtbase's callers say theirs with each call, in the first argument of
/// __stdio_common_v*printf (dlls/ucrtbase/stdio_common.cpp).
struct PrintfRules {
    bool secure = is_ucrt;      ///< an unknown conversion is an error; msvcrt: in the _s functions only
    bool standard = is_ucrt;    ///< C99's sizes, %F, infinities as "inf", no %n; exact digits beyond the 17th
    bool standard_wide_specifiers = false; ///< in wide formats, %s and %c are narrow, as in the C standard
    bool long_exponents = !is_ucrt;        ///< at least three digits, unless _set_output_format asks for two
    bool half_to_even = false;  ///< a tie is rounded to the even digit, not away from zero
};

/// Whether %n stores, where the rules do not let it by themselves; the second answers what was before.
bool count_output_enabled();
bool enable_count_output(bool enable);

/// The number of characters, or -1 (errno says why).
template<class Char> int format_to(Sink<Char>& sink, const Char* format, va_list arguments, PrintfRules rules = {});

/// A sink into memory that counts on when the room ends. It writes no NUL.
template<class Char> struct MemorySink : Sink<Char> {
    MemorySink(Char* buffer, size_t room) : m_next(buffer), m_room(room) { this->put = &append; }

    static void append(Sink<Char>& sink, const Char* text, size_t count) {
        auto& self = static_cast<MemorySink&>(sink);
        size_t part = smaller(count, self.m_room);
        memcpy(self.m_next, text, part * sizeof(Char));
        self.m_next += part;
        self.m_room -= part;
    }
    Char* next() const { return m_next; }
    size_t room() const { return m_room; }

private:
    Char* m_next;
    size_t m_room;
};

} // namespace oriel::crt
