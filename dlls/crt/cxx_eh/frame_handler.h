// SPDX-License-Identifier: MIT
// frame_handler.h: the language handler of C++ functions, for both formats of their tables (x64).
//
// In the search: is there a try block around the place, with a catch block for this exception? If so it is
// run, and this never returns. In an unwind: destroy the objects of the states that are being left.
#pragma once

#include <dlls/crt/cxx_eh/calls.h>
#include <dlls/crt/cxx_eh/catch.h>
#include <dlls/crt/cxx_eh/type_match.h>

namespace oriel::crt::cxx {

/// `Frame` is Frame3 or Frame4.
template<class Frame> class FrameHandler {
public:
    FrameHandler(Frame& frame, NtDispatcherContext& dispatcher) : m_frame(frame), m_dispatcher(dispatcher) {}

    nt::Disposition run(NtExceptionRecord& record, NtContext& context) {
        const bool unwinding = (record.ExceptionFlags & nt::exception_flag::unwind_mask) != 0;
        if (unwinding) m_frame.begin_unwind();
        if (is_no_concern(record)) return nt::Disposition::ContinueSearch;
        if (unwinding) {
            clean_up(record);
        } else {
            search(record, context);
            if (m_frame.is_noexcept()) terminate();
        }
        return nt::Disposition::ContinueSearch;
    }

private:
    /// The functions around a foreign exception are left without ado if they were compiled for C++ ones only.
    [[nodiscard]] bool is_no_concern(const NtExceptionRecord& record) const {
        if (!m_frame.is_synchronous()) return false;
        return static_cast<std::uint32_t>(record.ExceptionCode) != exception_code
            && record.ExceptionCode != nt::Status::UnwindConsolidate && record.ExceptionCode != nt::Status::Longjump;
    }

    void search_cxx(NtExceptionRecord& record, NtContext& context, const Thrown& thrown) {
        m_frame.each_guard(m_frame.state(), [&](const TryBlock& block) { // inner ones come first
            m_frame.each_handler(block, [&](const Handler& handler) {
                if (is_catch_all(handler, m_frame.image_base()))
                    run_catch(m_frame.catching(block), m_dispatcher, {record, context, block, handler, nullptr});
                if (const CatchableType* type = find_match(handler, m_frame.image_base(), thrown))
                    run_catch(m_frame.catching(block), m_dispatcher, {record, context, block, handler, type});
            });
        });
    }

    /// An access violation and its like: a translator may turn it into a C++ exception; catch (...) takes it.
    void search_foreign(NtExceptionRecord& record, NtContext& context) {
        if (record.ExceptionCode == nt::Status::Breakpoint) return;
        m_frame.each_guard(m_frame.state(), [&](const TryBlock& block) {
            if (const SeTranslator translate = se_translator()) {
                NtExceptionPointers pointers{&record, &context};
                translate(static_cast<unsigned>(record.ExceptionCode), &pointers); // throws, or leaves it as it is
            }
            m_frame.each_handler(block, [&](const Handler& handler) {
                if (is_catch_all(handler, m_frame.image_base()) && (handler.adjectives & handler_is_std_dots) == 0)
                    run_catch(m_frame.catching(block), m_dispatcher, {record, context, block, handler, nullptr});
            });
        });
    }

    void search(NtExceptionRecord& record, NtContext& context) {
        Thrown thrown;
        if (!is_cxx_exception(record, thrown)) return search_foreign(record, context);
        if (!thrown.is_rethrow()) return search_cxx(record, context, thrown);

        // `throw;` means the exception that the innermost running catch block handles.
        NtExceptionRecord* const current = current_exception();
        if (current == nullptr) terminate();
        if (is_cxx_exception(*current, thrown)) search_cxx(*current, *current_context(), thrown);
        else search_foreign(*current, *current_context());
    }

    void clean_up(const NtExceptionRecord& record) {
        const bool at_target = (record.ExceptionFlags & nt::exception_flag::target_unwind) != 0;
        if (at_target && record.ExceptionCode == nt::Status::UnwindConsolidate)
            m_frame.unwind_into_catch(static_cast<std::int32_t>(record.ExceptionInformation[consolidation_state]));
        else if (at_target && record.ExceptionCode == nt::Status::Longjump)
            m_frame.unwind_to(m_frame.state_at(m_dispatcher.TargetIp));
        else
            m_frame.unwind_all();
    }

    Frame& m_frame;
    NtDispatcherContext& m_dispatcher;
};

} // namespace oriel::crt::cxx
