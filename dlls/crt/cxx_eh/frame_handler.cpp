// SPDX-License-Identifier: MIT
// frame_handler.cpp: __CxxFrameHandler3: the language handler of C++ functions (x64).
//
// In the search: is there a try block around the place, with a catch block for this exception? If so it is
// run, and this never returns. In an unwind: destroy the objects of the states that are being left.
// __CxxFrameHandler and __CxxFrameHandler2 are its older names; the tables tell their own version.
#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/cxx_eh/catch.h>
#include <dlls/crt/cxx_eh/type_match.h>
#include <dlls/crt/thread_data.h>

namespace oriel::crt::cxx {

namespace {

using SeTranslator = void (*)(unsigned code, NtExceptionPointers* exception);

/// The functions around a foreign exception are left without ado if they were compiled for C++ ones only.
bool is_no_concern(const NtExceptionRecord& record, const FuncInfo& info) {
    if ((info.flags() & function_is_synchronous) == 0) return false;
    return static_cast<std::uint32_t>(record.ExceptionCode) != exception_code
        && record.ExceptionCode != nt::Status::UnwindConsolidate && record.ExceptionCode != nt::Status::Longjump;
}

void search_cxx(Frame& frame, NtDispatcherContext& dispatcher, NtExceptionRecord& record, NtContext& context,
                const Thrown& thrown) {
    const std::int32_t state = frame.state();
    for (std::uint32_t i = 0; i < frame.info().nTryBlocks; ++i) { // inner ones come first
        const TryBlockMapEntry& block = frame.try_blocks()[i];
        if (!frame.guards(block, state)) continue;
        for (std::int32_t n = 0; n < block.nCatches; ++n) {
            const HandlerType& handler = frame.handlers(block)[n];
            if (is_catch_all(handler, frame.image_base())) run_catch(frame, dispatcher, {record, context, block, handler, nullptr});
            if (const CatchableType* type = find_match(handler, frame.image_base(), thrown))
                run_catch(frame, dispatcher, {record, context, block, handler, type});
        }
    }
}

/// An access violation and its like: a translator may turn it into a C++ exception; catch (...) takes it.
void search_foreign(Frame& frame, NtDispatcherContext& dispatcher, NtExceptionRecord& record, NtContext& context) {
    if (record.ExceptionCode == nt::Status::Breakpoint) return;
    const std::int32_t state = frame.state();
    for (std::uint32_t i = 0; i < frame.info().nTryBlocks; ++i) {
        const TryBlockMapEntry& block = frame.try_blocks()[i];
        if (!frame.guards(block, state)) continue;
        if (auto translate = reinterpret_cast<SeTranslator>(this_thread().cxx.se_translator)) {
            NtExceptionPointers pointers{&record, &context};
            translate(static_cast<unsigned>(record.ExceptionCode), &pointers); // throws, or leaves it as it is
        }
        const HandlerType& last = frame.handlers(block)[block.nCatches - 1];
        if (block.nCatches > 0 && is_catch_all(last, frame.image_base()) && (last.adjectives & handler_is_std_dots) == 0)
            run_catch(frame, dispatcher, {record, context, block, last, nullptr});
    }
}

void search(Frame& frame, NtDispatcherContext& dispatcher, NtExceptionRecord& record, NtContext& context) {
    Thrown thrown;
    if (!is_cxx_exception(record, thrown)) return search_foreign(frame, dispatcher, record, context);
    if (!thrown.is_rethrow()) return search_cxx(frame, dispatcher, record, context, thrown);

    // `throw;` means the exception that the innermost running catch block handles.
    NtExceptionRecord* const current = current_exception();
    if (current == nullptr) terminate();
    if (is_cxx_exception(*current, thrown)) search_cxx(frame, dispatcher, *current, *current_context(), thrown);
    else search_foreign(frame, dispatcher, *current, *current_context());
}

void clean_up(Frame& frame, const NtDispatcherContext& dispatcher, const NtExceptionRecord& record) {
    const bool at_target = (record.ExceptionFlags & nt::exception_flag::target_unwind) != 0;
    if (at_target && record.ExceptionCode == nt::Status::UnwindConsolidate) {
        const auto state = static_cast<std::int32_t>(record.ExceptionInformation[consolidation_state]);
        frame.unwind_to(state);
        for (std::uint32_t i = 0; i < frame.info().nTryBlocks; ++i)
            if (frame.try_blocks()[i].tryLow == state) frame.enter_catch(frame.try_blocks()[i]);
    } else if (at_target && record.ExceptionCode == nt::Status::Longjump) {
        frame.unwind_to(frame.state_at(dispatcher.TargetIp));
    } else {
        frame.unwind_all();
    }
}

} // namespace

} // namespace oriel::crt::cxx

using namespace oriel::crt::cxx;

CRT_EXPORT nt::Disposition __CxxFrameHandler3(NtExceptionRecord* record, void* establisher, NtContext* context,
                                              NtDispatcherContext* dispatcher) {
    Frame frame(establisher, *dispatcher);
    if (is_no_concern(*record, frame.info())) return nt::Disposition::ContinueSearch;
    if ((record->ExceptionFlags & nt::exception_flag::unwind_mask) != 0) {
        if (frame.info().maxState > 0) clean_up(frame, *dispatcher, *record);
    } else {
        search(frame, *dispatcher, *record, *context);
        if ((frame.info().flags() & function_is_noexcept) != 0) terminate();
    }
    return nt::Disposition::ContinueSearch;
}
CRT_ALIAS(__CxxFrameHandler, __CxxFrameHandler3);
CRT_ALIAS(__CxxFrameHandler2, __CxxFrameHandler3);

/// Makes `translate` the calling thread's translator of foreign exceptions; answers the one before.
CRT_EXPORT void* oriel_set_se_translator(void* translate) CRT_MANGLED(
    "?_set_se_translator@@YAP6AXIPEAU_EXCEPTION_POINTERS@@@ZP6AXI0@Z@Z",
    "?_set_se_translator@@YAP6AXIPAU_EXCEPTION_POINTERS@@@ZP6AXI0@Z@Z");
CRT_EXPORT void* oriel_set_se_translator(void* translate) {
    void*& kept = oriel::crt::this_thread().cxx.se_translator;
    void* const before = kept;
    kept = translate;
    return before;
}
