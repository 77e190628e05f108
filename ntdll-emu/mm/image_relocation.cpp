// SPDX-License-Identifier: MIT
#include <ntdll-emu/mm/image_relocation.h>

#include <loader/pe/relocations.h>

#include <algorithm>
#include <cstring>

namespace oriel::mm {

namespace {

/// Reads parts when they are first needed, and changes them.
class Patcher {
public:
    Patcher(FileBacking& file, const std::vector<ImagePart>& parts)
        : m_file(file), m_parts(parts), m_patched(parts.size()) {}

    /// The image's bytes at [rva, rva + bytes), which must lie in one part; null where there are none, or only zero
    /// pages: nobody relocates those, and a hostile image must not make us build them.
    NtResult<std::byte*> at(std::uint64_t rva, std::uint64_t bytes) {
        const std::size_t index = part_at(rva);
        if (index == m_parts.size()) return static_cast<std::byte*>(nullptr);
        const std::uint64_t offset = rva - m_parts[index].rva;
        if (offset + bytes > align_up(m_parts[index].file_bytes, page_size)) return static_cast<std::byte*>(nullptr);
        if (!m_patched[index]) m_patched[index] = TRY(read_part(m_file, m_parts[index]));
        auto& part = *m_patched[index];
        if (offset + bytes > part.size()) part.resize(offset + bytes); // into the zeros of its last page
        return part.data() + offset;
    }
    PatchedParts take() { return std::move(m_patched); }

private:
    /// Relocations come in ascending order: nearly always it is the part of the last question.
    std::size_t part_at(std::uint64_t rva) {
        if (m_last < m_parts.size() && contains(m_last, rva)) return m_last;
        for (m_last = 0; m_last < m_parts.size() && !contains(m_last, rva);) ++m_last;
        return m_last;
    }
    bool contains(std::size_t index, std::uint64_t rva) const {
        return rva >= m_parts[index].rva && rva < m_parts[index].end();
    }

    FileBacking& m_file;
    const std::vector<ImagePart>& m_parts;
    PatchedParts m_patched;
    std::size_t m_last = 0;
};

template<class Word>
void add_to(std::byte* place, std::uint64_t delta) {
    Word word;
    std::memcpy(&word, place, sizeof word);
    word = static_cast<Word>(word + delta);
    std::memcpy(place, &word, sizeof word);
}

/// The 16-bit kinds patch one half of a 32-bit address; `other_half` is what the other half was.
void add_to_high_half(std::byte* place, std::uint64_t delta, std::uint16_t other_half) {
    std::uint16_t high;
    std::memcpy(&high, place, sizeof high);
    const std::uint32_t address = (std::uint32_t{high} << 16) + other_half + static_cast<std::uint32_t>(delta);
    // HIGHADJ rounds: its low half is signed where it is used.
    high = static_cast<std::uint16_t>((address + (other_half != 0 ? 0x8000 : 0)) >> 16);
    std::memcpy(place, &high, sizeof high);
}

void apply(std::byte* place, const pe::Relocation& relocation, std::uint64_t delta) {
    switch (relocation.kind) {
    case nt::ImageRelocationKind::Dir64:
        return add_to<std::uint64_t>(place, delta);
    case nt::ImageRelocationKind::HighLow:
        return add_to<std::uint32_t>(place, delta);
    case nt::ImageRelocationKind::Low:
        return add_to<std::uint16_t>(place, delta);
    case nt::ImageRelocationKind::High:
        return add_to_high_half(place, delta, 0);
    case nt::ImageRelocationKind::HighAdj:
        return add_to_high_half(place, delta, relocation.parameter);
    default:
        return;
    }
}

NtResult<> write_base(Patcher& patcher, const ImageLayout& layout, Address base) {
    const std::size_t bytes = layout.is_64 ? 8 : 4;
    std::byte* const place = TRY(patcher.at(layout.image_base_offset, bytes));
    if (place == nullptr) return Status::InvalidImageFormat;
    const std::uint64_t value = base.value();
    std::memcpy(place, &value, bytes);
    return {};
}

} // namespace

NtResult<PatchedParts> relocate_image(FileBacking& file, const ImageLayout& layout,
                                      const std::vector<ImagePart>& parts, Address base) {
    if (layout.relocations_stripped) return Status::ConflictingAddresses;
    const std::uint64_t delta = base.value() - layout.preferred_base;
    Patcher patcher(file, parts);
    TRY(write_base(patcher, layout, base));
    if (layout.relocations_size == 0) return patcher.take();

    std::byte* const directory = TRY(patcher.at(layout.relocations_rva, layout.relocations_size));
    if (directory == nullptr) return Status::InvalidImageFormat;
    // A copy: a hostile image may relocate its own relocations.
    const std::vector<std::byte> blocks(directory, directory + layout.relocations_size);
    Status failure = Status::Success;
    const auto broken = pe::for_each_relocation(
        blocks, layout.relocations_rva, layout.size_of_image, [&](const pe::Relocation& relocation) {
            if (failure != Status::Success) return;
            auto place = patcher.at(relocation.rva, pe::relocation_bytes(relocation.kind));
            if (!place.ok())
                failure = place.error();
            else if (*place == nullptr)
                failure = Status::InvalidImageFormat;
            else
                apply(*place, relocation, delta);
        });
    if (broken) return Status::InvalidImageFormat;
    if (failure != Status::Success) return failure;
    return patcher.take();
}

} // namespace oriel::mm
