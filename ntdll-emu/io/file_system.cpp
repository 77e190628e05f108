// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/file_system.h>

#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/fold.h>
#include <ntdll-emu/io/host_facts.h>
#include <ntdll-emu/io/host_name.h>

namespace oriel::io {

FileSystem::FileSystem(const HostFolders& folders, const std::vector<BuiltinFile>& builtins) {
    m_drives.push_back(make_system_drive(folders, builtins));
    m_drives.push_back(make_root_drive());
}

const Drive* FileSystem::drive(char16_t letter) const {
    for (const auto& drive : m_drives)
        if (drive.letter == upcase(letter)) return &drive;
    return nullptr;
}

NtResult<FileFacts> FileSystem::facts(const Found& found) {
    if (!found.exists) return Status::ObjectNameNotFound;
    if (!found.where.on_host()) return facts_of(*found.where.node);
    // A drive's folder that is a folder of the host comes without its stat.
    const std::string& path = found.where.host_path;
    const auto stat = found.stat ? *found.stat : TRY(from_host(hal::stat_file(path.c_str(), false)));
    return facts_at(path.c_str(), stat);
}

namespace {

NtResult<std::u16string> path_below(const Location& directory, std::u16string_view rest) {
    if (rest.empty()) return directory.path;
    if (rest.front() == u'\\') return Status::ObjectNameInvalid;
    std::u16string path = directory.path;
    append_component(path, rest);
    return path;
}

} // namespace

NtResult<Opened> FileSystem::open_below(const Location& directory, std::u16string_view rest,
                                        const OpenRequest& request) {
    return open(*directory.drive, TRY(path_below(directory, rest)), request);
}

NtResult<Found> FileSystem::locate_below(const Location& directory, std::u16string_view rest, bool case_sensitive) {
    return m_names.find(*directory.drive, TRY(path_below(directory, rest)), case_sensitive);
}

std::u16string FileSystem::nt_path_of(std::string_view host_path) {
    std::u16string path;
    for (std::size_t at = 0; at < host_path.size();) {
        const std::size_t begin = host_path.find_first_not_of('/', at);
        if (begin == std::string_view::npos) break;
        const std::size_t end = std::min(host_path.find('/', begin), host_path.size());
        append_component(path, to_nt_name(host_path.substr(begin, end - begin)));
        at = end;
    }
    return path.empty() ? u"\\" : path;
}

} // namespace oriel::io
