// SPDX-License-Identifier: MIT
// thread.cpp: threads made, opened, ended, suspended; their registers; exceptions that they raise.
#include "process_handle.h"

#include <generated/services/decl.h>
#include <ntdll-emu/hal/usage.h>
#include <ntdll-emu/ps/context.h>
#include <ntdll-emu/ps/exception_delivery.h>
#include <ntdll-emu/ps/extended_state.h>

#include <optional>

namespace oriel::services {
namespace {

namespace access = ps::thread_access;

constexpr std::uint32_t create_suspended = 0x1;
constexpr std::uint32_t create_skip_attach = 0x2;
constexpr std::uint32_t create_hide_from_debugger = 0x4;

template<class Abi>
struct PS_ATTRIBUTE {
    nt::uptr<Abi> Attribute;
    nt::uptr<Abi> Size;
    nt::uptr<Abi> Value;
    nt::uptr<Abi> ReturnLength;
};
constexpr std::uint64_t attribute_client_id = 0x10003;
constexpr std::uint64_t attribute_teb_address = 0x10004;
constexpr std::size_t most_attributes = 16;

/// Tells the new thread's ids and TEB where the attribute list asks for them.
template<class Abi>
NtResult<> answer_attributes(Address list, const ps::Thread& thread, std::uint32_t process_id) {
    if (list.is_null()) return {};
    const auto total = TRY(UserPtr<nt::uptr<Abi>>(list).capture());
    const std::size_t count = total < sizeof(nt::uptr<Abi>) ? 0 : (total - sizeof(nt::uptr<Abi>)) / sizeof(PS_ATTRIBUTE<Abi>);
    if (count > most_attributes) return Status::InvalidParameter;
    const UserPtr<PS_ATTRIBUTE<Abi>> attributes(list + sizeof(nt::uptr<Abi>));
    for (std::size_t i = 0; i < count; ++i) {
        const auto attribute = TRY((attributes + i).capture());
        const Address value{std::uint64_t{attribute.Value}};
        if (attribute.Attribute == attribute_client_id) {
            TRY(UserPtr<nt::CLIENT_ID<Abi>>(value).store({.UniqueProcess = process_id, .UniqueThread = thread.id()}));
        } else if (attribute.Attribute == attribute_teb_address) {
            TRY(UserPtr<nt::uptr<Abi>>(value).store(static_cast<nt::uptr<Abi>>(thread.teb().value())));
        }
    }
    return {};
}

template<class Abi>
NtResult<std::uint32_t> attributes_of(UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> attributes) {
    if (attributes.is_null()) return std::uint32_t{0};
    return TRY(attributes.capture()).Attributes;
}

/// The extended state of 32-bit programs is not told: their CONTEXT has no XSTATE behind it.
template<class Abi>
constexpr bool wants_xstate(std::uint32_t flags) {
    return Abi::is_64 && nt::ContextFlags<Abi>::has(flags, nt::ContextFlags<Abi>::xstate);
}

/// Makes a standing thread go on with `context`, captured from `at`, behind which its extended state lies.
template<class Abi>
NtResult<> load_context(ps::Thread& thread, Address at, const nt::CONTEXT<Abi>& context) {
    if (wants_xstate<Abi>(context.ContextFlags)) TRY(ps::load_extended_state(thread.gate(), at));
    return ps::apply_context(thread.gate(), context);
}

/// The host's own form of a record is the 64-bit one.
template<class Abi>
nt::EXCEPTION_RECORD<nt::Nt64> widened(const nt::EXCEPTION_RECORD<Abi>& record) {
    nt::EXCEPTION_RECORD<nt::Nt64> answer = {};
    answer.ExceptionCode = record.ExceptionCode;
    answer.ExceptionFlags = record.ExceptionFlags;
    answer.ExceptionRecord.value = record.ExceptionRecord.value;
    answer.ExceptionAddress.value = record.ExceptionAddress.value;
    answer.NumberParameters = record.NumberParameters;
    for (unsigned i = 0; i < nt::exception_maximum_parameters; ++i) answer.ExceptionInformation[i] = record.ExceptionInformation[i];
    return answer;
}

} // namespace

template<class Abi>
Status NtCreateThreadEx(Call<Abi>& call, UserPtr<nt::uptr<Abi>> ThreadHandle, std::uint32_t DesiredAccess,
                        UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, nt::Handle ProcessHandle, Address StartRoutine,
                        Address Argument, std::uint32_t CreateFlags, std::uint64_t ZeroBits, std::uint64_t StackSize,
                        std::uint64_t MaximumStackSize, Address AttributeList) {
    (void)ZeroBits; // where the stack lies: anywhere will do
    const auto process = TRY(process_from(call.process, ProcessHandle, ps::process_access::create_thread));
    const std::uint32_t handle_attributes = TRY(attributes_of(ObjectAttributes));
    TRY(ThreadHandle.store(0));
    // Suspended until the caller knows its handle: a thread that cannot be reported must not run.
    const auto thread = TRY(process->create_thread({.start = StartRoutine,
                                                    .argument = Argument,
                                                    .stack_commit = StackSize,
                                                    .stack_reserve = MaximumStackSize,
                                                    .initial = ke::InitialState::Suspended,
                                                    .skip_attach = (CreateFlags & create_skip_attach) != 0,
                                                    .hidden_from_debugger = (CreateFlags & create_hide_from_debugger) != 0}));
    const auto finish = [&]() -> NtResult<> {
        const auto granted = ps::Thread::object_type.granted(DesiredAccess);
        const auto handle = TRY(call.process.handles.insert(thread, granted, handle_attributes));
        auto told = ThreadHandle.store(static_cast<nt::uptr<Abi>>(handle));
        if (told.ok()) told = answer_attributes<Abi>(AttributeList, *thread, process->id());
        if (!told.ok()) (void)call.process.handles.close(handle);
        return told;
    };
    const auto finished = finish();
    if (!finished.ok()) thread->ke().terminate(finished.error());
    if (!finished.ok() || !(CreateFlags & create_suspended)) (void)thread->ke().resume();
    return finished.status();
}

template<class Abi>
Status NtOpenThread(Call<Abi>& call, UserPtr<nt::uptr<Abi>> ThreadHandle, std::uint32_t DesiredAccess,
                    UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes, UserPtr<nt::CLIENT_ID<Abi>> ClientId) {
    const std::uint32_t handle_attributes = TRY(attributes_of(ObjectAttributes));
    const auto id = TRY(ClientId.capture());
    if (id.UniqueProcess != 0 && id.UniqueProcess != call.process.id()) return Status::InvalidCid;
    const auto thread = call.process.thread_by_id(static_cast<std::uint32_t>(id.UniqueThread));
    if (!thread) return Status::InvalidCid;
    const auto granted = ps::Thread::object_type.granted(DesiredAccess);
    const auto handle = TRY(call.process.handles.insert(thread, granted, handle_attributes));
    if (const auto stored = ThreadHandle.store(static_cast<nt::uptr<Abi>>(handle)); !stored.ok()) {
        (void)call.process.handles.close(handle);
        return stored.error();
    }
    return Status::Success;
}

template<class Abi>
Status NtTerminateThread(Call<Abi>& call, nt::Handle ThreadHandle, Status ExitStatus) {
    // The null handle means the caller, but not where it is the last thread.
    if (ThreadHandle == nt::null_handle) {
        if (call.process.live_thread_count() == 1) return Status::CantTerminateSelf;
        call.thread.ke().terminate(ExitStatus);
        return Status::Success;
    }
    const auto thread = TRY(thread_from(call.thread, ThreadHandle, access::terminate));
    thread->ke().terminate(ExitStatus);
    if (thread.get() != &call.thread) call.process.kernel_dispatcher.carrier().interrupt(thread->ke().slot());
    return Status::Success;
}

template<class Abi>
Status NtSuspendThread(Call<Abi>& call, nt::Handle ThreadHandle, UserPtr<std::uint32_t> PreviousSuspendCount) {
    const auto thread = TRY(thread_from(call.thread, ThreadHandle, access::suspend_resume));
    const std::uint32_t count = TRY(thread->ke().suspend());
    if (thread.get() != &call.thread) call.process.kernel_dispatcher.carrier().interrupt(thread->ke().slot());
    return PreviousSuspendCount.store_if_present(count).status();
}

template<class Abi>
Status NtResumeThread(Call<Abi>& call, nt::Handle ThreadHandle, UserPtr<std::uint32_t> PreviousSuspendCount) {
    const auto thread = TRY(thread_from(call.thread, ThreadHandle, access::suspend_resume));
    return PreviousSuspendCount.store_if_present(thread->ke().resume()).status();
}

template<class Abi>
Status NtGetContextThread(Call<Abi>& call, nt::Handle ThreadHandle, UserPtr<nt::CONTEXT<Abi>> ThreadContext) {
    const auto thread = TRY(thread_from(call.thread, ThreadHandle, access::get_context));
    const UserPtr<std::uint32_t> flags_at(ThreadContext.address() + offsetof(nt::CONTEXT<Abi>, ContextFlags));
    const std::uint32_t flags = TRY(flags_at.capture());
    const bool other = thread.get() != &call.thread;
    // Stopped for as long as we look, whether or not the caller has suspended it.
    if (other) {
        TRY(thread->ke().suspend());
        call.process.kernel_dispatcher.carrier().interrupt(thread->ke().slot());
    }
    const bool stands = !other || thread->ke().wait_until_stopped(call.thread.ke());
    std::optional<nt::CONTEXT<Abi>> context;
    NtResult<> extended;
    if (stands) {
        context = ps::capture_context_of<Abi>(thread->gate(), flags);
        if (wants_xstate<Abi>(flags)) extended = ps::store_extended_state(thread->gate(), ThreadContext.address());
    }
    if (other) (void)thread->ke().resume();
    TRY(extended);
    return context ? ThreadContext.store(*context).status() : Status::ThreadIsTerminating;
}

template<class Abi>
Status NtSetContextThread(Call<Abi>& call, nt::Handle ThreadHandle, UserPtr<nt::CONTEXT<Abi>> ThreadContext) {
    const auto thread = TRY(thread_from(call.thread, ThreadHandle, access::set_context));
    const auto context = TRY(ThreadContext.capture());
    if (thread.get() == &call.thread) {
        TRY(load_context<Abi>(*thread, ThreadContext.address(), context));
        call.thread.set_exit(gate::Exit::Full);
        return Status::Success;
    }
    TRY(thread->ke().suspend());
    call.process.kernel_dispatcher.carrier().interrupt(thread->ke().slot());
    NtResult<> applied = Status::ThreadIsTerminating;
    if (thread->ke().wait_until_stopped(call.thread.ke())) applied = load_context<Abi>(*thread, ThreadContext.address(), context);
    (void)thread->ke().resume();
    return applied.status();
}

template<class Abi>
Status NtContinue(Call<Abi>& call, UserPtr<nt::CONTEXT<Abi>> ContextRecord, bool TestAlert) {
    const auto context = TRY(ContextRecord.capture());
    TRY(load_context<Abi>(call.thread, ContextRecord.address(), context));
    call.thread.set_exit(gate::Exit::Full);
    if (TestAlert) (void)call.thread.ke().test_alert();
    return Status::Success;
}

template<class Abi>
Status NtRaiseException(Call<Abi>& call, UserPtr<nt::EXCEPTION_RECORD<Abi>> ExceptionRecord,
                        UserPtr<nt::CONTEXT<Abi>> ContextRecord, bool FirstChance) {
    const auto record = widened<Abi>(TRY(ExceptionRecord.capture()));
    const auto context = TRY(ContextRecord.capture());
    if (record.NumberParameters > nt::exception_maximum_parameters) return Status::InvalidParameter;
    if (FirstChance) {
        TRY(load_context<Abi>(call.thread, ContextRecord.address(), context));
        call.thread.set_exit(gate::Exit::Full);
        if (ps::deliver_exception(call.thread, record).ok()) return Status::Success;
    }
    if (call.process.on_crash) {
        if constexpr (Abi::is_64) call.process.on_crash(call.thread, record, context);
        else {
            TRY(load_context<Abi>(call.thread, ContextRecord.address(), context));
            call.process.on_crash(call.thread, record, ps::capture_context(call.thread.gate(), nt::ContextFlags<nt::Nt64>::all));
        }
    }
    call.process.terminate(record.ExceptionCode);
    return Status::Success;
}

template<class Abi>
Status NtGetCurrentProcessorNumber(Call<Abi>&) {
    return static_cast<Status>(hal::current_processor());
}

} // namespace oriel::services

#include <generated/services/thread.inst.inc>
