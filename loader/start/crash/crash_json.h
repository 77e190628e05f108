// SPDX-License-Identifier: MIT
// crash_json.h: see crash_json.cpp.
#pragma once

#include "crash_facts.h"

namespace oriel::start::crash {

/// One JSON object. May throw std::bad_alloc.
std::string json_of(const CrashFacts& facts);

} // namespace oriel::start::crash
