// SPDX-License-Identifier: MIT
// message.h: a snapshot on its way from the process that took it to the one that asked for it.
//
// One line of JSON, then the packed blocks (json_model.h).
#pragma once

#include <loader/observe/snapshot.h>

#include <string>
#include <string_view>

namespace oriel::observe {

std::string message_of(const Snapshot& snapshot);
/// Throws std::exception if that is no snapshot.
Snapshot snapshot_from(std::string_view message);

} // namespace oriel::observe
