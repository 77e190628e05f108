// SPDX-License-Identifier: MIT
// terminate.cpp: the ends of a program whose exception nobody catches.
//
// terminate() calls the thread's handler, or else abort. The handlers are a thread's own in this runtime.
// ("terminate (CRT)", "set_terminate (CRT)", "unexpected (CRT)", Microsoft documentation.)
#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/thread_data.h>

namespace {
using EndHandler = void (*)();

EndHandler exchange(void*& kept, EndHandler handler) {
    auto before = reinterpret_cast<EndHandler>(kept);
    kept = reinterpret_cast<void*>(handler);
    return before;
}
} // namespace

CRT_EXPORT void oriel_terminate() CRT_MANGLED("?terminate@@YAXXZ", "?terminate@@YAXXZ");
CRT_EXPORT void oriel_terminate() {
    if (auto handler = reinterpret_cast<EndHandler>(oriel::crt::this_thread().cxx.terminate_handler)) handler();
    abort();
}

CRT_EXPORT EndHandler oriel_set_terminate(EndHandler handler)
    CRT_MANGLED("?set_terminate@@YAP6AXXZP6AXXZ@Z", "?set_terminate@@YAP6AXXZP6AXXZ@Z");
CRT_EXPORT EndHandler oriel_set_terminate(EndHandler handler) {
    return exchange(oriel::crt::this_thread().cxx.terminate_handler, handler);
}

CRT_EXPORT void oriel_unexpected() CRT_MANGLED("?unexpected@@YAXXZ", "?unexpected@@YAXXZ");
CRT_EXPORT void oriel_unexpected() {
    if (auto handler = reinterpret_cast<EndHandler>(oriel::crt::this_thread().cxx.unexpected_handler)) handler();
    oriel_terminate();
}

CRT_EXPORT EndHandler oriel_set_unexpected(EndHandler handler)
    CRT_MANGLED("?set_unexpected@@YAP6AXXZP6AXXZ@Z", "?set_unexpected@@YAP6AXXZP6AXXZ@Z");
CRT_EXPORT EndHandler oriel_set_unexpected(EndHandler handler) {
    return exchange(oriel::crt::this_thread().cxx.unexpected_handler, handler);
}

namespace oriel::crt::cxx {

void terminate() {
    oriel_terminate();
    __builtin_trap(); // abort does not come back
}

} // namespace oriel::crt::cxx
