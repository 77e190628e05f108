// SPDX-License-Identifier: MIT
// minidump_writer.h: a process, written as a minidump.
//
// Freestanding, and without memory of its own: what is to be written comes from a Source, piece by piece, and goes to a
// Sink at offsets that the writer hands out as it goes. oriel writes the dump of a crashed guest with it, from
// outside.
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

struct DumpThread {
    std::uint32_t id, suspend_count, priority;
    std::uint64_t teb;
    std::uint64_t stack_begin, stack_end; ///< what of its stack is worth writing
    const nt::Context64* context;         ///< valid until the next call of the source
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
struct DumpProcess {
    std::uint32_t id, build, processors, time;
    std::uint32_t exception_thread; ///< counts where `record` is there
    const nt::EXCEPTION_RECORD<nt::Nt64>* record;
    const nt::Context64* context;
};

template<class S>
concept DumpSource = requires(S& source, std::uint32_t i, std::uint64_t at, void* to, std::size_t bytes) {
    { source.process() } -> std::same_as<DumpProcess>;
    { source.thread_count() } -> std::same_as<std::uint32_t>;
    { source.thread(i) } -> std::same_as<DumpThread>;
    { source.module_count() } -> std::same_as<std::uint32_t>;
    { source.module(i) } -> std::same_as<DumpModule>;
    { source.memory_count() } -> std::same_as<std::uint32_t>; ///< besides the stacks
    { source.memory(i) } -> std::same_as<DumpMemory>;
    { source.region_count() } -> std::same_as<std::uint32_t>; ///< of the address space
    { source.region(i) } -> std::same_as<md::MemoryInfo>;
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
        m_next = sizeof(md::Header) + stream_count * sizeof(md::Directory);
        system_info();
        misc_info();
        modules();
        // Stacks stand in both lists: some readers look for memory in this one only.
        m_memory = list<md::Memory>(md::StreamType::MemoryList, m_source.thread_count() + m_source.memory_count());
        threads();
        if (m_process.record != nullptr) exception();
        memory();
        regions();
        const md::Header header{md::signature, md::version, m_streams, sizeof(md::Header), 0, m_process.time, 0};
        put(0, header);
        return m_ok;
    }

private:
    using Location = md::Location;
    static constexpr unsigned stream_count = 7;
    static constexpr std::size_t piece = 4096;

    std::uint32_t take(std::uint64_t bytes) {
        const std::uint64_t at = m_next;
        m_next += (bytes + 7) & ~std::uint64_t{7};
        if (m_next > 0xFFFFFFFFu) m_ok = false; // this kind of file holds no more
        return static_cast<std::uint32_t>(at);
    }
    template<class T> void put(std::uint64_t at, const T& value) { m_ok = m_ok && m_sink.write(at, &value, sizeof value); }
    template<class T> Location place(const T& value) {
        const Location location{sizeof value, take(sizeof value)};
        put(location.offset, value);
        return location;
    }
    void stream(md::StreamType type, Location location) {
        put(sizeof(md::Header) + m_streams++ * sizeof(md::Directory), md::Directory{type, location});
    }
    /// A list: its count, then the entries; answers where the first entry is.
    template<class T> std::uint32_t list(md::StreamType type, std::uint32_t count) {
        const Location location{static_cast<std::uint32_t>(sizeof count + count * sizeof(T)), take(sizeof count + count * sizeof(T))};
        put(location.offset, count);
        stream(type, location);
        return location.offset + sizeof count;
    }
    std::uint32_t text(const char16_t* units, std::uint32_t length) {
        const std::uint32_t bytes = length * 2, at = take(bytes + 6);
        put(at, bytes);
        m_ok = m_ok && m_sink.write(at + 4, units, bytes);
        put(at + 4 + bytes, char16_t{0});
        return at;
    }
    Location copy(std::uint64_t begin, std::uint64_t bytes) {
        const Location location{static_cast<std::uint32_t>(bytes), take(bytes)};
        std::uint8_t buffer[piece];
        for (std::uint64_t done = 0; done < bytes && m_ok;) {
            // Pieces end where pages do: one that cannot be read does not take its neighbour along.
            const std::uint64_t left_in_page = piece - ((begin + done) & (piece - 1));
            const std::uint64_t now = left_in_page < bytes - done ? left_in_page : bytes - done;
            if (!m_source.read(begin + done, buffer, now)) __builtin_memset(buffer, 0, sizeof buffer);
            m_ok = m_sink.write(location.offset + done, buffer, now);
            done += now;
        }
        return location;
    }

    void system_info() {
        md::SystemInfo info{};
        info.ProcessorArchitecture = 9; // AMD64
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
            thread.Context = place(*from.context);
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
        const auto& record = *m_process.record;
        md::ExceptionStream out{};
        out.ThreadId = m_process.exception_thread;
        out.ExceptionRecord = {static_cast<std::uint32_t>(record.ExceptionCode), record.ExceptionFlags, record.ExceptionRecord.value,
                               record.ExceptionAddress.value, record.NumberParameters, 0, {}};
        for (unsigned i = 0; i < nt::exception_maximum_parameters; ++i) out.ExceptionRecord.ExceptionInformation[i] = record.ExceptionInformation[i];
        out.ThreadContext = place(*m_process.context);
        stream(md::StreamType::Exception, place(out));
    }
    void memory() {
        for (std::uint32_t i = 0; i < m_source.memory_count(); ++i) {
            const DumpMemory from = m_source.memory(i);
            add_memory({from.begin, copy(from.begin, from.bytes)});
        }
    }
    void regions() {
        const std::uint32_t count = m_source.region_count();
        using Head = md::MemoryInfoHeader;
        using Entry = md::MemoryInfo;
        const Location location{static_cast<std::uint32_t>(sizeof(Head) + count * sizeof(Entry)), take(sizeof(Head) + count * sizeof(Entry))};
        put(location.offset, Head{sizeof(Head), sizeof(Entry), count});
        for (std::uint32_t i = 0; i < count; ++i) put(location.offset + sizeof(Head) + i * sizeof(Entry), m_source.region(i));
        stream(md::StreamType::MemoryInfoList, location);
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
