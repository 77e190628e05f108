// SPDX-License-Identifier: MIT
// snapshot_output.h: where a snapshot goes, and as what (`oriel heap`, `oriel vm`).
#pragma once

#include "options.h"

#include <loader/observe/snapshot.h>

namespace oriel::start {

/// Writes it as the options say; `number` counts the snapshots of this run from 1: later ones go to files of their own
/// ("map.html", "map.2.html"). Throws StartError if a file cannot be written.
void write_snapshot(const Options& options, const observe::Snapshot& snapshot, unsigned number);

} // namespace oriel::start
