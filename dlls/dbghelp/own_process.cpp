// SPDX-License-Identifier: MIT
#include "own_process.h"

#include <tlhelp32.h>

namespace oriel::dbghelp {
namespace {

constexpr std::size_t most_threads = 0x10000, most_modules = 0x4000, most_name_units = 0x400000, most_pieces = 0x100000;
constexpr std::uint64_t most_stack = 1u << 20; ///< of one thread
constexpr std::uint64_t around_code = 256;
constexpr ULONG all_of_a_thread = ThreadWriteThread | ThreadWriteStack | ThreadWriteContext | ThreadWriteInstructionWindow | ThreadWriteThreadInfo;

std::uint64_t address_of(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }
#ifdef _WIN64
std::uint64_t stack_pointer(const CONTEXT& context) { return context.Rsp; }
std::uint64_t instruction_pointer(const CONTEXT& context) { return context.Rip; }
#else
std::uint64_t stack_pointer(const CONTEXT& context) { return context.Esp; }
std::uint64_t instruction_pointer(const CONTEXT& context) { return context.Eip; }
#endif

} // namespace

OwnProcess::OwnProcess(const DumpRequest& request, const DumpCallback& callback)
    : m_request(request), m_callback(callback), m_threads(most_threads), m_modules(most_modules), m_names(most_name_units), m_memory(most_pieces),
      m_full(most_pieces), m_regions(most_pieces) {
    ask_whether_to_go_on();
    collect_threads();
    collect_modules();
    suspend_others();
    ask_about_threads();
    ask_about_modules();
    look_at_regions();
    choose_memory();
    ask_for_memory();
}

OwnProcess::~OwnProcess() {
    for (Thread& thread : m_threads) {
        if (thread.is_suspended) ResumeThread(thread.handle);
        if (thread.handle != nullptr) CloseHandle(thread.handle);
    }
}

void OwnProcess::collect_threads() {
    m_threads.add({GetCurrentThreadId(), nullptr, 0, false, all_of_a_thread});
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    if (snapshot == INVALID_HANDLE_VALUE) return;
    THREADENTRY32 entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = Thread32First(snapshot, &entry); more; more = Thread32Next(snapshot, &entry)) {
        if (entry.th32OwnerProcessID != GetCurrentProcessId() || entry.th32ThreadID == GetCurrentThreadId()) continue;
        const HANDLE handle = OpenThread(THREAD_ALL_ACCESS, FALSE, entry.th32ThreadID);
        if (handle != nullptr && !m_threads.add({entry.th32ThreadID, handle, 0, false, all_of_a_thread})) CloseHandle(handle);
    }
    CloseHandle(snapshot);
}

void OwnProcess::suspend_others() {
    for (std::size_t i = 1; i < m_threads.size();) {
        const DWORD before = SuspendThread(m_threads[i].handle);
        if (before == static_cast<DWORD>(-1)) { // it has ended meanwhile
            CloseHandle(m_threads[i].handle);
            m_threads.remove(i);
            continue;
        }
        m_threads[i].suspend_count = before;
        m_threads[i].is_suspended = true;
        ++i;
    }
}

void NT_API OwnProcess::add_module(NtLdrEntry* entry, void* self, std::uint8_t* stop) {
    auto& process = *static_cast<OwnProcess*>(self);
    const NtUnicodeString& path = process.has(MiniDumpFilterModulePaths) ? entry->BaseDllName : entry->FullDllName;
    const std::uint32_t length = path.Length / 2u;
    char16_t* const name = process.m_names.room(length + 1);
    if (name == nullptr) {
        *stop = 1;
        return;
    }
    __builtin_memcpy(name, path.Buffer.get(), length * sizeof *name);
    name[length] = 0;
    process.m_names.add_room(length + 1);
    LoadedModule module{address_of(entry->DllBase.get()), entry->SizeOfImage, 0, entry->TimeDateStamp, name, length};
    IMAGE_DOS_HEADER dos{};
    IMAGE_NT_HEADERS headers{};
    if (process.read_value(module.base, dos) && process.read_value(module.base + static_cast<std::uint32_t>(dos.e_lfanew), headers)) {
        module.checksum = headers.OptionalHeader.CheckSum;
        module.time_stamp = headers.FileHeader.TimeDateStamp;
    }
    if (!process.m_modules.add(module)) *stop = 1;
}
void OwnProcess::collect_modules() { LdrEnumerateLoadedModules(0, add_module, this); }

bool OwnProcess::context_of(Thread& thread, CONTEXT& context) {
    if (thread.handle == nullptr) {
        context = *m_request.self;
        return true;
    }
    context.ContextFlags = CONTEXT_FULL | CONTEXT_SEGMENTS | CONTEXT_FLOATING_POINT | CONTEXT_DEBUG_REGISTERS;
    return GetThreadContext(thread.handle, &context) != FALSE;
}

std::uint64_t OwnProcess::teb_of(const Thread& thread) {
    if (thread.handle == nullptr) return address_of(nt::current_teb());
    struct {
        LONG status;
        void* teb;
        std::uintptr_t process, thread, affinity;
        LONG priority, base_priority;
    } basic{};
    return nt::is_success(NtQueryInformationThread(thread.handle, 0, &basic, sizeof basic, nullptr)) ? address_of(basic.teb) : 0;
}

/// From where the thread stands to its stack's base; of a stack that is not the TEB's, a page.
OwnProcess::StackRange OwnProcess::stack_of(std::uint64_t teb, std::uint64_t pointer) {
    NT_TIB tib{};
    if (!read_value(teb, tib)) return {pointer, pointer};
    const std::uint64_t base = address_of(tib.StackBase), limit = address_of(tib.StackLimit);
    if (pointer >= limit && pointer < base) return {pointer, base - pointer < most_stack ? base : pointer + most_stack};
    return {pointer, (pointer | 0xFFF) + 1};
}

rtl::DumpThread OwnProcess::thread(std::uint32_t index) {
    ask_whether_to_go_on();
    Thread& thread = m_threads[index];
    const std::uint64_t teb = teb_of(thread);
    const int priority = GetThreadPriority(thread.handle != nullptr ? thread.handle : GetCurrentThread());
    const bool has_context = context_of(thread, m_context);
    StackRange stack{};
    if (has_context && (thread.write_flags & ThreadWriteStack) != 0) stack = stack_of(teb, stack_pointer(m_context));
    const bool writes_context = has_context && (thread.write_flags & ThreadWriteContext) != 0;
    return {thread.id, thread.suspend_count, static_cast<std::uint32_t>(priority), teb, stack.begin, stack.end,
            {writes_context ? &m_context : nullptr, sizeof m_context}};
}

nt::minidump::ThreadInfo OwnProcess::thread_info(std::uint32_t index) {
    const Thread& thread = m_threads[index];
    const HANDLE handle = thread.handle != nullptr ? thread.handle : GetCurrentThread();
    nt::minidump::ThreadInfo info{};
    info.ThreadId = thread.id;
    if (thread.handle == nullptr) info.DumpFlags = MINIDUMP_THREAD_INFO_WRITING_THREAD;
    DWORD status = 0;
    if (GetExitCodeThread(handle, &status)) info.ExitStatus = status;
    FILETIME created{}, exited{}, kernel{}, user{};
    const auto number = [](const FILETIME& time) { return std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime; };
    if (GetThreadTimes(handle, &created, &exited, &kernel, &user)) {
        info.CreateTime = number(created);
        info.ExitTime = number(exited);
        info.KernelTime = number(kernel);
        info.UserTime = number(user);
    }
    constexpr std::uint32_t start_address = 9; // ThreadQuerySetWin32StartAddress
    void* start = nullptr;
    if (nt::is_success(NtQueryInformationThread(handle, start_address, &start, sizeof start, nullptr))) info.StartAddress = address_of(start);
    DWORD_PTR of_process = 0, of_system = 0;
    if (GetProcessAffinityMask(GetCurrentProcess(), &of_process, &of_system)) info.Affinity = of_process;
    return info;
}

rtl::DumpModule OwnProcess::module(std::uint32_t index) {
    const LoadedModule& module = m_modules[index];
    return {module.base, module.bytes, module.checksum, module.time_stamp, module.name, module.name_length};
}

rtl::DumpProcess OwnProcess::process() {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    constexpr std::uint64_t unix_epoch = 11'644'473'600, ticks_per_second = 10'000'000;
    const std::uint64_t seconds = (std::uint64_t{now.dwHighDateTime} << 32 | now.dwLowDateTime) / ticks_per_second - unix_epoch;
    return {.id = GetCurrentProcessId(),
            .build = nt::current_teb()->ProcessEnvironmentBlock->OSBuildNumber,
            .processors = system.dwNumberOfProcessors,
            .time = static_cast<std::uint32_t>(seconds),
            .architecture = nt::Native::is_64 ? nt::minidump::architecture_amd64 : nt::minidump::architecture_x86,
            .flags = m_request.type,
            .has_exception = m_request.has_exception,
            .exception_thread = m_request.exception_thread,
            .exception = rtl::dumped_exception(m_request.record),
            .exception_context = {&m_request.exception_context, sizeof m_request.exception_context}};
}

rtl::DumpUserStream OwnProcess::user_stream(std::uint32_t index) {
    const MINIDUMP_USER_STREAM& stream = m_request.user_streams->UserStreamArray[index];
    return {stream.Type, stream.BufferSize, stream.Buffer};
}

bool OwnProcess::read(std::uint64_t from, void* to, std::size_t bytes) {
    SIZE_T done = 0;
    return ReadProcessMemory(GetCurrentProcess(), reinterpret_cast<const void*>(static_cast<std::uintptr_t>(from)), to, bytes, &done) && done == bytes;
}

void OwnProcess::add_memory_around(std::uint64_t address) {
    std::uint8_t probe;
    const std::uint64_t begin = address < around_code / 2 ? 0 : address - around_code / 2;
    if (read_value(begin, probe) && read_value(begin + around_code - 1, probe)) m_memory.add({begin, around_code});
}

void OwnProcess::choose_memory() {
    if (m_request.has_exception) add_memory_around(instruction_pointer(m_request.exception_context));
    for (Thread& thread : m_threads) {
        if ((thread.write_flags & ThreadWriteInstructionWindow) != 0 && context_of(thread, m_context)) add_memory_around(instruction_pointer(m_context));
        if (has(MiniDumpWithProcessThreadData)) m_memory.add({teb_of(thread), sizeof(nt::TEB<nt::Native>)});
    }
    if (has(MiniDumpWithProcessThreadData)) {
        const auto* const peb = nt::current_teb()->ProcessEnvironmentBlock.get();
        m_memory.add({address_of(peb), sizeof *peb});
        m_memory.add({address_of(peb->ProcessParameters.get()), sizeof *peb->ProcessParameters.get()});
    }
    choose_module_memory();
    constexpr DWORD readable = PAGE_READONLY | PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    constexpr DWORD read_write = PAGE_READWRITE | PAGE_EXECUTE_READWRITE, copied = PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY;
    for (const auto& region : m_regions) {
        if (region.State != MEM_COMMIT || (region.Protect & PAGE_GUARD) != 0 || (region.Protect & readable) == 0) continue;
        const rtl::DumpMemory piece{region.BaseAddress, region.RegionSize};
        if (has(MiniDumpWithFullMemory)) m_full.add(piece);
        else if (region.Type == MEM_PRIVATE && has(MiniDumpWithPrivateReadWriteMemory) && (region.Protect & read_write) != 0) m_memory.add(piece);
        else if (has(MiniDumpWithPrivateWriteCopyMemory) && (region.Protect & copied) != 0) m_memory.add(piece);
    }
}

/// Of the modules that the callback has left in.
void OwnProcess::choose_module_memory() {
    constexpr DWORD writable = PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    constexpr DWORD executable = PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    for (const LoadedModule& module : m_modules) {
        if (has(MiniDumpWithModuleHeaders)) m_memory.add({module.base, 0x1000});
        for (const auto& region : m_regions) {
            if (region.BaseAddress < module.base || region.BaseAddress >= module.base + module.bytes) continue;
            const bool is_data = has(MiniDumpWithDataSegs) && (region.Protect & writable) != 0;
            const bool is_code = has(MiniDumpWithCodeSegs) && (region.Protect & executable) != 0;
            if (is_data || is_code) m_memory.add({region.BaseAddress, region.RegionSize});
        }
    }
}

void OwnProcess::look_at_regions() {
    MEMORY_BASIC_INFORMATION region;
    for (std::uint64_t at = 0; at <= ~std::uintptr_t{0};) {
        const auto* const address = reinterpret_cast<const void*>(static_cast<std::uintptr_t>(at));
        if (VirtualQuery(address, &region, sizeof region) != sizeof region || region.RegionSize == 0) return;
        const bool taken = region.State != MEM_FREE;
        m_regions.add({at, address_of(region.AllocationBase), taken ? region.AllocationProtect : 0, 0, region.RegionSize, region.State,
                       region.State == MEM_COMMIT ? region.Protect : 0, region.Type, 0});
        at += region.RegionSize;
    }
}

// ---------------------------------------------------------------------------------------------- the callback

void OwnProcess::ask_about_threads() {
    if (!m_callback.exists()) return;
    for (std::size_t i = 0; i < m_threads.size() && !m_cancelled;) {
        Thread& thread = m_threads[i];
        CallbackInput input{};
        CallbackOutput output{};
        input.IncludeThread = thread.id;
        output.WriteFlags = thread.write_flags;
        bool wanted = m_callback.ask(IncludeThreadCallback, input, output);
        if (wanted) {
            thread.write_flags = output.WriteFlags;
            input = {};
            input.Thread.ThreadId = thread.id;
            input.Thread.ThreadHandle = thread.handle != nullptr ? thread.handle : GetCurrentThread();
            input.Thread.SizeOfContext = sizeof(CONTEXT);
            if (context_of(thread, m_context)) {
                const StackRange stack = stack_of(teb_of(thread), stack_pointer(m_context));
                input.Thread.Context = m_context;
                input.Thread.StackBase = stack.end;
                input.Thread.StackEnd = stack.begin;
            }
            wanted = m_callback.ask(ThreadCallback, input, output);
            thread.write_flags = output.WriteFlags;
        }
        if (wanted && (thread.write_flags & ThreadWriteThread) != 0) {
            ++i;
            continue;
        }
        if (thread.is_suspended) ResumeThread(thread.handle);
        if (thread.handle != nullptr) CloseHandle(thread.handle);
        m_threads.remove(i);
    }
}

void OwnProcess::ask_about_modules() {
    if (!m_callback.exists()) return;
    for (std::size_t i = 0; i < m_modules.size() && !m_cancelled;) {
        const LoadedModule& module = m_modules[i];
        CallbackInput input{};
        CallbackOutput output{};
        input.IncludeModule = module.base;
        output.WriteFlags = ModuleWriteModule | ModuleWriteMiscRecord | ModuleWriteCvRecord;
        bool wanted = m_callback.ask(IncludeModuleCallback, input, output);
        if (wanted) {
            input = {};
            input.Module = {module.name, module.base, module.bytes, module.checksum, module.time_stamp, {}, nullptr, 0, nullptr, 0};
            wanted = m_callback.ask(ModuleCallback, input, output) && (output.WriteFlags & ModuleWriteModule) != 0;
        }
        if (wanted) ++i;
        else m_modules.remove(i);
    }
}

/// "MemoryCallback: returns the memory to be added", until it answers FALSE or no bytes.
void OwnProcess::ask_for_memory() {
    constexpr unsigned most_answers = 0x10000;
    for (unsigned i = 0; m_callback.exists() && i < most_answers && !m_cancelled; ++i) {
        CallbackInput input{};
        CallbackOutput output{};
        if (!m_callback.ask(MemoryCallback, input, output) || output.MemorySize == 0) return;
        m_memory.add({output.MemoryBase, output.MemorySize});
    }
}

void OwnProcess::ask_whether_to_go_on() {
    const bool is_first = m_threads.size() == 0;
    if (!m_callback.exists() || m_cancelled || (!is_first && !m_asks_about_cancel)) return;
    CallbackInput input{};
    CallbackOutput output{};
    if (!m_callback.ask(CancelCallback, input, output)) return;
    m_asks_about_cancel = output.CheckCancel != FALSE;
    m_cancelled = output.Cancel != FALSE;
}

} // namespace oriel::dbghelp
