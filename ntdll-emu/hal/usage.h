// SPDX-License-Identifier: MIT
// usage.h: processor time and memory, as the host accounts them.
#pragma once

#include <cstdint>

namespace oriel::hal {

struct ProcessorTime {
    std::int64_t user = 0;   ///< units of 100 ns
    std::int64_t kernel = 0;
};
ProcessorTime process_times();
/// Of the calling host thread.
ProcessorTime calling_thread_times();

struct MemoryUsage {
    std::uint64_t physical = 0;  ///< bytes of RAM in the machine
    std::uint64_t available = 0; ///< bytes that could be had without swapping
    std::uint64_t resident = 0;  ///< bytes of this process in RAM
    std::uint64_t peak_resident = 0;
    std::uint64_t page_faults = 0;
};
MemoryUsage memory_usage();

/// The calling thread's processor, from 0.
std::uint32_t current_processor();

/// On all processors that run threads of this process, earlier stores are seen before later loads.
void flush_write_buffers();

} // namespace oriel::hal
