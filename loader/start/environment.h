// SPDX-License-Identifier: MIT
// environment.h: the environment block that the first process gets.
//
// A Windows program expects names that no Unix shell sets (SystemRoot, TEMP, PATHEXT, ...) and paths in DOS
// form. The host's own variables are passed on; those whose meaning differs are replaced:
//   PATH        C:\Windows\System32;C:\Windows, then the host's folders as Z:\...
//   TEMP, TMP   the host's TMPDIR as C: shows it
//   USERPROFILE, HOMEDRIVE, HOMEPATH, USERNAME, APPDATA, LOCALAPPDATA, COMSPEC, SystemRoot, windir, ...
#pragma once

#include <string>
#include <vector>

namespace oriel::start {

struct EnvironmentInput {
    std::vector<std::string> host;  ///< NAME=value
    std::vector<std::string> added; ///< NAME=value of --env, which win
    std::u16string user;            ///< the folder's name below C:\Users
    unsigned processors = 1;
};

/// NAME=value NUL NAME=value NUL NUL, sorted by name without regard to case, as NT keeps it.
std::u16string make_environment(const EnvironmentInput& input);

} // namespace oriel::start
