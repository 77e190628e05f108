// SPDX-License-Identifier: MIT
// startup.h: the ANSI copies of the process parameters, made once when kernel32 is attached, and kept:
// GetCommandLineA's pointer is good for the life of the process.
#pragma once

namespace oriel::k32 {

struct AnsiStartup {
    char* command_line;
    char* shell_info;
    char* desktop;
    char* title;
};
const AnsiStartup& ansi_startup();

} // namespace oriel::k32
