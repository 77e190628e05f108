// SPDX-License-Identifier: MIT
// builtin_images.cpp: from the table that embed.py wrote to io::BuiltinFile.
#include "builtin_images.h"

#include <ntdll-emu/hal/host_file.h>
#include <ntdll-emu/hal/self_file.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace oriel::start {
struct EmbeddedImage {
    const char* name; ///< null ends the table
    const unsigned char* bytes;
    std::uint64_t size;
    std::uint64_t machine;
};
extern "C" const EmbeddedImage oriel_builtin_images[];

namespace {

std::u16string widen(std::string_view ascii) { return {ascii.begin(), ascii.end()}; }

/// Replaces what the folder has under the same name, and adds what only it has.
void take_from_folder(std::vector<io::BuiltinFile>& files, const std::string& folder, bool for_32_bits) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".dll") continue;
        auto opened = hal::open_file(entry.path().c_str(), {});
        if (!opened.ok()) throw std::system_error(opened.error(), std::generic_category(), entry.path().string());
        io::BuiltinFile file{.name = widen(entry.path().filename().string()),
                             .bytes = entry.file_size(),
                             .descriptor = opened.value().release(),
                             .offset = 0,
                             .for_32_bits = for_32_bits};
        const auto same = std::find_if(files.begin(), files.end(), [&](const io::BuiltinFile& other) {
            return other.name == file.name;
        });
        if (same != files.end()) *same = std::move(file);
        else files.push_back(std::move(file));
    }
}

} // namespace

std::vector<io::BuiltinFile> builtin_images(GuestMachine machine, const std::string& dll_path) {
    std::vector<io::BuiltinFile> files;
    const auto self = hal::self_descriptor();
    const bool for_32_bits = machine == GuestMachine::X86;
    for (const EmbeddedImage* image = oriel_builtin_images; image->name && self.ok(); ++image) {
        const auto offset = hal::offset_in_self(image->bytes);
        if (image->machine != static_cast<std::uint64_t>(machine) || !offset) continue;
        files.push_back({.name = widen(image->name),
                         .bytes = image->size,
                         .descriptor = self.value(),
                         .offset = *offset,
                         .for_32_bits = for_32_bits});
    }
    if (!dll_path.empty()) take_from_folder(files, dll_path, for_32_bits);
    return files;
}

std::span<const std::byte> bytes_of(const io::BuiltinFile& file, std::vector<std::byte>& storage) {
    for (const EmbeddedImage* image = oriel_builtin_images; image->name; ++image) {
        const bool same_file = file.descriptor == hal::self_descriptor().value() && hal::offset_in_self(image->bytes) == file.offset;
        if (same_file) return {reinterpret_cast<const std::byte*>(image->bytes), image->size};
    }
    storage.resize(file.bytes);
    const auto read = hal::read_at(file.descriptor, storage.data(), storage.size(), file.offset);
    if (!read.ok() || read.value() != storage.size()) return {};
    return storage;
}

} // namespace oriel::start
