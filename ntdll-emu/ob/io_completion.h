// SPDX-License-Identifier: MIT
// io_completion.h: the object behind a handle to a completion port.
//
// A file that is tied to a port reports the end of each of its operations there, as a packet; programs also
// post packets of their own (NtSetIoCompletion). One thread takes each packet.
#pragma once

#include <ntdll-emu/ke/queue.h>
#include <ntdll-emu/ob/object.h>

#include <memory>

namespace oriel::ob {

namespace access {
inline constexpr AccessMask io_completion_query_state = 0x1;
inline constexpr AccessMask io_completion_modify_state = 0x2;
} // namespace access

/// What a packet tells: the file's key, whose operation it was, and how that ended.
struct Completion {
    std::uint64_t key_context = 0;
    std::uint64_t apc_context = 0; ///< for Win32: the OVERLAPPED's address
    Status status = Status::Success;
    std::uint64_t information = 0;
};

class CompletionPacket final : public ke::Packet {
public:
    explicit CompletionPacket(Completion its_completion = {}) : completion(its_completion) {}
    Completion completion;
};

class IoCompletion final : public Object {
public:
    explicit IoCompletion(ke::Dispatcher& dispatcher) : queue(dispatcher) {}

    static const Type object_type;
    [[nodiscard]] const Type& type() const override { return object_type; }
    [[nodiscard]] ke::DispatcherHeader* dispatcher() override { return &queue.header(); }

    ke::Queue queue; ///< of CompletionPackets only
};

} // namespace oriel::ob
