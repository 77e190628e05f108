// SPDX-License-Identifier: MIT
// c_specific_handler.cpp: __C_specific_handler: __try, __except and __finally (x64).
//
// The compiler makes each filter and each __finally block a small function ("funclet") that gets the
// parent's frame, and writes one scope record for each __try, inner ones first. This language handler
// looks up where the function was (ControlPc), and
//     in the search    runs the filters of the scopes around that place; one that says "execute handler"
//                      unwinds to its __except block;
//     in the unwind    runs the __finally blocks of the scopes that are being left.
// ScopeIndex says which scopes are still to do; when an exception leaves a __finally block, the walk comes
// back here (a collision) and goes on behind the scope whose block it was.
// ("__try, __except, and __finally", "x64 exception handling", Microsoft documentation.)
#include <ntdll-emu/rtl/exception/own_process.h>

namespace oriel::rtl {

namespace {

using Filter = std::int32_t (*)(NtExceptionPointers* exception, void* frame);
using Finally = void (*)(std::uint8_t abnormal, void* frame);

struct ScopeTable {
    std::uint32_t Count;
    nt::SCOPE_RECORD Scopes[1]; ///< Count of them
};

bool holds(const nt::SCOPE_RECORD& scope, std::uint64_t offset) {
    return offset >= scope.BeginAddress && offset < scope.EndAddress;
}

class ScopeWalk {
public:
    ScopeWalk(NtExceptionRecord& record, void* frame, NtContext& context, NtDispatcherContext& dispatcher)
        : m_record(record), m_frame(frame), m_context(context), m_dispatcher(dispatcher),
          m_table(*static_cast<const ScopeTable*>(dispatcher.HandlerData.get())),
          m_offset(dispatcher.ControlPc - dispatcher.ImageBase) {}

    nt::Disposition search() {
        for (std::uint32_t i = m_dispatcher.ScopeIndex; i < m_table.Count; ++i) {
            const nt::SCOPE_RECORD& scope = m_table.Scopes[i];
            if (!holds(scope, m_offset) || scope.JumpTarget == 0) continue;
            const std::int32_t answer = ask(scope);
            if (answer < 0) return nt::Disposition::ContinueExecution;
            if (answer > 0) unwind_to(scope);
        }
        return nt::Disposition::ContinueSearch;
    }

    nt::Disposition clean_up() {
        const std::uint64_t target = m_dispatcher.TargetIp - m_dispatcher.ImageBase;
        const bool at_target = (m_record.ExceptionFlags & nt::exception_flag::target_unwind) != 0;
        for (std::uint32_t i = m_dispatcher.ScopeIndex; i < m_table.Count; ++i) {
            const nt::SCOPE_RECORD& scope = m_table.Scopes[i];
            if (!holds(scope, m_offset)) continue;
            // Where execution goes on inside this scope, neither it nor those around it are left.
            if (at_target && (target_is_inside(scope, target) || scope.JumpTarget == target)) break;
            if (scope.JumpTarget != 0) continue;
            m_dispatcher.ScopeIndex = i + 1;
            function<Finally>(scope.HandlerAddress)(1, m_frame);
        }
        return nt::Disposition::ContinueSearch;
    }

private:
    template<class F> F function(std::uint32_t offset) const { return reinterpret_cast<F>(m_dispatcher.ImageBase + offset); }

    std::int32_t ask(const nt::SCOPE_RECORD& scope) {
        if (scope.HandlerAddress == 1) return nt::filter_execute_handler;
        NtExceptionPointers pointers{&m_record, &m_context};
        return function<Filter>(scope.HandlerAddress)(&pointers, m_frame);
    }

    void unwind_to(const nt::SCOPE_RECORD& scope) {
        const auto code = static_cast<std::uintptr_t>(m_record.ExceptionCode);
        RtlUnwindEx(m_frame, function<void*>(scope.JumpTarget), &m_record, reinterpret_cast<void*>(code),
                    m_dispatcher.ContextRecord, m_dispatcher.HistoryTable);
    }

    /// One __try may have several records (its code in pieces): they share block and target.
    bool target_is_inside(const nt::SCOPE_RECORD& scope, std::uint64_t target) const {
        for (std::uint32_t i = 0; i < m_table.Count; ++i) {
            const nt::SCOPE_RECORD& other = m_table.Scopes[i];
            if (holds(other, target) && other.HandlerAddress == scope.HandlerAddress && other.JumpTarget == scope.JumpTarget)
                return true;
        }
        return false;
    }

    NtExceptionRecord& m_record;
    void* m_frame;
    NtContext& m_context;
    NtDispatcherContext& m_dispatcher;
    const ScopeTable& m_table;
    std::uint64_t m_offset; ///< where the function was, from the image's base
};

} // namespace

} // namespace oriel::rtl

NT_EXPORT nt::Disposition __C_specific_handler(NtExceptionRecord* Record, void* EstablisherFrame, NtContext* Context,
                                               NtDispatcherContext* Dispatcher) {
    oriel::rtl::ScopeWalk walk(*Record, EstablisherFrame, *Context, *Dispatcher);
    return (Record->ExceptionFlags & nt::exception_flag::unwind_mask) != 0 ? walk.clean_up() : walk.search();
}
