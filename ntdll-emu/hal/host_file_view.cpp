// SPDX-License-Identifier: MIT
// host_file_view.cpp: mmap.
#include "host_file_view.h"

#include <cerrno>
#include <sys/mman.h>
#include <sys/stat.h>

namespace oriel::hal {

HostResult<HostFileView> HostFileView::open(int descriptor) {
    struct stat facts = {};
    if (fstat(descriptor, &facts) != 0) return HostError{errno};
    HostFileView view;
    if (facts.st_size == 0) return view;
    const auto size = static_cast<std::size_t>(facts.st_size);
    void* memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (memory == MAP_FAILED) return HostError{errno};
    view.m_bytes = {static_cast<const std::byte*>(memory), size};
    return view;
}

HostFileView::~HostFileView() {
    if (!m_bytes.empty()) munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
}

} // namespace oriel::hal
