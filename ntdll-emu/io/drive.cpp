// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/drive.h>

#include <ntdll-emu/io/host_name.h>

#include <cstdlib>

namespace oriel::io {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// An absolute path without a slash at its end, or nothing.
std::string as_folder(std::string path) {
    if (path.empty() || path.front() != '/') return {};
    while (!path.empty() && path.back() == '/') path.pop_back();
    return path.empty() ? "/" : path;
}

std::string last_component(const std::string& path) { return path.substr(path.rfind('/') + 1); }

ViewNode folder(std::u16string name, std::string host_path = {}) {
    ViewNode node;
    node.name = std::move(name);
    node.host_path = std::move(host_path);
    return node;
}

ViewNode builtin_folder(std::u16string name, const std::vector<BuiltinFile>& builtins, bool for_32_bits) {
    ViewNode node = folder(std::move(name));
    for (const auto& file : builtins) {
        if (file.for_32_bits != for_32_bits) continue;
        ViewNode leaf;
        leaf.name = file.name;
        leaf.builtin = &file;
        node.add(std::move(leaf));
    }
    return node;
}

} // namespace

std::u16string Drive::device_name() const {
    const unsigned number = letter - u'A' + 1u;
    std::u16string name = u"\\Device\\HarddiskVolume";
    if (number >= 10) name.push_back(static_cast<char16_t>(u'0' + number / 10));
    name.push_back(static_cast<char16_t>(u'0' + number % 10));
    return name;
}

HostFolders host_folders() {
    HostFolders folders;
    folders.home = as_folder(environment("HOME"));
    folders.temporary = as_folder(environment("TMPDIR"));
    if (folders.temporary.empty()) folders.temporary = "/tmp";
    std::string user = environment("USER");
    if (user.empty()) user = environment("LOGNAME");
    if (user.empty()) user = last_component(folders.home);
    if (user.empty() || user.find('/') != std::string::npos) user = "user";
    folders.user = to_nt_name(user);
    return folders;
}

Drive make_root_drive() {
    Drive drive;
    drive.letter = u'Z';
    drive.label = u"Host";
    drive.serial = 0x0F1E1A26;
    drive.root.host_path = "/";
    return drive;
}

Drive make_system_drive(const HostFolders& folders, const std::vector<BuiltinFile>& builtins) {
    Drive drive;
    drive.letter = u'C';
    drive.label = u"Oriel";
    drive.serial = 0x0F1E1A03;
    drive.root.add(folder(u"Program Files"));
    drive.root.add(folder(u"ProgramData"));
    ViewNode& users = drive.root.add(folder(u"Users"));
    if (!folders.home.empty()) users.add(folder(folders.user, folders.home));
    ViewNode& windows = drive.root.add(folder(u"Windows"));
    windows.add(builtin_folder(u"System32", builtins, false));
    windows.add(builtin_folder(u"SysWOW64", builtins, true));
    windows.add(folder(u"Temp", folders.temporary));
    return drive;
}

} // namespace oriel::io
