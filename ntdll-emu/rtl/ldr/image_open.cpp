// SPDX-License-Identifier: MIT
#include <ntdll-emu/rtl/ldr/image_open.h>

#include <ntdll-emu/rtl/ldr/names.h>
#include <ntdll-emu/rtl/ldr/search_path.h>

namespace oriel::rtl::ldr {

namespace {

constexpr std::uint32_t map_access =
    nt::SECTION_QUERY | nt::SECTION_MAP_READ | nt::SECTION_MAP_EXECUTE | nt::SECTION_MAP_WRITE;
constexpr std::uint32_t file_access = 0x00100021;  ///< SYNCHRONIZE | FILE_READ_DATA | FILE_EXECUTE
constexpr std::uint32_t share_read_delete = 0x5;   ///< FILE_SHARE_READ | FILE_SHARE_DELETE
constexpr std::uint32_t plain_file_options = 0x60; ///< FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT
/// A 32-bit process has a directory of its own (Windows: WOW64's).
constexpr std::u16string_view known_dlls = Native::is_64 ? u"\\KnownDlls\\" : u"\\KnownDlls32\\";

class Handle {
public:
    Handle() = default;
    ~Handle() {
        if (m_value != nullptr) NtClose(m_value);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    void** out() { return &m_value; }
    [[nodiscard]] void* get() const { return m_value; }

private:
    void* m_value = nullptr;
};

nt::OBJECT_ATTRIBUTES<Native> attributes_of(UnicodeString& name) {
    nt::OBJECT_ATTRIBUTES<Native> attributes{};
    attributes.Length = sizeof attributes;
    attributes.ObjectName = &name;
    attributes.Attributes = nt::OBJ_CASE_INSENSITIVE;
    return attributes;
}

Status map(void* section, OpenedImage& opened) {
    void* base = nullptr;
    Word bytes = 0;
    const Status status = NtMapViewOfSection(section, current_process, &base, 0, 0, nullptr, &bytes, nt::ViewShare, 0,
                                             nt::PAGE_EXECUTE_WRITECOPY);
    if (!nt::is_success(status)) return status;
    if (status == Status::ImageMachineTypeMismatch || !ImageView(base).check()) {
        unmap(base);
        return Status::InvalidImageFormat; // the other width: 32-bit DLL in a 64-bit process, or the reverse
    }
    opened.base = base;
    opened.moved = status == Status::ImageNotAtBase;
    return Status::Success;
}

/// "C:\x" becomes "\??\C:\x", "\\server\x" "\??\UNC\server\x", and "\\?\x" "\??\x".
bool nt_path(std::u16string_view dos_path, Text& to) {
    if (!to.assign(u"\\??\\")) return false;
    if (dos_path.starts_with(u"\\\\?\\") || dos_path.starts_with(u"\\\\.\\")) return to.append(dos_path.substr(4));
    if (dos_path.starts_with(u"\\\\")) return to.append(u"UNC\\") && to.append(dos_path.substr(2));
    return to.append(dos_path);
}

bool is_system32(std::u16string_view folder) {
    auto system32 = system32_folder;
    if (folder.empty() || !is_separator(folder.back())) system32.remove_suffix(1);
    return same_name(folder, system32);
}

} // namespace

void unmap(void* base) { (void)NtUnmapViewOfSection(current_process, base); }

bool is_not_found(Status status) {
    switch (status) {
    case Status::ObjectNameNotFound:
    case Status::ObjectPathNotFound:
    case Status::ObjectNameInvalid:
    case Status::ObjectPathInvalid:
    case Status::ObjectPathSyntaxBad:
    case Status::NoSuchFile:
    case Status::NoSuchDevice:
    case Status::NotADirectory:
    case Status::FileIsADirectory:
    case Status::BadNetworkPath:
    case Status::BadNetworkName:
    case Status::NoMediaInDevice:
    case Status::DllNotFound: return true;
    default: return false;
    }
}

Status open_builtin(std::u16string_view name, OpenedImage& opened) {
    Text path;
    if (!path.assign(known_dlls) || !path.append(name)) return Status::NoMemory;
    UnicodeString object = string_of(path.view());
    auto attributes = attributes_of(object);
    Handle section;
    const Status status = NtOpenSection(section.out(), map_access, &attributes);
    if (!nt::is_success(status)) return status;
    opened.builtin = true;
    if (!opened.full_name.assign(system32_folder) || !opened.full_name.append(name)) return Status::NoMemory;
    return map(section.get(), opened);
}

Status open_file(std::u16string_view dos_path, OpenedImage& opened) {
    if (is_system32(folder_of(dos_path))) {
        const Status status = open_builtin(base_name(dos_path), opened);
        if (!is_not_found(status)) return status;
        opened.builtin = false;
    }
    Text path;
    if (!nt_path(dos_path, path) || !opened.full_name.assign(dos_path)) return Status::NoMemory;
    UnicodeString object = string_of(path.view());
    auto attributes = attributes_of(object);
    nt::IO_STATUS_BLOCK<Native> io{};
    Handle file;
    Status status = NtOpenFile(file.out(), file_access, &attributes, &io, share_read_delete, plain_file_options);
    if (!nt::is_success(status)) return status;
    Handle section;
    status =
        NtCreateSection(section.out(), map_access, nullptr, nullptr, nt::PAGE_EXECUTE, nt::SEC_IMAGE, file.get());
    if (!nt::is_success(status)) return status;
    return map(section.get(), opened);
}

Status full_path(std::u16string_view name, Text& path) {
    Text terminated;
    if (!terminated.assign(name)) return Status::NoMemory;
    char16_t buffer[520];
    const std::uint32_t bytes = RtlGetFullPathName_U(terminated.c_str(), sizeof buffer, buffer, nullptr);
    if (bytes == 0) return Status::ObjectNameInvalid;
    if (bytes < sizeof buffer)
        return path.assign({buffer, bytes / sizeof(char16_t)}) ? Status::Success : Status::NoMemory;

    auto* large = static_cast<char16_t*>(allocate(bytes + sizeof(char16_t)));
    if (large == nullptr) return Status::NoMemory;
    const std::uint32_t written = RtlGetFullPathName_U(terminated.c_str(), bytes + sizeof(char16_t), large, nullptr);
    const bool ok = written <= bytes && path.assign({large, written / sizeof(char16_t)});
    release(large);
    return ok ? Status::Success : Status::NoMemory;
}

Status open_in_path(std::u16string_view name, std::u16string_view search_path, OpenedImage& opened) {
    Text candidate;
    Text absolute;
    for (auto folder = next_folder(search_path); !folder.empty(); folder = next_folder(search_path)) {
        if (!candidate.assign(folder)) return Status::NoMemory;
        if (!is_separator(folder.back()) && !candidate.append(u"\\")) return Status::NoMemory;
        if (!candidate.append(name)) return Status::NoMemory;
        if (full_path(candidate.view(), absolute) != Status::Success) continue;
        const Status status = open_file(absolute.view(), opened);
        if (!is_not_found(status)) return status;
    }
    return Status::DllNotFound;
}

} // namespace oriel::rtl::ldr
