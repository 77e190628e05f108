// SPDX-License-Identifier: MIT
// host_terminal.h: the terminal of the host: size, line discipline, and whether there is one.
#pragma once

#include <ntdll-emu/hal/host_result.h>

namespace oriel::hal {

bool is_terminal(int descriptor);

struct HostTerminalSize {
    int columns = 80;
    int rows = 25;
};
HostResult<HostTerminalSize> terminal_size(int descriptor);

/// What the line discipline does for us. A shell gives all but `raw`.
struct HostTerminalMode {
    bool lines = true;   ///< gather whole lines, with editing (ICANON)
    bool echo = true;    ///< show what is typed (ECHO)
    bool signals = true; ///< Ctrl+C sends SIGINT (ISIG)
    bool operator==(const HostTerminalMode&) const = default;
};
HostResult<> set_terminal_mode(int descriptor, const HostTerminalMode& mode);

/// Puts the terminal back as it was before the first set_terminal_mode; safe in a signal handler, and a
/// no-op when nothing was changed.
void restore_terminal();

/// Opens the controlling terminal, for CONIN$ and CONOUT$ when the standard handles lead elsewhere.
HostResult<int> open_controlling_terminal();

} // namespace oriel::hal
