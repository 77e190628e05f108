// SPDX-License-Identifier: MIT
// observe_running.h: `oriel heap --pid N`: a snapshot of a program that another oriel runs.
//
// The asker listens under a name that holds its own process id, and sends the other one a real-time signal. That
// one's main thread starts the walk, and the walking thread sends the snapshot to the name. Both ends check whom they
// speak to. Nothing waits, listens or costs anything in a process that nobody asks.
#pragma once

#include "options.h"

namespace oriel::start {

class Session;

/// The asker: gets the snapshot and writes it. Throws StartError.
void observe_running(const Options& options);
/// The one that is asked, on the host's main thread.
void answer_observer(Session& session, std::uint32_t asker);

} // namespace oriel::start
