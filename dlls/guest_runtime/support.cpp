// SPDX-License-Identifier: MIT
// support.cpp: the remaining symbols that compiled C++ refers to without being asked.
//
// Guest code has no C++ exceptions. Header-only parts of the C++ library refer to functions that throw
// (string_view::substr with a position beyond the end, ...): reaching one is a broken invariant of ours, and
// stops at an illegal instruction, where the exception report names the place.

#define STOPS [[noreturn]] __attribute__((weak))

extern "C" {

/// Compilers refer to it from every object that uses floating point; its value means nothing.
__attribute__((weak)) int _fltused = 0x9875;

/// The slot of a pure virtual function. Nothing sensible can follow a call of it.
STOPS void __cxa_pure_virtual() { __builtin_trap(); }

} // extern "C"

namespace std {
STOPS void __throw_out_of_range_fmt(const char*, ...) { __builtin_trap(); }
STOPS void __throw_out_of_range(const char*) { __builtin_trap(); }
STOPS void __throw_length_error(const char*) { __builtin_trap(); }
STOPS void __throw_logic_error(const char*) { __builtin_trap(); }
STOPS void __throw_invalid_argument(const char*) { __builtin_trap(); }
STOPS void __throw_bad_alloc() { __builtin_trap(); }
STOPS void __throw_bad_array_new_length() { __builtin_trap(); }
STOPS void __throw_bad_optional_access() { __builtin_trap(); }
STOPS void __throw_bad_variant_access(const char*) { __builtin_trap(); }
STOPS void __throw_bad_function_call() { __builtin_trap(); }
STOPS void __glibcxx_assert_fail(const char*, int, const char*, const char*) { __builtin_trap(); }
} // namespace std
