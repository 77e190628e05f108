// SPDX-License-Identifier: MIT
// shared_pages.h: one piece of the host's memory with a descriptor, and its owner.
#pragma once

#include <ntdll-emu/hal/host_memory.h>
#include <oriel/nt_result.h>

#include <memory>

namespace oriel::mm {

class SharedPages {
public:
    /// Zero pages. Statuses: InsufficientResources when the host has none.
    static NtResult<std::shared_ptr<SharedPages>> create(hal::HostMemory& host, std::uint64_t bytes) {
        auto memory = host.create_shared_memory(bytes);
        if (!memory) return Status::InsufficientResources;
        return std::make_shared<SharedPages>(host, memory.value());
    }
    /// Use create().
    SharedPages(hal::HostMemory& host, hal::SharedMemory memory) : m_host(host), m_memory(memory) {}
    ~SharedPages() { m_host.close_shared_memory(m_memory); }
    SharedPages(const SharedPages&) = delete;
    SharedPages& operator=(const SharedPages&) = delete;

    [[nodiscard]] hal::FilePlace place_at(std::uint64_t offset) const { return {m_memory.descriptor, offset}; }
    [[nodiscard]] const hal::SharedMemory& memory() const { return m_memory; }
    NtResult<> write(std::uint64_t offset, std::span<const std::byte> bytes) {
        if (!m_host.write_shared_memory(m_memory, offset, bytes)) return Status::InsufficientResources;
        return {};
    }

private:
    hal::HostMemory& m_host;
    hal::SharedMemory m_memory;
};

} // namespace oriel::mm
