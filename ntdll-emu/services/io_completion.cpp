// SPDX-License-Identifier: MIT
// io_completion.cpp: the services of completion ports.
// Source: "I/O Completion Ports", "GetQueuedCompletionStatusEx function", Microsoft documentation.
#include <ntdll-emu/ob/io_completion.h>
#include <ntdll-emu/services/object_handle.h>
#include <nt/sync.h>

#include <memory>
#include <vector>

namespace oriel::services {

namespace {

constexpr ob::AccessMask modify = ob::access::io_completion_modify_state;

const ob::Completion& completion_of(const std::unique_ptr<ke::Packet>& packet) {
    return static_cast<const ob::CompletionPacket&>(*packet).completion;
}

template<class Abi>
nt::IO_STATUS_BLOCK<Abi> status_block(const ob::Completion& completion) {
    nt::IO_STATUS_BLOCK<Abi> block{};
    block.StatusCode = completion.status;
    block.Information = static_cast<nt::uptr<Abi>>(completion.information);
    return block;
}

} // namespace

// Count, how many threads shall run at once, holds nobody back here (ke/queue.h).
template<class Abi>
Status NtCreateIoCompletion(Call<Abi>& call, UserPtr<nt::uptr<Abi>> IoCompletionHandle, std::uint32_t DesiredAccess,
                            UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, std::uint32_t) {
    return create_object(call, IoCompletionHandle, DesiredAccess, ObjectAttributes,
                         [&] { return ob::make<ob::IoCompletion>(call.process.kernel_dispatcher); });
}

template<class Abi>
Status NtOpenIoCompletion(Call<Abi>& call, UserPtr<nt::uptr<Abi>> IoCompletionHandle, std::uint32_t DesiredAccess,
                          UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    return open_object<ob::IoCompletion>(call, IoCompletionHandle, DesiredAccess, ObjectAttributes);
}

template<class Abi>
Status NtSetIoCompletion(Call<Abi>& call, nt::Handle IoCompletionHandle, Address KeyContext, Address ApcContext,
                         Status IoStatus, std::uint64_t IoStatusInformation) {
    const auto port = TRY(call.process.handles.template lookup<ob::IoCompletion>(IoCompletionHandle, modify));
    port->queue.insert(std::make_unique<ob::CompletionPacket>(
        ob::Completion{KeyContext.value(), ApcContext.value(), IoStatus, IoStatusInformation}));
    return Status::Success;
}

// The places for the answer are probed first: a packet must not be lost to a bad pointer.
template<class Abi>
Status NtRemoveIoCompletion(Call<Abi>& call, nt::Handle IoCompletionHandle, UserPtr<nt::uptr<Abi>> KeyContext,
                            UserPtr<nt::uptr<Abi>> ApcContext, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock,
                            UserPtr<std::int64_t> Timeout) {
    const auto limit = TRY(capture_timeout(Timeout));
    TRY(KeyContext.store(TRY(KeyContext.capture())));
    TRY(ApcContext.store(TRY(ApcContext.capture())));
    TRY(IoStatusBlock.store(TRY(IoStatusBlock.capture())));
    const auto port = TRY(call.process.handles.template lookup<ob::IoCompletion>(IoCompletionHandle, modify));

    const auto removed = port->queue.remove(call.thread.ke(), ke::Alertable::No, limit);
    if (!removed.packet) return removed.status;
    const ob::Completion& completion = completion_of(removed.packet);
    TRY(KeyContext.store(static_cast<nt::uptr<Abi>>(completion.key_context)));
    TRY(ApcContext.store(static_cast<nt::uptr<Abi>>(completion.apc_context)));
    TRY(IoStatusBlock.store(status_block<Abi>(completion)));
    return Status::Success;
}

template<class Abi>
Status NtRemoveIoCompletionEx(Call<Abi>& call, nt::Handle IoCompletionHandle, Address IoCompletionInformation,
                              std::uint32_t Count, UserPtr<std::uint32_t> NumEntriesRemoved,
                              UserPtr<std::int64_t> Timeout, bool Alertable) {
    using Entry = nt::FILE_IO_COMPLETION_INFORMATION<Abi>;
    const auto limit = TRY(capture_timeout(Timeout));
    if (Count == 0) return Status::InvalidParameter;
    TRY(NumEntriesRemoved.store(TRY(NumEntriesRemoved.capture())));
    const UserPtr<Entry> entries(IoCompletionInformation);
    TRY(entries.store(TRY(entries.capture())));
    const auto port = TRY(call.process.handles.template lookup<ob::IoCompletion>(IoCompletionHandle, modify));

    auto removed = port->queue.remove(call.thread.ke(), Alertable ? ke::Alertable::Yes : ke::Alertable::No, limit);
    std::uint32_t count = 0;
    for (auto packet = std::move(removed.packet); packet;
         packet = count < Count ? port->queue.try_remove() : nullptr) {
        const ob::Completion& completion = completion_of(packet);
        TRY((entries + count)
                .store({static_cast<nt::uptr<Abi>>(completion.key_context),
                        static_cast<nt::uptr<Abi>>(completion.apc_context), status_block<Abi>(completion)}));
        ++count;
    }
    TRY(NumEntriesRemoved.store(count));
    return removed.status;
}

template<class Abi>
Status NtQueryIoCompletion(Call<Abi>& call, nt::Handle IoCompletionHandle, std::uint32_t InformationClass,
                           Address Information, std::uint32_t Length, UserPtr<std::uint32_t> ReturnLength) {
    if (InformationClass != nt::IoCompletionBasicInformation) return Status::InvalidInfoClass;
    if (Length != sizeof(nt::IO_COMPLETION_BASIC_INFORMATION)) return Status::InfoLengthMismatch;
    const auto port = TRY(call.process.handles.template lookup<ob::IoCompletion>(
        IoCompletionHandle, ob::access::io_completion_query_state));
    return answer_query(Information, Length, ReturnLength, nt::IO_COMPLETION_BASIC_INFORMATION{port->queue.depth()});
}

} // namespace oriel::services

#include "generated/services/io_completion.inst.inc"
