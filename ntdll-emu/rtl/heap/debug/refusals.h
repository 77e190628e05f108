// SPDX-License-Identifier: MIT
// refusals.h: heap requests that fail because the tester wants it (--fail-alloc).
//
// The rule is in include/oriel/refusal_rule.h; requests are counted from the program's entry. With several threads the n-th request is the n-th of all; which thread makes it depends on how
// they run (--carrier=fibers runs them in one order).
#pragma once

#include <cstddef>
#include <cstdint>

namespace oriel::rtl::heap::debug {

void read_refusal_rule();
void begin_refusals();
/// Counts the request; true: it must fail. Tells the host when it does.
bool refused(const void* heap, std::size_t size);

} // namespace oriel::rtl::heap::debug
