// SPDX-License-Identifier: MIT
// startup.cpp: kernel32's entry point.
//
// The loader calls it after ntdll is ready and before any other DLL and the program, so what stands ready
// here may be used by everybody: the ANSI command line, the unhandled exception filter.
#include "startup.h"

#include "kernel32.h"
#include "text.h"
#include "unhandled_filter.h"

extern "C" DWORD WINAPI OrielConsoleControlThread(LPVOID event); // consoleapi_control.cpp

namespace oriel::k32 {
namespace {

AnsiStartup startup;

/// A NUL-terminated copy in the ANSI code page, on the process heap.
char* ansi_copy(const UnicodeString& string) {
    const std::size_t bytes = narrow_length(text_of(string), characters(string), CP_ACP);
    auto* const copy = static_cast<char*>(allocate(bytes + 1));
    if (!copy) return nullptr;
    narrow(text_of(string), characters(string), copy, bytes, CP_ACP);
    copy[bytes] = 0;
    return copy;
}

bool attach() {
    auto& parameters = process_parameters();
    startup = {ansi_copy(parameters.CommandLine), ansi_copy(parameters.ShellInfo), ansi_copy(parameters.DesktopInfo),
               ansi_copy(parameters.WindowTitle)};
    install_unhandled_filter();
    NtOrielSetConsoleControlRoutine(reinterpret_cast<void*>(&OrielConsoleControlThread));
    return startup.command_line && startup.shell_info && startup.desktop && startup.title;
}

} // namespace

const AnsiStartup& ansi_startup() { return startup; }

} // namespace oriel::k32

extern "C" BOOL WINAPI DllMainCRTStartup(HINSTANCE, DWORD reason, LPVOID) {
    return reason != DLL_PROCESS_ATTACH || oriel::k32::attach();
}
