// SPDX-License-Identifier: MIT
// scanf_functions.cpp: scanf's ends: streams and strings, narrow and wide, plain, secure and counted.
//
// Source: "scanf", "sscanf", "fscanf", "_snscanf", "scanf_s" and their wide and _l versions.
#include <dlls/crt/locale_data.h>
#include <dlls/crt/printf_sinks.h>
#include <dlls/crt/scanf_ends.h>

namespace oriel::crt {

namespace {

constexpr ScanfRules secure{.secure = true};

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

#define SCANF_FUNCTIONS(Char, scan, fscan, sscan, snscan)                                                   \
    CRT_EXPORT int scan(const Char* format, ...) {                                                          \
        CRT_FORWARD(format, scan_stream(stdin_stream(), format, arguments));                                \
    }                                                                                                       \
    CRT_EXPORT int fscan(File* stream, const Char* format, ...) {                                           \
        CRT_FORWARD(format, scan_stream(stream, format, arguments));                                        \
    }                                                                                                       \
    CRT_EXPORT int sscan(const Char* text, const Char* format, ...) {                                       \
        CRT_FORWARD(format, scan_text(text, SIZE_MAX, format, arguments));                                  \
    }                                                                                                       \
    CRT_EXPORT int snscan(const Char* text, size_t most, const Char* format, ...) {                         \
        CRT_FORWARD(format, scan_text(text, most, format, arguments));                                      \
    }                                                                                                       \
    CRT_EXPORT int scan##_s(const Char* format, ...) {                                                      \
        CRT_FORWARD(format, scan_stream(stdin_stream(), format, arguments, secure));                        \
    }                                                                                                       \
    CRT_EXPORT int fscan##_s(File* stream, const Char* format, ...) {                                       \
        CRT_FORWARD(format, scan_stream(stream, format, arguments, secure));                                \
    }                                                                                                       \
    CRT_EXPORT int sscan##_s(const Char* text, const Char* format, ...) {                                   \
        CRT_FORWARD(format, scan_text(text, SIZE_MAX, format, arguments, secure));                          \
    }                                                                                                       \
    CRT_EXPORT int snscan##_s(const Char* text, size_t most, const Char* format, ...) {                     \
        CRT_FORWARD(format, scan_text(text, most, format, arguments, secure));                              \
    }

SCANF_FUNCTIONS(char, scanf, fscanf, sscanf, _snscanf)
SCANF_FUNCTIONS(wchar_t, wscanf, fwscanf, swscanf, _snwscanf)

#define SCANF_LOCALE_FUNCTIONS(Char, scan, fscan, sscan, snscan, suffix, rules)                             \
    CRT_EXPORT int scan##suffix(const Char* format, LocaleHandle* locale, ...) {                            \
        CRT_FORWARD(locale, scan_stream(stdin_stream(), format, arguments, rules));                         \
    }                                                                                                       \
    CRT_EXPORT int fscan##suffix(File* stream, const Char* format, LocaleHandle* locale, ...) {             \
        CRT_FORWARD(locale, scan_stream(stream, format, arguments, rules));                                 \
    }                                                                                                       \
    CRT_EXPORT int sscan##suffix(const Char* text, const Char* format, LocaleHandle* locale, ...) {         \
        CRT_FORWARD(locale, scan_text(text, SIZE_MAX, format, arguments, rules));                           \
    }                                                                                                       \
    CRT_EXPORT int snscan##suffix(const Char* text, size_t most, const Char* format, LocaleHandle* locale,  \
                                  ...) {                                                                    \
        CRT_FORWARD(locale, scan_text(text, most, format, arguments, rules));                               \
    }

SCANF_LOCALE_FUNCTIONS(char, _scanf, _fscanf, _sscanf, _snscanf, _l, ScanfRules{})
SCANF_LOCALE_FUNCTIONS(wchar_t, _wscanf, _fwscanf, _swscanf, _snwscanf, _l, ScanfRules{})
SCANF_LOCALE_FUNCTIONS(char, _scanf, _fscanf, _sscanf, _snscanf, _s_l, secure)
SCANF_LOCALE_FUNCTIONS(wchar_t, _wscanf, _fwscanf, _swscanf, _snwscanf, _s_l, secure)
