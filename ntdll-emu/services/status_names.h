// SPDX-License-Identifier: MIT
// status_names.h: a status as Microsoft's headers call it.
#pragma once

#include <nt/status.h>

#include <string_view>

namespace oriel::services {

/// "STATUS_ACCESS_VIOLATION"; empty for a number without a name.
std::string_view status_name(nt::Status status);

} // namespace oriel::services
