// SPDX-License-Identifier: MIT
// message_arguments.h: the inserts of FormatMessage.
//
// The caller gives a va_list or an array; either way an argument can be asked for out of order and twice, so
// a va_list is read once, into a cache. A format is printf's, with Microsoft's size prefixes.
#pragma once

#include "message_text.h"

#include <cstdarg>

namespace oriel::k32 {

class MessageArguments {
public:
    enum Kind { Narrow, Wide }; ///< what %s means: the A or the W function's strings

    MessageArguments(va_list* list, bool array, Kind kind) : m_source(list), m_array(array), m_kind(kind) {}

    /// Appends insert `number` (from 1), formatted; no format means a string.
    /// Statuses: InvalidParameter (no arguments, a bad format), NoMemory.
    Status format(unsigned number, const WCHAR* format, std::size_t length, MessageText& to);

private:
    /// A pointer-sized argument. On x64 everything is one; on i386 a 64-bit number takes two.
    std::uintptr_t next(unsigned index);
    std::uint64_t number_argument(unsigned index, bool wide);

    static constexpr unsigned most = 99 * 2 + 2;
    va_list* m_source;
    bool m_array;
    Kind m_kind;
    std::uintptr_t m_cache[most];
    unsigned m_read = 0;
    unsigned m_shift = 0; ///< extra slots that widths and 64-bit arguments took so far
};

} // namespace oriel::k32
