// SPDX-License-Identifier: MIT
// short_name.h: a linker's name for a function, as people read it in a stack.
#pragma once

#include <string>
#include <string_view>

namespace oriel::start {

/// "_ZN5oriel3rtl4heap15allocate_slowlyERNS1_4HeapEjy": "oriel::rtl::heap::allocate_slowly". Without parameters, template
/// arguments and anonymous namespaces, which make the longest part of most names and tell the reader of a stack least. A
/// name that is not mangled, or not well, or longer than a thousand characters, comes back as it is.
std::string short_name(std::string_view linker_name);

/// The same of a name that was demangled elsewhere: "int std::max<int>(int, int)": "std::max".
std::string without_details(std::string_view demangled);

} // namespace oriel::start
