// SPDX-License-Identifier: MIT
// wsprintf.cpp: Windows' small printf: no floating point, and never more than 1,024 characters.
//
// Source: "wsprintfW function", the table of its format specifications (Microsoft documentation).
#include <dlls/win32_dll.h>

#include <cstdarg>

using namespace oriel::win32;

namespace {

constexpr std::size_t longest = 1024; // with the NUL

template<class T>
class Output {
public:
    explicit Output(T* to) : m_to(to) {}
    void put(T c) {
        if (m_length < longest - 1) m_to[m_length++] = c;
    }
    void put(T c, int count) {
        for (; count > 0; --count) put(c);
    }
    int finish() {
        m_to[m_length] = 0;
        return static_cast<int>(m_length);
    }

private:
    T* m_to;
    std::size_t m_length = 0;
};

struct Specification {
    bool left = false, zero = false, alternative = false;
    int width = 0;
    int precision = -1;
    int size = 0; ///< -1 h, 1 l or w, 2 I64 or ll
};

template<class T>
const T* parse(const T* at, Specification& spec, va_list& arguments) {
    for (;; ++at) {
        if (*at == '-')
            spec.left = true;
        else if (*at == '0')
            spec.zero = true;
        else if (*at == '#')
            spec.alternative = true;
        else
            break;
    }
    const auto number = [&]() {
        if (*at == '*') {
            ++at;
            return va_arg(arguments, int);
        }
        int value = 0;
        while (*at >= '0' && *at <= '9') value = value * 10 + (*at++ - '0');
        return value;
    };
    spec.width = number();
    if (*at == '.') {
        ++at;
        spec.precision = number();
    }
    if (at[0] == 'I' && at[1] == '6' && at[2] == '4') {
        spec.size = 2;
        at += 3;
    } else if (at[0] == 'I' && at[1] == '3' && at[2] == '2') {
        at += 3;
    } else if (*at == 'I') {
        spec.size = sizeof(void*) == 8 ? 2 : 0;
        ++at;
    } else if (*at == 'l' && at[1] == 'l') {
        spec.size = 2;
        at += 2;
    } else if (*at == 'l' || *at == 'w') {
        spec.size = 1;
        ++at;
    } else if (*at == 'h') {
        spec.size = -1;
        ++at;
    }
    return at;
}

template<class T>
void put_number(Output<T>& out, const Specification& spec, unsigned long long value, unsigned base, bool upper,
                bool negative) {
    T digits[32];
    int count = 0;
    do {
        const auto digit = static_cast<unsigned>(value % base);
        digits[count++] = static_cast<T>(digit < 10 ? '0' + digit : (upper ? 'A' : 'a') + digit - 10);
    } while (value /= base);
    while (count < spec.precision && count < 32) digits[count++] = '0';
    const int prefix = (negative ? 1 : 0) + (spec.alternative && base == 16 ? 2 : 0);
    const int fill = spec.width - count - prefix;
    if (!spec.left && !spec.zero) out.put(static_cast<T>(' '), fill);
    if (negative) out.put(static_cast<T>('-'));
    if (spec.alternative && base == 16) {
        out.put(static_cast<T>('0'));
        out.put(static_cast<T>(upper ? 'X' : 'x'));
    }
    if (!spec.left && spec.zero) out.put(static_cast<T>('0'), fill);
    while (count) out.put(digits[--count]);
    if (spec.left) out.put(static_cast<T>(' '), fill);
}

/// A string of either width into an output of either width.
template<class T, class S>
void put_string(Output<T>& out, const Specification& spec, const S* text, int length) {
    const int fill = spec.width - length;
    if (!spec.left) out.put(static_cast<T>(' '), fill);
    for (int i = 0; i < length; ++i) {
        if constexpr (sizeof(T) == sizeof(S)) {
            out.put(static_cast<T>(text[i]));
        } else if constexpr (sizeof(T) == 2) {
            WCHAR wide = 0;
            MultiByteToWideChar(CP_ACP, 0, &text[i], 1, &wide, 1);
            out.put(wide);
        } else {
            char byte = '?';
            const auto unit = static_cast<WCHAR>(text[i]);
            WideCharToMultiByte(CP_ACP, 0, &unit, 1, &byte, 1, nullptr, nullptr);
            out.put(byte);
        }
    }
    if (spec.left) out.put(static_cast<T>(' '), fill);
}
template<class T, class S>
void put_string(Output<T>& out, const Specification& spec, const S* text) {
    static constexpr S null_text[] = {'(', 'n', 'u', 'l', 'l', ')', 0};
    if (!text) text = null_text;
    int length = 0;
    while ((spec.precision < 0 || length < spec.precision) && text[length]) ++length;
    put_string(out, spec, text, length);
}

template<class T>
int format(T* to, const T* at, va_list arguments) {
    Output<T> out(to);
    while (*at) {
        if (*at != '%') {
            out.put(*at++);
            continue;
        }
        ++at;
        if (*at == '%') {
            out.put(*at++);
            continue;
        }
        Specification spec;
        at = parse(at, spec, arguments);
        const T conversion = *at;
        if (!conversion) break;
        ++at;
        const bool natural =
            conversion == 's' || conversion == 'c'; // as wide as the function; S and C are the other way
        const bool wide = spec.size > 0 || (spec.size == 0 && (sizeof(T) == 2) == natural);
        switch (conversion) {
        case 'd':
        case 'i': {
            const long long value = spec.size == 2 ? va_arg(arguments, long long) : va_arg(arguments, int);
            put_number(out, spec,
                       value < 0 ? 0ull - static_cast<unsigned long long>(value)
                                 : static_cast<unsigned long long>(value),
                       10, false, value < 0);
            break;
        }
        case 'u':
        case 'x':
        case 'X': {
            const unsigned long long value =
                spec.size == 2 ? va_arg(arguments, unsigned long long) : va_arg(arguments, unsigned);
            put_number(out, spec, value, conversion == 'u' ? 10 : 16, conversion == 'X', false);
            break;
        }
        case 'p':
            spec.precision = sizeof(void*) * 2;
            put_number(out, spec, reinterpret_cast<std::uintptr_t>(va_arg(arguments, void*)), 16, true, false);
            break;
        case 'c':
        case 'C': {
            const int value = va_arg(arguments, int);
            const auto unit = static_cast<WCHAR>(value);
            const char byte = static_cast<char>(value);
            if (wide)
                put_string(out, spec, &unit, 1);
            else
                put_string(out, spec, &byte, 1);
            break;
        }
        case 's':
        case 'S':
            if (wide)
                put_string(out, spec, va_arg(arguments, const WCHAR*));
            else
                put_string(out, spec, va_arg(arguments, const char*));
            break;
        default:
            out.put(conversion);
            break;
        }
    }
    return out.finish();
}

} // namespace

DLL_EXPORT int WINAPI wvsprintfW(LPWSTR to, LPCWSTR pattern, va_list arguments) {
    return format(to, pattern, arguments);
}
DLL_EXPORT int WINAPI wvsprintfA(LPSTR to, LPCSTR pattern, va_list arguments) {
    return format(to, pattern, arguments);
}
DLL_EXPORT int WINAPIV wsprintfW(LPWSTR to, LPCWSTR pattern, ...) {
    va_list arguments;
    va_start(arguments, pattern);
    const int length = format(to, pattern, arguments);
    va_end(arguments);
    return length;
}
DLL_EXPORT int WINAPIV wsprintfA(LPSTR to, LPCSTR pattern, ...) {
    va_list arguments;
    va_start(arguments, pattern);
    const int length = format(to, pattern, arguments);
    va_end(arguments);
    return length;
}
