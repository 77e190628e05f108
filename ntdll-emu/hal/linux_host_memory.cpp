// SPDX-License-Identifier: MIT
#include <ntdll-emu/hal/host_call.h>
#include <ntdll-emu/hal/host_maps.h>
#include <ntdll-emu/hal/linux_host_memory.h>

#include <algorithm>

#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

namespace oriel::hal {

namespace {

constexpr int arena_flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

void* pointer(PageRange range) { return reinterpret_cast<void*>(range.base().value()); }

int linux_protection(PageAccess access) {
    switch (access) {
    case PageAccess::None:
        return PROT_NONE;
    case PageAccess::Read:
        return PROT_READ;
    case PageAccess::ReadWrite:
        return PROT_READ | PROT_WRITE;
    case PageAccess::ReadExecute:
        return PROT_READ | PROT_EXEC;
    case PageAccess::ReadWriteExecute:
        return PROT_READ | PROT_WRITE | PROT_EXEC;
    }
    return PROT_NONE;
}

HostResult<> map_over(PageRange range, int protection, int flags, int descriptor, std::uint64_t offset) {
    void* const at =
        ::mmap(pointer(range), range.bytes(), protection, flags | MAP_FIXED, descriptor, static_cast<off_t>(offset));
    if (at == MAP_FAILED) return HostError{errno};
    return {};
}

} // namespace

LinuxHostMemory::~LinuxHostMemory() {
    for (const PageRange piece : m_arena) ::munmap(pointer(piece), piece.bytes());
}

HostResult<> LinuxHostMemory::protect(PageRange range, PageAccess access) {
    return host_do([&] { return ::mprotect(pointer(range), range.bytes(), linux_protection(access)); });
}

HostResult<> LinuxHostMemory::discard(PageRange range) {
    // mprotect first: it is the one that can fail (a split mapping over the host's limit of mappings).
    if (auto done = protect(range, PageAccess::None); !done) return done;
    return host_do([&] { return ::madvise(pointer(range), range.bytes(), MADV_DONTNEED); });
}

HostResult<> LinuxHostMemory::map_file(PageRange range, FilePlace place, Sharing sharing, PageAccess access) {
    const int flags = sharing == Sharing::Shared ? MAP_SHARED : MAP_PRIVATE;
    return map_over(range, linux_protection(access), flags, place.descriptor, place.offset);
}

HostResult<> LinuxHostMemory::map_anonymous(PageRange range, PageAccess access) {
    return map_over(range, linux_protection(access), arena_flags, -1, 0);
}

HostResult<> LinuxHostMemory::unmap(PageRange range) { return map_anonymous(range, PageAccess::None); }

HostResult<> LinuxHostMemory::flush(PageRange range) {
    return host_do([&] { return ::msync(pointer(range), range.bytes(), MS_SYNC); });
}

HostResult<std::vector<MappedRun>> LinuxHostMemory::query(PageRange range) {
    auto lines = read_host_maps(range);
    if (!lines) return HostError{lines.error()};
    std::vector<MappedRun> runs;
    for (const HostMapLine& line : lines.value()) {
        const Address first = std::max(line.range.base(), range.base());
        const Address end = std::min(line.range.end(), range.end());
        const bool from_file = line.inode != 0;
        runs.push_back({PageRange(first, end - first), line.access, line.sharing, from_file,
                        from_file ? line.offset + (first - line.range.base()) : 0});
    }
    return runs;
}

std::uint64_t LinuxHostMemory::memory_and_swap() const {
    struct sysinfo info = {};
    if (::sysinfo(&info) != 0) return 0;
    return (static_cast<std::uint64_t>(info.totalram) + info.totalswap) * info.mem_unit;
}

} // namespace oriel::hal
