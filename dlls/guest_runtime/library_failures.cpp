// SPDX-License-Identifier: MIT
// library_failures.cpp: what the header-only part of the C++ library calls where it would throw.
//
// Builtin DLLs throw nothing: a call of these is a broken invariant, and stops.
namespace std {

[[noreturn]] void __throw_out_of_range_fmt(const char*, ...) { __builtin_trap(); }
[[noreturn]] void __throw_length_error(const char*) { __builtin_trap(); }
[[noreturn]] void __throw_logic_error(const char*) { __builtin_trap(); }
[[noreturn]] void __throw_bad_optional_access() { __builtin_trap(); }

} // namespace std
