// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/stored_facts.h>

#include <nt/file.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <string_view>

namespace oriel::io {

namespace {

constexpr const char* attribute_name = "user.oriel";

/// The last file system that said it keeps no attributes: asking again would cost every listing a system
/// call an entry. Device numbers are never ~0.
std::atomic<std::uint64_t> device_without_attributes{~std::uint64_t{0}};

template<class T>
std::optional<T> number_after(std::string_view text, std::string_view key, int base) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) return std::nullopt;
    const char* first = text.data() + at + key.size();
    T value{};
    const auto [end, error] = std::from_chars(first, text.data() + text.size(), value, base);
    if (error != std::errc{} || end == first) return std::nullopt;
    return value;
}

StoredFacts parse(std::string_view text, bool directory) {
    StoredFacts facts;
    facts.attributes = number_after<std::uint32_t>(text, "attributes=0x", 16);
    if (facts.attributes) *facts.attributes &= storable_attributes(directory);
    facts.created = number_after<FileTime>(text, "created=", 10);
    return facts;
}

template<class Where>
StoredFacts load(Where where, const hal::HostFileStat& stat) {
    const bool can_have = stat.kind == hal::HostFileKind::Regular || stat.kind == hal::HostFileKind::Directory;
    if (!can_have || device_without_attributes.load(std::memory_order_relaxed) == stat.device) return {};
    const auto text = hal::get_attribute(where, attribute_name);
    if (!text) {
        if (text.error() == EOPNOTSUPP) device_without_attributes.store(stat.device, std::memory_order_relaxed);
        return {};
    }
    return parse(text.value(), stat.kind == hal::HostFileKind::Directory);
}

} // namespace

std::uint32_t storable_attributes(bool directory) {
    const std::uint32_t both = nt::FILE_ATTRIBUTE_HIDDEN | nt::FILE_ATTRIBUTE_SYSTEM | nt::FILE_ATTRIBUTE_ARCHIVE
                               | nt::FILE_ATTRIBUTE_TEMPORARY | nt::FILE_ATTRIBUTE_OFFLINE
                               | nt::FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
    return directory ? (both | nt::FILE_ATTRIBUTE_READONLY) & ~nt::FILE_ATTRIBUTE_TEMPORARY : both;
}

std::uint32_t default_attributes(bool directory) { return directory ? 0 : nt::FILE_ATTRIBUTE_ARCHIVE; }

StoredFacts load_stored_facts(int descriptor, const hal::HostFileStat& stat) { return load(descriptor, stat); }
StoredFacts load_stored_facts(const char* path, const hal::HostFileStat& stat) { return load(path, stat); }

void save_stored_facts(int descriptor, bool directory, const StoredFacts& facts) {
    const bool plain = facts.attributes.value_or(default_attributes(directory)) == default_attributes(directory);
    if (plain && !facts.created) {
        (void)hal::remove_attribute(descriptor, attribute_name);
        return;
    }
    char text[64];
    int length =
        std::snprintf(text, sizeof text, "attributes=0x%x", facts.attributes.value_or(default_attributes(directory)));
    if (facts.created)
        length += std::snprintf(text + length, sizeof text - static_cast<std::size_t>(length), " created=%lld",
                                static_cast<long long>(*facts.created));
    (void)hal::set_attribute(descriptor, attribute_name, std::string_view(text, static_cast<std::size_t>(length)));
}

} // namespace oriel::io
