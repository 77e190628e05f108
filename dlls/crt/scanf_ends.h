// SPDX-License-Identifier: MIT
// scanf_ends.h: where scanned text comes from: memory or a stream.
#pragma once

#include <dlls/crt/scanf_format.h>
#include <dlls/crt/stream.h>

CRT_EXPORT unsigned short fgetwc(oriel::crt::File* stream);
CRT_EXPORT unsigned short ungetwc(unsigned short c, oriel::crt::File* stream);

namespace oriel::crt {

/// Text in memory: up to its NUL or `left` characters.
template<class Char> struct TextSource : Source<Char> {
    const Char* position;
    size_t left;

    TextSource(const Char* text, size_t most) : position(text), left(most) {
        this->next = [](Source<Char>& source) {
            auto& self = static_cast<TextSource&>(source);
            if (!self.left || !*self.position)
                return -1;
            --self.left;
            if constexpr (sizeof(Char) == 1)
                return int(static_cast<unsigned char>(*self.position++));
            else
                return int(*self.position++);
        };
        this->back = [](Source<Char>& source, int) {
            auto& self = static_cast<TextSource&>(source);
            --self.position;
            ++self.left;
        };
    }
};

template<class Char> struct StreamSource : Source<Char> {
    File* stream;

    explicit StreamSource(File* from) : stream(from) {
        this->next = [](Source<Char>& source) {
            File* stream = static_cast<StreamSource&>(source).stream;
            if constexpr (sizeof(Char) == 1)
                return get_locked(stream);
            unsigned short c = fgetwc(stream);
            return c == wide_eof ? -1 : int(c);
        };
        this->back = [](Source<Char>& source, int c) {
            File* stream = static_cast<StreamSource&>(source).stream;
            if constexpr (sizeof(Char) == 1)
                unget_locked(c, stream);
            else
                ungetwc(static_cast<unsigned short>(c), stream);
        };
    }
};

template<class Char>
int scan_stream(File* stream, const Char* format, va_list arguments, ScanfRules rules = {}) {
    if (!stream || !format)
        return invalid_parameter(), -1;
    StreamLock lock(stream);
    StreamSource<Char> source(stream);
    return scan_from<Char>(source, format, arguments, rules);
}

template<class Char>
int scan_text(const Char* text, size_t most, const Char* format, va_list arguments, ScanfRules rules = {}) {
    if (!text || !format)
        return invalid_parameter(), -1;
    TextSource<Char> source(text, most);
    return scan_from<Char>(source, format, arguments, rules);
}

} // namespace oriel::crt
