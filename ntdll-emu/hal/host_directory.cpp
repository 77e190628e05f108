// SPDX-License-Identifier: MIT
// host_directory.cpp: getdents64 by hand, because readdir() keeps its position in a DIR that would have
// to live as long as the guest's handle, and loses errors in errno.
#include <ntdll-emu/hal/host_directory.h>

#include <ntdll-emu/hal/host_call.h>

#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

namespace oriel::hal {

namespace {

// The kernel's struct linux_dirent64 (getdents64(2)).
struct KernelEntry {
    std::uint64_t inode;
    std::int64_t next;
    std::uint16_t length;
    std::uint8_t type;
    char name[1];
};

/// Calls `visit(entry)` for each name until it answers false.
template<class Visit>
HostResult<> for_each_entry(int descriptor, Visit&& visit) {
    const auto rewound = host_do([&] { return ::lseek(descriptor, 0, SEEK_SET); });
    if (!rewound) return rewound;
    std::vector<char> buffer(32 * 1024);
    for (;;) {
        const auto bytes =
            host_call([&] { return ::syscall(SYS_getdents64, descriptor, buffer.data(), buffer.size()); });
        if (!bytes) return HostError{bytes.error()};
        if (bytes.value() == 0) return {};
        for (long at = 0; at < bytes.value();) {
            const auto* entry = reinterpret_cast<const KernelEntry*>(buffer.data() + at);
            at += entry->length;
            const bool self = std::strcmp(entry->name, ".") == 0 || std::strcmp(entry->name, "..") == 0;
            if (!self && !visit(*entry)) return {};
        }
    }
}

} // namespace

HostResult<std::vector<HostEntry>> read_directory(int descriptor) {
    std::vector<HostEntry> entries;
    const auto read = for_each_entry(descriptor, [&](const KernelEntry& entry) {
        entries.push_back({entry.name, entry.inode});
        return true;
    });
    if (!read) return HostError{read.error()};
    return entries;
}

HostResult<bool> directory_is_empty(int descriptor) {
    bool empty = true;
    const auto read = for_each_entry(descriptor, [&](const KernelEntry&) { return empty = false; });
    if (!read) return HostError{read.error()};
    return empty;
}

} // namespace oriel::hal
