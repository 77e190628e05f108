// SPDX-License-Identifier: MIT
// io.cpp: I/O objects: files whose requests end in a callback.
//
// All of them report to one completion port, where one thread waits; a packet's key is the member. The thread only
// files the packet with its member and posts that, so a slow callback holds up no other file.
//
// A program announces each request (StartThreadpoolIo) before it makes it, and takes that back where the request
// failed at once: so a member knows how many callbacks are still to come.
// Source: "CreateThreadpoolIo function", "StartThreadpoolIo function", "BindIoCompletionCallback function", Microsoft
// documentation.
#include <ntdll-emu/rtl/pool/waits.h>

#include <ntdll-emu/rtl/memory_block.h>

#include <generated/nt_services.h>
#include <nt/file_set_information.h>

namespace oriel::rtl::pool {

namespace {

constexpr std::uint32_t port_all_access = 0x1F0003;
constexpr std::uintptr_t routine_mark = 1; // in a key: a routine's address, not a member's

constinit void* port = nullptr;

void file_end(NtTpMember& io, IoEnd* end) {
    const Hold hold;
    (io.last_end ? io.last_end->next : io.first_end) = end;
    io.last_end = end;
    refer(io);
    post(io);
    if (io.outstanding) {
        --io.outstanding;
        let_go(io); // what the announcement referred to
    }
    let_go(io);
}

void call_routine(std::uintptr_t key, void* context, const nt::IO_STATUS_BLOCK<nt::Native>& block) {
    using Routine = void(NT_API*)(std::uint32_t error, std::uint32_t bytes, void* overlapped);
    reinterpret_cast<Routine>(key & ~routine_mark)(platform::win32_error(block.StatusCode),
                                                   static_cast<std::uint32_t>(block.Information), context);
}

std::uint32_t NT_API take_packets(void*) {
    for (;;) {
        void* key = nullptr;
        void* context = nullptr;
        nt::IO_STATUS_BLOCK<nt::Native> block{};
        if (NtRemoveIoCompletion(port, &key, &context, &block, nullptr) != Status::Success) return 0;
        const auto number = reinterpret_cast<std::uintptr_t>(key);
        if (number & routine_mark) {
            call_routine(number, context, block);
            continue;
        }
        IoEnd* end;
        while (!(end = static_cast<IoEnd*>(allocate_memory(sizeof(IoEnd))))) platform::yield();
        *end = {nullptr, context, block.StatusCode, block.Information};
        file_end(*static_cast<NtTpMember*>(key), end);
    }
}

Status open_port() {
    {
        const Hold hold;
        if (port) return Status::Success;
    }
    void* made = nullptr;
    if (const Status status = NtCreateIoCompletion(&made, port_all_access, nullptr, 0); !nt::is_success(status))
        return status;
    {
        const Hold hold;
        if (!port) {
            port = made;
            made = nullptr;
        }
    }
    if (made) { // another was first
        NtClose(made);
        return Status::Success;
    }
    return platform::start_thread(&take_packets, nullptr, 0, 0);
}

Status bind(void* file, std::uintptr_t key) {
    if (const Status status = open_port(); !nt::is_success(status)) return status;
    nt::FILE_COMPLETION_INFORMATION<nt::Native> information{};
    information.Port = reinterpret_cast<std::uintptr_t>(port);
    information.Key = key;
    nt::IO_STATUS_BLOCK<nt::Native> block{};
    return NtSetInformationFile(file, &block, &information, sizeof information,
                                static_cast<std::uint32_t>(nt::FileInformationClass::Completion));
}

} // namespace

Status bind_file(void* file, NtTpMember& io) { return bind(file, reinterpret_cast<std::uintptr_t>(&io)); }

Status bind_file(void* file, void* routine) {
    const auto key = reinterpret_cast<std::uintptr_t>(routine);
    // Compilers align functions; one at an odd address cannot be told from a member, and is refused.
    return key & routine_mark ? Status::InvalidParameter : bind(file, key | routine_mark);
}

} // namespace oriel::rtl::pool
