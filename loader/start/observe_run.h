// SPDX-License-Identifier: MIT
// observe_run.h: `oriel heap PROGRAM` and `oriel vm PROGRAM`: snapshots of a program that oriel runs.
//
// Every moment at which a snapshot can be taken is a service, an exception or a signal; so a listener to the services
// (services/trace.h) finds them, and a program that nobody looks at pays nothing.
#pragma once

#include "options.h"

namespace oriel::start {

class Session;

/// From now on snapshots are taken when Options::moments say so. Throws StartError for a moment that makes no sense.
void start_observing(const Options& options, Session& session);

} // namespace oriel::start
