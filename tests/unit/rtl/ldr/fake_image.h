// SPDX-License-Identifier: MIT
// fake_image.h: builds a PE image of this process's own width, as it would lie in memory.
#pragma once

#include "fake_process.h"

#include <cstring>

namespace oriel::rtl::ldr::test {

/// A native function that every entry point of a fake image leads to.
using FakeEntry = std::int32_t (*)(void* base, nt::DllReason reason, void* reserved);
using FakeCallback = void (*)(void* base, nt::DllReason reason, void* reserved);

class FakeImage {
public:
    static constexpr std::uint32_t bytes = 0x8000;

    /// `memory` is `bytes` long, zero, writable and executable.
    FakeImage(std::byte* memory, const std::string& name, const FakeDll& dll, FakeEntry entry, FakeCallback callback)
        : m_memory(memory) {
        put_headers(dll);
        if (dll.has_entry)
            headers().OptionalHeader.AddressOfEntryPoint = put_jump(reinterpret_cast<std::uintptr_t>(entry));
        if (!dll.exports.empty()) put_exports(name, dll);
        if (!dll.imports.empty()) put_imports(dll);
        if (dll.has_tls) put_tls(callback);
    }

private:
    using Headers = nt::IMAGE_NT_HEADERS<Native>;
    using Word = nt::uptr<Native>;

    Headers& headers() { return *reinterpret_cast<Headers*>(m_memory + 64); }
    nt::IMAGE_DATA_DIRECTORY& directory(nt::ImageDirectory which) {
        return headers().OptionalHeader.DataDirectory[static_cast<std::uint32_t>(which)];
    }

    std::uint32_t put(const void* data, std::size_t size, std::size_t alignment = 8) {
        m_next = (m_next + alignment - 1) & ~(alignment - 1);
        const auto rva = static_cast<std::uint32_t>(m_next);
        if (size != 0) std::memcpy(m_memory + rva, data, size);
        m_next += size;
        return rva;
    }
    template<class T>
    std::uint32_t put(const std::vector<T>& table) {
        return put(table.data(), table.size() * sizeof(T));
    }
    std::uint32_t put(const std::string& text) { return put(text.c_str(), text.size() + 1, 2); }

    std::uint32_t put_jump(std::uintptr_t target) {
        unsigned char code[12] = {0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xE0}; // mov rax, target; jmp rax
        std::memcpy(code + 2, &target, sizeof target);
        return put(code, sizeof code);
    }

    void put_headers(const FakeDll& dll) {
        auto& dos = *reinterpret_cast<nt::IMAGE_DOS_HEADER*>(m_memory);
        dos.e_magic = nt::dos_signature;
        dos.e_lfanew = 64;
        Headers& nt_headers = headers();
        nt_headers.Signature = nt::pe_signature;
        nt_headers.FileHeader.NumberOfSections = 1;
        nt_headers.FileHeader.SizeOfOptionalHeader = sizeof nt_headers.OptionalHeader;
        nt_headers.FileHeader.Characteristics =
            static_cast<std::uint16_t>(nt::image_executable | (dll.is_program ? 0 : nt::image_dll));
        nt_headers.OptionalHeader.Magic = nt::optional_magic<Native>;
        nt_headers.OptionalHeader.SizeOfImage = bytes;
        nt_headers.OptionalHeader.NumberOfRvaAndSizes = nt::image_directory_count;
        auto& section = *reinterpret_cast<nt::IMAGE_SECTION_HEADER*>(&nt_headers + 1);
        section.VirtualAddress = 0x1000;
        section.VirtualSize = bytes - 0x1000;
        section.Characteristics = nt::section_read | nt::section_write | nt::section_execute;
    }

    void put_exports(const std::string& name, const FakeDll& dll) {
        std::vector<std::uint32_t> functions;
        std::vector<std::uint32_t> names;
        std::vector<std::uint16_t> ordinals;
        const std::uint64_t place = 0;
        for (const auto& [function, forwarder] : dll.exports)
            functions.push_back(forwarder.empty() ? put(&place, 8) : 0);
        const std::uint32_t start = put(&place, 0);
        m_next += sizeof(nt::IMAGE_EXPORT_DIRECTORY);
        std::size_t index = 0;
        for (const auto& [function, forwarder] : dll.exports) { // std::map: in order
            if (!forwarder.empty()) functions[index] = put(forwarder);
            names.push_back(put(function));
            ordinals.push_back(static_cast<std::uint16_t>(index++));
        }
        nt::IMAGE_EXPORT_DIRECTORY exports{};
        exports.Name = put(name);
        exports.Base = 1;
        exports.NumberOfFunctions = exports.NumberOfNames = static_cast<std::uint32_t>(names.size());
        exports.AddressOfFunctions = put(functions);
        exports.AddressOfNames = put(names);
        exports.AddressOfNameOrdinals = put(ordinals);
        std::memcpy(m_memory + start, &exports, sizeof exports);
        directory(nt::ImageDirectory::Export) = {start, static_cast<std::uint32_t>(m_next - start)};
    }

    void put_imports(const FakeDll& dll) {
        std::vector<nt::IMAGE_IMPORT_DESCRIPTOR> descriptors;
        for (const FakeImport& import : dll.imports) {
            std::vector<Word> thunks;
            for (const std::string& function : import.functions) {
                if (function[0] == '#') thunks.push_back(nt::ordinal_flag<Native> | std::stoul(function.substr(1)));
                else thunks.push_back(put(std::string("\x07\x00", 2) + function));
            }
            thunks.push_back(0);
            const std::uint32_t lookup = put(thunks);
            descriptors.push_back({lookup, 0, 0, put(import.dll), put(thunks)});
        }
        descriptors.push_back({});
        directory(nt::ImageDirectory::Import) = {put(descriptors), 1};
    }

    void put_tls(FakeCallback callback) {
        const auto address = [&](std::uint32_t rva) { return reinterpret_cast<Word>(m_memory + rva); };
        const Word callbacks[2] = {address(put_jump(reinterpret_cast<std::uintptr_t>(callback))), 0};
        const std::uint32_t index = 0xFFFFFFFF;
        const nt::IMAGE_TLS_DIRECTORY<Native> tls{.StartAddressOfRawData = address(put("template", 8)),
                                                  .EndAddressOfRawData = address(static_cast<std::uint32_t>(m_next)),
                                                  .AddressOfIndex = address(put(&index, 4)),
                                                  .AddressOfCallBacks = address(put(callbacks, sizeof callbacks)),
                                                  .SizeOfZeroFill = 8,
                                                  .Characteristics = 0};
        directory(nt::ImageDirectory::Tls) = {put(&tls, sizeof tls), sizeof tls};
    }

    std::byte* m_memory;
    std::size_t m_next = 0x1000;
};

} // namespace oriel::rtl::ldr::test
