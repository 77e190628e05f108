// SPDX-License-Identifier: MIT
// pe_image.cpp: no bytes, however chosen, may bring loader/pe or loader/map down.
//
// Everything that can be walked is walked, in both layouts, and the strings and tables that come out are
// read to their ends, so that ASan sees a view that leaves the bytes.
#include <loader/map/image_layout_of.h>
#include <loader/pe/classify.h>
#include <loader/pe/coff_symbols.h>
#include <loader/pe/describe.h>
#include <loader/pe/directories.h>
#include <loader/pe/exports.h>
#include <loader/pe/imports.h>
#include <loader/pe/relocations.h>
#include <loader/pe/resources.h>

#include <algorithm>
#include <cstdlib>

using namespace oriel;

namespace {

volatile unsigned sink;

void require(bool condition) {
    if (!condition) std::abort();
}

void touch(std::string_view text) {
    unsigned sum = 0;
    for (const char c : text) sum += static_cast<unsigned char>(c);
    sink = sum;
}

void touch(const std::vector<pe::ImportedDll>& dlls) {
    for (const auto& dll : dlls) {
        touch(dll.name);
        for (const auto& function : dll.functions) touch(function.name);
    }
}

void walk_exports(const pe::Image& image) {
    const auto exports = pe::Exports::of(image);
    if (!exports) return;
    const auto all = exports->all();
    if (!all) return;
    std::size_t looked_up = 0;
    for (const auto& entry : *all) {
        touch(entry.name);
        touch(entry.forwarder);
        if (++looked_up > 16) continue;
        sink = exports->by_name(entry.name).has_value();
        sink = exports->by_ordinal(entry.ordinal).has_value();
    }
}

void walk(const pe::Image& image) {
    walk_exports(image);
    if (const auto dlls = pe::imports_of(image)) touch(*dlls);
    if (const auto dlls = pe::delay_imports_of(image)) touch(*dlls);
    if (const auto bound = pe::bound_imports_of(image))
        for (const auto& entry : *bound) touch(entry.dll);
    (void)pe::for_each_relocation(image, [&](const pe::Relocation& relocation) {
        require(relocation.rva + pe::relocation_bytes(relocation.kind) <= image.headers().size_of_image);
    });
    (void)pe::tls_of(image);
    (void)pe::load_config_of(image);
    if (const auto table = pe::exceptions_of(image)) (void)pe::check_exceptions(image, *table);
    (void)pe::clr_of(image);
    (void)pe::resources_of(image);
}

void walk_symbols(const pe::Image& image) {
    const auto place = pe::symbol_table_of(image.bytes(), image.headers());
    if (!place || place->offset > image.bytes().size()) return;
    for (const auto& symbol : pe::code_symbols(image.headers(), *place, image.bytes().subspan(place->offset))) {
        touch(symbol.name);
        require(symbol.rva < image.headers().size_of_image);
    }
}

/// What image_layout.h says always holds.
void check_layout(const mm::ImageLayout& layout, std::size_t file_bytes) {
    std::uint64_t end = layout.size_of_headers;
    for (const auto& section : layout.sections) {
        require(section.rva >= end || layout.section_alignment < 0x1000);
        require(section.rva % 0x1000 == 0);
        end = std::uint64_t{section.rva} + section.virtual_size;
        require(end <= layout.size_of_image);
        require(section.file_size <= section.virtual_size);
        require(std::uint64_t{section.file_offset} + section.file_size <= file_bytes);
    }
    require(layout.preferred_base % 0x10000 == 0);
}

class Memory final : public mm::FileBacking {
public:
    explicit Memory(pe::Bytes bytes) : m_bytes(bytes) {}
    NtResult<std::uint64_t> size() override { return m_bytes.size(); }
    NtResult<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) override {
        const auto rest = m_bytes.subspan(std::min<std::uint64_t>(offset, m_bytes.size()));
        const std::size_t count = std::min(rest.size(), buffer.size());
        std::copy_n(rest.begin(), count, buffer.begin());
        return count;
    }
    NtResult<> extend(std::uint64_t) override { return {}; }
    NtResult<> flush(std::uint64_t, std::uint64_t) override { return {}; }
    std::optional<mm::HostWindow> host_window() const override { return std::nullopt; }
    mm::FileIdentity identity() const override { return {}; }
    std::u16string nt_name() const override { return {}; }

private:
    pe::Bytes m_bytes;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const pe::Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
    const auto kind = pe::classify(bytes);
    require(!kind.line.empty());

    const auto image = pe::Image::parse(bytes);
    Memory file(bytes);
    const auto layout = map::layout_of_file(file);
    if (layout.ok()) {
        require(image.ok());
        check_layout(*layout, size);
    }
    if (image) {
        walk(*image);
        walk_symbols(*image);
        touch(pe::describe(*image));
    } else {
        touch(image.error().describe());
    }
    if (const auto mapped = pe::Image::parse(bytes, pe::Layout::Mapped)) walk(*mapped);
    return 0;
}
