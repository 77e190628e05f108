// SPDX-License-Identifier: MIT
// shared_pages.h: one piece of the host's memory with a descriptor, and its owner.
#pragma once

#include <ntdll-emu/hal/host_memory.h>
#include <oriel/nt_result.h>

#include <memory>
#include <utility>

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
    ~SharedPages() {
        drop_host_view();
        m_host.close_shared_memory(m_memory);
    }
    SharedPages(const SharedPages&) = delete;
    SharedPages& operator=(const SharedPages&) = delete;

    [[nodiscard]] hal::FilePlace place_at(std::uint64_t offset) const { return {m_memory.descriptor, offset}; }
    [[nodiscard]] const hal::SharedMemory& memory() const { return m_memory; }
    /// All of it, for the host to fill; until drop_host_view(). Statuses: InsufficientResources.
    NtResult<std::span<std::byte>> host_view() {
        if (!m_view) {
            const auto mapped = m_host.map_for_host(m_memory);
            if (!mapped) return Status::InsufficientResources;
            m_view = mapped.value();
        }
        return std::span<std::byte>(m_view, m_memory.bytes);
    }
    void drop_host_view() {
        if (m_view) m_host.unmap_for_host(m_memory, std::exchange(m_view, nullptr));
    }
    NtResult<> write(std::uint64_t offset, std::span<const std::byte> bytes) {
        if (!m_host.write_shared_memory(m_memory, offset, bytes)) return Status::InsufficientResources;
        return {};
    }

private:
    hal::HostMemory& m_host;
    hal::SharedMemory m_memory;
    std::byte* m_view = nullptr;
};

} // namespace oriel::mm
