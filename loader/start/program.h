// SPDX-License-Identifier: MIT
// program.h: from what the user typed to a program that can run here, or to one line that says why not.
#pragma once

#include <loader/pe/classify.h>
#include <ntdll-emu/hal/host_descriptor.h>
#include <ntdll-emu/hal/host_file_view.h>

#include <stdexcept>
#include <string>

namespace oriel::start {

/// Why there is no process: one line for the user, and oriel's exit code.
class StartError : public std::runtime_error {
public:
    StartError(int exit_code, const std::string& line) : std::runtime_error(line), m_exit_code(exit_code) {}
    [[nodiscard]] int exit_code() const { return m_exit_code; }

private:
    int m_exit_code;
};

/// A program on the host that has been looked at.
struct Program {
    std::string host_path;   ///< absolute
    std::u16string dos_path; ///< u"Z:\\..."
    hal::HostDescriptor file;
    hal::HostFileView view;
    pe::Classification classification;
};

/// Finds the program as a shell would: as a path, with .exe added, or on PATH where the name has no slash; or as a
/// DOS path on Z:. Reads its headers. Throws StartError: 127 not found, 126 no file that can be opened.
Program find_program(const std::string& name);
/// Throws StartError (126, with what the file is) unless it is a program for this CPU.
void require_runnable(const Program& program);

} // namespace oriel::start
