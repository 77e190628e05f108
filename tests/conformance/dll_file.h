// SPDX-License-Identifier: MIT
// dll_file.h: writes small DLLs to files, for tests that load them.
//
// No compiler at run time: the few instructions that are needed are bytes. The DLL's entry point counts its
// calls in a variable that the DLL exports as "Calls", and answers what the test wants. Each exported function
// returns a number.
#pragma once

#include <windows.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

struct DllFile {
    struct Import {
        std::string dll;
        std::vector<std::string> names; ///< "#2": by ordinal
    };

    std::map<std::string, unsigned> functions;      ///< name -> what it returns
    std::map<std::string, std::string> forwarders;  ///< name -> "dll.Name"
    std::vector<Import> imports;
    bool attaches = true;                           ///< what the entry point answers
    bool has_tls = false;

    /// False if the file could not be written.
    [[nodiscard]] bool write(const std::wstring& path);

private:
    static constexpr bool wide = sizeof(void*) == 8;
    static constexpr std::uint32_t start = 0x1000;
    static constexpr std::uint32_t headers_bytes = 0x400;
    static constexpr std::uint64_t base = 0x18000000;
    using Word = std::uintptr_t;

    std::uint32_t here() const { return start + static_cast<std::uint32_t>(m_body.size()); }
    std::uint32_t put(const void* data, std::size_t bytes, std::size_t alignment = 8) {
        m_body.resize((m_body.size() + alignment - 1) / alignment * alignment);
        const std::uint32_t rva = here();
        const auto* first = static_cast<const char*>(data);
        m_body.insert(m_body.end(), first, first + bytes);
        return rva;
    }
    template<class T>
    std::uint32_t put(const std::vector<T>& table) {
        return put(table.data(), table.size() * sizeof(T));
    }
    std::uint32_t put(const std::string& text) { return put(text.c_str(), text.size() + 1, 2); }
    /// An absolute address, with its relocation.
    void put_address(std::vector<Word>& table, std::uint32_t rva) {
        table.push_back(rva == 0 ? 0 : static_cast<Word>(base) + rva);
    }
    std::uint32_t put_addresses(const std::vector<Word>& table) {
        const std::uint32_t rva = put(table);
        for (std::size_t i = 0; i < table.size(); ++i)
            if (table[i] >= base && table[i] < base + 0x100000)
                m_relocations.push_back(rva + static_cast<std::uint32_t>(i * sizeof(Word)));
        return rva;
    }

    std::uint32_t put_entry();
    void put_exports(std::uint32_t calls);
    void put_imports();
    void put_tls();
    void put_relocations();

    std::vector<char> m_body;
    std::vector<std::uint32_t> m_relocations;
    IMAGE_DATA_DIRECTORY m_directories[16] = {};
    std::uint32_t m_calls = 0;
};

inline std::uint32_t DllFile::put_entry() {
    const std::uint32_t zero = 0;
    m_calls = put(&zero, sizeof zero);
    std::vector<unsigned char> code = {0xFF, 0x05, 0, 0, 0, 0, 0xB8, static_cast<unsigned char>(attaches ? 1 : 0),
                                       0,    0,    0}; // inc [calls]; mov eax, answer
    if (wide) code.push_back(0xC3);
    else code.insert(code.end(), {0xC2, 12, 0});
    const std::uint32_t rva = (here() + 15) / 16 * 16;
    const std::uint32_t operand = wide ? m_calls - (rva + 6) : static_cast<std::uint32_t>(base) + m_calls;
    std::memcpy(code.data() + 2, &operand, 4);
    if (!wide) m_relocations.push_back(rva + 2);
    return put(code.data(), code.size(), 16);
}

inline void DllFile::put_exports(std::uint32_t calls) {
    std::map<std::string, std::uint32_t> places = {{"Calls", calls}};
    for (const auto& [name, value] : functions) {
        unsigned char code[6] = {0xB8, 0, 0, 0, 0, 0xC3}; // mov eax, value; ret
        std::memcpy(code + 1, &value, 4);
        places[name] = put(code, sizeof code, 16);
    }
    const IMAGE_EXPORT_DIRECTORY empty = {};
    const std::uint32_t directory = put(&empty, sizeof empty);
    for (const auto& [name, target] : forwarders) places[name] = put(target);
    std::vector<std::uint32_t> addresses, names;
    std::vector<std::uint16_t> ordinals;
    for (const auto& [name, rva] : places) {
        ordinals.push_back(static_cast<std::uint16_t>(addresses.size()));
        addresses.push_back(rva);
        names.push_back(put(name));
    }
    IMAGE_EXPORT_DIRECTORY exports = {};
    exports.Name = put(std::string("made.dll"));
    exports.Base = 1;
    exports.NumberOfFunctions = exports.NumberOfNames = static_cast<DWORD>(names.size());
    exports.AddressOfFunctions = put(addresses);
    exports.AddressOfNames = put(names);
    exports.AddressOfNameOrdinals = put(ordinals);
    std::memcpy(m_body.data() + (directory - start), &exports, sizeof exports);
    m_directories[IMAGE_DIRECTORY_ENTRY_EXPORT] = {directory, here() - directory};
}

inline void DllFile::put_imports() {
    std::vector<IMAGE_IMPORT_DESCRIPTOR> descriptors;
    for (const Import& import : imports) {
        std::vector<Word> thunks;
        for (const std::string& name : import.names) {
            if (name[0] == '#') thunks.push_back((Word{1} << (sizeof(Word) * 8 - 1)) | std::stoul(name.substr(1)));
            else thunks.push_back(put(std::string("\0\0", 2) + name));
        }
        thunks.push_back(0);
        IMAGE_IMPORT_DESCRIPTOR descriptor = {};
        descriptor.OriginalFirstThunk = put(thunks);
        descriptor.Name = put(import.dll);
        descriptor.FirstThunk = put(thunks);
        descriptors.push_back(descriptor);
    }
    descriptors.push_back({});
    m_directories[IMAGE_DIRECTORY_ENTRY_IMPORT] = {put(descriptors),
                                                   static_cast<DWORD>(descriptors.size() * sizeof descriptors[0])};
}

inline void DllFile::put_tls() {
    const std::uint32_t text = put("TLS data", 8);
    const std::uint32_t index = 0xFFFFFFFF;
    std::vector<Word> directory;
    put_address(directory, text);
    put_address(directory, text + 8);
    put_address(directory, put(&index, sizeof index));
    put_address(directory, 0);
    const std::uint32_t rva = put_addresses(directory);
    const std::uint32_t zero_fill_and_characteristics[2] = {8, 0};
    put(zero_fill_and_characteristics, 8, 4);
    m_directories[IMAGE_DIRECTORY_ENTRY_TLS] = {rva, static_cast<DWORD>(4 * sizeof(Word) + 8)};
}

inline void DllFile::put_relocations() {
    // Everything lies in one page or two; a block for each.
    std::map<std::uint32_t, std::vector<std::uint16_t>> pages;
    for (const std::uint32_t rva : m_relocations)
        pages[rva & ~0xFFFu].push_back(static_cast<std::uint16_t>(
            (wide ? IMAGE_REL_BASED_DIR64 : IMAGE_REL_BASED_HIGHLOW) << 12 | (rva & 0xFFF)));
    if (pages.empty()) pages[start] = {};
    std::vector<char> blocks;
    for (auto& [page, entries] : pages) {
        if (entries.size() % 2 != 0 || entries.empty()) entries.resize(entries.size() + (entries.empty() ? 2 : 1));
        const std::uint32_t block[2] = {page, static_cast<std::uint32_t>(8 + 2 * entries.size())};
        blocks.insert(blocks.end(), reinterpret_cast<const char*>(block), reinterpret_cast<const char*>(block) + 8);
        blocks.insert(blocks.end(), reinterpret_cast<const char*>(entries.data()),
                      reinterpret_cast<const char*>(entries.data() + entries.size()));
    }
    m_directories[IMAGE_DIRECTORY_ENTRY_BASERELOC] = {put(blocks), static_cast<DWORD>(blocks.size())};
}

inline bool DllFile::write(const std::wstring& path) {
    const std::uint32_t entry = put_entry();
    put_exports(m_calls);
    if (!imports.empty()) put_imports();
    if (has_tls) put_tls();
    put_relocations();

    std::vector<char> file(headers_bytes);
    auto& dos = *reinterpret_cast<IMAGE_DOS_HEADER*>(file.data());
    dos.e_magic = IMAGE_DOS_SIGNATURE;
    dos.e_lfanew = sizeof dos;
    auto& headers = *reinterpret_cast<IMAGE_NT_HEADERS*>(file.data() + sizeof dos);
    headers.Signature = IMAGE_NT_SIGNATURE;
    headers.FileHeader.Machine = wide ? IMAGE_FILE_MACHINE_AMD64 : IMAGE_FILE_MACHINE_I386;
    headers.FileHeader.NumberOfSections = 1;
    headers.FileHeader.SizeOfOptionalHeader = sizeof headers.OptionalHeader;
    headers.FileHeader.Characteristics = IMAGE_FILE_EXECUTABLE_IMAGE | IMAGE_FILE_DLL |
                                         (wide ? IMAGE_FILE_LARGE_ADDRESS_AWARE : IMAGE_FILE_32BIT_MACHINE);
    auto& optional = headers.OptionalHeader;
    optional.Magic = IMAGE_NT_OPTIONAL_HDR_MAGIC;
    optional.AddressOfEntryPoint = entry;
    optional.ImageBase = static_cast<Word>(base);
    optional.SectionAlignment = 0x1000;
    optional.FileAlignment = 0x200;
    optional.MajorOperatingSystemVersion = optional.MajorSubsystemVersion = 6;
    optional.SizeOfHeaders = headers_bytes;
    optional.SizeOfImage = start + static_cast<DWORD>((m_body.size() + 0xFFF) / 0x1000 * 0x1000);
    optional.Subsystem = IMAGE_SUBSYSTEM_WINDOWS_CUI;
    optional.DllCharacteristics = IMAGE_DLLCHARACTERISTICS_NX_COMPAT;
    optional.NumberOfRvaAndSizes = 16;
    std::memcpy(optional.DataDirectory, m_directories, sizeof m_directories);
    auto& section = *reinterpret_cast<IMAGE_SECTION_HEADER*>(&headers + 1);
    std::memcpy(section.Name, ".all", 4);
    section.Misc.VirtualSize = static_cast<DWORD>(m_body.size());
    section.VirtualAddress = start;
    m_body.resize((m_body.size() + 0x1FF) / 0x200 * 0x200);
    section.SizeOfRawData = static_cast<DWORD>(m_body.size());
    section.PointerToRawData = headers_bytes;
    section.Characteristics = IMAGE_SCN_MEM_READ | IMAGE_SCN_MEM_WRITE | IMAGE_SCN_MEM_EXECUTE | IMAGE_SCN_CNT_CODE;
    file.insert(file.end(), m_body.begin(), m_body.end());

    const HANDLE handle = CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, 0, nullptr);
    if (handle == INVALID_HANDLE_VALUE) return false;
    DWORD written = 0;
    const bool ok =
        WriteFile(handle, file.data(), static_cast<DWORD>(file.size()), &written, nullptr) && written == file.size();
    CloseHandle(handle);
    return ok;
}
