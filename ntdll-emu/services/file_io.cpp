// SPDX-License-Identifier: MIT
// file_io.cpp: bytes in and out. The kernel of the host copies between file and guest memory; nothing in
// between does.
#include <ntdll-emu/services/io_call.h>

#include <ntdll-emu/io/byte_locks.h>
#include <generated/services/decl.h>
#include <nt/file.h>
#include <nt/volume_information.h>

namespace oriel::services {

namespace {

/// ByteOffset as NT reads it. Statuses: InvalidParameter.
/// Source: "NtReadFile function" and "NtWriteFile function", Microsoft documentation.
NtResult<io::FileOffset> decode_offset(io::File& file, UserPtr<std::int64_t> pointer, bool writing) {
    const bool has_position = file.options().synchronous;
    if (pointer.is_null()) {
        const bool needs_offset = file.device_type() == nt::FILE_DEVICE_DISK;
        if (!has_position && needs_offset) return Status::InvalidParameter;
        return io::FileOffset::position();
    }
    const std::int64_t offset = TRY(pointer.capture());
    if (offset >= 0) return io::FileOffset::at(static_cast<std::uint64_t>(offset));
    if (offset == nt::FILE_USE_FILE_POINTER_POSITION && has_position) return io::FileOffset::position();
    if (offset == nt::FILE_WRITE_TO_END_OF_FILE && writing) return io::FileOffset::end();
    return Status::InvalidParameter;
}

NtResult<io::LockRange> decode_range(UserPtr<std::int64_t> offset, UserPtr<std::int64_t> length, std::uint32_t key) {
    return io::LockRange{static_cast<std::uint64_t>(TRY(offset.capture())),
                         static_cast<std::uint64_t>(TRY(length.capture())), key};
}

} // namespace

template<class Abi>
Status NtReadFile(Call<Abi>& call, nt::Handle FileHandle, nt::Handle Event, Address ApcRoutine, Address ApcContext,
                  UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock, Address Buffer, std::uint32_t Length,
                  UserPtr<std::int64_t> ByteOffset, UserPtr<std::uint32_t>) {
    auto file = TRY(file_from(call, FileHandle, nt::FILE_READ_DATA));
    auto completion = TRY(Completion<Abi>::prepare(call, *file, {Event, ApcRoutine, ApcContext, IoStatusBlock}));
    const auto offset = TRY(decode_offset(*file, ByteOffset, false));
    if (Length != 0) TRY(call.process.address_space.prepare_for_host_write(Buffer, Length));
    const PerhapsBlocking blocking(call, *file);
    const std::uint32_t bytes = TRY(file->read({Buffer, Length}, offset));
    return completion.tell(call, {Status::Success, bytes});
}

template<class Abi>
Status NtWriteFile(Call<Abi>& call, nt::Handle FileHandle, nt::Handle Event, Address ApcRoutine, Address ApcContext,
                   UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock, Address Buffer, std::uint32_t Length,
                   UserPtr<std::int64_t> ByteOffset, UserPtr<std::uint32_t>) {
    auto file = TRY(file_from(call, FileHandle, nt::FILE_WRITE_DATA | nt::FILE_APPEND_DATA));
    auto completion = TRY(Completion<Abi>::prepare(call, *file, {Event, ApcRoutine, ApcContext, IoStatusBlock}));
    const auto offset = TRY(decode_offset(*file, ByteOffset, true));
    if (Length != 0) TRY(call.process.address_space.prepare_for_host_read(Buffer, Length));
    const PerhapsBlocking blocking(call, *file);
    const std::uint32_t bytes = TRY(file->write({Buffer, Length}, offset));
    return completion.tell(call, {Status::Success, bytes});
}

template<class Abi>
Status NtFlushBuffersFile(Call<Abi>& call, nt::Handle FileHandle, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock) {
    auto file = TRY(file_from(call, FileHandle, nt::FILE_WRITE_DATA | nt::FILE_APPEND_DATA));
    TRY(file->flush());
    return store_ended<Abi>(IoStatusBlock, {});
}

template<class Abi>
Status NtFlushBuffersFileEx(Call<Abi>& call, nt::Handle FileHandle, std::uint32_t, Address, std::uint32_t,
                            UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock) {
    return NtFlushBuffersFile<Abi>(call, FileHandle, IoStatusBlock);
}

template<class Abi>
Status NtLockFile(Call<Abi>& call, nt::Handle FileHandle, nt::Handle Event, Address ApcRoutine, Address ApcContext,
                  UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock, UserPtr<std::int64_t> ByteOffset,
                  UserPtr<std::int64_t> Length, std::uint32_t Key, bool FailImmediately, bool ExclusiveLock) {
    auto file = TRY(file_from(call, FileHandle, nt::FILE_READ_DATA | nt::FILE_WRITE_DATA));
    auto completion = TRY(Completion<Abi>::prepare(call, *file, {Event, ApcRoutine, ApcContext, IoStatusBlock}));
    const auto range = TRY(decode_range(ByteOffset, Length, Key));
    for (;;) {
        const auto locked = file->lock(range, ExclusiveLock);
        if (locked.ok()) return completion.tell(call, {});
        if (FailImmediately || locked.error() != Status::LockNotGranted) return locked.error();
        // Waiting for a lock is rare; looking again every so often needs no queue.
        const Status slept = call.process.kernel_dispatcher.delay(call.thread.ke(), ke::Alertable::No,
                                                                  ke::Timeout::after(hal::Ticks::milliseconds(2)));
        if (slept != Status::Success) return slept;
    }
}

template<class Abi>
Status NtUnlockFile(Call<Abi>& call, nt::Handle FileHandle, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock,
                    UserPtr<std::int64_t> ByteOffset, UserPtr<std::int64_t> Length, std::uint32_t Key) {
    auto file = TRY(file_from(call, FileHandle, nt::FILE_READ_DATA | nt::FILE_WRITE_DATA));
    TRY(file->unlock(TRY(decode_range(ByteOffset, Length, Key))));
    return store_ended<Abi>(IoStatusBlock, {});
}

template<class Abi>
Status NtCancelIoFile(Call<Abi>& call, nt::Handle FileHandle, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock) {
    (void)TRY(file_from(call, FileHandle, 0));
    return store_ended<Abi>(IoStatusBlock, {});
}

template<class Abi>
Status NtCancelIoFileEx(Call<Abi>& call, nt::Handle FileHandle, UserPtr<nt::IO_STATUS_BLOCK<Abi>>,
                        UserPtr<nt::IO_STATUS_BLOCK<Abi>>) {
    (void)TRY(file_from(call, FileHandle, 0));
    return Status::NotFound;
}

template<class Abi>
Status NtCancelSynchronousIoFile(Call<Abi>& call, nt::Handle ThreadHandle, UserPtr<nt::IO_STATUS_BLOCK<Abi>>,
                                 UserPtr<nt::IO_STATUS_BLOCK<Abi>>) {
    (void)TRY(call.process.handles.template lookup<ps::Thread>(ThreadHandle, ps::thread_access::terminate));
    return Status::NotFound;
}

} // namespace oriel::services

#include <generated/services/file_io.inst.inc>
