// SPDX-License-Identifier: MIT
#include <loader/pe/describe.h>

#include <loader/pe/classify.h>
#include <loader/pe/directories.h>
#include <loader/pe/exports.h>
#include <loader/pe/imports.h>
#include <loader/pe/relocations.h>
#include <loader/pe/resources.h>

#include <cstdarg>
#include <cstdio>

namespace oriel::pe {

namespace {

/// Text from a file, made fit for a terminal.
std::string printable(std::string_view text) {
    std::string clean(text);
    for (char& c : clean)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    return clean;
}

class Page {
public:
    __attribute__((format(printf, 2, 3))) void line(const char* format, ...) {
        char buffer[512];
        va_list arguments;
        va_start(arguments, format);
        std::vsnprintf(buffer, sizeof buffer, format, arguments);
        va_end(arguments);
        m_text += buffer;
        m_text += '\n';
    }
    void fault(const char* what, const Error& error) {
        m_text += std::string("  ") + what + ": broken: " + error.describe() + '\n';
    }
    void raw(const std::string& text) { m_text += text; }
    std::string take() { return std::move(m_text); }

private:
    std::string m_text;
};

void describe_headers(Page& page, const Headers& headers) {
    page.line("%s %s for %s, subsystem %s %u.%u", headers.is_64 ? "PE32+" : "PE32",
              headers.is_dll() ? "DLL" : "program", machine_name(headers.machine).c_str(),
              subsystem_name(headers.subsystem).c_str(), headers.subsystem_major, headers.subsystem_minor);
    page.line("  base 0x%llx, image 0x%x bytes, headers 0x%x bytes, entry 0x%x",
              static_cast<unsigned long long>(headers.image_base), headers.size_of_image, headers.size_of_headers,
              headers.entry_rva);
    page.line("  alignment 0x%x in memory, 0x%x in the file%s", headers.section_alignment, headers.file_alignment,
              headers.is_flat() ? " (low alignment: mapped flat)" : "");
    page.line(
        "  stack 0x%llx reserved, 0x%llx committed; heap 0x%llx, 0x%llx",
        static_cast<unsigned long long>(headers.stack_reserve), static_cast<unsigned long long>(headers.stack_commit),
        static_cast<unsigned long long>(headers.heap_reserve), static_cast<unsigned long long>(headers.heap_commit));
    page.line("  %s, %s, %s, %s", headers.relocations_stripped() ? "fixed base" : "relocatable",
              (headers.dll_characteristics & nt::dll_dynamic_base) != 0 ? "ASLR" : "no ASLR",
              (headers.dll_characteristics & nt::dll_nx_compatible) != 0 ? "NX" : "no NX",
              (headers.characteristics & nt::image_large_address_aware) != 0 ? "large addresses" : "2 GiB only");
}

void describe_sections(Page& page, const Headers& headers) {
    for (const Section& section : headers.sections)
        page.line("  %-8s 0x%08x + 0x%08x, file 0x%08x + 0x%08x, %c%c%c%s", printable(section.name).c_str(),
                  section.rva, section.virtual_bytes, section.raw_offset, section.raw_bytes,
                  section.readable() ? 'r' : '-', section.writable() ? 'w' : '-', section.executable() ? 'x' : '-',
                  section.shared() ? " shared" : "");
}

void describe_imports(Page& page, const char* what, const Parsed<std::vector<ImportedDll>>& dlls) {
    if (!dlls) return page.fault(what, dlls.error());
    for (const ImportedDll& dll : *dlls) {
        page.line("  %s %s (%zu%s)", what, printable(dll.name).c_str(), dll.functions.size(),
                  dll.bound ? ", bound" : "");
        for (const auto& function : dll.functions) {
            if (function.name.empty()) page.line("    #%u", function.ordinal);
            else page.raw("    " + printable(function.name) + '\n');
        }
    }
}

void describe_exports(Page& page, const Image& image) {
    const auto exports = Exports::of(image);
    if (!exports) return page.fault("exports", exports.error());
    const auto all = exports->all();
    if (!all) return page.fault("exports", all.error());
    if (all->empty()) return;
    page.line("  exports as %s (%zu)", printable(exports->dll_name()).c_str(), all->size());
    for (const Export& entry : *all) {
        std::string line = "    #" + std::to_string(entry.ordinal) + ' ' + printable(entry.name);
        if (!entry.forwarder.empty()) line += " -> " + printable(entry.forwarder);
        page.raw(line + '\n');
    }
}

void describe_relocations(Page& page, const Image& image) {
    std::size_t count = 0;
    if (const auto fault = for_each_relocation(image, [&](const Relocation&) { ++count; }))
        return page.fault("relocations", *fault);
    if (count != 0) page.line("  relocations: %zu", count);
}

void describe_directories(Page& page, const Image& image) {
    const auto tls = tls_of(image);
    if (!tls) page.fault("TLS", tls.error());
    else if (tls->has_value())
        page.line("  TLS: 0x%x bytes and 0x%x zeros, %zu callbacks", (*tls)->template_bytes, (*tls)->zero_fill_bytes,
                  (*tls)->callback_rvas.size());
    const auto config = load_config_of(image);
    if (!config) page.fault("load config", config.error());
    else if (config->has_value())
        page.line("  load config: 0x%x bytes, %s security cookie, guard flags 0x%x", (*config)->size,
                  (*config)->security_cookie != 0 ? "a" : "no", (*config)->guard_flags);
    const auto exceptions = exceptions_of(image);
    if (!exceptions) page.fault("exception table", exceptions.error());
    else if (!exceptions->empty()) {
        if (const auto fault = check_exceptions(image, *exceptions)) page.fault("exception table", *fault);
        else page.line("  exception table: %zu functions", exceptions->size());
    }
    const auto clr = clr_of(image);
    if (!clr) page.fault(".NET header", clr.error());
    else if (clr->has_value())
        page.line("  .NET: runtime %u.%u, %s", (*clr)->MajorRuntimeVersion, (*clr)->MinorRuntimeVersion,
                  ((*clr)->Flags & nt::clr_il_only) != 0 ? "IL only" : "mixed");
    const auto resources = resources_of(image);
    if (!resources) page.fault("resources", resources.error());
    else if (!resources->empty()) page.line("  resources: %zu", resources->size());
    const auto bound = bound_imports_of(image);
    if (!bound) page.fault("bound imports", bound.error());
    else if (!bound->empty()) page.line("  bound imports: %zu (Oriel binds anew)", bound->size());
}

} // namespace

std::string describe(const Image& image) {
    Page page;
    describe_headers(page, image.headers());
    describe_sections(page, image.headers());
    describe_directories(page, image);
    describe_relocations(page, image);
    describe_imports(page, "imports", imports_of(image));
    describe_imports(page, "delay-imports", delay_imports_of(image));
    describe_exports(page, image);
    return page.take();
}

std::string describe_headers(const Image& image) {
    Page page;
    describe_headers(page, image.headers());
    describe_sections(page, image.headers());
    return page.take();
}

} // namespace oriel::pe
