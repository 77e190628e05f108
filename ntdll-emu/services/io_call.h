// SPDX-License-Identifier: MIT
// io_call.h: what all requests to files have in common: the handle, the event, and how they end.
//
// Every NT request may end later than its service returns; the caller is then told by the event, by an APC, or by
// the file object's own signal. Here they end before, and the caller is told all the same, in the same
// order: the status block, then the event, then the APC or the file's completion port. The status block and the others
// are left alone by a request that fails at once.
// Source: "NtReadFile function"; "IO_STATUS_BLOCK structure", Microsoft documentation.
#pragma once

#include <ntdll-emu/io/file.h>
#include <ntdll-emu/ob/sync_objects.h>
#include <ntdll-emu/services/call.h>
#include <nt/volume_information.h>

#include <memory>
#include <optional>

namespace oriel::services {

/// How a request ended: a status that is no error (warnings count), and how many bytes it was about.
struct Ended {
    Status status = Status::Success;
    std::uint64_t information = 0;
};

template<class Abi>
Status store_ended(UserPtr<nt::IO_STATUS_BLOCK<Abi>> block, const Ended& ended) {
    nt::IO_STATUS_BLOCK<Abi> value{};
    value.StatusCode = ended.status;
    value.Information = static_cast<nt::uptr<Abi>>(ended.information);
    TRY(block.store(value));
    return ended.status;
}

/// The file behind a handle that grants at least one right of `any_of` (0: none needed).
/// Statuses: InvalidHandle, ObjectTypeMismatch, AccessDenied.
template<class Abi>
NtResult<ob::Ref<io::File>> file_from(Call<Abi>& call, nt::Handle handle, ob::AccessMask any_of) {
    auto entry = TRY(call.process.handles.entry(handle));
    if (&entry.object->type() != &io::File::object_type) return Status::ObjectTypeMismatch;
    if (any_of != 0 && !(entry.access & any_of)) return Status::AccessDenied;
    return ob::ref_cast<io::File>(std::move(entry.object));
}

/// While the host may take as long as it likes (a pipe, a terminal): others that suspend the thread need not wait.
class PerhapsBlocking {
public:
    template<class Abi>
    PerhapsBlocking(Call<Abi>& call, const io::File& file) {
        if (file.device_type() != nt::FILE_DEVICE_DISK) m_call.emplace(call.thread.ke());
    }

private:
    std::optional<ke::BlockingHostCall> m_call;
};

/// Whom to tell. Made before the request is begun, so that telling cannot fail.
template<class Abi>
class Completion {
public:
    struct Arguments {
        nt::Handle event;
        Address apc_routine;
        Address apc_context;
        UserPtr<nt::IO_STATUS_BLOCK<Abi>> status_block;
    };

    /// Statuses, besides the event's: InvalidParameter (an APC, where the file reports to a port).
    static NtResult<Completion> prepare(Call<Abi>& call, io::File& file, const Arguments& arguments) {
        Completion completion;
        if (file.completion().is_bound()) TRY(completion.prepare_packet(file.completion(), arguments));
        completion.m_block = arguments.status_block;
        // The block must be writable before anything happens, and stays as it is if the request fails.
        TRY(arguments.status_block.store(TRY(arguments.status_block.capture())));
        if (arguments.event != nt::null_handle) {
            completion.m_event =
                TRY(call.process.handles.template lookup<ob::Event>(arguments.event, ob::access::event_modify_state));
            completion.m_event->event.reset();
        }
        if (!arguments.apc_routine.is_null())
            completion.m_apc = std::make_unique<ke::Apc>(ke::UserApc{
                arguments.apc_routine, {arguments.apc_context.value(), arguments.status_block.address().value(), 0}});
        return completion;
    }

    Status tell(Call<Abi>& call, const Ended& ended) {
        const Status status = store_ended<Abi>(m_block, ended);
        if (m_event) m_event->event.set();
        if (m_apc) (void)call.thread.ke().queue_apc(std::move(m_apc));
        if (m_packet && !(m_skips_success && nt::is_success(status))) {
            m_packet->completion.status = ended.status;
            m_packet->completion.information = ended.information;
            m_port->queue.insert(std::move(m_packet));
        }
        return status;
    }

private:
    /// Without a context nothing is put there ("NtReadFile function": ApcContext).
    NtResult<> prepare_packet(const io::CompletionBinding& binding, const Arguments& arguments) {
        if (!arguments.apc_routine.is_null()) return Status::InvalidParameter;
        if (arguments.apc_context.is_null()) return {};
        const io::CompletionPort to = binding.port();
        if (!to.port) return {};
        m_port = to.port;
        m_skips_success = (binding.modes() & io::skip_port_on_success) != 0;
        m_packet = std::make_unique<ob::CompletionPacket>(ob::Completion{.key_context = to.key, .apc_context = arguments.apc_context.value()});
        return {};
    }

    UserPtr<nt::IO_STATUS_BLOCK<Abi>> m_block;
    ob::Ref<ob::Event> m_event;
    std::unique_ptr<ke::Apc> m_apc;
    ob::Ref<ob::IoCompletion> m_port;
    std::unique_ptr<ob::CompletionPacket> m_packet;
    bool m_skips_success = false;
};

} // namespace oriel::services
