// SPDX-License-Identifier: MIT
// environment.cpp: the host's variables and Windows' own, merged.
#include "environment.h"

#include "host_text.h"

#include <ntdll-emu/io/fold.h>

#include <map>

namespace oriel::start {
namespace {

struct WithoutCase {
    bool operator()(const std::u16string& a, const std::u16string& b) const { return io::folded(a) < io::folded(b); }
};
using Variables = std::map<std::u16string, std::u16string, WithoutCase>;

/// Variables whose host value would mislead a Windows program.
bool belongs_to_the_host(std::u16string_view name) {
    for (const std::u16string_view own : {u"PATH", u"TEMP", u"TMP", u"TMPDIR", u"_", u"LD_LIBRARY_PATH", u"LD_PRELOAD", u"OLDPWD"}) {
        if (name == own) return true;
    }
    return false;
}

/// Splits at the first '=' behind the first character ("=C:" is a name on Windows).
void insert(Variables& variables, const std::u16string& text, bool replace) {
    const std::size_t equals = text.find(u'=', 1);
    if (equals == std::u16string::npos) return;
    std::u16string name = text.substr(0, equals);
    if (replace) variables[std::move(name)] = text.substr(equals + 1);
    else variables.emplace(std::move(name), text.substr(equals + 1));
}

std::u16string windows_path(const std::vector<std::string>& host) {
    std::u16string path = u"C:\\Windows\\System32;C:\\Windows";
    for (const std::string& variable : host) {
        if (!variable.starts_with("PATH=")) continue;
        std::string_view rest = std::string_view(variable).substr(5);
        while (!rest.empty()) {
            const std::size_t colon = rest.find(':');
            const std::string_view folder = rest.substr(0, colon);
            if (folder.starts_with('/')) path += u';' + dos_path_of(folder);
            rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
        }
    }
    return path;
}

void insert_windows_variables(Variables& variables, const EnvironmentInput& input) {
    const std::u16string profile = u"C:\\Users\\" + input.user;
    const std::string processors = std::to_string(input.processors);
    const std::pair<const char16_t*, std::u16string> fixed[] = {
        {u"PATH", windows_path(input.host)},
        {u"PATHEXT", u".COM;.EXE;.BAT;.CMD"},
        {u"SystemRoot", u"C:\\Windows"},
        {u"windir", u"C:\\Windows"},
        {u"SystemDrive", u"C:"},
        {u"COMSPEC", u"C:\\Windows\\System32\\cmd.exe"},
        {u"OS", u"Windows_NT"},
        {u"TEMP", u"C:\\Windows\\Temp"},
        {u"TMP", u"C:\\Windows\\Temp"},
        {u"USERPROFILE", profile},
        {u"HOMEDRIVE", u"C:"},
        {u"HOMEPATH", u"\\Users\\" + input.user},
        {u"USERNAME", input.user},
        {u"APPDATA", profile + u"\\AppData\\Roaming"},
        {u"LOCALAPPDATA", profile + u"\\AppData\\Local"},
        {u"ALLUSERSPROFILE", u"C:\\ProgramData"},
        {u"ProgramData", u"C:\\ProgramData"},
        {u"ProgramFiles", u"C:\\Program Files"},
        {u"ProgramFiles(x86)", u"C:\\Program Files (x86)"},
        {u"ProgramW6432", u"C:\\Program Files"},
        {u"CommonProgramFiles", u"C:\\Program Files\\Common Files"},
        {u"PUBLIC", u"C:\\Users\\Public"},
        {u"NUMBER_OF_PROCESSORS", {processors.begin(), processors.end()}},
        {u"PROCESSOR_ARCHITECTURE", u"AMD64"},
    };
    for (const auto& [name, value] : fixed) variables[name] = value;
}

} // namespace

std::u16string make_environment(const EnvironmentInput& input) {
    Variables variables;
    insert_windows_variables(variables, input);
    for (const std::string& variable : input.host) {
        const std::u16string text = guest_text(variable);
        if (!belongs_to_the_host(std::u16string_view(text).substr(0, text.find(u'=')))) insert(variables, text, false);
    }
    for (const std::string& variable : input.added) insert(variables, guest_text(variable), true);
    std::u16string block;
    for (const auto& [name, value] : variables) block.append(name).append(1, u'=').append(value).append(1, u'\0');
    block += u'\0';
    return block;
}

} // namespace oriel::start
