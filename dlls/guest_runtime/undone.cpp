// SPDX-License-Identifier: MIT
// undone.cpp: where the stubs of undone exports arrive (tools/specgen/dll.py makes the stubs).
//
// The host logs the name once; the caller sees ERROR_CALL_NOT_IMPLEMENTED and the stub answers 0.
#include <generated/nt_services.h>
#include <nt/teb.h>

namespace {
constexpr std::uint32_t error_call_not_implemented = 120;
}

extern "C" void oriel_undone_call(const char* dll, const char* name) {
    NtOrielReportUndone(const_cast<char*>(dll), const_cast<char*>(name));
    nt::current_teb()->LastErrorValue = error_call_not_implemented;
}
