// SPDX-License-Identifier: MIT
// calls.h: calling the pieces that the compiler made, and the ends that may come of it.
#pragma once

#include <dlls/crt/cxx_eh/eh_data.h>
#include <dlls/crt/cxx_eh/ends.h>

namespace oriel::crt::cxx {

struct ActiveCatch;

/// Destroys a thrown object.
void destroy_exception(const Thrown& thrown);

} // namespace oriel::crt::cxx

extern "C" {
// calls_x64.S. A funclet gets its parent's frame in RDX.

/// A funclet that destroys an object. A C++ exception that wants to leave it ends in terminate().
void oriel_cxx_call_cleanup(const char* funclet, char* frame);
/// A catch block; answers where the parent goes on. If an exception leaves it, `active` ends too.
void* oriel_cxx_call_catch(const char* funclet, char* frame, oriel::crt::cxx::ActiveCatch* active);
/// A copy constructor, called in the search: an exception from it ends in terminate().
void oriel_cxx_call_copy(const char* constructor, void* to, char* from, int is_most_derived);
}
