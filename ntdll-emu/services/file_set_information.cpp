// SPDX-License-Identifier: MIT
// file_set_information.cpp: NtSetInformationFile: times, attributes, sizes, names, deletion.
#include <ntdll-emu/services/file_name.h>
#include <ntdll-emu/services/io_call.h>

#include <ntdll-emu/io/disk_file.h>
#include <generated/services/decl.h>
#include <nt/file.h>
#include <nt/file_information.h>
#include <nt/file_set_information.h>

#include <algorithm>
#include <optional>

namespace oriel::services {

namespace {

struct SetRule {
    std::uint32_t least_bytes;
    ob::AccessMask access;
};

template<class Abi>
std::optional<SetRule> set_rule(nt::FileInformationClass kind) {
    using Class = nt::FileInformationClass;
    switch (kind) {
    case Class::Basic: return SetRule{sizeof(nt::FILE_BASIC_INFORMATION<Abi>), nt::FILE_WRITE_ATTRIBUTES};
    case Class::Position: return SetRule{sizeof(nt::FILE_POSITION_INFORMATION<Abi>), 0};
    case Class::EndOfFile: return SetRule{sizeof(nt::FILE_END_OF_FILE_INFORMATION<Abi>), nt::FILE_WRITE_DATA};
    case Class::Allocation: return SetRule{sizeof(nt::FILE_ALLOCATION_INFORMATION<Abi>), nt::FILE_WRITE_DATA};
    case Class::ValidDataLength:
        return SetRule{sizeof(nt::FILE_VALID_DATA_LENGTH_INFORMATION<Abi>), nt::FILE_WRITE_DATA};
    case Class::Disposition: return SetRule{sizeof(nt::FILE_DISPOSITION_INFORMATION<Abi>), ob::access::delete_object};
    case Class::DispositionEx:
        return SetRule{sizeof(nt::FILE_DISPOSITION_INFORMATION_EX<Abi>), ob::access::delete_object};
    case Class::Rename:
    case Class::RenameEx: return SetRule{sizeof(nt::FILE_RENAME_INFORMATION<Abi>), ob::access::delete_object};
    case Class::Link:
    case Class::LinkEx: return SetRule{sizeof(nt::FILE_RENAME_INFORMATION<Abi>), 0};
    case Class::Mode: return SetRule{sizeof(nt::FILE_MODE_INFORMATION<Abi>), 0};
    case Class::Completion:
    case Class::ReplaceCompletion: return SetRule{sizeof(nt::FILE_COMPLETION_INFORMATION<Abi>), 0};
    case Class::IoCompletionNotification:
        return SetRule{sizeof(nt::FILE_IO_COMPLETION_NOTIFICATION_INFORMATION<Abi>), 0};
    case Class::Pipe: return SetRule{sizeof(nt::FILE_PIPE_INFORMATION<Abi>), nt::FILE_WRITE_ATTRIBUTES};
    default: return std::nullopt;
    }
}

/// 0: leave it; -1 and -2 ("do not change it from now on", "do again") concern changes that Linux makes
/// by itself: left too. Other negative times: STATUS_INVALID_PARAMETER.
NtResult<std::optional<io::FileTime>> decode_time(std::int64_t time) {
    if (time == 0 || time == -1 || time == -2) return std::optional<io::FileTime>();
    if (time < 0) return Status::InvalidParameter;
    return std::optional<io::FileTime>(time);
}

template<class Abi>
NtResult<> set_basic(io::File& file, Address information) {
    const auto raw = TRY(UserPtr<nt::FILE_BASIC_INFORMATION<Abi>>(information).capture());
    io::BasicChange change;
    change.created = TRY(decode_time(raw.CreationTime));
    change.accessed = TRY(decode_time(raw.LastAccessTime));
    change.written = TRY(decode_time(raw.LastWriteTime));
    (void)TRY(decode_time(raw.ChangeTime)); // the host's own, and not to be set
    if (raw.FileAttributes != 0) change.attributes = raw.FileAttributes;
    return file.change_basic(change);
}

NtResult<std::uint64_t> capture_size(Address information) {
    const std::int64_t bytes = TRY(UserPtr<std::int64_t>(information).capture());
    if (bytes < 0) return Status::InvalidParameter;
    return static_cast<std::uint64_t>(bytes);
}

NtResult<> set_disposition_ex(io::File& file, std::uint32_t flags) {
    if (flags & nt::FILE_DISPOSITION_ON_CLOSE) return Status::NotSupported;
    const bool remove = flags & nt::FILE_DISPOSITION_DELETE;
    const bool at_once = flags & nt::FILE_DISPOSITION_POSIX_SEMANTICS;
    const auto mode = !remove ? io::DeleteMode::Keep : at_once ? io::DeleteMode::AtOnce : io::DeleteMode::WhenClosed;
    return file.set_deletion(mode, flags & nt::FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE);
}

/// The new name: a full one, or relative to RootDirectory, or, without a backslash, in the same directory.
template<class Abi>
NtResult<> locate_target(Call<Abi>& call, io::File& file, Address information, std::uint32_t length,
                         io::RenameRequest& request) {
    using Rename = nt::FILE_RENAME_INFORMATION<Abi>;
    const auto raw = TRY(UserPtr<Rename>(information).capture());
    constexpr std::uint32_t text = offsetof(Rename, FileName);
    constexpr std::uint32_t longest_name = 0xFFFE;
    if (raw.FileNameLength == 0 || raw.FileNameLength % 2 != 0
        || raw.FileNameLength > std::min(length - text, longest_name))
        return Status::InvalidParameter;
    FileName target;
    target.attributes = nt::OBJ_CASE_INSENSITIVE;
    target.name.resize(raw.FileNameLength / sizeof(char16_t));
    TRY(copy_from_guest(target.name.data(), information + text, raw.FileNameLength));
    if (raw.RootDirectory != 0) {
        target.root = TRY(call.process.handles.lookup_any(nt::Handle{raw.RootDirectory}, 0));
    } else if (target.name.front() != u'\\') {
        const std::u16string path = file.device_name() + file.path();
        target.name = path.substr(0, path.rfind(u'\\') + 1) + target.name;
    }
    const io::LocateContext where = TRY(locate(call, target));
    if (!where.found) return Status::InvalidParameter;
    request.target = *where.found;
    request.name = target.name.substr(target.name.rfind(u'\\') + 1);
    return {};
}

template<class Abi>
NtResult<> set_name(Call<Abi>& call, io::File& file, nt::FileInformationClass kind, Address information,
                    std::uint32_t length) {
    using Class = nt::FileInformationClass;
    io::RenameRequest request;
    const bool extended = kind == Class::RenameEx || kind == Class::LinkEx;
    const std::uint32_t flags = TRY(UserPtr<std::uint32_t>(information).capture());
    request.replace = extended ? (flags & nt::FILE_RENAME_REPLACE_IF_EXISTS) != 0 : (flags & 0xFF) != 0;
    request.even_read_only = extended && (flags & nt::FILE_RENAME_IGNORE_READONLY_ATTRIBUTE);
    TRY(locate_target(call, file, information, length, request));
    return kind == Class::Link || kind == Class::LinkEx ? file.make_link(request) : file.rename(request);
}

/// A file with a position has no use for a port: its requests are waited for.
/// Statuses: InvalidParameter (such a file, or one that has a port).
template<class Abi>
NtResult<> bind_port(Call<Abi>& call, io::File& file, Address information, io::CompletionBinding::Rebind rebind) {
    const auto raw = TRY(UserPtr<nt::FILE_COMPLETION_INFORMATION<Abi>>(information).capture());
    io::CompletionPort to{{}, std::uint64_t{raw.Key}};
    if (raw.Port != 0 || rebind == io::CompletionBinding::Rebind::Refused)
        to.port = TRY(call.process.handles.template lookup<ob::IoCompletion>(nt::Handle{raw.Port}, ob::access::io_completion_modify_state));
    if (file.options().synchronous) return Status::InvalidParameter;
    return file.completion().bind(std::move(to), rebind);
}

NtResult<> add_modes(io::File& file, std::uint32_t modes) {
    constexpr std::uint32_t known = 0x7; // the port, the file's own signal, the event on remote requests
    if (modes & ~known) return Status::InvalidParameter;
    file.completion().add_modes(modes);
    return {};
}

template<class Abi>
NtResult<> change(Call<Abi>& call, io::File& file, nt::FileInformationClass kind, Address information,
                  std::uint32_t length) {
    using Class = nt::FileInformationClass;
    switch (kind) {
    case Class::Basic: return set_basic<Abi>(file, information);
    case Class::Position: return file.set_position(TRY(capture_size(information)));
    case Class::EndOfFile: return file.set_size(TRY(capture_size(information)));
    case Class::Allocation: return file.set_allocation(TRY(capture_size(information)));
    case Class::Disposition: {
        const auto remove = TRY(UserPtr<std::uint8_t>(information).capture());
        return file.set_deletion(remove ? io::DeleteMode::WhenClosed : io::DeleteMode::Keep, false);
    }
    case Class::DispositionEx: return set_disposition_ex(file, TRY(UserPtr<std::uint32_t>(information).capture()));
    case Class::Rename:
    case Class::RenameEx:
    case Class::Link:
    case Class::LinkEx: return set_name(call, file, kind, information, length);
    // Linux knows how far a file's data is valid, and zeroes the rest by itself.
    case Class::ValidDataLength: return {};
    case Class::Completion: return bind_port<Abi>(call, file, information, io::CompletionBinding::Rebind::Refused);
    case Class::ReplaceCompletion: return bind_port<Abi>(call, file, information, io::CompletionBinding::Rebind::Allowed);
    case Class::IoCompletionNotification: return add_modes(file, TRY(UserPtr<std::uint32_t>(information).capture()));
    case Class::Pipe: {
        const auto modes = TRY(UserPtr<nt::FILE_PIPE_INFORMATION<Abi>>(information).capture());
        return modes.ReadMode == 0 && modes.CompletionMode == 0 ? NtResult<>() : NtResult<>(Status::NotSupported);
    }
    default: return Status::NotSupported;
    }
}

} // namespace

template<class Abi>
Status NtSetInformationFile(Call<Abi>& call, nt::Handle FileHandle, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock,
                            Address FileInformation, std::uint32_t Length, std::uint32_t FileInformationClass) {
    const auto kind = static_cast<nt::FileInformationClass>(FileInformationClass);
    const auto rule = set_rule<Abi>(kind);
    if (!rule) return Status::InvalidInfoClass;
    if (Length < rule->least_bytes) return Status::InfoLengthMismatch;
    auto file = TRY(file_from(call, FileHandle, rule->access));
    TRY(change(call, *file, kind, FileInformation, Length));
    return store_ended<Abi>(IoStatusBlock, {});
}

} // namespace oriel::services

#include <generated/services/file_set_information.inst.inc>
