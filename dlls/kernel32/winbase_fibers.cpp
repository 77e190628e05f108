// SPDX-License-Identifier: MIT
// winbase_fibers.cpp: fibers: stacks that a thread switches between by itself.
//
// A fiber is a stack, the registers that a call preserves, and those fields of the TEB that belong to a stack: its
// bounds, the chain of handlers (x86), the set of FLS values. SwitchToFiber exchanges all of them; NT's kernel does not
// take part. A fiber may be continued by another thread than the one that left it.
//
// What programs know of a fiber's structure is its first word, the parameter: GetFiberData() reads it without a call.
// A fiber's function does not return; if it does, the thread ends (RtlUserThreadStart is a fiber's outermost frame too).
//
// Always: a thread that is a fiber has TEB.FiberData set and HasFiberData in its flags; the fields of a running fiber
// are in the TEB, those in its structure are from when it was left.
// Sources: "Fibers", "CreateFiberEx function", "ConvertThreadToFiberEx function", Microsoft documentation.
#include "buffer.h"
#include "kernel32.h"

#include <nt/image.h>

extern "C" void oriel_fiber_switch(void** save, void* load);
extern "C" void oriel_fiber_begin();
/// Every thread's outermost frame, and a fiber's. It takes its arguments in registers.
extern "C" __declspec(dllimport) void RtlUserThreadStart();

namespace oriel::k32 {
namespace {

constexpr std::uint16_t has_fiber_data = 0x0004; // TEB.SameTebFlags
constexpr std::uintptr_t page = 0x1000;
constexpr std::uintptr_t granularity = 0x10000;

/// The TEB's fields that go with a stack.
struct StackFields {
    void* exception_list;
    void* base;
    void* limit;
    void* deallocation;
    void* activation_contexts;
    void* fls;
    std::uint32_t guaranteed;
};

struct Fiber {
    void* parameter; ///< GetFiberData()
    StackFields fields;
    void* stack_pointer;
    LPFIBER_START_ROUTINE start;
    bool owns_stack;
};

Fiber* current_fiber() {
    nt::TEB<Native>& teb = *nt::current_teb();
    return teb.SameTebFlags & has_fiber_data ? reinterpret_cast<Fiber*>(teb.NtTib.FiberData) : nullptr;
}

StackFields fields_of(const nt::TEB<Native>& teb) {
    return {teb.NtTib.ExceptionList.get(),   teb.NtTib.StackBase.get(),
            teb.NtTib.StackLimit.get(),      teb.DeallocationStack.get(),
            teb.ActivationContextStackPointer.get(), teb.FlsData.get(),
            teb.GuaranteedStackBytes};
}

/// By a fiber that was just switched to. Not inlined: the compiler must not remember a TEB from before the switch,
/// when perhaps another thread ran this fiber.
__attribute__((noinline)) void arrive(Fiber& fiber) {
    nt::TEB<Native>& teb = *nt::current_teb();
    const StackFields& fields = fiber.fields;
    teb.NtTib.ExceptionList = fields.exception_list;
    teb.NtTib.StackBase = fields.base;
    teb.NtTib.StackLimit = fields.limit;
    teb.DeallocationStack = fields.deallocation;
    teb.ActivationContextStackPointer = fields.activation_contexts;
    teb.FlsData = fields.fls;
    teb.GuaranteedStackBytes = fields.guaranteed;
    teb.NtTib.FiberData = reinterpret_cast<std::uintptr_t>(&fiber);
}

/// A new fiber's first function, called by RtlUserThreadStart, which on x86 has put its handler at the head of the chain.
DWORD WINAPI run_fiber(void* argument) {
    auto& fiber = *static_cast<Fiber*>(argument);
    fiber.fields.exception_list = nt::current_teb()->NtTib.ExceptionList.get();
    arrive(fiber);
    fiber.start(fiber.parameter);
    return 0;
}

/// The stack as the first switch to it finds it: what oriel_fiber_switch pops, then what oriel_fiber_begin expects.
void* first_stack_pointer(Fiber& fiber) {
    const auto function = reinterpret_cast<std::uintptr_t>(&run_fiber);
    const auto argument = reinterpret_cast<std::uintptr_t>(&fiber);
    const auto outermost = reinterpret_cast<std::uintptr_t>(&RtlUserThreadStart);
    auto* top = static_cast<std::uintptr_t*>(fiber.fields.base);
#if defined(__x86_64__)
    top -= 6; // the outermost frame's home slots; a return address lies 8 above a multiple of 16
    *--top = reinterpret_cast<std::uintptr_t>(&oriel_fiber_begin);
    *--top = function; // RBX
    *--top = 0;        // RBP
    *--top = outermost;
    *--top = argument; // RSI
    top -= 4;          // R12 to R15
    top -= 0xB8 / sizeof *top;
    auto* const control = reinterpret_cast<std::uint32_t*>(reinterpret_cast<char*>(top) + 0xA0);
#else
    top -= 4;
    *--top = reinterpret_cast<std::uintptr_t>(&oriel_fiber_begin);
    *--top = argument; // EBX
    *--top = 0;        // EBP
    *--top = outermost;
    *--top = function; // ESI
    top -= 2;
    auto* const control = reinterpret_cast<std::uint32_t*>(top);
#endif
    control[0] = 0x1F80; // MXCSR
    control[1] = 0x027F; // the x87 control word
    return top;
}

/// A stack out of ordinary memory: reserved, its top committed, a guard page below that.
Status make_stack(StackFields& stack, SIZE_T commit, SIZE_T reserve) {
    const auto* const headers =
        reinterpret_cast<const IMAGE_NT_HEADERS*>(RtlImageNtHeader(peb().ImageBaseAddress.get()));
    if (!reserve) reserve = headers->OptionalHeader.SizeOfStackReserve;
    if (!commit) commit = headers->OptionalHeader.SizeOfStackCommit;
    if (commit >= reserve) reserve = (commit + 0x100000) & ~SIZE_T{0xFFFFF}; // "CreateFiberEx function"
    reserve = (reserve + granularity - 1) & ~(granularity - 1);
    commit = (commit + page - 1) & ~(page - 1);
    if (commit < 2 * page) commit = 2 * page;
    if (commit > reserve - 2 * page) commit = reserve - 2 * page;

    void* base = nullptr;
    native_uptr size = reserve;
    HANDLE const process = GetCurrentProcess();
    if (const Status status = NtAllocateVirtualMemory(process, &base, 0, &size, MEM_RESERVE, PAGE_READWRITE);
        !nt::is_success(status))
        return status;
    char* const top = static_cast<char*>(base) + size;
    void* used = top - commit - page;
    native_uptr used_size = commit + page;
    Status status = NtAllocateVirtualMemory(process, &used, 0, &used_size, MEM_COMMIT, PAGE_READWRITE);
    if (nt::is_success(status)) {
        void* guard = top - commit - page;
        native_uptr guard_size = page;
        std::uint32_t before = 0;
        status = NtProtectVirtualMemory(process, &guard, &guard_size, PAGE_READWRITE | PAGE_GUARD, &before);
    }
    if (!nt::is_success(status)) {
        native_uptr all = 0;
        NtFreeVirtualMemory(process, &base, &all, MEM_RELEASE);
        return status;
    }
    stack.base = top;
    stack.limit = top - commit;
    stack.deallocation = base;
    return Status::Success;
}

Fiber* new_fiber(void* parameter) {
    auto* const fiber = static_cast<Fiber*>(RtlAllocateHeap(process_heap(), HEAP_ZERO_MEMORY, sizeof(Fiber)));
    if (!fiber) return fail_null(ERROR_NOT_ENOUGH_MEMORY);
    fiber->parameter = parameter;
    return fiber;
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT LPVOID WINAPI ConvertThreadToFiberEx(LPVOID parameter, DWORD flags) {
    if (flags & ~DWORD{FIBER_FLAG_FLOAT_SWITCH}) return fail_null(ERROR_INVALID_PARAMETER);
    if (current_fiber()) return fail_null(ERROR_ALREADY_FIBER);
    Fiber* const fiber = new_fiber(parameter);
    if (!fiber) return nullptr;
    nt::TEB<Native>& teb = *nt::current_teb();
    teb.NtTib.FiberData = reinterpret_cast<std::uintptr_t>(fiber);
    teb.SameTebFlags |= has_fiber_data;
    return fiber;
}
K32_EXPORT LPVOID WINAPI ConvertThreadToFiber(LPVOID parameter) { return ConvertThreadToFiberEx(parameter, 0); }

K32_EXPORT BOOL WINAPI ConvertFiberToThread() {
    Fiber* const fiber = current_fiber();
    if (!fiber) return fail(ERROR_ALREADY_THREAD);
    nt::TEB<Native>& teb = *nt::current_teb();
    teb.NtTib.FiberData = 0;
    teb.SameTebFlags &= static_cast<std::uint16_t>(~has_fiber_data);
    // A created fiber's stack goes on carrying the thread; only the structure of a converted thread is let go.
    if (!fiber->owns_stack) release(fiber);
    return TRUE;
}

K32_EXPORT LPVOID WINAPI CreateFiberEx(SIZE_T commit, SIZE_T reserve, DWORD flags, LPFIBER_START_ROUTINE start,
                                       LPVOID parameter) {
    if (flags & ~DWORD{FIBER_FLAG_FLOAT_SWITCH}) return fail_null(ERROR_INVALID_PARAMETER);
    Fiber* const fiber = new_fiber(parameter);
    if (!fiber) return nullptr;
    if (const Status status = make_stack(fiber->fields, commit, reserve); !nt::is_success(status)) {
        release(fiber);
        set_last_error(status);
        return nullptr;
    }
    fiber->start = start;
    fiber->owns_stack = true;
    fiber->stack_pointer = first_stack_pointer(*fiber);
    return fiber;
}
K32_EXPORT LPVOID WINAPI CreateFiber(SIZE_T commit, LPFIBER_START_ROUTINE start, LPVOID parameter) {
    return CreateFiberEx(commit, 0, 0, start, parameter);
}

K32_EXPORT void WINAPI DeleteFiber(LPVOID which) {
    auto* const fiber = static_cast<Fiber*>(which);
    if (fiber == current_fiber()) ExitThread(1); // its own ground: the thread ends with it
    if (fiber->fields.fls) RtlProcessFlsData(fiber->fields.fls, 1 | 2);
    if (fiber->owns_stack) {
        void* base = fiber->fields.deallocation;
        native_uptr all = 0;
        NtFreeVirtualMemory(GetCurrentProcess(), &base, &all, MEM_RELEASE);
    }
    release(fiber);
}

K32_EXPORT void WINAPI SwitchToFiber(LPVOID which) {
    auto& to = *static_cast<Fiber*>(which);
    Fiber& from = *current_fiber();
    from.fields = fields_of(*nt::current_teb());
    oriel_fiber_switch(&from.stack_pointer, to.stack_pointer);
    arrive(from); // somebody has switched back
}
