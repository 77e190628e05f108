// SPDX-License-Identifier: MIT
#include <loader/pe/headers.h>

#include <algorithm>
#include <bit>

namespace oriel::pe {

namespace {

constexpr std::uint32_t page_bytes = 0x1000;
constexpr std::uint32_t sector_bytes = 0x200;
constexpr std::uint64_t base_alignment = 0x10000;

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) & ~(unit - 1); }

/// Finds the NT headers: their file offset, or why there are none.
Parsed<std::uint32_t> find_nt_headers(Bytes bytes) {
    const auto magic = load<std::uint16_t>(bytes, 0);
    if (!magic || *magic != nt::dos_signature) return Error::at_offset(Rule::NotMz, 0);
    const auto dos = load<nt::IMAGE_DOS_HEADER>(bytes, 0);
    if (!dos) return Error::at_offset(Rule::DosHeaderTruncated, bytes.size());

    // A DOS program has whatever it likes where e_lfanew would be, so an offset that leads nowhere means
    // "no PE", not "truncated", unless the bytes that are there begin a PE header.
    const auto offset = static_cast<std::uint32_t>(dos->e_lfanew);
    const auto short_signature = load<std::uint16_t>(bytes, offset);
    if (!short_signature) {
        const bool plausible = offset >= sizeof(nt::IMAGE_DOS_HEADER) && offset < 0x10000;
        return Error::at_offset(plausible ? Rule::HeadersTruncated : Rule::NotPe, 60);
    }
    if (*short_signature == 0x454E) return Error::at_offset(Rule::NewExecutable, offset);       // "NE"
    if (*short_signature == 0x454C || *short_signature == 0x584C)                               // "LE", "LX"
        return Error::at_offset(Rule::LinearExecutable, offset);
    const auto signature = load<std::uint32_t>(bytes, offset);
    if (!signature)
        return Error::at_offset(*short_signature == 0x4550 ? Rule::HeadersTruncated : Rule::NotPe, offset);
    if (*signature != nt::pe_signature) return Error::at_offset(Rule::NotPe, offset);
    if (offset % 4 != 0) return Error::at_offset(Rule::HeadersMisaligned, 60);
    return offset;
}

template<class Abi>
void take_optional_header(Headers& to, const nt::IMAGE_OPTIONAL_HEADER<Abi>& from) {
    to.is_64 = Abi::is_64;
    to.subsystem = static_cast<nt::ImageSubsystem>(from.Subsystem);
    to.dll_characteristics = from.DllCharacteristics;
    to.image_base = from.ImageBase();
    to.entry_rva = from.AddressOfEntryPoint;
    to.section_alignment = from.SectionAlignment;
    to.file_alignment = from.FileAlignment;
    to.size_of_image = from.SizeOfImage;
    to.size_of_headers = from.SizeOfHeaders;
    to.checksum = from.CheckSum;
    to.loader_flags = from.LoaderFlags;
    to.os_major = from.MajorOperatingSystemVersion;
    to.os_minor = from.MinorOperatingSystemVersion;
    to.subsystem_major = from.MajorSubsystemVersion;
    to.subsystem_minor = from.MinorSubsystemVersion;
    to.linker_major = from.MajorLinkerVersion;
    to.linker_minor = from.MinorLinkerVersion;
    to.stack_reserve = from.SizeOfStackReserve;
    to.stack_commit = from.SizeOfStackCommit;
    to.heap_reserve = from.SizeOfHeapReserve;
    to.heap_commit = from.SizeOfHeapCommit;
    const auto count = std::min(from.NumberOfRvaAndSizes, nt::image_directory_count);
    std::copy_n(std::begin(from.DataDirectory), count, to.directories.begin());
}

template<class Abi>
Fault read_optional_header(Headers& to, Bytes bytes, std::uint64_t offset) {
    // Windows 7 and later want the whole structure in the file, directories included, however few of them
    // NumberOfRvaAndSizes admits.
    const auto optional = load<nt::IMAGE_OPTIONAL_HEADER<Abi>>(bytes, offset);
    if (!optional) return Error::at_offset(Rule::HeadersTruncated, bytes.size());
    take_optional_header(to, *optional);
    return std::nullopt;
}

/// The rules about single fields. `optional` is the optional header's offset.
Fault check_fields(Headers& image, std::uint64_t optional, std::uint64_t file_bytes) {
    const auto broken = [&](Rule rule, std::uint32_t field) { return Error::at_offset(rule, optional + field); };

    if ((image.characteristics & nt::image_executable) == 0)
        return Error::at_offset(Rule::NotExecutable, image.nt_headers_offset + 22);
    if (!std::has_single_bit(image.file_alignment)
        || (image.file_alignment % sector_bytes != 0 && image.file_alignment != image.section_alignment))
        return broken(Rule::FileAlignment, 36);
    if (!std::has_single_bit(image.section_alignment) || image.section_alignment < image.file_alignment)
        return broken(Rule::SectionAlignment, 32);
    if (image.section_alignment < page_bytes && image.section_alignment != image.file_alignment)
        return broken(Rule::LowAlignment, 32);
    if (image.size_of_image == 0 || image.size_of_image > largest_image) return broken(Rule::SizeOfImage, 56);
    if (image.size_of_headers == 0 || image.size_of_headers >= image.size_of_image
        || image.size_of_headers > file_bytes)
        return broken(Rule::SizeOfHeaders, 60);
    if (image.entry_rva >= image.size_of_image) return broken(Rule::EntryPoint, 16);

    image.size_of_image = static_cast<std::uint32_t>(round_up(image.size_of_image, page_bytes));
    const std::uint64_t top = image.is_64 ? ~std::uint64_t{0} : 0xFFFFFFFF;
    if (image.image_base % base_alignment != 0 || image.image_base > top - image.size_of_image)
        return broken(Rule::ImageBase, image.is_64 ? 24 : 28);
    return std::nullopt;
}

/// One section of an ordinary image: page-aligned, its data anywhere in the file.
Fault place_section(Section& section, const nt::IMAGE_SECTION_HEADER& header, std::uint64_t where,
                    std::uint64_t file_bytes, Layout layout) {
    const std::uint64_t wanted = header.VirtualSize != 0 ? header.VirtualSize : header.SizeOfRawData;
    const std::uint64_t pages = round_up(wanted, page_bytes);
    if (pages > largest_image) return Error::at_offset(Rule::SectionBeyondImage, where + 8);
    section.virtual_bytes = static_cast<std::uint32_t>(pages);
    if (header.PointerToRawData == 0 || header.SizeOfRawData == 0) return std::nullopt;

    section.raw_offset = header.PointerToRawData & ~(sector_bytes - 1);
    section.raw_bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(header.SizeOfRawData, pages));
    if (layout == Layout::Mapped) return std::nullopt;
    if (std::uint64_t{section.raw_offset} + header.SizeOfRawData > file_bytes)
        return Error::at_offset(Rule::RawDataBeyondFile, where + 16);
    return std::nullopt;
}

/// One section of a flat image: the file is the memory.
Fault place_flat_section(Section& section, const nt::IMAGE_SECTION_HEADER& header, std::uint64_t where,
                         std::uint64_t file_bytes, Layout layout) {
    const bool empty = header.SizeOfRawData == 0;
    if (!empty && header.PointerToRawData != header.VirtualAddress)
        return Error::at_offset(Rule::FlatSection, where + 20);
    if (header.VirtualSize > header.SizeOfRawData) return Error::at_offset(Rule::FlatSection, where + 8);
    section.virtual_bytes = header.SizeOfRawData;
    section.raw_offset = header.VirtualAddress;
    section.raw_bytes = header.SizeOfRawData;
    if (layout == Layout::File && std::uint64_t{section.raw_offset} + section.raw_bytes > file_bytes)
        return Error::at_offset(Rule::RawDataBeyondFile, where + 16);
    return std::nullopt;
}

Fault read_sections(Headers& image, Bytes bytes, std::uint64_t table, std::uint32_t count,
                    std::uint64_t file_bytes, Layout layout) {
    const auto table_bytes = slice(bytes, table, std::uint64_t{count} * sizeof(nt::IMAGE_SECTION_HEADER));
    if (!table_bytes || table + table_bytes->size() > image.size_of_headers)
        return Error::at_offset(Rule::SectionTableTruncated, table);
    if (count == 0 && !image.is_flat()) return Error::at_offset(Rule::NoSections, image.nt_headers_offset + 6);

    const Table<nt::IMAGE_SECTION_HEADER> headers(*table_bytes);
    image.sections.reserve(count);
    std::uint64_t next = round_up(image.size_of_headers, image.section_alignment);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint64_t where = table + std::uint64_t{i} * sizeof(nt::IMAGE_SECTION_HEADER);
        const nt::IMAGE_SECTION_HEADER header = headers[i];
        Section section;
        section.name = up_to_nul(table_bytes->subspan(i * sizeof(nt::IMAGE_SECTION_HEADER), sizeof header.Name));
        section.rva = header.VirtualAddress;
        section.characteristics = header.Characteristics;
        const auto place = image.is_flat() ? place_flat_section : place_section;
        if (auto fault = place(section, header, where, file_bytes, layout)) return fault;

        const bool in_order = image.is_flat() ? section.rva >= (i == 0 ? 0 : next) : section.rva == next;
        if (!in_order) return Error::at_offset(Rule::SectionAddress, where + 12);
        const std::uint64_t end = std::uint64_t{section.rva} + section.virtual_bytes;
        if (end > image.size_of_image) return Error::at_offset(Rule::SectionBeyondImage, where + 12);
        next = image.is_flat() ? end : round_up(end, image.section_alignment);
        image.sections.push_back(section);
    }
    return std::nullopt;
}

} // namespace

bool Headers::is_flat() const { return section_alignment < page_bytes; }

Parsed<Headers> Headers::parse(Bytes bytes, std::uint64_t file_bytes, Layout layout) {
    auto found = find_nt_headers(bytes);
    if (!found) return found.error();
    const std::uint64_t start = *found;

    const auto file = load<nt::IMAGE_FILE_HEADER>(bytes, start + 4);
    if (!file) return Error::at_offset(Rule::HeadersTruncated, bytes.size());
    Headers image;
    image.nt_headers_offset = *found;
    image.machine = static_cast<nt::ImageMachine>(file->Machine);
    image.characteristics = file->Characteristics;
    image.time_stamp = file->TimeDateStamp;

    const std::uint64_t optional = start + 4 + sizeof(nt::IMAGE_FILE_HEADER);
    const auto magic = load<std::uint16_t>(bytes, optional);
    if (!magic) return Error::at_offset(Rule::HeadersTruncated, bytes.size());
    Fault fault;
    if (*magic == nt::optional_magic_64) fault = read_optional_header<nt::Nt64>(image, bytes, optional);
    else if (*magic == nt::optional_magic_32) fault = read_optional_header<nt::Nt32>(image, bytes, optional);
    else fault = Error::at_offset(Rule::UnknownMagic, optional);

    if (!fault) fault = check_fields(image, optional, file_bytes);
    if (!fault)
        fault = read_sections(image, bytes, optional + file->SizeOfOptionalHeader, file->NumberOfSections, file_bytes,
                              layout);
    if (fault) return *fault;
    return image;
}

} // namespace oriel::pe
