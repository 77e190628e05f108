// SPDX-License-Identifier: MIT
// devices.h: putting io's devices into the object namespace.
//
//   \Device\HarddiskVolumeN       a drive; \??\C: and \??\Z: are links to them, \SystemRoot to C:\Windows
//   \Device\Null                  \??\NUL
//   \Device\ConDrv                the console: \??\CON, \??\CONIN$, \??\CONOUT$ are links to what is below it
//   \Device\Mup                   \??\UNC: answers that no network is there
//   \Device\NamedPipe             \??\PIPE: answers that nobody has made that pipe
#pragma once

#include <ntdll-emu/io/console.h>
#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/ob/namespace.h>

namespace oriel::io {

/// `files` and the process's console must outlive the namespace.
void add_devices(ob::Namespace& names, FileSystem& files, Console& console = process_console());

} // namespace oriel::io
