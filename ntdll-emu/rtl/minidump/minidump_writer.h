// SPDX-License-Identifier: MIT
// minidump_writer.h: a process, written as a minidump.
//
// Freestanding, and without memory of its own: what is to be written comes from a Source, piece by piece, and goes to a
// Sink at offsets that the writer hands out as it goes. oriel writes the dump of a crashed guest with it, from outside;
// dbghelp.dll's MiniDumpWriteDump writes its own process, from inside.
//
// Always: a piece of memory that cannot be read is written as zeros, so that every location in the file holds what
// it promises; the streams' order is fixed, and so the same process gives the same file.
#pragma once

#include <nt/exception.h>
#include <nt/minidump.h>

#include <concepts>
#include <cstdint>

namespace oriel::rtl {

namespace md = nt::minidump; // the file's names

/// Registers as the CPU's CONTEXT has them.
struct DumpContext {
    const void* registers; ///< null: not to be had, or not wanted
    std::uint32_t bytes;
};
struct DumpThread {
    std::uint32_t id, suspend_count, priority;
    std::uint64_t teb;
    std::uint64_t stack_begin, stack_end; ///< what of its stack is worth writing
    DumpContext context;                  ///< valid until the next call of the source
};
struct DumpModule {
    std::uint64_t base;
    std::uint32_t bytes, checksum, time_stamp;
    const char16_t* name; ///< `name_length` units
    std::uint32_t name_length;
};
struct DumpMemory {
    std::uint64_t begin, bytes;
};
struct DumpUserStream {
    std::uint32_t type, bytes;
    const void* data;
};
struct DumpProcess {
    std::uint32_t id, build, processors, time;
    std::uint16_t architecture; ///< md::architecture_*
    std::uint64_t flags;        ///< MINIDUMP_TYPE, as the header repeats it
    bool has_exception;
    std::uint32_t exception_thread;
    md::Exception exception;
    DumpContext exception_context;
};

template<class Abi>
md::Exception dumped_exception(const nt::EXCEPTION_RECORD<Abi>& record) {
    md::Exception out{static_cast<std::uint32_t>(record.ExceptionCode), record.ExceptionFlags, record.ExceptionRecord.value,
                      record.ExceptionAddress.value, record.NumberParameters, 0, {}};
    for (unsigned i = 0; i < nt::exception_maximum_parameters; ++i) out.ExceptionInformation[i] = record.ExceptionInformation[i];
    return out;
}

/// Counts may not change while the writer works. `memory` is what is written besides the stacks; where `full_count` is not 0,
/// those pieces follow at the end.
template<class S>
concept DumpSource = requires(S& source, std::uint32_t i, std::uint64_t at, void* to, std::size_t bytes) {
    { source.process() } -> std::same_as<DumpProcess>;
    { source.thread_count() } -> std::same_as<std::uint32_t>;
    { source.thread(i) } -> std::same_as<DumpThread>;
    { source.module_count() } -> std::same_as<std::uint32_t>;
    { source.module(i) } -> std::same_as<DumpModule>;
    { source.memory_count() } -> std::same_as<std::uint32_t>;
    { source.memory(i) } -> std::same_as<DumpMemory>;
    { source.full_count() } -> std::same_as<std::uint32_t>;
    { source.full(i) } -> std::same_as<DumpMemory>;
    { source.region_count() } -> std::same_as<std::uint32_t>; ///< of the address space; 0: no such stream
    { source.region(i) } -> std::same_as<md::MemoryInfo>;
    { source.thread_info_count() } -> std::same_as<std::uint32_t>; ///< 0: no such stream
    { source.thread_info(i) } -> std::same_as<md::ThreadInfo>;
    { source.user_stream_count() } -> std::same_as<std::uint32_t>;
    { source.user_stream(i) } -> std::same_as<DumpUserStream>;
    { source.read(at, to, bytes) } -> std::same_as<bool>;
};
template<class S>
concept DumpSink = requires(S& sink, std::uint64_t at, const void* data, std::size_t bytes) {
    { sink.write(at, data, bytes) } -> std::same_as<bool>;
};

template<DumpSource Source, DumpSink Sink>
class MinidumpWriter {
public:
    MinidumpWriter(Source& source, Sink& sink) : m_source(source), m_sink(sink), m_process(source.process()) {}

    /// False if the sink refused something.
    bool write() {
        m_next = sizeof(md::Header) + (most_streams_of_ours + m_source.user_stream_count()) * sizeof(md::Directory);
        system_info();
        misc_info();
        modules();
        // Stacks stand in both lists: some readers look for memory in this one only.
        m_memory = list<md::Memory>(md::StreamType::MemoryList, m_source.thread_count() + m_source.memory_count());
        threads();
        if (m_process.has_exception) exception();
        memory();
        if (m_source.region_count() != 0) regions();
        if (m_source.thread_info_count() != 0) thread_infos();
        user_streams();
        if (m_source.full_count() != 0) full_memory();
        const md::Header header{md::signature, md::version, m_streams, sizeof(md::Header), 0, m_process.time, m_process.flags};
        put(0, header);
        return m_ok;
    }

private:
    using Location = md::Location;
    static constexpr unsigned most_streams_of_ours = 9;
    static constexpr std::size_t piece = 4096;

    std::uint32_t take(std::uint64_t bytes) {
        const std::uint64_t at = m_next;
        m_next += (bytes + 7) & ~std::uint64_t{7};
        if (m_next > 0xFFFFFFFFu) m_ok = false; // locations have 32 bits
        return static_cast<std::uint32_t>(at);
    }
    template<class T> void put(std::uint64_t at, const T& value) { m_ok = m_ok && m_sink.write(at, &value, sizeof value); }
    Location place(const void* data, std::uint32_t bytes) {
        const Location location{bytes, take(bytes)};
        m_ok = m_ok && m_sink.write(location.offset, data, bytes);
        return location;
    }
    template<class T> Location place(const T& value) { return place(&value, sizeof value); }
    Location place(const DumpContext& context) { return context.registers == nullptr ? Location{} : place(context.registers, context.bytes); }
    void stream(md::StreamType type, Location location) {
        put(sizeof(md::Header) + m_streams++ * sizeof(md::Directory), md::Directory{type, location});
    }
    /// A list: its head, then the entries; answers where the first entry is.
    template<class Entry, class Head> std::uint32_t list(md::StreamType type, const Head& head, std::uint32_t count) {
        const auto bytes = static_cast<std::uint32_t>(sizeof head + count * sizeof(Entry));
        const Location location{bytes, take(bytes)};
        put(location.offset, head);
        stream(type, location);
        return location.offset + static_cast<std::uint32_t>(sizeof head);
    }
    template<class Entry> std::uint32_t list(md::StreamType type, std::uint32_t count) { return list<Entry>(type, count, count); }
    std::uint32_t text(const char16_t* units, std::uint32_t length) {
        const std::uint32_t bytes = length * 2, at = take(bytes + 6);
        put(at, bytes);
        m_ok = m_ok && m_sink.write(at + 4, units, bytes);
        put(at + 4 + bytes, char16_t{0});
        return at;
    }
    void copy(std::uint64_t begin, std::uint64_t bytes, std::uint64_t to) {
        std::uint8_t buffer[piece];
        for (std::uint64_t done = 0; done < bytes && m_ok;) {
            // Pieces end where pages do: one that cannot be read does not take its neighbour along.
            const std::uint64_t left_in_page = piece - ((begin + done) & (piece - 1));
            const std::uint64_t now = left_in_page < bytes - done ? left_in_page : bytes - done;
            if (!m_source.read(begin + done, buffer, static_cast<std::size_t>(now))) __builtin_memset(buffer, 0, sizeof buffer);
            m_ok = m_sink.write(to + done, buffer, static_cast<std::size_t>(now));
            done += now;
        }
    }
    Location copy(std::uint64_t begin, std::uint64_t bytes) {
        const Location location{static_cast<std::uint32_t>(bytes), take(bytes)};
        if (m_ok) copy(begin, bytes, location.offset);
        return location;
    }

    void system_info() {
        md::SystemInfo info{};
        info.ProcessorArchitecture = m_process.architecture;
        info.NumberOfProcessors = static_cast<std::uint8_t>(m_process.processors);
        info.ProductType = 1; // workstation
        info.MajorVersion = 10;
        info.BuildNumber = m_process.build;
        info.PlatformId = 2; // NT
        info.CSDVersionRva = text(u"", 0);
        stream(md::StreamType::SystemInfo, place(info));
    }
    void misc_info() {
        stream(md::StreamType::MiscInfo, place(md::MiscInfo{sizeof(md::MiscInfo), 1, m_process.id, 0, 0, 0}));
    }
    void modules() {
        const std::uint32_t count = m_source.module_count();
        const std::uint32_t first = list<md::Module>(md::StreamType::ModuleList, count);
        for (std::uint32_t i = 0; i < count; ++i) {
            const DumpModule from = m_source.module(i);
            md::Module module{};
            module.BaseOfImage = from.base;
            module.SizeOfImage = from.bytes;
            module.CheckSum = from.checksum;
            module.TimeDateStamp = from.time_stamp;
            module.ModuleNameRva = text(from.name, from.name_length);
            put(first + i * sizeof module, module);
        }
    }
    void threads() {
        const std::uint32_t count = m_source.thread_count();
        const std::uint32_t first = list<md::Thread>(md::StreamType::ThreadList, count);
        for (std::uint32_t i = 0; i < count; ++i) {
            const DumpThread from = m_source.thread(i);
            md::Thread thread{};
            thread.ThreadId = from.id;
            thread.SuspendCount = from.suspend_count;
            thread.Priority = from.priority;
            thread.Teb = from.teb;
            thread.Context = place(from.context);
            thread.Stack = {from.stack_begin, copy(from.stack_begin, from.stack_end - from.stack_begin)};
            put(first + i * sizeof thread, thread);
            add_memory(thread.Stack);
        }
    }
    void add_memory(const md::Memory& memory) {
        put(m_memory, memory);
        m_memory += sizeof memory;
    }
    void exception() {
        md::ExceptionStream out{};
        out.ThreadId = m_process.exception_thread;
        out.ExceptionRecord = m_process.exception;
        out.ThreadContext = place(m_process.exception_context);
        stream(md::StreamType::Exception, place(out));
    }
    void memory() {
        for (std::uint32_t i = 0; i < m_source.memory_count(); ++i) {
            const DumpMemory from = m_source.memory(i);
            add_memory({from.begin, copy(from.begin, from.bytes)});
        }
    }
    void regions() {
        using Head = md::MemoryInfoHeader;
        using Entry = md::MemoryInfo;
        const std::uint32_t count = m_source.region_count();
        const std::uint32_t first = list<Entry>(md::StreamType::MemoryInfoList, Head{sizeof(Head), sizeof(Entry), count}, count);
        for (std::uint32_t i = 0; i < count; ++i) put(first + i * sizeof(Entry), m_source.region(i));
    }
    void thread_infos() {
        using Head = md::ThreadInfoHeader;
        using Entry = md::ThreadInfo;
        const std::uint32_t count = m_source.thread_info_count();
        const std::uint32_t first = list<Entry>(md::StreamType::ThreadInfoList, Head{sizeof(Head), sizeof(Entry), count}, count);
        for (std::uint32_t i = 0; i < count; ++i) put(first + i * sizeof(Entry), m_source.thread_info(i));
    }
    void user_streams() {
        for (std::uint32_t i = 0; i < m_source.user_stream_count(); ++i) {
            const DumpUserStream from = m_source.user_stream(i);
            stream(md::StreamType{from.type}, place(from.data, from.bytes));
        }
    }
    void full_memory() {
        const std::uint32_t count = m_source.full_count();
        const std::uint32_t head_bytes = sizeof(md::Memory64Header) + count * sizeof(md::Memory64);
        const Location head{head_bytes, take(head_bytes)};
        stream(md::StreamType::Memory64List, head);
        put(head.offset, md::Memory64Header{count, m_next});
        std::uint64_t to = m_next;
        for (std::uint32_t i = 0; i < count; ++i) {
            const DumpMemory from = m_source.full(i);
            put(head.offset + sizeof(md::Memory64Header) + i * sizeof(md::Memory64), md::Memory64{from.begin, from.bytes});
            copy(from.begin, from.bytes, to);
            to += from.bytes;
        }
    }

    Source& m_source;
    Sink& m_sink;
    DumpProcess m_process;
    std::uint64_t m_next = 0;
    std::uint64_t m_memory = 0; ///< where the next entry of the list of memory goes
    std::uint32_t m_streams = 0;
    bool m_ok = true;
};

} // namespace oriel::rtl
