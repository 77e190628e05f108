// SPDX-License-Identifier: MIT
// unhandled_filter.h: see unhandled_filter.cpp.
#pragma once

namespace oriel::k32 {

/// Makes UnhandledExceptionFilter what ntdll asks about an exception that no frame handles.
void install_unhandled_filter();

} // namespace oriel::k32
