// SPDX-License-Identifier: MIT
#include <loader/pe/directories.h>

#include <algorithm>

namespace oriel::pe {

namespace {

/// More TLS callbacks than any linker makes: a table without an end.
constexpr std::size_t most_tls_callbacks = 4096;

template<class Abi>
Fault read_tls_callbacks(const Image& image, TlsDirectory& tls, std::uint64_t address) {
    if (address == 0) return std::nullopt;
    const auto table = image.rva_of(address);
    if (!table) return Error::at_rva(Rule::TlsDirectory, 0);
    for (std::uint64_t where = *table; tls.callback_rvas.size() < most_tls_callbacks;
         where += sizeof(nt::uptr<Abi>)) {
        const auto callback = image.read<nt::uptr<Abi>>(where);
        if (!callback) return Error::at_rva(Rule::TlsDirectory, where);
        if (*callback == 0) return std::nullopt;
        // A callback may be anywhere, in principle; one outside the image is kept as 0 for the reader to see.
        tls.callback_rvas.push_back(image.rva_of(*callback).value_or(0));
    }
    return Error::at_rva(Rule::TlsDirectory, *table);
}

template<class Abi>
Parsed<std::optional<TlsDirectory>> read_tls(const Image& image, std::uint32_t where) {
    const Error broken = Error::at_rva(Rule::TlsDirectory, where);
    const auto raw = image.read<nt::IMAGE_TLS_DIRECTORY<Abi>>(where);
    if (!raw || raw->EndAddressOfRawData < raw->StartAddressOfRawData) return broken;

    TlsDirectory tls;
    const std::uint64_t bytes = raw->EndAddressOfRawData - raw->StartAddressOfRawData;
    if (bytes != 0) {
        const auto start = image.rva_of(raw->StartAddressOfRawData);
        if (!start || !image.inside(*start, bytes)) return broken;
        tls.template_rva = *start;
    }
    tls.template_bytes = static_cast<std::uint32_t>(bytes);
    tls.zero_fill_bytes = raw->SizeOfZeroFill;
    const std::uint32_t alignment_bits = (raw->Characteristics >> 20) & 0xF;
    tls.alignment = alignment_bits == 0 ? 0 : 1U << (alignment_bits - 1);
    if (raw->AddressOfIndex != 0) {
        const auto index = image.rva_of(raw->AddressOfIndex);
        if (!index || !image.inside(*index, 4)) return broken;
        tls.index_rva = *index;
    }
    if (auto fault = read_tls_callbacks<Abi>(image, tls, raw->AddressOfCallBacks)) return *fault;
    return std::optional(std::move(tls));
}

template<class Abi>
Parsed<std::optional<LoadConfig>> read_load_config(const Image& image, std::uint32_t where) {
    using Directory = nt::IMAGE_LOAD_CONFIG_DIRECTORY<Abi>;
    const auto size = image.read<std::uint32_t>(where);
    if (!size) return Error::at_rva(Rule::LoadConfig, where);
    Directory raw{};
    const auto used = std::min<std::size_t>(*size, sizeof raw);
    if (!image.copy(where, std::as_writable_bytes(std::span(&raw, 1)).first(used)))
        return Error::at_rva(Rule::LoadConfig, where);

    LoadConfig config;
    config.size = *size;
    config.security_cookie = raw.SecurityCookie;
    config.safe_handler_table = raw.SEHandlerTable;
    config.safe_handler_count = raw.SEHandlerCount;
    config.guard_check_pointer = raw.GuardCFCheckFunctionPointer;
    config.guard_dispatch_pointer = raw.GuardCFDispatchFunctionPointer;
    config.guard_flags = raw.GuardFlags;
    config.dependent_load_flags = raw.DependentLoadFlags;
    return std::optional(config);
}

} // namespace

Parsed<std::optional<TlsDirectory>> tls_of(const Image& image) {
    if (!image.has(nt::ImageDirectory::Tls)) return std::optional<TlsDirectory>();
    const std::uint32_t where = image.headers().directory(nt::ImageDirectory::Tls).VirtualAddress;
    return image.headers().is_64 ? read_tls<nt::Nt64>(image, where) : read_tls<nt::Nt32>(image, where);
}

Parsed<std::optional<LoadConfig>> load_config_of(const Image& image) {
    if (!image.has(nt::ImageDirectory::LoadConfig)) return std::optional<LoadConfig>();
    const std::uint32_t where = image.headers().directory(nt::ImageDirectory::LoadConfig).VirtualAddress;
    return image.headers().is_64 ? read_load_config<nt::Nt64>(image, where)
                                 : read_load_config<nt::Nt32>(image, where);
}

Parsed<ExceptionTable> exceptions_of(const Image& image) {
    const auto directory = image.headers().directory(nt::ImageDirectory::Exception);
    if (image.headers().machine != nt::ImageMachine::Amd64 || directory.VirtualAddress == 0 || directory.Size == 0)
        return ExceptionTable();
    const auto bytes = image.at(directory.VirtualAddress, directory.Size);
    if (!bytes) return Error::at_rva(Rule::ExceptionTable, directory.VirtualAddress);
    return ExceptionTable(*bytes);
}

Fault check_exceptions(const Image& image, const ExceptionTable& table) {
    const std::uint32_t where = image.headers().directory(nt::ImageDirectory::Exception).VirtualAddress;
    std::uint32_t end_before = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto entry = table[i];
        const bool padding = entry.BeginAddress == 0 && entry.EndAddress == 0;
        if (padding) continue;
        const bool inside = entry.BeginAddress < entry.EndAddress && image.inside(entry.BeginAddress, 0)
                            && entry.EndAddress <= image.headers().size_of_image;
        if (!inside || entry.BeginAddress < end_before)
            return Error::at_rva(Rule::ExceptionTable, where + i * sizeof entry);
        end_before = entry.EndAddress;
    }
    return std::nullopt;
}

Parsed<std::optional<nt::IMAGE_COR20_HEADER>> clr_of(const Image& image) {
    if (!image.has(nt::ImageDirectory::Clr)) return std::optional<nt::IMAGE_COR20_HEADER>();
    const std::uint32_t where = image.headers().directory(nt::ImageDirectory::Clr).VirtualAddress;
    auto header = image.read<nt::IMAGE_COR20_HEADER>(where);
    if (!header) return Error::at_rva(Rule::ClrHeader, where);
    return header;
}

} // namespace oriel::pe
