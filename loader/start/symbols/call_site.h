// SPDX-License-Identifier: MIT
// call_site.h: which function was called, by the call's own bytes.
//
// A stack has return addresses only. A function that ends by jumping to another has none: the other stands in the stack in
// its place. What compilers make for a call of an imported function names it: `call [slot]`, or a `call` of a `jmp [slot]`.
#pragma once

#include <cstdint>
#include <optional>

namespace oriel::start {

/// What the call before `return_address` calls. None where the bytes are no such call (of a register, of a method).
std::optional<std::uint64_t> called_at(std::uint64_t return_address);

} // namespace oriel::start
