// SPDX-License-Identifier: MIT
// linux_shared_memory.cpp: memory with a descriptor, made by memfd_create.
#include <ntdll-emu/hal/host_call.h>
#include <ntdll-emu/hal/linux_host_memory.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace oriel::hal {

HostResult<SharedMemory> LinuxHostMemory::create_shared_memory(std::uint64_t bytes) {
    const auto descriptor = host_call([] { return ::memfd_create("oriel", MFD_CLOEXEC); });
    if (!descriptor) return HostError{descriptor.error()};
    SharedMemory memory{descriptor.value(), 0};
    if (const auto sized = resize_shared_memory(memory, bytes); !sized) {
        close_shared_memory(memory);
        return HostError{sized.error()};
    }
    return memory;
}

HostResult<> LinuxHostMemory::resize_shared_memory(SharedMemory& memory, std::uint64_t bytes) {
    const auto done = host_do([&] { return ::ftruncate(memory.descriptor, static_cast<off_t>(bytes)); });
    if (done) memory.bytes = bytes;
    return done;
}

HostResult<> LinuxHostMemory::write_shared_memory(const SharedMemory& memory, std::uint64_t offset,
                                                  std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto written = host_call(
            [&] { return ::pwrite(memory.descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
        if (!written) return HostError{written.error()};
        bytes = bytes.subspan(static_cast<std::size_t>(written.value()));
        offset += static_cast<std::uint64_t>(written.value());
    }
    return {};
}

HostResult<> LinuxHostMemory::empty_shared_memory(const SharedMemory& memory, std::uint64_t offset,
                                                  std::uint64_t bytes) {
    return host_do([&] {
        return ::fallocate(memory.descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                           static_cast<off_t>(bytes));
    });
}

HostResult<std::byte*> LinuxHostMemory::map_for_host(const SharedMemory& memory) {
    void* const at = ::mmap(nullptr, memory.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory.descriptor, 0);
    if (at == MAP_FAILED) return HostError{errno};
    return static_cast<std::byte*>(at);
}

void LinuxHostMemory::will_write(std::span<std::byte> bytes) {
#ifdef MADV_POPULATE_WRITE
    (void)::madvise(bytes.data(), bytes.size(), MADV_POPULATE_WRITE);
#else
    (void)bytes;
#endif
}

void LinuxHostMemory::unmap_for_host(const SharedMemory& memory, std::byte* view) { ::munmap(view, memory.bytes); }

void LinuxHostMemory::close_shared_memory(SharedMemory& memory) {
    if (memory.descriptor >= 0) ::close(memory.descriptor);
    memory = {};
}

} // namespace oriel::hal
