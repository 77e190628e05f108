// SPDX-License-Identifier: MIT
// host_name.h: a file's name as the host has it (bytes) and as NT has it (UTF-16), one to one.
//
// A name of the host is any bytes without '/' and NUL. Read as UTF-8 it becomes UTF-16. What Windows does
// not allow in a name, or what is not UTF-8, becomes units of a private-use range, U+F000 + byte, which
// Cygwin and the Windows Subsystem for Linux use too:
//   - the characters  " * : < > ? \ |  and the controls 01 to 1F;
//   - a period or space at the end of the name (Win32 drops them);
//   - each byte that is not part of well-formed UTF-8;
//   - each of the three bytes of a character that lies itself in U+F000 to U+F0FF: the escape's escape.
// A lone surrogate, which NT allows, is three bytes like any other character (WTF-8).
//
// Always: to_host_name(to_nt_name(bytes)) == bytes for every name of the host. The other way round, a name
// that no host name maps to (U+F041 for a plain 'A') is refused: STATUS_OBJECT_NAME_INVALID.
#pragma once

#include <oriel/nt_result.h>

#include <string>
#include <string_view>

namespace oriel::io {

/// One component, not a path. "." and ".." stay.
std::u16string to_nt_name(std::string_view host_name);

/// One component. Statuses: ObjectNameInvalid for characters that Windows does not allow, an empty
/// name, "." and "..", more than 255 units, and names that no host name maps to.
NtResult<std::string> to_host_name(std::u16string_view nt_name);

/// Whether Windows allows the unit in a name.
bool allowed_in_name(char16_t unit);

} // namespace oriel::io
