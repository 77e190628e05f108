// SPDX-License-Identifier: MIT
// snapshot_output.cpp: text on the terminal, JSON or a page in a file.
#include "snapshot_output.h"

#include "program.h"

#include <loader/observe/html.h>
#include <loader/observe/json.h>
#include <loader/observe/text.h>

#include <fstream>
#include <iostream>

namespace oriel::start {
namespace {

/// "map.html", "map.2.html", ...
std::string numbered(const std::string& name, unsigned number) {
    if (number == 1) return name;
    const std::size_t slash = name.rfind('/');
    const std::size_t dot = name.rfind('.');
    const std::size_t at = dot == std::string::npos || (slash != std::string::npos && dot < slash) ? name.size() : dot;
    return name.substr(0, at) + "." + std::to_string(number) + name.substr(at);
}

void write_text(std::ostream& out, const Options& options, const observe::Snapshot& snapshot, unsigned number) {
    if (number > 1) out << "\n";
    if (options.command == Command::Memory) return observe::write_memory(out, snapshot);
    observe::write_heaps(out, snapshot, {.blocks = options.all_blocks, .only = options.only_heap});
}

template<class Write>
void to_file(const std::string& name, Write&& write) {
    std::ofstream out(name, std::ios::binary | std::ios::trunc);
    if (out) write(out);
    out.flush();
    if (!out) throw StartError(exit_oriel_failed, name + ": cannot be written");
}

} // namespace

void write_snapshot(const Options& options, const observe::Snapshot& snapshot, unsigned number) {
    const auto view = options.command == Command::Memory ? observe::View::Memory : observe::View::Heaps;
    if (!options.html_output.empty()) to_file(numbered(options.html_output, number), [&](std::ostream& out) { observe::write_html(out, snapshot, view); });
    const auto write = [&](std::ostream& out) {
        if (options.as_json) observe::write_json(out, snapshot);
        else write_text(out, options, snapshot, number);
    };
    if (!options.snapshot_output.empty()) return to_file(numbered(options.snapshot_output, number), write);
    if (!options.html_output.empty()) return; // the page is what was asked for
    std::ostream& out = options.observed_process ? std::cout : std::cerr;
    write(out);
    out.flush();
}

} // namespace oriel::start
