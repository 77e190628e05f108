// SPDX-License-Identifier: MIT
// log.h: the host's log, on stderr. Nothing is set up before the first line (start-up costs nothing).
#pragma once

#include <string>

namespace oriel::hal {

enum class LogLevel { Quiet, Warning, Debug };

/// What is written; the default is Warning. --log=LEVEL and the environment variable ORIEL_LOG set it.
void set_log_level(LogLevel level);
void log_warning(const std::string& text);
void log_debug(const std::string& text);

} // namespace oriel::hal
