// SPDX-License-Identifier: MIT
// disk_open.cpp: from a name that was looked up to an open file.
//
// The order is NT's, because programs see it in the status they get: what the name is (a directory where a
// file was asked for), then whether it may be opened so (read-only), then whether others allow it (sharing),
// and only then is anything changed.
#include <ntdll-emu/io/disk_file.h>
#include <ntdll-emu/io/errno_status.h>
#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/io/host_facts.h>
#include <ntdll-emu/io/stream_file.h>
#include <ntdll-emu/io/view_file.h>
#include <nt/file.h>

#include <cerrno>

namespace oriel::io {

namespace {

constexpr ob::AccessMask data_changes = nt::FILE_WRITE_DATA | nt::FILE_APPEND_DATA;
constexpr ob::AccessMask all_changes = data_changes | nt::FILE_WRITE_ATTRIBUTES | ob::access::delete_object;

bool wants_read(const OpenRequest& request) { return request.access & (nt::FILE_READ_DATA | nt::FILE_EXECUTE); }
bool wants_write(const OpenRequest& request) {
    return (request.access & data_changes) || empties(request.disposition);
}

hal::HostOpen host_open_for(const OpenRequest& request, bool directory) {
    hal::HostOpen how;
    how.directory = directory;
    if (!directory && wants_write(request))
        how.mode = wants_read(request) ? hal::HostOpenMode::ReadWrite : hal::HostOpenMode::WriteOnly;
    how.synchronous = request.options.write_through;
    const bool appends_only = (request.access & nt::FILE_APPEND_DATA) && !(request.access & nt::FILE_WRITE_DATA);
    how.append = !directory && appends_only;
    return how;
}

/// Who asks only for attributes may see them even where the host lets him not read the file.
NtResult<hal::HostDescriptor> open_on_host(const std::string& path, hal::HostOpen how, const OpenRequest& request) {
    auto opened = hal::open_file(path.c_str(), how);
    const bool needs_bytes = wants_read(request) || (wants_write(request) && !how.directory);
    if (!opened && opened.error() == EACCES && !needs_bytes) {
        how.mode = hal::HostOpenMode::PathOnly;
        opened = hal::open_file(path.c_str(), how);
    }
    return from_host(std::move(opened));
}

NtResult<> check_kind(bool directory, const OpenRequest& request) {
    if (directory && request.options.non_directory) return Status::FileIsADirectory;
    if (!directory && request.options.directory) return Status::NotADirectory;
    if (directory && empties(request.disposition)) return Status::ObjectNameCollision;
    return {};
}

NtResult<> check_attributes(const FileFacts& there, const OpenRequest& request) {
    if (!there.directory && (there.attributes & nt::FILE_ATTRIBUTE_READONLY)) {
        if (wants_write(request)) return Status::AccessDenied;
        if (request.options.delete_on_close) return Status::CannotDelete;
    }
    // A hidden or system file is overwritten only by who knows that it is ("CreateFileW function").
    constexpr std::uint32_t guarded = nt::FILE_ATTRIBUTE_HIDDEN | nt::FILE_ATTRIBUTE_SYSTEM;
    if (empties(request.disposition) && (there.attributes & guarded & ~request.attributes))
        return Status::AccessDenied;
    return {};
}

void store_new_attributes(int descriptor, bool directory, std::uint32_t requested) {
    StoredFacts stored;
    stored.attributes = (requested & storable_attributes(directory)) | default_attributes(directory);
    if (*stored.attributes != default_attributes(directory)) save_stored_facts(descriptor, directory, stored);
    if (directory || !(requested & nt::FILE_ATTRIBUTE_READONLY)) return;
    if (const auto stat = hal::stat_descriptor(descriptor))
        (void)hal::set_permissions(descriptor, stat.value().mode & ~0222u);
}

} // namespace

NtResult<Opened> FileSystem::open(const Drive& drive, std::u16string_view path, const OpenRequest& request) {
    Found found = TRY(m_names.find(drive, path, request.case_sensitive));
    const bool folder_by_name = path.size() > 1 && path.back() == u'\\';
    if (folder_by_name && request.options.non_directory) return Status::ObjectNameInvalid;
    if (found.exists) return open_found(std::move(found), request);
    if (!may_create(request.disposition)) return Status::ObjectNameNotFound;
    if (!found.where.on_host()) return Status::AccessDenied;
    return create(std::move(found), request);
}

/// MAXIMUM_ALLOWED asks for what may be had: of a read-only file, or one that the host only lets be read, not the
/// right to write.
NtResult<Opened> FileSystem::open_found(Found found, const OpenRequest& request) {
    OpenRequest lesser = request;
    lesser.access &= request.demanded | ~(found.where.on_host() ? data_changes : all_changes);
    if (lesser.access == request.access || empties(request.disposition)) return open_for(std::move(found), request);
    auto opened = open_for(found, request);
    const Status refused = opened.ok() ? Status::Success : opened.error();
    if (refused != Status::AccessDenied && refused != Status::MediaWriteProtected) return opened;
    return open_for(std::move(found), lesser);
}

NtResult<Opened> FileSystem::open_for(Found found, const OpenRequest& request) {
    if (request.disposition == Disposition::Create) return Status::ObjectNameCollision;
    if (!found.where.on_host()) return open_view(found, request);
    if (found.stat->kind == hal::HostFileKind::SymbolicLink && !request.options.reparse_point) {
        const auto target = hal::stat_file(found.where.host_path.c_str());
        if (!target && target.error() == ENOENT && may_create(request.disposition))
            return create(std::move(found), request);
        found.stat = TRY(from_host(target));
    }
    return open_existing(std::move(found), request);
}

NtResult<Opened> FileSystem::open_view(const Found& found, const OpenRequest& request) {
    const ViewNode& node = *found.where.node;
    TRY(check_kind(node.is_folder(), request));
    if (empties(request.disposition)) return Status::AccessDenied;
    if (!node.is_folder() && (request.access & all_changes)) return Status::AccessDenied;
    return Opened{ob::make<ViewFile>(*this, found.where, request), OpenOutcome::Opened};
}

NtResult<Opened> FileSystem::open_existing(Found found, const OpenRequest& request) {
    const hal::HostFileStat& stat = *found.stat;
    // What is stored beside the file matters only for overwriting, and costs a system call.
    const bool asks_all = empties(request.disposition) || stat.kind == hal::HostFileKind::SymbolicLink;
    const FileFacts there = asks_all ? facts_at(found.where.host_path.c_str(), stat) : facts_of(stat, {});
    TRY(check_kind(there.directory, request));
    const bool is_link = stat.kind == hal::HostFileKind::SymbolicLink;
    const bool is_disk =
        is_link || stat.kind == hal::HostFileKind::Directory || stat.kind == hal::HostFileKind::Regular;
    if (is_disk && !is_link) TRY(check_attributes(there, request));

    hal::HostOpen how = host_open_for(request, there.directory && !is_link);
    if (is_link) {
        how.mode = hal::HostOpenMode::PathOnly;
        how.no_follow = true;
    }
    DiskOpening opening;
    opening.descriptor = TRY(open_on_host(found.where.host_path, how, request));
    if (!is_disk) {
        TRY(from_host(hal::make_blocking(opening.descriptor.get())));
        return Opened{open_stream_file(std::move(opening.descriptor), stat.kind, request), OpenOutcome::Opened};
    }
    opening.where = std::move(found.where);
    opening.is_directory = there.directory;
    opening.is_link = is_link;
    if (!empties(request.disposition)) return finish(std::move(opening), request, OpenOutcome::Opened);
    const bool superseded = request.disposition == Disposition::Supersede;
    return finish(std::move(opening), request, superseded ? OpenOutcome::Superseded : OpenOutcome::Overwritten);
}

NtResult<Opened> FileSystem::create(Found found, const OpenRequest& request) {
    const std::string& path = found.where.host_path;
    hal::HostOpen how = host_open_for(request, request.options.directory);
    if (request.options.directory) {
        TRY(from_host(hal::make_directory(path.c_str())));
    } else {
        how.create = true;
        how.exclusive = !found.exists; // an existing name here is a symbolic link to nothing
    }
    DiskOpening opening;
    opening.descriptor = TRY(from_host(hal::open_file(path.c_str(), how)));
    opening.is_directory = request.options.directory;
    m_names.folded().note_created(parent_of(path), last_component_of(path));
    if (request.allocation != 0 && !opening.is_directory) {
        const auto room = hal::allocate(opening.descriptor.get(), request.allocation);
        if (!room && room.error() == ENOSPC) {
            (void)hal::remove_file(path.c_str());
            return Status::DiskFull;
        }
    }
    store_new_attributes(opening.descriptor.get(), opening.is_directory, request.attributes);
    opening.where = std::move(found.where);
    return finish(std::move(opening), request, OpenOutcome::Created);
}

NtResult<Opened> FileSystem::finish(DiskOpening opening, const OpenRequest& request, OpenOutcome outcome) {
    const auto stat = TRY(from_host(hal::stat_descriptor(opening.descriptor.get())));
    const bool overwrites = outcome == OpenOutcome::Overwritten || outcome == OpenOutcome::Superseded;
    opening.shared = m_open_files.get({stat.device, stat.inode});
    const ShareClaim claim = ShareClaim::of(request.access, request.sharing);
    if (overwrites) {
        ShareClaim overwriting = claim;
        overwriting.writes = true;
        const bool fits =
            opening.shared->state().with([&](SharedState& state) { return state.sharing.fits(overwriting); });
        if (!fits) return Status::SharingViolation;
        if (stat.size != 0 && opening.shared->is_mapped()) return Status::UserMappedFile;
    }
    opening.hold = TRY(ShareHold::take(opening.shared, claim));
    if (overwrites) {
        TRY(from_host(hal::truncate(opening.descriptor.get(), 0)));
        store_new_attributes(opening.descriptor.get(), false, request.attributes);
    }
    return Opened{ob::make<DiskFile>(*this, std::move(opening), request), outcome};
}

} // namespace oriel::io
