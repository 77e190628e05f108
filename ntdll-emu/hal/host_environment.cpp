// SPDX-License-Identifier: MIT
// host_environment.cpp: environ and getcwd.
#include "host_environment.h"

#include <climits>
#include <unistd.h>

extern char** environ;

namespace oriel::hal {

std::vector<std::string> environment_variables() {
    std::vector<std::string> variables;
    for (char** variable = environ; variable && *variable; ++variable) variables.emplace_back(*variable);
    return variables;
}

std::string current_directory() {
    char buffer[PATH_MAX];
    return getcwd(buffer, sizeof buffer) ? buffer : "/";
}

std::uint32_t host_process_id() { return static_cast<std::uint32_t>(getpid()); }

} // namespace oriel::hal
