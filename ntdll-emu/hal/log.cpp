// SPDX-License-Identifier: MIT
// log.cpp: spdlog, made when the first line is written.
#include "log.h"

// Debian builds fmt as a shared library only, and oriel is a static program.
#define FMT_HEADER_ONLY

#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>

namespace oriel::hal {
namespace {

std::atomic<LogLevel> log_level{LogLevel::Warning};

spdlog::logger& logger() {
    static spdlog::logger instance = [] {
        spdlog::logger made("oriel", std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>());
        made.set_pattern("%n: %^%v%$");
        made.set_level(spdlog::level::trace);
        return made;
    }();
    return instance;
}

} // namespace

void set_log_level(LogLevel level) { log_level = level; }

void log_warning(const std::string& text) {
    if (log_level >= LogLevel::Warning) logger().warn(text);
}

void log_debug(const std::string& text) {
    if (log_level >= LogLevel::Debug) logger().debug(text);
}

} // namespace oriel::hal
