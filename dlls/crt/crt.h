// SPDX-License-Identifier: MIT
// crt.h: what every file of the C library starts from.
//
// The C library is guest code: it runs inside the Windows program, knows kernel32 and nothing below it,
// and is compiled once per CPU into each of the DLLs that are made of it: msvcrt, ucrtbase, vcruntime140. It cannot include the C headers
// that it implements: mingw-w64's declare the functions as imports and redirect some to inline versions.
// So this file holds the little that all share; win32.h adds kernel32's declarations where they are needed.
//
// Always: no static constructors, no TLS variables, no C++ runtime below us. State that a function keeps
// per thread lies in ThreadData (thread_data.h); state of the process is constant-initialised.
#pragma once

// msvcrt.dll exports what is marked here; of ucrtbase.dll and vcruntime140.dll, which take other parts of the
// library under other names, the spec says what is exported (tools/specgen/dll.py).
#if defined(ORIEL_EXPORTS_BY_SPEC)
#define CRT_EXPORTED
#else
#define CRT_EXPORTED __declspec(dllexport)
#endif

// mingw-w64's basic headers declare a few of our functions: not as imports, please.
#undef _CRTIMP
#define _CRTIMP CRT_EXPORTED
#pragma clang diagnostic ignored "-Wdll-attribute-on-redeclaration"

#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/// An export of the DLL, under its plain C name and cdecl, as all of the C library is.
#define CRT_EXPORT extern "C" CRT_EXPORTED

/// An export of ucrtbase and its siblings that msvcrt does not have.
#define UCRT_EXPORT extern "C"

#define CRT_NORETURN __attribute__((noreturn))

/// A second name for a function or object of the same file. The linker reads the directive.
#if !defined(ORIEL_EXPORTS_BY_SPEC)
#define CRT_ALIAS(name, target)                                                                             \
    asm(".section .drectve,\"yn\"\n\t.ascii \" -export:" #name "=" #target "\"\n\t.text")
#elif defined(__i386__)
#define CRT_ALIAS(name, target) asm(".globl _" #name "\n\t.set _" #name ", _" #target)
#else
#define CRT_ALIAS(name, target) asm(".globl " #name "\n\t.set " #name ", " #target)
#endif
/// The same for one of another file; where the spec decides, it says so too (`name = target`).
#if !defined(ORIEL_EXPORTS_BY_SPEC)
#define CRT_ALIAS_ELSEWHERE(name, target) CRT_ALIAS(name, target)
#else
#define CRT_ALIAS_ELSEWHERE(name, target) static_assert(true)
#endif

/// A name that Microsoft's C++ compiler mangles differently for the two CPUs.
#if defined(__i386__)
#define CRT_MANGLED(x64, x86) asm(x86)
#define CRT_THISCALL __thiscall
#else
#define CRT_MANGLED(x64, x86) asm(x64)
#define CRT_THISCALL
#endif

// Arguments are in bytes or characters as the C standard says; these few are used everywhere inside.
CRT_EXPORT void* memcpy(void* to, const void* from, size_t bytes);
CRT_EXPORT void* memmove(void* to, const void* from, size_t bytes);
CRT_EXPORT void* memset(void* to, int value, size_t bytes);
CRT_EXPORT int memcmp(const void* a, const void* b, size_t bytes);
CRT_EXPORT void* memchr(const void* block, int value, size_t bytes);
CRT_EXPORT size_t strlen(const char* text);
CRT_EXPORT size_t wcslen(const wchar_t* text);
CRT_EXPORT void* malloc(size_t bytes);
CRT_EXPORT void* calloc(size_t count, size_t bytes);
CRT_EXPORT void* realloc(void* block, size_t bytes);
CRT_EXPORT void free(void* block);
CRT_EXPORT int* _errno();
CRT_EXPORT CRT_NORETURN void abort();
CRT_EXPORT CRT_NORETURN void _exit(int code);

namespace oriel::crt {

/// Which of the two C libraries this is being compiled for: the files are the same, some of the rules are not.
#if defined(ORIEL_UCRT)
inline constexpr bool is_ucrt = true;
#else
inline constexpr bool is_ucrt = false;
#endif

/// errno's values, as Microsoft's <errno.h> numbers them.
enum ErrorNumber : int {
    e_perm = 1, e_noent = 2, e_srch = 3, e_intr = 4, e_io = 5, e_nxio = 6, e_2big = 7, e_noexec = 8,
    e_badf = 9, e_child = 10, e_again = 11, e_nomem = 12, e_acces = 13, e_fault = 14, e_busy = 16,
    e_exist = 17, e_xdev = 18, e_nodev = 19, e_notdir = 20, e_isdir = 21, e_inval = 22, e_nfile = 23,
    e_mfile = 24, e_notty = 25, e_fbig = 27, e_nospc = 28, e_spipe = 29, e_rofs = 30, e_mlink = 31,
    e_pipe = 32, e_dom = 33, e_range = 34, e_deadlk = 36, e_nametoolong = 38, e_nolck = 39, e_nosys = 40,
    e_notempty = 41, e_ilseq = 42, s_truncate = 80,
};

inline void set_errno(int value) { *_errno() = value; }

/// Sets errno and answers -1: the way most functions of the library fail.
inline int fail(int error) {
    set_errno(error);
    return -1;
}

/// Tells the program's invalid-parameter handler (there is none by default) and sets errno.
/// Returns the error, which is what the *_s functions answer.
int invalid_parameter(int error = e_inval);

/// Maps a Win32 error to errno and keeps it in _doserrno; answers -1 (errors.cpp).
int fail_with_win32(unsigned long error);
int fail_with_last_error();

template<class T> constexpr T smaller(T a, T b) { return b < a ? b : a; }
template<class T> constexpr T larger(T a, T b) { return a < b ? b : a; }

/// The length of NUL-terminated text of either width, in characters.
inline size_t length_of(const char* text) { return strlen(text); }
inline size_t length_of(const wchar_t* text) { return wcslen(text); }

template<class Char> constexpr bool is_ascii_space(Char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
template<class Char> constexpr bool is_ascii_digit(Char c) { return c >= '0' && c <= '9'; }
template<class Char> constexpr Char ascii_lower(Char c) { return c >= 'A' && c <= 'Z' ? Char(c + 32) : c; }
template<class Char> constexpr Char ascii_upper(Char c) { return c >= 'a' && c <= 'z' ? Char(c - 32) : c; }

/// A block of malloc's that is freed at the end of the scope, unless it is given away.
template<class T> class Owned {
public:
    explicit Owned(T* block = nullptr) : m_block(block) {}
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() { free(m_block); }

    static T* allocate(size_t count) { return static_cast<T*>(malloc(count * sizeof(T))); }
    T* get() const { return m_block; }
    T* give_away() {
        T* block = m_block;
        m_block = nullptr;
        return block;
    }
    void reset(T* block) {
        free(m_block);
        m_block = block;
    }
    explicit operator bool() const { return m_block != nullptr; }
    T& operator[](size_t index) const { return m_block[index]; }

private:
    T* m_block;
};

} // namespace oriel::crt
