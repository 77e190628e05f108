// SPDX-License-Identifier: MIT
// message_arguments.cpp: printf's formats, as far as messages use them: flags, width, precision, a size, and one
// of c C d i u o x X p s S. A '*' takes the arguments before the value, as Windows does ("%1!*.*s! %4").
#include "message_arguments.h"

#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

struct Format {
    bool left = false, zero = false, plus = false, blank = false, alternative = false;
    int width = 0;
    int precision = -1;
    bool star_width = false, star_precision = false;
    enum { Default, Short, Long, Wide64 } size = Default;
    WCHAR conversion = L's';
};

bool parse(const WCHAR* at, std::size_t length, Format& format) {
    const WCHAR* const end = at + length;
    const auto number = [&](int& value) {
        value = 0;
        while (at != end && *at >= L'0' && *at <= L'9') value = std::min(value * 10 + (*at++ - L'0'), 0xFFFF);
    };
    for (; at != end; ++at) {
        if (*at == L'-')
            format.left = true;
        else if (*at == L'0')
            format.zero = true;
        else if (*at == L'+')
            format.plus = true;
        else if (*at == L' ')
            format.blank = true;
        else if (*at == L'#')
            format.alternative = true;
        else
            break;
    }
    if (at != end && *at == L'*') {
        format.star_width = true;
        ++at;
    } else {
        number(format.width);
    }
    if (at != end && *at == L'.') {
        ++at;
        if (at != end && *at == L'*') {
            format.star_precision = true;
            ++at;
        } else {
            number(format.precision);
        }
    }
    if (end - at >= 3 && at[0] == L'I' && at[1] == L'6' && at[2] == L'4') {
        format.size = Format::Wide64;
        at += 3;
    } else if (end - at >= 3 && at[0] == L'I' && at[1] == L'3' && at[2] == L'2') {
        at += 3;
    } else if (at != end && *at == L'I') {
        format.size = sizeof(void*) == 8 ? Format::Wide64 : Format::Default;
        ++at;
    } else if (end - at >= 2 && at[0] == L'l' && at[1] == L'l') {
        format.size = Format::Wide64;
        at += 2;
    } else if (at != end && (*at == L'l' || *at == L'w')) {
        format.size = Format::Long;
        ++at;
    } else if (at != end && *at == L'h') {
        format.size = Format::Short;
        ++at;
    }
    if (at == end || at + 1 != end) return false;
    format.conversion = *at;
    return true;
}

void pad(MessageText& to, WCHAR with, int count) {
    for (; count > 0; --count) to.append(with);
}
void put_padded(MessageText& to, const Format& format, const WCHAR* text, std::size_t length) {
    const int fill = format.width - static_cast<int>(length);
    if (!format.left) pad(to, L' ', fill);
    to.append(text, length);
    if (format.left) pad(to, L' ', fill);
}

void put_number(MessageText& to, const Format& format, std::uint64_t value, bool negative) {
    const bool upper = format.conversion == L'X' || format.conversion == L'p';
    const unsigned base = format.conversion == L'o' ? 8 : format.conversion == L'x' || upper ? 16 : 10;
    WCHAR digits[32];
    int count = 0;
    for (std::uint64_t rest = value; rest || count == 0; rest /= base) {
        const auto digit = static_cast<unsigned>(rest % base);
        digits[count++] = static_cast<WCHAR>(digit < 10 ? L'0' + digit : (upper ? L'A' : L'a') + digit - 10);
    }
    WCHAR sign[2];
    int sign_length = 0;
    if (negative)
        sign[sign_length++] = L'-';
    else if (format.plus)
        sign[sign_length++] = L'+';
    else if (format.blank)
        sign[sign_length++] = L' ';
    if (format.alternative && base == 16 && value) {
        sign[0] = L'0';
        sign[1] = format.conversion;
        sign_length = 2;
    }
    int zeros = std::max(0, format.precision - count);
    if (format.precision < 0 && format.zero && !format.left) zeros = std::max(0, format.width - count - sign_length);
    const int fill = format.width - count - zeros - sign_length;
    if (!format.left) pad(to, L' ', fill);
    to.append(sign, static_cast<std::size_t>(sign_length));
    pad(to, L'0', zeros);
    while (count > 0) to.append(digits[--count]);
    if (format.left) pad(to, L' ', fill);
}

void put_string(MessageText& to, const Format& format, std::uintptr_t argument, bool wide_string) {
    const auto most = format.precision < 0 ? ~std::size_t{0} : static_cast<std::size_t>(format.precision);
    if (!argument) {
        constexpr WCHAR null_text[] = L"(null)";
        put_padded(to, format, null_text, std::min<std::size_t>(6, most));
        return;
    }
    if (wide_string) {
        const auto* const text = reinterpret_cast<const WCHAR*>(argument);
        std::size_t length = 0;
        while (length < most && text[length]) ++length;
        put_padded(to, format, text, length);
        return;
    }
    const auto* const bytes = reinterpret_cast<const char*>(argument);
    std::size_t length = 0;
    while (length < most && bytes[length]) ++length;
    const WideText text(bytes, length, CP_ACP);
    put_padded(to, format, text.get(), text.length());
}

} // namespace

std::uintptr_t MessageArguments::next(unsigned index) {
    if (m_array) return reinterpret_cast<const std::uintptr_t*>(m_source)[index];
    while (m_read <= index && m_read < most) m_cache[m_read++] = va_arg(*m_source, std::uintptr_t);
    return m_cache[std::min(index, most - 1)];
}

std::uint64_t MessageArguments::number_argument(unsigned index, bool wide) {
    std::uint64_t value = next(index);
    if (wide && sizeof(void*) == 4) {
        value |= std::uint64_t{next(index + 1)} << 32;
        ++m_shift;
    }
    return value;
}

Status MessageArguments::format(unsigned number, const WCHAR* text, std::size_t length, MessageText& to) {
    if (!m_source) return Status::InvalidParameter;
    Format format;
    if (text && !parse(text, length, format)) return Status::InvalidParameter;
    unsigned index = number - 1 + m_shift;
    if (format.star_width) {
        format.width = static_cast<int>(next(index++));
        if (format.width < 0) {
            format.left = true;
            format.width = -format.width;
        }
        ++m_shift;
    }
    if (format.star_precision) {
        format.precision = static_cast<int>(next(index++));
        ++m_shift;
    }

    switch (format.conversion) {
    case L'd':
    case L'i': {
        std::int64_t value = static_cast<std::int64_t>(number_argument(index, format.size == Format::Wide64));
        if (format.size == Format::Short)
            value = static_cast<std::int16_t>(value);
        else if (format.size != Format::Wide64)
            value = static_cast<std::int32_t>(value);
        put_number(to, format, value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value),
                   value < 0);
        break;
    }
    case L'u':
    case L'o':
    case L'x':
    case L'X': {
        std::uint64_t value = number_argument(index, format.size == Format::Wide64);
        if (format.size == Format::Short)
            value &= 0xFFFF;
        else if (format.size != Format::Wide64)
            value &= 0xFFFFFFFF;
        put_number(to, format, value, false);
        break;
    }
    case L'p':
        format.precision = sizeof(void*) * 2;
        put_number(to, format, next(index), false);
        break;
    case L'c':
    case L'C': {
        const bool is_wide = format.size == Format::Long ||
                             (format.size != Format::Short && (m_kind == Wide) == (format.conversion == L'c'));
        const std::uintptr_t value = next(index);
        const char byte = static_cast<char>(value);
        const WideText converted(&byte, 1, CP_ACP);
        const WCHAR character = is_wide ? static_cast<WCHAR>(value) : *converted.get();
        put_padded(to, format, &character, 1);
        break;
    }
    case L's':
    case L'S':
        put_string(to, format, next(index),
                   format.size == Format::Long ||
                       (format.size != Format::Short && (m_kind == Wide) == (format.conversion == L's')));
        break;
    default:
        return Status::InvalidParameter;
    }
    return to.ok() ? Status::Success : Status::NoMemory;
}

} // namespace oriel::k32
