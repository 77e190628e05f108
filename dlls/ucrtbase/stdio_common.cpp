// SPDX-License-Identifier: MIT
// stdio_common.cpp: the functions that <stdio.h> of the new kind makes printf and scanf of.
//
// There is no printf in ucrtbase.dll: the header's is inline and calls __stdio_common_vfprintf with options, which
// say in which dialect. They come from the program, so that two of different age can live in one process. The locale
// is not looked at: numbers have a "." in all of ours (printf_locale.cpp).
// Source: the header's own comments on _CRT_INTERNAL_PRINTF_* and _CRT_INTERNAL_SCANF_*; "vsnprintf, _vsnprintf".
#include <dlls/crt/locale_data.h>
#include <dlls/crt/printf_sinks.h>
#include <dlls/crt/scanf_ends.h>

namespace oriel::crt {

namespace {

using Options = unsigned long long;

enum PrintfOption : Options {
    legacy_termination = 1, ///< _vsnprintf: no NUL where the text just fits
    standard_snprintf = 2,  ///< vsnprintf: answers the length that the whole text has
    legacy_wide_specifiers = 4,
    legacy_compatibility = 8, ///< msvcrt's "1.#INF", and no more
    three_digit_exponents = 0x10,
    standard_rounding = 0x20,
};
enum ScanfOption : Options { scanf_secure = 1, scanf_legacy_wide_specifiers = 2 };

template<class Char> PrintfRules rules_of(Options options) {
    PrintfRules rules;
    rules.standard = (options & legacy_compatibility) == 0;
    rules.standard_wide_specifiers = sizeof(Char) == 2 && (options & legacy_wide_specifiers) == 0;
    rules.long_exponents = (options & three_digit_exponents) != 0;
    rules.half_to_even = (options & standard_rounding) != 0;
    return rules;
}
template<class Char> ScanfRules scan_rules_of(Options options) {
    ScanfRules rules;
    rules.secure = (options & scanf_secure) != 0;
    rules.standard_wide_specifiers = sizeof(Char) == 2 && (options & scanf_legacy_wide_specifiers) == 0;
    return rules;
}

template<class Char>
int print_to_buffer(Options options, Char* buffer, size_t size, const Char* format, va_list arguments) {
    if (!format || (!buffer && size))
        return invalid_parameter(), -1;
    MemorySink<Char> sink(buffer, size);
    int length = format_to<Char>(sink, format, arguments, rules_of<Char>(options));
    if (!buffer || length < 0)
        return size && buffer ? (*buffer = 0, length) : length;
    if (size_t(length) < size) {
        *sink.next() = 0;
        return length;
    }
    if (options & legacy_termination)
        return size_t(length) == size ? length : -1;
    if (size)
        buffer[size - 1] = 0;
    return options & standard_snprintf ? length : -2;
}

template<class Char> bool is_positional(const Char* format) {
    for (; format && *format; ++format)
        if (*format == '$')
            return true;
    return false;
}

/// The _p functions number their arguments ("%2$s"), which is not done: such a format fails.
template<class Char, class Print> int print_plain_only(const Char* format, Print print) {
    return is_positional(format) ? fail(e_nosys) : print();
}

} // namespace

} // namespace oriel::crt

using namespace oriel::crt;

UCRT_EXPORT File* __acrt_iob_func(unsigned index) { return index < 3 ? &_iob[index] : nullptr; }

#define PRINTF_ENDS(Char, vfprintf, vsprintf, vsnprintf)                                                           \
    UCRT_EXPORT int vfprintf(Options options, File* stream, const Char* format, LocaleHandle*, va_list arguments) { \
        return print_to_stream(stream, format, arguments, rules_of<Char>(options));                                \
    }                                                                                                              \
    UCRT_EXPORT int vfprintf##_s(Options options, File* stream, const Char* format, LocaleHandle* l, va_list a) {  \
        return vfprintf(options, stream, format, l, a);                                                            \
    }                                                                                                              \
    UCRT_EXPORT int vfprintf##_p(Options options, File* stream, const Char* format, LocaleHandle* l, va_list a) {  \
        return print_plain_only(format, [&] { return vfprintf(options, stream, format, l, a); });                  \
    }                                                                                                              \
    UCRT_EXPORT int vsprintf(Options options, Char* buffer, size_t size, const Char* format, LocaleHandle*,        \
                             va_list arguments) {                                                                  \
        return print_to_buffer(options, buffer, size, format, arguments);                                          \
    }                                                                                                              \
    UCRT_EXPORT int vsprintf##_p(Options options, Char* buffer, size_t size, const Char* format, LocaleHandle*,    \
                                 va_list a) {                                                                      \
        return print_plain_only(format, [&] { return print_to_buffer(options, buffer, size, format, a); });        \
    }                                                                                                              \
    UCRT_EXPORT int vsprintf##_s(Options options, Char* buffer, size_t size, const Char* format, LocaleHandle*,    \
                                 va_list arguments) {                                                              \
        return print_to_memory_s(buffer, size, size_t(-2), format, arguments, rules_of<Char>(options));            \
    }                                                                                                              \
    UCRT_EXPORT int vsnprintf##_s(Options options, Char* buffer, size_t size, size_t count, const Char* format,    \
                                  LocaleHandle*, va_list arguments) {                                              \
        return print_to_memory_s(buffer, size, count, format, arguments, rules_of<Char>(options));                 \
    }

PRINTF_ENDS(char, __stdio_common_vfprintf, __stdio_common_vsprintf, __stdio_common_vsnprintf)
PRINTF_ENDS(wchar_t, __stdio_common_vfwprintf, __stdio_common_vswprintf, __stdio_common_vsnwprintf)

#define SCANF_ENDS(Char, vfscanf, vsscanf)                                                                         \
    UCRT_EXPORT int vfscanf(Options options, File* stream, const Char* format, LocaleHandle*, va_list arguments) { \
        return scan_stream(stream, format, arguments, scan_rules_of<Char>(options));                               \
    }                                                                                                              \
    UCRT_EXPORT int vsscanf(Options options, const Char* text, size_t most, const Char* format, LocaleHandle*,     \
                            va_list arguments) {                                                                   \
        return scan_text(text, most, format, arguments, scan_rules_of<Char>(options));                             \
    }

SCANF_ENDS(char, __stdio_common_vfscanf, __stdio_common_vsscanf)
SCANF_ENDS(wchar_t, __stdio_common_vfwscanf, __stdio_common_vswscanf)

/// 0: refused. What was before comes back.
UCRT_EXPORT int _set_printf_count_output(int enable) { return enable_count_output(enable != 0); }
UCRT_EXPORT int _get_printf_count_output() { return count_output_enabled(); }
