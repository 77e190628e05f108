// SPDX-License-Identifier: MIT
// usage.cpp: getrusage, sysinfo, /proc/self/statm, membarrier.
#include "usage.h"

#include <cstdio>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

namespace oriel::hal {
namespace {

ProcessorTime times_of(int who) {
    struct rusage usage = {};
    getrusage(who, &usage);
    const auto ticks = [](const timeval& time) { return std::int64_t{time.tv_sec} * 10'000'000 + time.tv_usec * 10; };
    return {.user = ticks(usage.ru_utime), .kernel = ticks(usage.ru_stime)};
}

std::uint64_t meminfo_available() {
    std::FILE* file = std::fopen("/proc/meminfo", "re");
    if (!file) return 0;
    unsigned long long kilobytes = 0;
    char line[128];
    while (std::fgets(line, sizeof line, file)) {
        if (std::sscanf(line, "MemAvailable: %llu", &kilobytes) == 1) break;
    }
    std::fclose(file);
    return kilobytes * 1024;
}

std::uint64_t resident_bytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "re");
    if (!file) return 0;
    unsigned long long total = 0, resident = 0;
    const bool read = std::fscanf(file, "%llu %llu", &total, &resident) == 2;
    std::fclose(file);
    return read ? resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

} // namespace

ProcessorTime process_times() { return times_of(RUSAGE_SELF); }
ProcessorTime calling_thread_times() { return times_of(RUSAGE_THREAD); }

MemoryUsage memory_usage() {
    struct sysinfo info = {};
    sysinfo(&info);
    struct rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return {.physical = std::uint64_t{info.totalram} * info.mem_unit,
            .available = meminfo_available(),
            .resident = resident_bytes(),
            .peak_resident = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024,
            .page_faults = static_cast<std::uint64_t>(usage.ru_minflt) + static_cast<std::uint64_t>(usage.ru_majflt)};
}

std::uint32_t current_processor() {
    const int processor = sched_getcpu();
    return processor < 0 ? 0 : static_cast<std::uint32_t>(processor);
}

void flush_write_buffers() {
    static const bool registered = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
    if (registered) syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
    else syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

} // namespace oriel::hal
