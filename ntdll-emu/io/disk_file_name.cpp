// SPDX-License-Identifier: MIT
// disk_file_name.cpp: the names of an open file: deletion, renaming, hard links.
#include <ntdll-emu/io/disk_file.h>

#include <ntdll-emu/hal/host_directory.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/io/host_facts.h>
#include <ntdll-emu/io/host_name.h>
#include <nt/file.h>

#include <mutex>

namespace oriel::io {

namespace {

hal::HostResult<> remove_at(const std::string& path, bool directory) {
    return directory ? hal::remove_directory(path.c_str()) : hal::remove_file(path.c_str());
}

/// Whether `path` still names the file that is open as `descriptor`.
bool names(const std::string& path, int descriptor) {
    const auto there = hal::stat_file(path.c_str(), false);
    const auto here = hal::stat_descriptor(descriptor);
    return there && here && there.value().inode == here.value().inode && there.value().device == here.value().device;
}

} // namespace

NtResult<> DiskFile::may_delete(bool even_read_only) {
    const FileFacts now = TRY(facts());
    const bool read_only = !now.directory && (now.attributes & nt::FILE_ATTRIBUTE_READONLY);
    if (read_only && !even_read_only) return Status::CannotDelete;
    if (m_opening.where.is_mount) return Status::CannotDelete;
    if (m_opening.is_directory && !m_opening.is_link) {
        const auto empty = hal::directory_is_empty(descriptor());
        if (empty && !empty.value()) return Status::DirectoryNotEmpty;
    }
    // The host asks the folder for permission, and only when the name goes. Ask now: NT answers now.
    if (!TRY(from_host(hal::may_write(parent_of(host_path()).c_str())))) return Status::AccessDenied;
    return {};
}

NtResult<> DiskFile::set_deletion(DeleteMode mode, bool even_read_only) {
    if (mode == DeleteMode::Keep) {
        m_delete_on_close.store(false);
        m_opening.shared->state().with([](SharedState& state) { state.delete_pending = false; });
        return {};
    }
    TRY(may_delete(even_read_only));
    if (mode == DeleteMode::WhenClosed) {
        m_opening.shared->state().with([](SharedState& state) { state.delete_pending = true; });
        return {};
    }
    // POSIX semantics: the name goes now, the bytes with the last handle.
    TRY(from_host(remove_at(host_path(), m_opening.is_directory && !m_opening.is_link)));
    m_name_is_gone.store(true);
    return {};
}

void DiskFile::remove_name() {
    if (m_name_is_gone.load()) return;
    std::string path = host_path();
    if (!names(path, descriptor())) { // somebody else renamed it
        const auto now = hal::path_of(descriptor());
        if (!now || !names(now.value(), descriptor())) return;
        path = now.value();
    }
    (void)remove_at(path, m_opening.is_directory && !m_opening.is_link);
}

NtResult<> DiskFile::rename(const RenameRequest& request) {
    Location target = request.target.where;
    if (!target.on_host() || m_opening.where.is_mount) return Status::AccessDenied;
    if (target.drive != m_opening.where.drive) return Status::NotSameDevice;
    const std::string from = host_path();
    const bool only_case =
        request.target.exists && request.target.stat
        && FileKey{request.target.stat->device, request.target.stat->inode} == m_opening.shared->key();
    if (request.target.exists && !only_case) {
        if (!request.replace) return Status::ObjectNameCollision;
        const FileFacts there = facts_at(target.host_path.c_str(), *request.target.stat);
        if (there.directory || m_opening.is_directory) return Status::AccessDenied;
        if ((there.attributes & nt::FILE_ATTRIBUTE_READONLY) && !request.even_read_only) return Status::AccessDenied;
        const auto open = m_files.open_files().get({request.target.stat->device, request.target.stat->inode});
        const bool in_use = open->state().with([](SharedState& state) { return state.opens > 0; });
        if (in_use) return Status::AccessDenied; // NT: a target that somebody has open stays
    }
    if (only_case) { // the file itself was found, under its old spelling
        target.host_path = parent_of(target.host_path);
        append_component(target.host_path, TRY(to_host_name(request.name)));
        target.path = target.path.substr(0, target.path.rfind(u'\\') + 1) + request.name;
    }
    TRY(from_host(hal::rename_file(from.c_str(), target.host_path.c_str(), request.replace || only_case)));
    m_files.names().folded().note_created(parent_of(target.host_path), last_component_of(target.host_path));
    const std::lock_guard hold(m_lock);
    m_opening.where = target;
    return {};
}

NtResult<> DiskFile::make_link(const RenameRequest& request) {
    const Location& target = request.target.where;
    if (m_opening.is_directory) return Status::FileIsADirectory;
    if (!target.on_host()) return Status::AccessDenied;
    if (target.drive != m_opening.where.drive) return Status::NotSameDevice;
    if (request.target.exists) {
        if (!request.replace) return Status::ObjectNameCollision;
        TRY(from_host(hal::remove_file(target.host_path.c_str())));
    }
    TRY(from_host(hal::make_hard_link(host_path().c_str(), target.host_path.c_str())));
    m_files.names().folded().note_created(parent_of(target.host_path), last_component_of(target.host_path));
    return {};
}

} // namespace oriel::io
