// SPDX-License-Identifier: MIT
// doctor.h: `oriel doctor`: what this host offers, and what a program needs, before anything is run.
#pragma once

#include "options.h"

namespace oriel::start {

/// 0 when nothing is missing, 1 when something is. Throws StartError.
int run_doctor(const Options& options);

} // namespace oriel::start
