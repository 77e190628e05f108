// SPDX-License-Identifier: MIT
#include <ntdll-emu/hal/host_maps.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace oriel::hal {

namespace {

PageAccess access_from_letters(const char* letters) {
    const bool write = letters[1] == 'w';
    const bool execute = letters[2] == 'x';
    if (write) return execute ? PageAccess::ReadWriteExecute : PageAccess::ReadWrite;
    if (execute) return PageAccess::ReadExecute;
    return letters[0] == 'r' ? PageAccess::Read : PageAccess::None;
}

} // namespace

std::optional<HostMapLine> parse_host_map_line(const char* line) {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    char letters[8] = {};
    std::uint64_t offset = 0;
    std::uint64_t inode = 0;
    const int fields = std::sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %" SCNu64, &begin, &end,
                                   letters, &offset, &inode);
    if (fields != 5 || end <= begin) return std::nullopt;
    return HostMapLine{PageRange(Address(begin), end - begin), access_from_letters(letters),
                       letters[3] == 's' ? Sharing::Shared : Sharing::Private, offset, inode};
}

HostResult<std::vector<HostMapLine>> read_host_maps(PageRange range) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> maps(std::fopen("/proc/self/maps", "re"), std::fclose);
    if (!maps) return HostError{errno};
    std::vector<HostMapLine> lines;
    char* text = nullptr;
    std::size_t capacity = 0;
    while (getline(&text, &capacity, maps.get()) > 0) {
        const auto line = parse_host_map_line(text);
        if (!line) continue;
        if (line->range.base() >= range.end()) break;
        if (line->range.overlaps(range)) lines.push_back(*line);
    }
    std::free(text);
    return lines;
}

std::uint64_t most_host_mappings() {
    constexpr std::uint64_t linux_default = 65530;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/sys/vm/max_map_count", "re"), std::fclose);
    std::uint64_t count = 0;
    return file && std::fscanf(file.get(), "%" SCNu64, &count) == 1 ? count : linux_default;
}

} // namespace oriel::hal
