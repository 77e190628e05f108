// SPDX-License-Identifier: MIT
// self_file.cpp: /proc/self/exe and the program headers.
#include "self_file.h"

#include <cerrno>
#include <elf.h>
#include <fcntl.h>
#include <sys/auxv.h>

// Where the linker put the ELF header: the program's first loaded byte.
extern "C" const char __ehdr_start[] __attribute__((visibility("hidden")));

namespace oriel::hal {

HostResult<int> self_descriptor() {
    static const int descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return HostError{errno};
    return descriptor;
}

std::optional<std::uint64_t> offset_in_self(const void* loaded) {
    const auto address = reinterpret_cast<std::uint64_t>(loaded);
    const auto* headers = reinterpret_cast<const Elf64_Phdr*>(getauxval(AT_PHDR));
    const std::uint64_t count = getauxval(AT_PHNUM);
    // How far the program lies from where its headers say: 0 for one with a fixed base (fixed_base.cpp).
    std::uint64_t moved = reinterpret_cast<std::uint64_t>(__ehdr_start);
    for (std::uint64_t i = 0; i < count; ++i) {
        if (headers[i].p_type == PT_LOAD && headers[i].p_offset == 0) moved -= headers[i].p_vaddr;
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        const Elf64_Phdr& header = headers[i];
        const std::uint64_t start = moved + header.p_vaddr;
        if (header.p_type == PT_LOAD && address >= start && address < start + header.p_filesz) {
            return header.p_offset + (address - start);
        }
    }
    return std::nullopt;
}

} // namespace oriel::hal
