// SPDX-License-Identifier: MIT
// namedpipeapi.cpp: anonymous pipes, and looking into a pipe.
//
// On Windows an anonymous pipe is a named pipe with a name nobody guesses; ours is a service of its own, because
// both ends stay in this process family. Named pipes themselves are undone (kernel32.spec).
// Sources: "CreatePipe function", "PeekNamedPipe function" (Microsoft documentation).
#include "fileapi.h"
#include "kernel32.h"
#include "standard_handles.h"

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI CreatePipe(PHANDLE read, PHANDLE write, LPSECURITY_ATTRIBUTES security, DWORD size) {
    return finish(NtOrielCreatePipe(read, write, security && security->bInheritHandle ? nt::OBJ_INHERIT : 0, size));
}

K32_EXPORT BOOL WINAPI PeekNamedPipe(HANDLE pipe, LPVOID to, DWORD size, LPDWORD read, LPDWORD available,
                                     LPDWORD left) {
    using Peek = nt::FILE_PIPE_PEEK_BUFFER;
    Buffer<std::uint64_t, 64> storage;
    const std::size_t bytes = offsetof(Peek, Data) + size;
    if (!storage.reserve(bytes / 8 + 1)) return fail(ERROR_NOT_ENOUGH_MEMORY);
    auto& peek = *reinterpret_cast<Peek*>(storage.data());
    IoStatusBlock io{};
    pipe = real_handle(pipe);
    Status status = NtFsControlFile(pipe, nullptr, nullptr, nullptr, &io, nt::FSCTL_PIPE_PEEK, nullptr, 0, &peek,
                                    static_cast<std::uint32_t>(bytes));
    if (status == Status::Pending) {
        status = NtWaitForSingleObject(pipe, false, nullptr);
        if (nt::is_success(status)) status = io.StatusCode;
    }
    if (status == Status::BufferOverflow) status = Status::Success; // there is more than the caller has room for
    if (!nt::is_success(status)) return finish(status);
    const auto got = static_cast<DWORD>(io.Information - offsetof(Peek, Data));
    if (to) __builtin_memcpy(to, peek.Data, got);
    if (read) *read = got;
    if (available) *available = peek.ReadDataAvailable;
    if (left) *left = peek.MessageLength > got ? peek.MessageLength - got : 0;
    return TRUE;
}

K32_EXPORT BOOL WINAPI SetNamedPipeHandleState(HANDLE pipe, LPDWORD mode, LPDWORD, LPDWORD) {
    if (!mode) return TRUE;
    IoStatusBlock io{};
    nt::FILE_PIPE_INFORMATION<Native> info{};
    info.ReadMode = *mode & PIPE_READMODE_MESSAGE ? 1 : 0;
    info.CompletionMode = *mode & PIPE_NOWAIT ? 1 : 0;
    return finish(set_file(real_handle(pipe), io, nt::FileInformationClass::Pipe, info));
}

K32_EXPORT BOOL WINAPI GetNamedPipeInfo(HANDLE pipe, LPDWORD flags, LPDWORD out_size, LPDWORD in_size,
                                        LPDWORD instances) {
    IoStatusBlock io{};
    nt::FILE_PIPE_LOCAL_INFORMATION<Native> info{};
    const Status status = query_file(real_handle(pipe), io, nt::FileInformationClass::PipeLocal, info);
    if (!nt::is_success(status)) return finish(status);
    if (flags)
        *flags = (info.NamedPipeEnd == nt::FILE_PIPE_SERVER_END ? PIPE_SERVER_END : PIPE_CLIENT_END) |
                 (info.NamedPipeType & 1 ? PIPE_TYPE_MESSAGE : 0);
    if (out_size) *out_size = info.OutboundQuota;
    if (in_size) *in_size = info.InboundQuota;
    if (instances) *instances = info.MaximumInstances;
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetNamedPipeHandleStateW(HANDLE pipe, LPDWORD state, LPDWORD instances, LPDWORD, LPDWORD,
                                                LPWSTR, DWORD) {
    IoStatusBlock io{};
    nt::FILE_PIPE_INFORMATION<Native> info{};
    nt::FILE_PIPE_LOCAL_INFORMATION<Native> local{};
    Status status = query_file(real_handle(pipe), io, nt::FileInformationClass::Pipe, info);
    if (nt::is_success(status))
        status = query_file(real_handle(pipe), io, nt::FileInformationClass::PipeLocal, local);
    if (!nt::is_success(status)) return finish(status);
    if (state) *state = (info.ReadMode ? PIPE_READMODE_MESSAGE : 0) | (info.CompletionMode ? PIPE_NOWAIT : 0);
    if (instances) *instances = local.CurrentInstances;
    return TRUE;
}
K32_EXPORT BOOL WINAPI GetNamedPipeHandleStateA(HANDLE pipe, LPDWORD state, LPDWORD instances, LPDWORD collect,
                                                LPDWORD timeout, LPSTR, DWORD) {
    return GetNamedPipeHandleStateW(pipe, state, instances, collect, timeout, nullptr, 0);
}
