// SPDX-License-Identifier: MIT
// own_process.h: this process as MinidumpWriter wants it: threads, modules, memory.
//
// What needs locks or memory is collected first; then the other threads are suspended, and stay so while this lives.
#pragma once

#include "dump_callback.h"
#include "reserved_array.h"

#include <ntdll-emu/rtl/minidump/minidump_writer.h>

namespace oriel::dbghelp {

struct DumpRequest {
    ULONG type = 0; ///< MINIDUMP_TYPE
    const CONTEXT* self = nullptr;
    bool has_exception = false;
    ULONG exception_thread = 0;
    nt::EXCEPTION_RECORD<nt::Native> record{};
    CONTEXT exception_context{};
    const MINIDUMP_USER_STREAM_INFORMATION* user_streams = nullptr;
};

class OwnProcess {
public:
    OwnProcess(const DumpRequest& request, const DumpCallback& callback);
    ~OwnProcess();
    OwnProcess(const OwnProcess&) = delete;
    OwnProcess& operator=(const OwnProcess&) = delete;

    [[nodiscard]] bool was_cancelled() const { return m_cancelled; }

    // rtl::DumpSource
    rtl::DumpProcess process();
    std::uint32_t thread_count() { return m_threads.size(); }
    rtl::DumpThread thread(std::uint32_t index);
    std::uint32_t module_count() { return m_modules.size(); }
    rtl::DumpModule module(std::uint32_t index);
    std::uint32_t memory_count() { return m_memory.size(); }
    rtl::DumpMemory memory(std::uint32_t index) { return m_memory[index]; }
    std::uint32_t full_count() { return m_full.size(); }
    rtl::DumpMemory full(std::uint32_t index) { return m_full[index]; }
    std::uint32_t region_count() { return has(MiniDumpWithFullMemoryInfo) ? m_regions.size() : 0; }
    nt::minidump::MemoryInfo region(std::uint32_t index) { return m_regions[index]; }
    std::uint32_t thread_info_count() { return has(MiniDumpWithThreadInfo) ? m_threads.size() : 0; }
    nt::minidump::ThreadInfo thread_info(std::uint32_t index);
    std::uint32_t user_stream_count() { return m_request.user_streams != nullptr ? m_request.user_streams->UserStreamCount : 0; }
    rtl::DumpUserStream user_stream(std::uint32_t index);
    bool read(std::uint64_t from, void* to, std::size_t bytes);

private:
    struct Thread {
        DWORD id;
        HANDLE handle; ///< null: the caller
        DWORD suspend_count;
        bool is_suspended;
        ULONG write_flags; ///< THREAD_WRITE_FLAGS
    };
    struct LoadedModule {
        std::uint64_t base;
        std::uint32_t bytes, checksum, time_stamp;
        const char16_t* name; ///< in m_names, ended by a null
        std::uint32_t name_length;
    };
    struct StackRange {
        std::uint64_t begin, end;
    };

    [[nodiscard]] bool has(MINIDUMP_TYPE flag) const { return (m_request.type & flag) != 0; }
    template<class T>
    bool read_value(std::uint64_t from, T& to) { return read(from, &to, sizeof to); }

    void collect_threads();
    void collect_modules();
    static void NT_API add_module(NtLdrEntry* entry, void* self, std::uint8_t* stop);
    void suspend_others();
    void look_at_regions();
    void choose_memory();
    void choose_module_memory();
    void add_memory_around(std::uint64_t address);
    void ask_about_threads();
    void ask_about_modules();
    void ask_for_memory();
    void ask_whether_to_go_on();
    bool context_of(Thread& thread, CONTEXT& context);
    StackRange stack_of(std::uint64_t teb, std::uint64_t stack_pointer);
    std::uint64_t teb_of(const Thread& thread);

    const DumpRequest& m_request;
    const DumpCallback& m_callback;
    ReservedArray<Thread> m_threads;
    ReservedArray<LoadedModule> m_modules;
    ReservedArray<char16_t> m_names;
    ReservedArray<rtl::DumpMemory> m_memory, m_full;
    ReservedArray<nt::minidump::MemoryInfo> m_regions;
    CONTEXT m_context{};
    bool m_cancelled = false, m_asks_about_cancel = false;
};

} // namespace oriel::dbghelp
