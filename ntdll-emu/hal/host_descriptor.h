// SPDX-License-Identifier: MIT
// host_descriptor.h: a file descriptor with one owner.
#pragma once

#include <utility>

namespace oriel::hal {

void close_descriptor(int descriptor);

class HostDescriptor {
public:
    HostDescriptor() = default;
    explicit HostDescriptor(int descriptor) : m_descriptor(descriptor) {}
    HostDescriptor(HostDescriptor&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    HostDescriptor& operator=(HostDescriptor&& other) noexcept {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    ~HostDescriptor() {
        if (m_descriptor >= 0) close_descriptor(m_descriptor);
    }

    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] bool valid() const { return m_descriptor >= 0; }
    /// Gives up ownership without closing.
    [[nodiscard]] int release() { return std::exchange(m_descriptor, -1); }

private:
    int m_descriptor = -1;
};

} // namespace oriel::hal
