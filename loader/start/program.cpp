// SPDX-License-Identifier: MIT
// program.cpp: finding the file, and saying what it is.
#include "program.h"

#include "host_text.h"
#include "options.h"

#include <ntdll-emu/hal/host_environment.h>
#include <ntdll-emu/hal/host_file.h>

#include <cstring>
#include <filesystem>
#include <optional>

namespace oriel::start {
namespace {

namespace fs = std::filesystem;

bool is_there(const std::string& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

std::optional<std::string> with_or_without_exe(const std::string& path) {
    if (is_there(path)) return path;
    if (is_there(path + ".exe")) return path + ".exe";
    return std::nullopt;
}

/// "Z:\\home\\me\\a.exe" typed at a Unix shell.
std::optional<std::string> from_dos_path(const std::string& name) {
    if (name.size() < 3 || (name[0] != 'Z' && name[0] != 'z') || name[1] != ':') return std::nullopt;
    std::string path = name.substr(2);
    for (char& c : path) {
        if (c == '\\') c = '/';
    }
    return with_or_without_exe(path);
}

std::optional<std::string> on_path(const std::string& name) {
    for (const std::string& variable : hal::environment_variables()) {
        if (!variable.starts_with("PATH=")) continue;
        std::string_view rest = std::string_view(variable).substr(5);
        while (!rest.empty()) {
            const std::size_t colon = rest.find(':');
            if (auto found = with_or_without_exe(std::string(rest.substr(0, colon)) + "/" + name)) return found;
            rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
        }
    }
    return std::nullopt;
}

std::optional<std::string> locate(const std::string& name) {
    if (auto found = with_or_without_exe(name)) return found;
    if (auto found = from_dos_path(name)) return found;
    if (name.find('/') == std::string::npos) return on_path(name);
    return std::nullopt;
}

} // namespace

Program find_program(const std::string& name) {
    const auto found = locate(name);
    if (!found) throw StartError(exit_not_found, name + ": not found");
    Program program;
    program.host_path = fs::absolute(*found).lexically_normal().string();
    program.dos_path = dos_path_of(program.host_path);
    if (fs::is_directory(program.host_path)) throw StartError(exit_cannot_run, name + ": is a folder");
    auto opened = hal::open_file(program.host_path.c_str(), {});
    if (!opened.ok()) throw StartError(exit_cannot_run, name + ": cannot be opened: " + std::strerror(opened.error()));
    program.file = std::move(opened).value();
    auto view = hal::HostFileView::open(program.file.get());
    if (!view.ok()) throw StartError(exit_cannot_run, name + ": cannot be read: " + std::strerror(view.error()));
    program.view = std::move(view).value();
    program.classification = pe::classify(program.view.bytes());
    return program;
}

void require_runnable(const Program& program) {
    const std::string name = fs::path(program.host_path).filename().string();
    if (!program.classification.runnable()) throw StartError(exit_cannot_run, name + ": " + program.classification.line);
}

} // namespace oriel::start
