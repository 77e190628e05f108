// SPDX-License-Identifier: MIT
// end.cpp: see end.h.
#include "end.h"

#include <cstdio>
#include <cstdlib>

namespace oriel::start {

void end_host_process(std::uint32_t exit_code, const std::string& file) {
    if (!file.empty()) {
        if (std::FILE* out = std::fopen(file.c_str(), "we")) {
            std::fprintf(out, "0x%08X\n", exit_code);
            std::fclose(out);
        } else {
            std::fprintf(stderr, "oriel: cannot write the exit code to %s\n", file.c_str());
        }
    }
    std::fflush(nullptr);
    std::_Exit(static_cast<int>(exit_code & 0xFF));
}

} // namespace oriel::start
