// SPDX-License-Identifier: MIT
// known_dlls.cpp: an object whose parser makes the section.
#include "known_dlls.h"

#include <loader/map/image_layout_of.h>
#include <ntdll-emu/io/disk_backing.h>
#include <ntdll-emu/mm/image_section.h>
#include <oriel/guarded.h>

namespace oriel::start {
namespace {

constexpr std::uint32_t sec_image = 0x01000000;

/// Stands in the directory for a section that is not made yet. Its parser is what opening it calls.
class KnownDll final : public ob::Object {
public:
    KnownDll(hal::HostMemory& host, const io::BuiltinFile& file) : m_host(host), m_file(file) {}

    [[nodiscard]] const ob::Type& type() const override { return mm::Section::object_type; }
    [[nodiscard]] bool has_parser() const override { return true; }
    [[nodiscard]] NtResult<ob::Ref<ob::Object>> parse(std::u16string_view rest, ob::ParseContext&) override {
        if (!rest.empty()) return Status::ObjectPathNotFound;
        if (const auto made = m_section.with([](const auto& section) { return section; })) return ob::Ref<ob::Object>(made);
        const auto fresh = TRY(make_builtin_section(m_host, m_file));
        return ob::Ref<ob::Object>(m_section.with([&](auto& section) {
            if (!section) section = fresh;
            return section;
        }));
    }

private:
    hal::HostMemory& m_host;
    const io::BuiltinFile& m_file;
    Guarded<ob::Ref<mm::Section>> m_section;
};

} // namespace

NtResult<ob::Ref<mm::Section>> make_builtin_section(hal::HostMemory& host, const io::BuiltinFile& file) {
    auto backing = io::make_builtin_backing(file, u"\\Device\\HarddiskVolume3\\Windows\\System32\\" + file.name);
    auto layout = TRY(map::layout_of_file(*backing));
    return mm::ImageFileSection::create(host, std::move(backing), std::move(layout),
                                        mm::Protection(mm::PageAccess::ExecuteWriteCopy), sec_image);
}

void add_known_dlls(ob::Namespace& names, hal::HostMemory& host, const std::vector<io::BuiltinFile>& builtins) {
    for (const io::BuiltinFile& file : builtins) {
        const std::u16string directory = file.for_32_bits ? u"\\KnownDlls32\\" : u"\\KnownDlls\\";
        names.put(directory + file.name, ob::make<KnownDll>(host, file));
    }
}

} // namespace oriel::start
