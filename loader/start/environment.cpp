// SPDX-License-Identifier: MIT
// environment.cpp: the host's variables and Windows' own, merged.
#include "environment.h"

#include "host_text.h"

#include <ntdll-emu/io/fold.h>

#include <algorithm>
#include <vector>

namespace oriel::start {
namespace {

/// The variables as they come; sorted and merged at the end, so that each name is folded once.
class Variables {
public:
    /// A later one with the same name replaces the value, or is dropped.
    enum class IfThere { Replace, Keep };

    void add(std::u16string name, std::u16string value, IfThere if_there) {
        m_all.push_back({io::folded(name), std::move(name), std::move(value), if_there});
    }
    /// NAME=value, each ended by a NUL; in the order of the names without their case, as Windows keeps them.
    std::u16string block() {
        std::vector<const Variable*> sorted;
        for (const Variable& variable : m_all) sorted.push_back(&variable);
        // Equal names stay in the order in which they came: their addresses ascend.
        std::sort(sorted.begin(), sorted.end(), [](const Variable* a, const Variable* b) {
            const int order = a->folded.compare(b->folded);
            return order != 0 ? order < 0 : a < b;
        });
        std::u16string block;
        for (auto first = sorted.begin(); first != sorted.end();) {
            const auto end = std::find_if(first, sorted.end(), [&](const Variable* other) { return other->folded != (*first)->folded; });
            const Variable* chosen = *first;
            for (auto other = first; other != end; ++other) {
                if ((*other)->if_there == IfThere::Replace) chosen = *other;
            }
            block.append((*first)->name).append(1, u'=').append(chosen->value).append(1, u'\0');
            first = end;
        }
        return block += u'\0';
    }

private:
    struct Variable {
        std::u16string folded, name, value;
        IfThere if_there;
    };
    std::vector<Variable> m_all;
};
using IfThere = Variables::IfThere;

/// Variables whose host value would mislead a Windows program.
bool belongs_to_the_host(std::u16string_view name) {
    for (const std::u16string_view own : {u"PATH", u"TEMP", u"TMP", u"TMPDIR", u"_", u"LD_LIBRARY_PATH", u"LD_PRELOAD", u"OLDPWD"}) {
        if (name == own) return true;
    }
    return false;
}

/// Splits at the first '=' behind the first character ("=C:" is a name on Windows).
void insert(Variables& variables, const std::u16string& text, IfThere if_there) {
    const std::size_t equals = text.find(u'=', 1);
    if (equals == std::u16string::npos) return;
    variables.add(text.substr(0, equals), text.substr(equals + 1), if_there);
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
    for (const auto& [name, value] : fixed) variables.add(name, value, IfThere::Keep);
}

} // namespace

std::u16string make_environment(const EnvironmentInput& input) {
    Variables variables;
    insert_windows_variables(variables, input);
    for (const std::string& variable : input.host) {
        const std::u16string text = guest_text(variable);
        if (!belongs_to_the_host(std::u16string_view(text).substr(0, text.find(u'=')))) insert(variables, text, IfThere::Keep);
    }
    for (const std::string& variable : input.added) insert(variables, guest_text(variable), IfThere::Replace);
    return variables.block();
}

} // namespace oriel::start
