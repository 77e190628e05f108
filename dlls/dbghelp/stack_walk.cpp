// SPDX-License-Identifier: MIT
// stack_walk.cpp: StackWalk64: of this process, by ntdll's unwinder in 64 bits, by the chain of EBP in 32.
//
// "StackWalk64 function" (Microsoft documentation): the first call tells where the context stands, each further one goes to the
// caller, and changes the context with it. Reading another process through the caller's ReadMemoryRoutine is not done.
#include <dlls/win32_dll.h>

#include <dbghelp.h>

namespace {

constexpr DWORD64 begun = 0x4F5249454C;

template<class T>
bool read(DWORD64 at, T& to) {
    SIZE_T done = 0;
    return ReadProcessMemory(GetCurrentProcess(), reinterpret_cast<const void*>(static_cast<std::uintptr_t>(at)), &to, sizeof to, &done)
           && done == sizeof to;
}
ADDRESS64 flat(DWORD64 offset) { return {offset, 0, AddrModeFlat}; }

#ifdef _WIN64
constexpr DWORD machine = IMAGE_FILE_MACHINE_AMD64;

/// To the caller; false at the end of the stack, or where it makes no sense.
bool step(CONTEXT& context) {
    nt::uptr<nt::Native> base = 0;
    auto* const function = RtlLookupFunctionEntry(context.Rip, &base, nullptr);
    const DWORD64 before = context.Rsp;
    if (function) {
        void* handler_data = nullptr;
        std::uint64_t frame = 0;
        RtlVirtualUnwind(0, base, context.Rip, function, reinterpret_cast<nt::CONTEXT<nt::Native>*>(&context), &handler_data, &frame, nullptr);
    } else {
        if (!read(context.Rsp, context.Rip)) return false;
        context.Rsp += sizeof context.Rip;
    }
    return context.Rip != 0 && context.Rsp > before;
}
void tell(const CONTEXT& context, STACKFRAME64& frame) {
    frame.AddrPC = flat(context.Rip);
    frame.AddrStack = flat(context.Rsp);
    frame.AddrFrame = flat(context.Rbp);
}
#else
constexpr DWORD machine = IMAGE_FILE_MACHINE_I386;

bool step(CONTEXT& context) {
    DWORD link[2]; // the caller's EBP, and the return address
    const DWORD before = context.Ebp;
    if (before == 0 || !read(before, link)) return false;
    context.Ebp = link[0];
    context.Eip = link[1];
    context.Esp = before + sizeof link;
    return context.Eip != 0 && (context.Ebp == 0 || context.Ebp > before);
}
void tell(const CONTEXT& context, STACKFRAME64& frame) {
    frame.AddrPC = flat(context.Eip);
    frame.AddrStack = flat(context.Esp);
    frame.AddrFrame = flat(context.Ebp);
}
#endif

} // namespace

DLL_EXPORT BOOL WINAPI StackWalk64(DWORD MachineType, HANDLE hProcess, HANDLE, LPSTACKFRAME64 StackFrame, PVOID ContextRecord,
                                   PREAD_PROCESS_MEMORY_ROUTINE64 ReadMemoryRoutine, PFUNCTION_TABLE_ACCESS_ROUTINE64,
                                   PGET_MODULE_BASE_ROUTINE64, PTRANSLATE_ADDRESS_ROUTINE64) {
    if (MachineType != machine || ReadMemoryRoutine || GetProcessId(hProcess) != GetCurrentProcessId() || !ContextRecord) {
        oriel_undone_call("dbghelp.dll", "StackWalk64 of another process or CPU");
        return oriel::win32::fail(ERROR_NOT_SUPPORTED);
    }
    CONTEXT& context = *static_cast<CONTEXT*>(ContextRecord);
    if (StackFrame->Reserved[0] == begun && !step(context)) return FALSE;
    StackFrame->Reserved[0] = begun;
    tell(context, *StackFrame);
    CONTEXT caller = context;
    STACKFRAME64 above{};
    if (step(caller)) tell(caller, above);
    StackFrame->AddrReturn = above.AddrPC;
    return TRUE;
}

DLL_EXPORT PVOID WINAPI SymFunctionTableAccess64(HANDLE hProcess, DWORD64 AddrBase) {
    if (GetProcessId(hProcess) != GetCurrentProcessId()) return nullptr;
#ifdef _WIN64
    nt::uptr<nt::Native> base = 0;
    return RtlLookupFunctionEntry(AddrBase, &base, nullptr);
#else
    (void)AddrBase; // frames are found by EBP
    return nullptr;
#endif
}
