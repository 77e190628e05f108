// SPDX-License-Identifier: MIT
// minidump.cpp: what goes into the dump of a crash: threads with their stacks, modules, the memory around the fault, and
// the map of the address space; what Windows calls MiniDumpNormal with MiniDumpWithFullMemoryInfo.
#include "minidump.h"

#include <loader/start/symbols/guest_memory.h>
#include <loader/start/symbols/modules.h>
#include <ntdll-emu/ke/carrier.h>
#include <ntdll-emu/ps/context.h>
#include <ntdll-emu/rtl/exception/memory_reader.h>
#include <ntdll-emu/rtl/minidump/minidump_writer.h>
#include <nt/teb.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <thread>
#include <vector>

namespace oriel::start::crash {
namespace {

using Teb = nt::TEB<nt::Nt64>;
using Tib = nt::NT_TIB<nt::Nt64>;
constexpr std::uint64_t most_stack = 1u << 20; ///< of one thread
constexpr std::uint64_t around_code = 256;

template<class T> std::uint64_t teb_field(ps::Thread& thread, std::size_t offset) {
    T value{};
    return copy_from_guest(&value, thread.teb() + offset, sizeof value).ok() ? static_cast<std::uint64_t>(value) : 0;
}

/// The other threads stand still while this lives.
class Stopped {
public:
    explicit Stopped(ps::Thread& self) : m_self(self) {
        for (auto& thread : self.process().threads()) {
            if (thread.get() == &self || !thread->ke().suspend().ok()) continue;
            self.process().kernel_dispatcher.carrier().interrupt(thread->ke().slot());
            if (thread->ke().wait_until_stopped(self.ke())) m_threads.push_back(thread);
            else (void)thread->ke().resume();
        }
    }
    ~Stopped() {
        for (auto& thread : m_threads) (void)thread->ke().resume();
    }
    Stopped(const Stopped&) = delete;
    Stopped& operator=(const Stopped&) = delete;
    [[nodiscard]] ps::Thread& thread(std::uint32_t i) const { return i == 0 ? m_self : *m_threads[i - 1]; }
    [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(m_threads.size() + 1); }

private:
    ps::Thread& m_self;
    std::vector<ob::Ref<ps::Thread>> m_threads;
};

std::uint32_t state_bits(mm::RegionState state) {
    return state == mm::RegionState::Free ? 0x10000 : state == mm::RegionState::Reserved ? 0x2000 : 0x1000;
}
std::uint32_t type_bits(mm::RegionType type) {
    switch (type) {
    case mm::RegionType::Private: return 0x20000;
    case mm::RegionType::Mapped: return 0x40000;
    case mm::RegionType::Image: return 0x1000000;
    default: return 0;
    }
}

/// "\\Device\\HarddiskVolume3\\..." is "C:\\...": drives' volumes are numbered by their letters.
std::u16string dos_name(const std::u16string& nt_name) {
    constexpr std::u16string_view volume = u"\\Device\\HarddiskVolume";
    if (!nt_name.starts_with(volume)) return nt_name;
    std::size_t at = volume.size();
    unsigned number = 0;
    for (; at < nt_name.size() && nt_name[at] >= u'0' && nt_name[at] <= u'9' && number < 100; ++at) number = number * 10 + (nt_name[at] - u'0');
    if (number < 1 || number > 26) return nt_name;
    return std::u16string{static_cast<char16_t>(u'A' + number - 1), u':'} + nt_name.substr(at);
}

class CrashedProcess {
public:
    CrashedProcess(ps::Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record, const nt::Context64& context)
        : m_threads(thread), m_crashed(thread), m_record(record), m_context(context) {
        look_at_regions();
        look_at_modules();
        add_memory_around(context.Rip);
        for (std::uint32_t i = 0; i < m_threads.count(); ++i) m_memory.push_back({m_threads.thread(i).teb().value(), sizeof(Teb)});
    }

    rtl::DumpProcess process() {
        constexpr std::uint64_t with_full_memory_info = 0x800;
        return {.id = m_crashed.process().id(), .build = 19045, .processors = std::max(1u, std::thread::hardware_concurrency()),
                .time = static_cast<std::uint32_t>(std::time(nullptr)), .architecture = rtl::md::architecture_amd64, .flags = with_full_memory_info,
                .has_exception = true, .exception_thread = m_crashed.id(), .exception = rtl::dumped_exception(m_record),
                .exception_context = {&m_context, sizeof m_context}};
    }
    std::uint32_t thread_count() { return m_threads.count(); }
    rtl::DumpThread thread(std::uint32_t i) {
        ps::Thread& thread = m_threads.thread(i);
        m_one = i == 0 ? m_context : ps::capture_context(thread.gate(), nt::ContextFlags<nt::Nt64>::full | nt::ContextFlags<nt::Nt64>::segments);
        const std::uint64_t base = teb_field<std::uint64_t>(thread, offsetof(Tib, StackBase));
        const std::uint64_t limit = teb_field<std::uint64_t>(thread, offsetof(Tib, StackLimit));
        // A thread on a stack of its own: a page from where it stands.
        const bool on_stack = m_one.Rsp >= limit && m_one.Rsp < base;
        const std::uint64_t begin = m_one.Rsp & ~std::uint64_t{15};
        const std::uint64_t end = on_stack ? std::min(base, begin + most_stack) : begin + 0x1000 - (begin & 0xFFF);
        return {.id = thread.id(), .suspend_count = 0, .priority = 0, .teb = thread.teb().value(), .stack_begin = begin, .stack_end = end, .context = {&m_one, sizeof m_one}};
    }
    std::uint32_t module_count() { return static_cast<std::uint32_t>(m_modules.size()); }
    rtl::DumpModule module(std::uint32_t i) {
        const FoundModule& module = m_modules[i];
        const GuestMemory memory;
        const auto headers = rtl::read_value<std::uint32_t>(memory, module.base + 0x3C).value_or(0);
        const auto stamp = rtl::read_value<std::uint32_t>(memory, module.base + headers + 8).value_or(0);
        const auto size = rtl::read_value<std::uint32_t>(memory, module.base + headers + 24 + 56).value_or(0);
        const auto checksum = rtl::read_value<std::uint32_t>(memory, module.base + headers + 24 + 64).value_or(0);
        return {.base = module.base, .bytes = size, .checksum = checksum, .time_stamp = stamp, .name = module.name.c_str(),
                .name_length = static_cast<std::uint32_t>(module.name.size())};
    }
    std::uint32_t memory_count() { return static_cast<std::uint32_t>(m_memory.size()); }
    rtl::DumpMemory memory(std::uint32_t i) { return m_memory[i]; }
    std::uint32_t full_count() { return 0; }
    rtl::DumpMemory full(std::uint32_t) { return {}; }
    std::uint32_t thread_info_count() { return 0; }
    nt::minidump::ThreadInfo thread_info(std::uint32_t) { return {}; }
    std::uint32_t user_stream_count() { return 0; }
    rtl::DumpUserStream user_stream(std::uint32_t) { return {}; }
    std::uint32_t region_count() { return static_cast<std::uint32_t>(m_regions.size()); }
    nt::minidump::MemoryInfo region(std::uint32_t i) { return m_regions[i]; }
    bool read(std::uint64_t from, void* to, std::size_t bytes) { return GuestMemory().read(from, to, bytes); }

private:
    struct FoundModule {
        std::uint64_t base;
        std::u16string name;
    };

    void look_at_regions() {
        constexpr std::uint64_t end_of_user = 0x7FFFFFFF0000;
        constexpr std::size_t most_regions = 200'000;
        mm::AddressSpace& space = m_crashed.process().address_space;
        for (std::uint64_t at = 0; at < end_of_user && m_regions.size() < most_regions;) {
            const mm::RegionInfo region = space.query(Address(at));
            if (region.range.bytes() == 0) break;
            const bool taken = region.state != mm::RegionState::Free;
            m_regions.push_back({at, taken ? region.allocation_base.value() : 0, taken ? region.allocation_protection.encode() : 0, 0, region.range.bytes(),
                                 state_bits(region.state), region.state == mm::RegionState::Committed ? region.protection.encode() : 0,
                                 type_bits(region.type), 0});
            at = region.range.end().value();
        }
    }
    void look_at_modules() {
        for (const Module& module : all_modules(m_crashed.process()))
            if (module.section) m_modules.push_back({module.base.value(), dos_name(module.section->backing()->nt_name())});
    }
    void add_memory_around(std::uint64_t at) {
        char probe;
        const std::uint64_t begin = at < around_code / 2 ? 0 : at - around_code / 2;
        if (GuestMemory().read(at, &probe, 1)) m_memory.push_back({begin, around_code});
    }

    Stopped m_threads;
    ps::Thread& m_crashed;
    nt::EXCEPTION_RECORD<nt::Nt64> m_record;
    nt::Context64 m_context;
    nt::Context64 m_one{};
    std::vector<FoundModule> m_modules;
    std::vector<rtl::DumpMemory> m_memory;
    std::vector<nt::minidump::MemoryInfo> m_regions;
};

struct FileSink {
    std::FILE* file;
    bool write(std::uint64_t at, const void* data, std::size_t bytes) {
        return bytes == 0 || (std::fseek(file, static_cast<long>(at), SEEK_SET) == 0 && std::fwrite(data, bytes, 1, file) == 1);
    }
};

} // namespace

bool write_minidump(const std::string& path, ps::Thread& thread, const nt::EXCEPTION_RECORD<nt::Nt64>& record, const nt::Context64& context) {
    FileSink sink{std::fopen(path.c_str(), "wbe")};
    if (!sink.file) return false;
    CrashedProcess source(thread, record, context);
    const bool written = rtl::MinidumpWriter(source, sink).write();
    return (std::fclose(sink.file) == 0) && written;
}

} // namespace oriel::start::crash
