// SPDX-License-Identifier: MIT
// crt_format.cpp: ntdll's printf functions. The "n" ones answer -1 where the text does not fit, and leave out
// the NUL where it would not (the old Microsoft rule, not C99's).
#include <nt/export.h>
#include <ntdll-emu/rtl/strings/format.h>

namespace {

template<class Unit>
int format_bounded(Unit* to, std::size_t room, const Unit* format, va_list arguments) {
    const std::size_t count = oriel::rtl::format_text(to, room, format, arguments);
    if (count < room) to[count] = 0;
    return count > room ? -1 : static_cast<int>(count);
}

template<class Unit>
int format_unbounded(Unit* to, const Unit* format, va_list arguments) {
    const std::size_t count = oriel::rtl::format_text(to, ~std::size_t{0}, format, arguments);
    to[count] = 0;
    return static_cast<int>(count);
}

char16_t* u16(wchar_t* text) { return reinterpret_cast<char16_t*>(text); }
const char16_t* u16(const wchar_t* text) { return reinterpret_cast<const char16_t*>(text); }

} // namespace

NT_EXPORT int _vsnprintf(char* To, std::size_t Room, const char* Format, va_list Arguments) {
    return format_bounded(To, Room, Format, Arguments);
}
NT_EXPORT int _vsnwprintf(wchar_t* To, std::size_t Room, const wchar_t* Format, va_list Arguments) {
    return format_bounded(u16(To), Room, u16(Format), Arguments);
}
NT_EXPORT int vsprintf(char* To, const char* Format, va_list Arguments) {
    return format_unbounded(To, Format, Arguments);
}

NT_EXPORT int _snprintf(char* To, std::size_t Room, const char* Format, ...) {
    va_list arguments;
    va_start(arguments, Format);
    const int count = format_bounded(To, Room, Format, arguments);
    va_end(arguments);
    return count;
}
NT_EXPORT int _snwprintf(wchar_t* To, std::size_t Room, const wchar_t* Format, ...) {
    va_list arguments;
    va_start(arguments, Format);
    const int count = format_bounded(u16(To), Room, u16(Format), arguments);
    va_end(arguments);
    return count;
}
NT_EXPORT int sprintf(char* To, const char* Format, ...) {
    va_list arguments;
    va_start(arguments, Format);
    const int count = format_unbounded(To, Format, arguments);
    va_end(arguments);
    return count;
}
// The C++ header defines an inline swprintf of its own, so ours has another name inside.
extern "C" int oriel_swprintf(wchar_t* To, const wchar_t* Format, ...) {
    va_list arguments;
    va_start(arguments, Format);
    const int count = format_unbounded(u16(To), u16(Format), arguments);
    va_end(arguments);
    return count;
}
asm(".section .drectve,\"yn\"\n"
    ".ascii \" -export:swprintf=oriel_swprintf\"\n"
    ".text");
