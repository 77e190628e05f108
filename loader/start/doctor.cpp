// SPDX-License-Identifier: MIT
// doctor.cpp: checks of the host in one line each; a program's headers and imports.
//
// An import is looked up as the loader of ntdll would: in the builtin DLLs, where an export that is not done is
// there as `undone_NAME` (tools/specgen/dll.py), and else in the program's own folder.
#include "doctor.h"

#include "builtin_images.h"
#include "host_text.h"
#include "program.h"

#include <loader/pe/describe.h>
#include <loader/pe/exports.h>
#include <loader/pe/imports.h>
#include <ntdll-emu/hal/cpu_features.h>
#include <ntdll-emu/hal/linux_host_memory.h>
#include <ntdll-emu/rtl/ldr/api_set.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>

namespace oriel::start {
namespace {

enum class Finding { Good, Slower, Missing };

void line(Finding finding, const std::string& what, const std::string& detail) {
    const char* mark = finding == Finding::Good ? "ok      " : finding == Finding::Slower ? "slower  " : "missing ";
    std::printf("%s %-28s %s\n", mark, what.c_str(), detail.c_str());
}

std::string size_text(std::uint64_t bytes) {
    char text[32];
    if (bytes >= std::uint64_t{1} << 40) std::snprintf(text, sizeof text, "%.1f TiB", static_cast<double>(bytes) / (1ULL << 40));
    else std::snprintf(text, sizeof text, "%.1f GiB", static_cast<double>(bytes) / (1ULL << 30));
    return text;
}

bool check_host() {
    bool good = true;
    const hal::CpuFeatures cpu = hal::cpu_features();
    line(cpu.fsgsbase ? Finding::Good : Finding::Slower, "FSGSBASE", cpu.fsgsbase ? "GS is changed by an instruction" : "GS is changed by a system call");
    line(cpu.cmpxchg16b ? Finding::Good : Finding::Missing, "CMPXCHG16B", "interlocked lists");
    good = good && cpu.cmpxchg16b;
    const auto host = hal::LinuxHostMemory::create();
    if (host.ok()) {
        std::uint64_t bytes = 0;
        for (const PageRange& piece : host.value()->arena()) bytes += piece.bytes();
        constexpr std::uint64_t full = std::uint64_t{32} << 40;
        line(bytes >= full ? Finding::Good : Finding::Slower, "guest address space",
             size_text(bytes) + (bytes >= full ? "" : " (limited: ulimit -v, or vm.overcommit_memory=2)"));
        line(Finding::Good, "memory and swap", size_text(host.value()->memory_and_swap()) + ": the default commit limit");
    } else {
        line(Finding::Missing, "guest address space", std::strerror(host.error()));
        good = false;
    }
    return good;
}

/// The builtin DLLs' exports, parsed when they are first asked for.
class BuiltinExports {
public:
    explicit BuiltinExports(GuestMachine machine) : m_files(builtin_images(machine, {})) {}

    enum class Answer { Done, Undone, Missing, NoSuchDll };
    Answer look_up(const std::string& dll, const pe::ImportedFunction& function) {
        const auto file = std::find_if(m_files.begin(), m_files.end(), [&](const auto& builtin) { return printable(builtin.name) == dll; });
        if (file == m_files.end()) return Answer::NoSuchDll;
        auto& entry = m_parsed[dll];
        if (!entry) {
            entry = std::make_unique<Parsed>();
            entry->image = std::make_unique<pe::Parsed<pe::Image>>(pe::Image::parse(bytes_of(*file, entry->storage)));
            if (!entry->image->ok()) return Answer::Missing;
            entry->exports = std::make_unique<pe::Parsed<pe::Exports>>(pe::Exports::of(**entry->image));
        }
        if (!entry->exports || !entry->exports->ok()) return Answer::Missing;
        const pe::Exports& exports = **entry->exports;
        if (function.name.empty()) return exports.by_ordinal(function.ordinal) ? Answer::Done : Answer::Missing;
        if (exports.by_name(function.name)) return Answer::Done;
        return exports.by_name("undone_" + std::string(function.name)) ? Answer::Undone : Answer::Missing;
    }

private:
    struct Parsed {
        std::vector<std::byte> storage;
        std::unique_ptr<pe::Parsed<pe::Image>> image;
        std::unique_ptr<pe::Parsed<pe::Exports>> exports;
    };
    std::vector<io::BuiltinFile> m_files;
    std::map<std::string, std::unique_ptr<Parsed>> m_parsed;
};

std::string lower(std::string_view name) {
    std::string text(name);
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// The builtin DLL that serves a name: an API set's host, or itself.
std::string host_of(std::string_view import) {
    const std::string name = lower(import);
    const std::u16string wide(name.begin(), name.end());
    if (!rtl::ldr::is_api_set(wide)) return name;
    return printable(std::u16string(rtl::ldr::api_set_host(wide)));
}

struct Tally {
    unsigned done = 0, undone = 0, missing = 0;
};

void examine_dll(BuiltinExports& builtins, const pe::ImportedDll& dll, const std::filesystem::path& folder, Tally& tally) {
    const std::string host = host_of(dll.name);
    const std::string shown = lower(dll.name) == host ? host : lower(dll.name) + " (" + host + ")";
    Tally here;
    std::string problems;
    for (const pe::ImportedFunction& function : dll.functions) {
        const std::string name = function.name.empty() ? "#" + std::to_string(function.ordinal) : std::string(function.name);
        switch (builtins.look_up(host, function)) {
        case BuiltinExports::Answer::Done: ++here.done; break;
        case BuiltinExports::Answer::Undone: ++here.undone; problems += "           not done: " + name + "\n"; break;
        case BuiltinExports::Answer::Missing: ++here.missing; problems += "           missing:  " + name + "\n"; break;
        case BuiltinExports::Answer::NoSuchDll: {
            const bool own = std::filesystem::exists(folder / std::string(dll.name));
            line(own ? Finding::Good : Finding::Missing, shown, own ? "the program's own" : "no such DLL, here or in the program's folder");
            if (!own) tally.missing += static_cast<unsigned>(dll.functions.size());
            return;
        }
        }
    }
    line(problems.empty() ? Finding::Good : Finding::Missing, shown,
         std::to_string(here.done) + " of " + std::to_string(dll.functions.size()) + " functions" + (dll.delayed ? ", loaded when first called" : ""));
    std::fputs(problems.c_str(), stdout);
    tally.done += here.done;
    tally.undone += here.undone;
    tally.missing += here.missing;
}

/// Whether nothing is missing.
bool examine_program(const Options& options) {
    const Program program = find_program(options.program);
    std::printf("%s: %s\n", program.host_path.c_str(), program.classification.line.c_str());
    const auto image = pe::Image::parse(program.view.bytes());
    if (!image.ok()) return false;
    std::fputs(pe::describe_headers(*image).c_str(), stdout);
    std::puts("");
    BuiltinExports builtins(program.classification.kind == pe::FileKind::Program32 ? GuestMachine::X86 : GuestMachine::X64);
    Tally tally;
    const std::filesystem::path folder = std::filesystem::path(program.host_path).parent_path();
    for (const auto& imports : {pe::imports_of(*image), pe::delay_imports_of(*image)}) {
        if (!imports.ok()) {
            line(Finding::Missing, "imports", imports.error().describe());
            ++tally.missing;
            continue;
        }
        for (const pe::ImportedDll& dll : *imports) examine_dll(builtins, dll, folder, tally);
    }
    std::printf("\n%u imports are there, %u are not done yet (the program starts; calling one fails and is said), %u are missing\n", tally.done,
                tally.undone, tally.missing);
    return tally.undone == 0 && tally.missing == 0;
}

} // namespace

int run_doctor(const Options& options) {
    if (options.program.empty()) return check_host() ? 0 : 1;
    return examine_program(options) ? 0 : 1;
}

} // namespace oriel::start
