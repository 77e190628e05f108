// SPDX-License-Identifier: MIT
// terminate.cpp: the end of a program whose exception nobody catches.
//
// terminate() calls the thread's handler, or else abort. The handlers are a thread's own in this runtime.
// ("terminate (CRT)", "set_terminate (CRT)", Microsoft documentation.)
#include <dlls/crt/cxx_eh/ends.h>
#include <dlls/crt/thread_data.h>

using oriel::crt::cxx::EndHandler;

CRT_EXPORT void oriel_terminate() CRT_MANGLED("?terminate@@YAXXZ", "?terminate@@YAXXZ");
CRT_EXPORT void oriel_terminate() {
    if (auto handler = reinterpret_cast<EndHandler>(oriel::crt::cxx_state().terminate_handler)) handler();
    abort();
}

CRT_EXPORT EndHandler oriel_set_terminate(EndHandler handler)
    CRT_MANGLED("?set_terminate@@YAP6AXXZP6AXXZ@Z", "?set_terminate@@YAP6AXXZP6AXXZ@Z");
CRT_EXPORT EndHandler oriel_set_terminate(EndHandler handler) {
    return oriel::crt::cxx::exchange(oriel::crt::cxx_state().terminate_handler, handler);
}
UCRT_EXPORT EndHandler _get_terminate() { return reinterpret_cast<EndHandler>(oriel::crt::cxx_state().terminate_handler); }

namespace oriel::crt::cxx {

void terminate() {
    oriel_terminate();
    __builtin_trap(); // abort does not come back
}

} // namespace oriel::crt::cxx

UCRT_EXPORT void __std_terminate() { oriel::crt::cxx::terminate(); }
