// SPDX-License-Identifier: MIT
// file_open.cpp: NtCreateFile and its kin: names become files.
#include <ntdll-emu/services/file_name.h>
#include <ntdll-emu/services/io_call.h>

#include <ntdll-emu/io/file_system.h>
#include <ntdll-emu/io/stream_file.h>
#include <generated/services/decl.h>
#include <nt/file.h>

namespace oriel::services {

namespace {

struct OpenedHandle {
    nt::Handle handle;
    io::OpenOutcome outcome;
};

template<class Abi>
NtResult<OpenedHandle> open_handle(Call<Abi>& call, const FileName& name, io::RawOpenArguments raw) {
    raw.case_sensitive = name.case_sensitive();
    io::OpenRequest request = TRY(io::decode_open(raw));
    request.dispatcher = &call.process.kernel_dispatcher;
    io::OpenContext context(request);
    auto found = TRY(call.process.names.open(name.request(), context));
    const auto file = ob::ref_cast<io::File>(std::move(found.object));
    const auto handle = TRY(call.process.handles.insert(file, file->access(), name.attributes)); // MAXIMUM_ALLOWED: what it got
    return OpenedHandle{handle, context.outcome};
}

/// Gives the caller what was opened; closes it again where that cannot be told.
template<class Abi>
Status answer_open(Call<Abi>& call, const OpenedHandle& opened, UserPtr<nt::uptr<Abi>> handle_out,
                   UserPtr<nt::IO_STATUS_BLOCK<Abi>> block) {
    const auto value = static_cast<nt::uptr<Abi>>(opened.handle);
    auto stored = handle_out.store(value);
    if (stored.ok()) {
        const Status status = store_ended<Abi>(block, {Status::Success, static_cast<std::uint32_t>(opened.outcome)});
        if (nt::is_success(status)) return status;
        stored = status;
    }
    (void)call.process.handles.close(opened.handle);
    return stored.error();
}

} // namespace

template<class Abi>
Status NtCreateFile(Call<Abi>& call, UserPtr<nt::uptr<Abi>> FileHandle, std::uint32_t DesiredAccess,
                    UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes,
                    UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock, UserPtr<std::int64_t> AllocationSize,
                    std::uint32_t FileAttributes, std::uint32_t ShareAccess, std::uint32_t CreateDisposition,
                    std::uint32_t CreateOptions, Address, std::uint32_t EaLength) {
    const FileName name = TRY(capture_file_name(call, ObjectAttributes));
    const std::int64_t allocation = AllocationSize.is_null() ? 0 : TRY(AllocationSize.capture());
    if (allocation < 0) return Status::InvalidParameter;
    if (EaLength != 0) return Status::EasNotSupported;
    const auto opened = TRY(open_handle(call, name,
                                        {.desired_access = DesiredAccess,
                                         .attributes = FileAttributes,
                                         .sharing = ShareAccess,
                                         .disposition = CreateDisposition,
                                         .options = CreateOptions,
                                         .allocation = static_cast<std::uint64_t>(allocation)}));
    return answer_open(call, opened, FileHandle, IoStatusBlock);
}

template<class Abi>
Status NtOpenFile(Call<Abi>& call, UserPtr<nt::uptr<Abi>> FileHandle, std::uint32_t DesiredAccess,
                  UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes,
                  UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock, std::uint32_t ShareAccess,
                  std::uint32_t OpenOptions) {
    const FileName name = TRY(capture_file_name(call, ObjectAttributes));
    const auto opened = TRY(open_handle(call, name,
                                        {.desired_access = DesiredAccess,
                                         .sharing = ShareAccess,
                                         .disposition = nt::FILE_OPEN,
                                         .options = OpenOptions}));
    return answer_open(call, opened, FileHandle, IoStatusBlock);
}

template<class Abi>
Status NtDeleteFile(Call<Abi>& call, UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    const FileName name = TRY(capture_file_name(call, ObjectAttributes));
    const auto opened =
        TRY(open_handle(call, name,
                        {.desired_access = ob::access::delete_object,
                         .sharing = nt::FILE_SHARE_READ | nt::FILE_SHARE_WRITE | nt::FILE_SHARE_DELETE,
                         .disposition = nt::FILE_OPEN,
                         .options = nt::FILE_DELETE_ON_CLOSE | nt::FILE_OPEN_REPARSE_POINT}));
    return call.process.handles.close(opened.handle).status();
}

template<class Abi>
Status NtQueryAttributesFile(Call<Abi>& call, UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes,
                             UserPtr<nt::FILE_BASIC_INFORMATION<Abi>> FileInformation) {
    const FileName name = TRY(capture_file_name(call, ObjectAttributes));
    const io::LocateContext where = TRY(locate(call, name));
    if (where.is_device || !where.found) return Status::InvalidDeviceRequest;
    const io::FileFacts facts = TRY(io::FileSystem::facts(*where.found));
    return FileInformation.store({facts.created, facts.accessed, facts.written, facts.changed, facts.attributes})
        .status();
}

template<class Abi>
Status NtQueryFullAttributesFile(Call<Abi>& call, UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes,
                                 UserPtr<nt::FILE_NETWORK_OPEN_INFORMATION<Abi>> FileInformation) {
    const FileName name = TRY(capture_file_name(call, ObjectAttributes));
    const io::LocateContext where = TRY(locate(call, name));
    if (where.is_device || !where.found) return Status::InvalidDeviceRequest;
    const io::FileFacts facts = TRY(io::FileSystem::facts(*where.found));
    return FileInformation
        .store({facts.created, facts.accessed, facts.written, facts.changed,
                static_cast<std::int64_t>(facts.allocated), static_cast<std::int64_t>(facts.size), facts.attributes})
        .status();
}

template<class Abi>
Status NtOrielCreatePipe(Call<Abi>& call, UserPtr<nt::uptr<Abi>> ReadHandle, UserPtr<nt::uptr<Abi>> WriteHandle,
                         std::uint32_t HandleAttributes, std::uint32_t BufferSize) {
    auto ends = TRY(io::make_pipe(BufferSize, call.process.kernel_dispatcher));
    const ob::AccessMask read_access = ends.read_end->access(), write_access = ends.write_end->access();
    const auto reading = TRY(call.process.handles.insert(std::move(ends.read_end), read_access, HandleAttributes));
    const auto writing = call.process.handles.insert(std::move(ends.write_end), write_access, HandleAttributes);
    Status status = writing.status();
    if (writing.ok()) {
        status = ReadHandle.store(static_cast<nt::uptr<Abi>>(reading)).status();
        if (nt::is_success(status)) status = WriteHandle.store(static_cast<nt::uptr<Abi>>(*writing)).status();
        if (nt::is_success(status)) return status;
        (void)call.process.handles.close(*writing);
    }
    (void)call.process.handles.close(reading);
    return status;
}

} // namespace oriel::services

#include <generated/services/file_open.inst.inc>
