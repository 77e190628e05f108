// SPDX-License-Identifier: MIT
// host_file_view.h: a file's bytes in memory, read-only, for looking at a program before it is run.
#pragma once

#include <ntdll-emu/hal/host_result.h>

#include <cstddef>
#include <span>

namespace oriel::hal {

/// Only what is looked at is read. A file that shrinks meanwhile is the caller's risk.
class HostFileView {
public:
    static HostResult<HostFileView> open(int descriptor);
    HostFileView() = default;
    HostFileView(HostFileView&& other) noexcept : m_bytes(std::exchange(other.m_bytes, {})) {}
    HostFileView& operator=(HostFileView&& other) noexcept {
        std::swap(m_bytes, other.m_bytes);
        return *this;
    }
    ~HostFileView();

    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }

private:
    std::span<const std::byte> m_bytes;
};

} // namespace oriel::hal
