// SPDX-License-Identifier: MIT
// x87_state.h: the x87 part of a CONTEXT, between FXSAVE's form, which the CPU is asked for, and FNSAVE's, which the
// CONTEXT of 32-bit programs has had since 1993.
#pragma once

#include <nt/context.h>

namespace oriel::ps {

nt::FLOATING_SAVE_AREA x87_state_of(const nt::XSAVE_FORMAT& area);
/// Changes what is x87's in `area`, and nothing else.
void load_x87_state(nt::XSAVE_FORMAT& area, const nt::FLOATING_SAVE_AREA& state);

} // namespace oriel::ps
