// SPDX-License-Identifier: MIT
// catch.cpp: entering and leaving a catch block (x64).
//
// A catch block runs while the thrown object still lies in the stack of those who threw it, below. So the
// stack is not cut back yet: RtlUnwindEx lets the frames inside clean up and then calls call_catch_block
// "consolidated", on top of the old stack, while an unwinder that looks sees the target frame right below
// it. When the catch block is done, its result says where the parent goes on, and only now is the stack cut.
#include <dlls/crt/cxx_eh/catch.h>

#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/cxx_eh/type_match.h>

namespace oriel::crt::cxx {

namespace {

/// Initialises the variable of the catch clause: a reference, bytes, or a copy.
void make_catch_object(const CatchingFrame& frame, const Handler& handler, const CatchableType& type, const Thrown& thrown) {
    if (handler.object == 0) return;
    char* const to = frame.variables + handler.object;
    char* const object = adjust(thrown.object, type.thisDisplacement);
    if ((handler.adjectives & handler_is_reference) != 0) {
        *reinterpret_cast<char**>(to) = object;
    } else if ((type.properties & type_is_simple) != 0) {
        memcpy(to, thrown.object, static_cast<std::size_t>(type.size));
        auto& pointer = *reinterpret_cast<char**>(to); // a pointer to a class may become one to its base
        if (type.size == sizeof pointer && pointer != nullptr) pointer = adjust(pointer, type.thisDisplacement);
    } else if (type.copyFunction == 0) {
        memcpy(to, object, static_cast<std::size_t>(type.size));
    } else {
        const auto* constructor = thrown.at<char>(type.copyFunction);
        oriel_cxx_call_copy(constructor, to, object, (type.properties & type_has_virtual_base) != 0);
    }
}

void link(ActiveCatch& active, NtContext* context) {
    Thrown thrown;
    _CreateFrameInfo(&active.info, is_cxx_exception(*active.record, thrown) ? thrown.object : nullptr);
    active.saved_record = current_exception();
    active.saved_context = current_context();
    current_exception() = active.record;
    current_context() = context;
}

void unlink(ActiveCatch& active) {
    _FindAndUnlinkFrame(&active.info);
    current_exception() = active.saved_record;
    current_context() = active.saved_context;
}

/// The object ends with the last catch block that handles it: not while an outer one does, and not if it
/// is on its way out again (`leaving`, null if the block ended normally).
void end_object(const ActiveCatch& active, const char* leaving) {
    Thrown thrown;
    if (!is_cxx_exception(*active.record, thrown) || thrown.is_rethrow() || thrown.object == leaving) return;
    if (_IsExceptionObjectToBeDestroyed(thrown.object) != 0) destroy_exception(thrown);
}

} // namespace

/// RtlRestoreContext's callback comes here: runs the catch block; answers where its parent goes on.
std::uint64_t call_catch_block(NtExceptionRecord* request) {
    const auto& words = request->ExceptionInformation;
    const auto* handler = reinterpret_cast<const char*>(words[consolidation_handler]);
    auto* variables = reinterpret_cast<char*>(words[consolidation_frame]);
    ActiveCatch active{};
    active.record = reinterpret_cast<NtExceptionRecord*>(words[consolidation_record]);
    link(active, reinterpret_cast<NtContext*>(words[consolidation_context]));
    void* const go_on_at = oriel_cxx_call_catch(handler, variables, &active);
    unlink(active);
    end_object(active, nullptr);
    return reinterpret_cast<std::uintptr_t>(go_on_at);
}

void run_catch(const CatchingFrame& frame, NtDispatcherContext& dispatcher, const Choice& choice) {
    Thrown thrown;
    if (choice.type != nullptr && is_cxx_exception(choice.record, thrown))
        make_catch_object(frame, choice.handler, *choice.type, thrown);

    NtExceptionRecord request{};
    request.ExceptionCode = nt::Status::UnwindConsolidate;
    request.ExceptionFlags = nt::exception_flag::noncontinuable;
    request.NumberParameters = nt::exception_maximum_parameters;
    auto& words = request.ExceptionInformation;
    words[consolidation_callback] = reinterpret_cast<std::uintptr_t>(frame.call);
    words[consolidation_frame] = reinterpret_cast<std::uintptr_t>(frame.variables);
    words[consolidation_handler] = frame.image_base + choice.handler.code;
    words[consolidation_state] = static_cast<std::uint64_t>(static_cast<std::int64_t>(choice.block.low));
    words[consolidation_context] = reinterpret_cast<std::uintptr_t>(&choice.context);
    words[consolidation_kept_state] = reinterpret_cast<std::uintptr_t>(frame.kept_state);
    words[consolidation_record] = reinterpret_cast<std::uintptr_t>(&choice.record);
    words[consolidation_establisher] = reinterpret_cast<std::uintptr_t>(frame.establisher);
    words[consolidation_magic] = magic_vc6;
    words[consolidation_state_around] = static_cast<std::uint64_t>(static_cast<std::int64_t>(frame.state_around));
    for (std::uint32_t i = 0; i < choice.handler.continuation_count; ++i)
        words[consolidation_continuations + i] = frame.image_base + choice.handler.continuations[i];
    NtContext context;
    RtlUnwindEx(frame.establisher, reinterpret_cast<void*>(dispatcher.ControlPc), &request, nullptr, &context,
                dispatcher.HistoryTable);
    __builtin_trap(); // the unwind does not come back
}

} // namespace oriel::crt::cxx

using namespace oriel::crt::cxx;

/// An exception leaves a catch block: the frame of oriel_cxx_call_catch is being unwound.
extern "C" nt::Disposition oriel_cxx_handler_of_catch_call(NtExceptionRecord* record, void* frame, NtContext*,
                                                           NtDispatcherContext*) {
    constexpr std::size_t kept_at = 0x20; // see calls_x64.S
    ActiveCatch& active = **reinterpret_cast<ActiveCatch**>(static_cast<char*>(frame) + kept_at);
    const char* leaving = nullptr;
    if (record->ExceptionCode == nt::Status::UnwindConsolidate && record->NumberParameters > consolidation_record) {
        const auto* caught = reinterpret_cast<const NtExceptionRecord*>(record->ExceptionInformation[consolidation_record]);
        Thrown thrown;
        if (is_cxx_exception(*caught, thrown)) leaving = thrown.object;
    }
    unlink(active);
    end_object(active, leaving);
    return nt::Disposition::ContinueSearch;
}

/// A destructor or copy constructor that runs on behalf of an exception must not end by another.
extern "C" nt::Disposition oriel_cxx_handler_of_no_throw_call(NtExceptionRecord* record, void*, NtContext*,
                                                              NtDispatcherContext*) {
    const bool unwinding = (record->ExceptionFlags & nt::exception_flag::unwind_mask) != 0;
    if (!unwinding && static_cast<std::uint32_t>(record->ExceptionCode) == exception_code) terminate();
    return nt::Disposition::ContinueSearch;
}
