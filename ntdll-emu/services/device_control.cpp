// SPDX-License-Identifier: MIT
// device_control.cpp: numbered requests go to the file, which knows its device's.
#include <ntdll-emu/services/io_call.h>

#include <generated/services/decl.h>
#include <nt/device_control.h>
#include <nt/file.h>

namespace oriel::services {

namespace {

template<class Abi>
Status control(Call<Abi>& call, nt::Handle handle, const typename Completion<Abi>::Arguments& told,
               std::uint32_t code, io::GuestBuffer in, io::GuestBuffer out) {
    // The code itself says which access the handle needs ("Defining I/O Control Codes").
    ob::AccessMask access = 0;
    if ((code >> 14 & 3) == nt::FILE_READ_ACCESS) access = nt::FILE_READ_DATA;
    if ((code >> 14 & 3) == nt::FILE_WRITE_ACCESS) access = nt::FILE_WRITE_DATA;
    auto file = TRY(file_from(call, handle, access));
    auto completion = TRY(Completion<Abi>::prepare(call, *file, told));
    const PerhapsBlocking blocking(call, *file);
    const std::uint32_t bytes = TRY(file->control(code, in, out));
    return completion.tell(call, {Status::Success, bytes});
}

} // namespace

template<class Abi>
Status NtDeviceIoControlFile(Call<Abi>& call, nt::Handle FileHandle, nt::Handle Event, Address ApcRoutine,
                             Address ApcContext, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock,
                             std::uint32_t IoControlCode, Address InputBuffer, std::uint32_t InputBufferLength,
                             Address OutputBuffer, std::uint32_t OutputBufferLength) {
    return control<Abi>(call, FileHandle, {Event, ApcRoutine, ApcContext, IoStatusBlock}, IoControlCode,
                        {InputBuffer, InputBufferLength}, {OutputBuffer, OutputBufferLength});
}

template<class Abi>
Status NtFsControlFile(Call<Abi>& call, nt::Handle FileHandle, nt::Handle Event, Address ApcRoutine,
                       Address ApcContext, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock,
                       std::uint32_t FsControlCode, Address InputBuffer, std::uint32_t InputBufferLength,
                       Address OutputBuffer, std::uint32_t OutputBufferLength) {
    return control<Abi>(call, FileHandle, {Event, ApcRoutine, ApcContext, IoStatusBlock}, FsControlCode,
                        {InputBuffer, InputBufferLength}, {OutputBuffer, OutputBufferLength});
}

} // namespace oriel::services

#include <generated/services/device_control.inst.inc>
