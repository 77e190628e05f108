// SPDX-License-Identifier: MIT
// host_text.h: the host's bytes (arguments, variables, paths) as the guest's UTF-16.
#pragma once

#include <string>
#include <string_view>

namespace oriel::start {

/// UTF-8 becomes UTF-16; a byte that is not part of well-formed UTF-8 becomes U+F000 + byte, as in file names
/// (ntdll-emu/io/host_name.h), so that a name given as an argument finds its file.
std::u16string guest_text(std::string_view bytes);

/// An absolute host path on drive Z:, without a backslash at its end unless it is the root.
std::u16string dos_path_of(std::string_view host_path);

/// For messages.
std::string printable(std::u16string_view text);

} // namespace oriel::start
