// SPDX-License-Identifier: MIT
// unexpected.cpp: the handler for an exception that a function's specification does not allow. Nothing calls it since
// C++17, but programs set it. ("unexpected (CRT)", "set_unexpected (CRT)", Microsoft documentation.)
#include <dlls/crt/cxx_eh/ends.h>
#include <dlls/crt/thread_data.h>

using oriel::crt::cxx::EndHandler;

CRT_EXPORT void oriel_unexpected() CRT_MANGLED("?unexpected@@YAXXZ", "?unexpected@@YAXXZ");
CRT_EXPORT void oriel_unexpected() {
    if (auto handler = reinterpret_cast<EndHandler>(oriel::crt::cxx_state().unexpected_handler)) handler();
    oriel::crt::cxx::terminate();
}

CRT_EXPORT EndHandler oriel_set_unexpected(EndHandler handler)
    CRT_MANGLED("?set_unexpected@@YAP6AXXZP6AXXZ@Z", "?set_unexpected@@YAP6AXXZP6AXXZ@Z");
CRT_EXPORT EndHandler oriel_set_unexpected(EndHandler handler) {
    return oriel::crt::cxx::exchange(oriel::crt::cxx_state().unexpected_handler, handler);
}
UCRT_EXPORT EndHandler _get_unexpected() { return reinterpret_cast<EndHandler>(oriel::crt::cxx_state().unexpected_handler); }
