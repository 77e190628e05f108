// SPDX-License-Identifier: MIT
// search_frames_x64.cpp: first chance, second half: which frame handles the exception?
//
// The stack is walked from the fault outwards by virtual unwinding. A frame whose function has a language
// handler is asked. Its answer is one of:
//     ContinueSearch       not mine: on to the caller
//     ContinueExecution    mended: resume at the CONTEXT
//     NestedException      (only from our own frames) below here a handler is running, for an earlier
//                          exception; frames up to its own are in a nested exception
//     CollidedUnwind       (only from our own frames) below here a handler is running, for an earlier
//                          unwind; go on where that unwind had got to
// or it does not return: it unwinds the stack to its own frame (unwind_x64.cpp).
// ("x64 exception handling", Microsoft documentation; the dispositions: "A Crash Course on the Depths of
// Win32 Structured Exception Handling", Microsoft Systems Journal, January 1997.)
#include <ntdll-emu/rtl/exception/dispatch.h>
#include <ntdll-emu/rtl/exception/function_lookup.h>

namespace oriel::rtl {

namespace {

/// One unwinding step of the walk.
struct Step {
    Context* context; ///< in: the function; out: its caller
    std::uint32_t handler_kind; ///< nt::unwind_flag, or 0
    std::optional<FoundFunction> function;
    UnwoundFrame frame;
    Status status = Status::Success;
};

void take_step(Step& step) {
    OwnFunctions functions;
    const OwnMemory memory;
    VirtualUnwinder<OwnMemory> unwinder(memory, *step.context);
    step.function = functions.find(step.context->Rip);
    if (!step.function) {
        step.frame = {step.context->Rsp, 0, 0};
        step.status = unwinder.unwind_leaf().status();
        return;
    }
    const auto frame = unwinder.unwind(*step.function, step.context->Rip, step.handler_kind);
    step.status = frame.status();
    if (frame.ok()) step.frame = *frame;
}

/// The walk reads a stack and tables that the fault may have destroyed. A fault while reading is an
/// exception of its own; caught here, it ends the walk instead of starting another that fails the same way.
void take_step_guarded(Step& step) {
    const auto call = [](void* argument) { take_step(*static_cast<Step*>(argument)); };
    if (!oriel_call_guarded(call, &step)) step.status = Status::BadStack;
}

class FrameSearch {
public:
    FrameSearch(Record& record, Context& context)
        : m_record(record), m_context(context), m_walk(context), m_bounds(StackBounds::above(context.Rsp)),
          m_flags(record.ExceptionFlags & nt::exception_flag::noncontinuable) {}

    bool run() {
        do {
            Step step{&m_walk, nt::unwind_flag::exception_handler, std::nullopt, {}};
            const std::uint64_t pc = m_walk.Rip;
            if (!m_bounds.contains(m_walk.Rsp)) return give_up();
            take_step_guarded(step);
            if (step.status != Status::Success || !m_bounds.contains(step.frame.establisher)) return give_up();
            if (step.frame.handler != 0 && ask_handler(step, pc)) return true;
        } while (!is_end_of_stack(m_walk) && m_bounds.contains(m_walk.Rsp));
        return false;
    }

private:
    /// The stack makes no sense: nobody can be asked any more.
    bool give_up() {
        m_record.ExceptionFlags = m_record.ExceptionFlags | nt::exception_flag::stack_invalid;
        return false;
    }

    /// True if execution is to continue.
    bool ask_handler(const Step& step, std::uint64_t pc) {
        NtDispatcherContext dispatcher{};
        dispatcher.ControlPc = pc;
        dispatcher.ImageBase = step.function->image_base;
        dispatcher.FunctionEntry.value = step.function->entry_address;
        dispatcher.EstablisherFrame = step.frame.establisher;
        dispatcher.ContextRecord = &m_walk;
        dispatcher.LanguageHandler = step.frame.handler;
        dispatcher.HandlerData.value = step.frame.handler_data;
        for (;;) {
            const std::uint64_t frame = dispatcher.EstablisherFrame;
            m_record.ExceptionFlags = m_flags;
            const nt::Disposition answer = oriel_execute_handler_for_exception(
                &m_record, reinterpret_cast<void*>(frame), &m_context, &dispatcher);
            m_flags |= m_record.ExceptionFlags & nt::exception_flag::noncontinuable;
            if (m_nested_frame == frame) leave_nested();
            switch (answer) {
            case nt::Disposition::ContinueSearch: return false;
            case nt::Disposition::ContinueExecution:
                if ((m_flags & nt::exception_flag::noncontinuable) != 0)
                    raise_because_of(Status::NoncontinuableException, m_record);
                return true;
            case nt::Disposition::NestedException:
                m_flags |= nt::exception_flag::nested_call;
                if (dispatcher.EstablisherFrame > m_nested_frame) m_nested_frame = dispatcher.EstablisherFrame;
                return false;
            case nt::Disposition::CollidedUnwind:
                if (!follow_collision(dispatcher)) return give_up();
                continue;
            }
            raise_because_of(Status::InvalidDisposition, m_record);
        }
    }

    void leave_nested() {
        m_flags &= ~nt::exception_flag::nested_call;
        m_nested_frame = 0;
    }

    /// `dispatcher` is now the unfinished unwind's: at the frame it is cleaning up. Our walk jumps there, and
    /// the frame's handler is asked from the scope that the unwind had reached (dispatcher.ScopeIndex).
    bool follow_collision(NtDispatcherContext& dispatcher) {
        copy_frame_registers(m_walk, *dispatcher.ContextRecord.get());
        Step step{&m_walk, 0, std::nullopt, {}};
        take_step_guarded(step);
        dispatcher.ContextRecord = &m_walk;
        return step.status == Status::Success;
    }

    Record& m_record;
    Context& m_context;
    Context m_walk; ///< the function looked at; once unwound, its caller
    StackBounds m_bounds;
    std::uint32_t m_flags;
    std::uint64_t m_nested_frame = 0;
};

} // namespace

[[gnu::noinline]] bool search_frames(Record& record, Context& context) { return FrameSearch(record, context).run(); }

} // namespace oriel::rtl
