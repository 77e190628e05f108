// SPDX-License-Identifier: MIT
// wait.cpp: the services that wait.
//
// All objects are kept alive by references while the thread waits; other threads may close the handles
// meanwhile.
// Source: "WaitForMultipleObjects function", "SignalObjectAndWait function", Microsoft documentation.
#include <ntdll-emu/ob/sync_objects.h>
#include <ntdll-emu/services/object_handle.h>
#include <nt/sync.h>

#include <array>
#include <algorithm>

namespace oriel::services {

namespace {

constexpr ke::Alertable alertable_if(bool alertable) { return alertable ? ke::Alertable::Yes : ke::Alertable::No; }

/// The objects of one wait, kept alive.
struct Waited {
    std::array<ob::Ref<ob::Object>, ke::max_wait_objects> objects;
    std::array<ke::DispatcherHeader*, ke::max_wait_objects> headers;
};

template<class Abi>
NtResult<> add_object(Call<Abi>& call, nt::Handle handle, Waited& waited, std::uint32_t index) {
    waited.objects[index] = TRY(object_from(call, handle, ob::access::synchronize));
    waited.headers[index] = waited.objects[index]->dispatcher();
    if (!waited.headers[index]) return Status::ObjectTypeMismatch;
    return {};
}

bool has_duplicates(std::span<ke::DispatcherHeader* const> headers) {
    std::array<ke::DispatcherHeader*, ke::max_wait_objects> sorted;
    const auto end = std::copy(headers.begin(), headers.end(), sorted.begin());
    std::sort(sorted.begin(), end);
    return std::adjacent_find(sorted.begin(), end) != end;
}

/// `Number` is how wide a handle is in the guest's array.
template<class Number, class Abi>
Status wait_for_multiple(Call<Abi>& call, std::uint32_t count, Address handles, std::uint32_t type, bool alertable,
                         UserPtr<std::int64_t> timeout) {
    if (count == 0 || count > ke::max_wait_objects) return Status::InvalidParameter1;
    if (type > nt::WaitAny) return Status::InvalidParameter2;
    const auto limit = TRY(capture_timeout(timeout));
    std::array<Number, ke::max_wait_objects> numbers;
    TRY(copy_from_guest(numbers.data(), handles, count * sizeof(Number)));

    Waited waited;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto value = static_cast<std::int64_t>(std::make_signed_t<Number>(numbers[i]));
        TRY(add_object(call, nt::Handle{static_cast<std::uint64_t>(value)}, waited, i));
    }
    const std::span<ke::DispatcherHeader* const> headers(waited.headers.data(), count);
    if (type == nt::WaitAll && has_duplicates(headers)) return Status::InvalidParameterMix;
    return call.process.kernel_dispatcher.wait(
        call.thread.ke(), {headers, ke::WaitType{static_cast<std::uint8_t>(type)}, alertable_if(alertable), limit});
}

} // namespace

template<class Abi>
Status NtWaitForSingleObject(Call<Abi>& call, nt::Handle Handle, bool Alertable, UserPtr<std::int64_t> Timeout) {
    const auto limit = TRY(capture_timeout(Timeout));
    const auto object = TRY(object_from(call, Handle, ob::access::synchronize));
    ke::DispatcherHeader* const header = object->dispatcher();
    if (!header) return Status::ObjectTypeMismatch;
    return call.process.kernel_dispatcher.wait(call.thread.ke(),
                                               {{&header, 1}, ke::WaitType::Any, alertable_if(Alertable), limit});
}

template<class Abi>
Status NtWaitForMultipleObjects(Call<Abi>& call, std::uint32_t Count, Address Handles, std::uint32_t WaitType,
                                bool Alertable, UserPtr<std::int64_t> Timeout) {
    return wait_for_multiple<nt::uptr<Abi>>(call, Count, Handles, WaitType, Alertable, Timeout);
}

template<class Abi>
Status NtWaitForMultipleObjects32(Call<Abi>& call, std::uint32_t Count, Address Handles, std::uint32_t WaitType,
                                  bool Alertable, UserPtr<std::int64_t> Timeout) {
    return wait_for_multiple<std::uint32_t>(call, Count, Handles, WaitType, Alertable, Timeout);
}

// What can be signalled: an event (set), a mutant (released), a semaphore (one unit).
template<class Abi>
Status NtSignalAndWaitForSingleObject(Call<Abi>& call, nt::Handle SignalHandle, nt::Handle WaitHandle, bool Alertable,
                                      UserPtr<std::int64_t> Timeout) {
    const auto limit = TRY(capture_timeout(Timeout));
    const auto signalled = TRY(call.process.handles.entry(SignalHandle));
    const auto waited = TRY(object_from(call, WaitHandle, ob::access::synchronize));
    ke::DispatcherHeader* const header = waited->dispatcher();
    if (!header) return Status::ObjectTypeMismatch;

    const ob::Type* const type = &signalled.object->type();
    const bool may_modify = signalled.access & ob::access::event_modify_state; // the same bit for semaphores
    if (type != &ob::Event::object_type && type != &ob::Semaphore::object_type && type != &ob::Mutant::object_type) {
        return Status::ObjectTypeMismatch;
    }
    if (type != &ob::Mutant::object_type && !may_modify) return Status::AccessDenied;

    const auto signal = [&](ke::Dispatcher::Hold& hold) {
        if (type == &ob::Mutant::object_type) {
            return static_cast<ob::Mutant&>(*signalled.object).mutant.release(hold, call.thread.ke()).status();
        }
        if (type == &ob::Semaphore::object_type) {
            return static_cast<ob::Semaphore&>(*signalled.object).semaphore.release(hold, 1).status();
        }
        static_cast<ob::Event&>(*signalled.object).event.set(hold);
        return Status::Success;
    };
    return call.process.kernel_dispatcher.signal_and_wait(
        call.thread.ke(), signal, {{&header, 1}, ke::WaitType::Any, alertable_if(Alertable), limit});
}

template<class Abi>
Status NtDelayExecution(Call<Abi>& call, bool Alertable, UserPtr<std::int64_t> DelayInterval) {
    const auto interval = ke::Timeout::from_nt(TRY(DelayInterval.capture()));
    return call.process.kernel_dispatcher.delay(call.thread.ke(), alertable_if(Alertable), interval);
}

template<class Abi>
Status NtYieldExecution(Call<Abi>& call) {
    return call.process.kernel_dispatcher.carrier().yield(call.thread.ke()) ? Status::Success
                                                                            : Status::NoYieldPerformed;
}

} // namespace oriel::services

#include "generated/services/wait.inst.inc"
