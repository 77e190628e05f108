// SPDX-License-Identifier: MIT
// cxx_frame_handler.cpp: __CxxFrameHandler for i386. The story is that of x64 (cxx_eh/README.md), with two differences.
//
// The state stands in the frame, and a catch block is a piece of its function: while it runs, the function's own state is
// one of the catch block's, so try blocks inside and around it are told apart by states alone. And the catch block is
// simply called, on top of the stack of those who threw, behind a registration of ours (RunningCatch): an exception that
// it lets out comes past there, and so the caught object ends. A try block inside the catch block unwinds only down
// to that registration, because the catch block goes on afterwards.
#include <dlls/crt/eh_x86/cxx_data.h>

#include <dlls/crt/thread_data.h>

namespace oriel::crt::cxx {
[[noreturn]] void terminate();
}

namespace oriel::crt::eh {
namespace {

using SeTranslator = void (*)(unsigned code, NtExceptionPointers* exception);

struct RunningCatch : Registration {
    const FunctionInfo* info;
    CxxFrame* frame;
    const TryBlock* block;
    std::uint32_t stack; ///< the function's own stack pointer: the catch block keeps its own in its place
    RunningCatch* outer; ///< on this thread's list
    NtExceptionRecord* record; ///< of the exception that was caught
    void* saved_record; ///< the thread's current exception before
    void* saved_context;
};

struct Choice {
    NtExceptionRecord& raised; ///< what the frames inside are unwound for
    NtExceptionRecord& record; ///< what is caught: for `throw;`, the exception thrown before
    NtContext& context;
    const TryBlock& block;
    const CatchClause& clause;
    const CatchableType* type; ///< null: catch (...)
};

/// One call of the handler.
struct Search {
    CxxFrame& frame;
    const FunctionInfo& info;
    RunningCatch* within; ///< the catch block of this frame that is asked; null: the frame itself
    NtExceptionRecord& raised;

    /// Whether the try block guards the place.
    [[nodiscard]] bool guards(const TryBlock& block) const {
        if (frame.state < block.low || frame.state > block.high) return false;
        return !within || (block.low > within->block->high && block.high <= within->block->catch_high);
    }
};

nt::Disposition let_nothing_out(NtExceptionRecord* record, Registration*, NtContext*, Registration**) {
    Thrown thrown;
    if (!is_unwinding(*record) && Thrown::read(*record, thrown)) cxx::terminate();
    return nt::Disposition::ContinueSearch;
}

/// Code that must not end by a C++ exception: destructors in an unwind, copies of exception objects.
template<class F>
void without_exceptions(F&& call) {
    Registration guard{nullptr, reinterpret_cast<void*>(static_cast<Handler>(let_nothing_out))};
    const Registered registered(guard);
    call();
}

void unwind_to(CxxFrame& frame, const FunctionInfo& info, std::int32_t target) {
    while (frame.state != target && frame.state >= 0 && frame.state < info.states) {
        const UnwindEntry& entry = info.unwind[frame.state];
        frame.state = entry.outer;
        if (entry.action) without_exceptions([&] { (void)oriel_eh_call(entry.action, frame.ebp()); });
    }
}

// ---- which clause

bool same_type(const TypeDescriptor& a, const TypeDescriptor& b) {
    const char *x = a.name, *y = b.name;
    for (; *x != 0 && *x == *y; ++x) ++y;
    return *x == *y;
}
bool takes_all(const CatchClause& clause) { return clause.type == nullptr || clause.type->name[0] == 0; }

const CatchableType* find_match(const CatchClause& clause, const Thrown& thrown) {
    const CatchableTypes& types = *thrown.info->types;
    for (std::int32_t i = 0; i < types.count; ++i) {
        const CatchableType& offered = *types.type[i];
        if (!same_type(*clause.type, *offered.type)) continue;
        if ((offered.properties & type_by_reference_only) && !(clause.adjectives & clause_is_reference)) continue;
        if (thrown.info->attributes & clause_qualifiers & ~clause.adjectives) continue;
        return &offered;
    }
    return nullptr;
}

// ---- the caught object

char* adjust(char* object, const Displacement& displacement) {
    char* const plain = object + displacement.member;
    if (displacement.vbtable < 0) return plain;
    const char* const vbtable = *reinterpret_cast<char**>(object + displacement.vbtable);
    return plain + displacement.vbtable + *reinterpret_cast<const std::int32_t*>(vbtable + displacement.in_vbtable);
}

void make_catch_object(CxxFrame& frame, const CatchClause& clause, const CatchableType& type, const Thrown& thrown) {
    if (clause.object == 0) return;
    char* const to = frame.ebp() + clause.object;
    char* const object = adjust(thrown.object, type.displacement);
    if (clause.adjectives & clause_is_reference) {
        *reinterpret_cast<char**>(to) = object;
    } else if (type.properties & type_is_simple) {
        memcpy(to, thrown.object, static_cast<std::size_t>(type.size));
        auto& pointer = *reinterpret_cast<char**>(to); // a pointer to a class may become one to its base
        if (type.size == sizeof pointer && pointer != nullptr) pointer = adjust(pointer, type.displacement);
    } else if (type.copy == nullptr) {
        memcpy(to, object, static_cast<std::size_t>(type.size));
    } else {
        without_exceptions([&] {
            using Copy = void(__thiscall*)(void* to, const char* from);
            using CopyMostDerived = void(__thiscall*)(void* to, const char* from, int is_most_derived);
            if (type.properties & type_has_virtual_base) reinterpret_cast<CopyMostDerived>(type.copy)(to, object, 1);
            else reinterpret_cast<Copy>(type.copy)(to, object);
        });
    }
}

void destroy(const Thrown& thrown) {
    if (!thrown.object || !thrown.info || !thrown.info->destructor) return;
    using Destructor = void(__thiscall*)(void*);
    without_exceptions([&] { reinterpret_cast<Destructor>(thrown.info->destructor)(thrown.object); });
}

/// The object ends with the last catch block that handles it: not while an outer one does, and not if it is on its
/// way out again (`leaving`, null if the block ended normally).
void end_object(const RunningCatch& running, const char* leaving) {
    Thrown thrown;
    if (!Thrown::read(*running.record, thrown) || thrown.info == nullptr || thrown.object == leaving) return;
    for (const RunningCatch* other = running.outer; other != nullptr; other = other->outer) {
        Thrown held;
        if (Thrown::read(*other->record, held) && held.object == thrown.object) return;
    }
    destroy(thrown);
}

// ---- running a catch block

void unlink(RunningCatch& running) {
    CxxThreadState& thread = cxx_state();
    running.frame->stack() = running.stack;
    thread.frame_info = running.outer;
    thread.current_exception = running.saved_record;
    thread.current_context = running.saved_context;
}

void link(RunningCatch& running, NtContext& context) {
    CxxThreadState& thread = cxx_state();
    running.outer = static_cast<RunningCatch*>(thread.frame_info);
    running.saved_record = thread.current_exception;
    running.saved_context = thread.current_context;
    thread.frame_info = &running;
    thread.current_exception = running.record;
    thread.current_context = &context;
}

void search(const Search& asked, NtExceptionRecord& record, NtContext& context);

/// Of a running catch block: its inner try blocks are asked; and if it is left, the caught object ends.
nt::Disposition handle_in_catch(NtExceptionRecord* record, Registration* registration, NtContext* context, Registration**) {
    auto& running = *static_cast<RunningCatch*>(registration);
    if (!is_unwinding(*record)) {
        search({*running.frame, *running.info, &running, *record}, *record, *context);
        return nt::Disposition::ContinueSearch;
    }
    unwind_to(*running.frame, *running.info, running.block->high + 1); // the block's own objects end before what it caught
    Thrown leaving;
    if (Thrown::read(*record, leaving) && leaving.info == nullptr) Thrown::read(*running.record, leaving);
    unlink(running);
    end_object(running, leaving.object);
    return nt::Disposition::ContinueSearch;
}

[[noreturn]] void run_catch(const Search& asked, const Choice& choice) {
    Thrown thrown;
    CxxFrame& frame = asked.frame;
    if (choice.type && Thrown::read(choice.record, thrown)) make_catch_object(frame, choice.clause, *choice.type, thrown);
    Registration* const target = asked.within ? static_cast<Registration*>(asked.within) : &frame;
    oriel_eh_unwind(target, &choice.raised);
    choice.raised.ExceptionFlags &= ~nt::exception_flag::unwinding;
    unwind_to(frame, asked.info, choice.block.low);
    frame.state = choice.block.high + 1;

    RunningCatch running{};
    running.handler = reinterpret_cast<void*>(static_cast<Handler>(handle_in_catch));
    running.info = &asked.info;
    running.frame = &frame;
    running.block = &choice.block;
    running.stack = frame.stack();
    running.record = &choice.record;
    link(running, choice.context);
    const void* go_on_at;
    {
        const Registered registered(running);
        go_on_at = reinterpret_cast<const void*>(oriel_eh_call(choice.clause.block, frame.ebp()));
    }
    unlink(running);
    end_object(running, nullptr);
    oriel_eh_continue_at(go_on_at, frame.ebp(), frame.stack());
}

// ---- the search

void search_cxx(const Search& asked, NtExceptionRecord& record, NtContext& context, const Thrown& thrown) {
    for (std::uint32_t i = 0; i < asked.info.try_blocks; ++i) {
        const TryBlock& block = asked.info.try_block[i];
        if (!asked.guards(block)) continue;
        for (std::int32_t n = 0; n < block.clauses; ++n) {
            const CatchClause& clause = block.clause[n];
            const bool all = takes_all(clause);
            const CatchableType* const type = all ? nullptr : find_match(clause, thrown);
            if (all || type) run_catch(asked, {asked.raised, record, context, block, clause, type});
        }
    }
}

/// An access violation and its like: a translator may turn it into a C++ exception; catch (...) takes it.
void search_foreign(const Search& asked, NtExceptionRecord& record, NtContext& context) {
    if (record.ExceptionCode == nt::Status::Breakpoint) return;
    for (std::uint32_t i = 0; i < asked.info.try_blocks; ++i) {
        const TryBlock& block = asked.info.try_block[i];
        if (!asked.guards(block) || block.clauses == 0) continue;
        if (auto translate = reinterpret_cast<SeTranslator>(cxx_state().se_translator)) {
            NtExceptionPointers pointers{&record, &context};
            translate(static_cast<unsigned>(record.ExceptionCode), &pointers); // throws, or leaves it as it is
        }
        const CatchClause& last = block.clause[block.clauses - 1];
        if (takes_all(last) && !(last.adjectives & clause_is_std_dots)) run_catch(asked, {asked.raised, record, context, block, last, nullptr});
    }
}

void search(const Search& asked, NtExceptionRecord& record, NtContext& context) {
    Thrown thrown;
    if (!Thrown::read(record, thrown)) return search_foreign(asked, record, context);
    if (thrown.info) return search_cxx(asked, record, context, thrown);

    // `throw;` means the exception that the innermost running catch block handles.
    const CxxThreadState& thread = cxx_state();
    auto* const current = static_cast<NtExceptionRecord*>(thread.current_exception);
    auto* const current_context = static_cast<NtContext*>(thread.current_context);
    if (current == nullptr) cxx::terminate();
    if (Thrown::read(*current, thrown)) search_cxx(asked, *current, *current_context, thrown);
    else search_foreign(asked, *current, *current_context);
}

/// The functions around a foreign exception are left without ado if they were compiled for C++ ones only.
bool is_no_concern(const NtExceptionRecord& record, const FunctionInfo& info) {
    constexpr std::uint32_t cxx_code = 0xE06D7363;
    if (!(info.known_flags() & function_is_synchronous)) return false;
    return static_cast<std::uint32_t>(record.ExceptionCode) != cxx_code && record.ExceptionCode != nt::Status::Longjump;
}

} // namespace
} // namespace oriel::crt::eh

using namespace oriel::crt::eh;

/// calls.S has the entry.
extern "C" nt::Disposition oriel_cxx_frame_handler(NtExceptionRecord* record, CxxFrame* frame, NtContext* context, void*, const FunctionInfo* info) {
    if (is_no_concern(*record, *info)) return nt::Disposition::ContinueSearch;
    if (is_unwinding(*record)) {
        if (info->states > 0) unwind_to(*frame, *info, -1);
        return nt::Disposition::ContinueSearch;
    }
    search({*frame, *info, nullptr, *record}, *record, *context);
    if (info->known_flags() & function_is_noexcept) oriel::crt::cxx::terminate();
    return nt::Disposition::ContinueSearch;
}
