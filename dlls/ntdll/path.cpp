// SPDX-License-Identifier: MIT
// path.cpp: ntdll's path functions. What a path means is told in ntdll-emu/rtl/path.h; here are the current
// directory, the buffers, and the two questions to the file system.
//
// Always: the current directory's string ends in a backslash; it and its handle change only under the PEB
// lock.
#include <nt/rtl_path.h>

#include <generated/nt_services.h>
#include <nt/peb.h>
#include <nt/rtl_environment.h>
#include <nt/rtl_process.h>
#include <ntdll-emu/rtl/environment.h>
#include <ntdll-emu/rtl/memory_block.h>
#include <ntdll-emu/rtl/path.h>

#include <cstring>

using namespace oriel::rtl;
using nt::Status;

namespace {

constexpr std::size_t longest_path = 0x7FFE; ///< characters that a counted string can hold

nt::RTL_USER_PROCESS_PARAMETERS<nt::Native>& parameters() {
    return *nt::current_teb()->ProcessEnvironmentBlock->ProcessParameters;
}

class PebLockHold {
public:
    PebLockHold() { RtlAcquirePebLock(); }
    ~PebLockHold() { RtlReleasePebLock(); }
    PebLockHold(const PebLockHold&) = delete;
};

/// The process' own directories; the PEB lock is held while it is used.
class ProcessContext final : public PathContext {
public:
    Text current_directory() const override {
        const Text directory = text_of(parameters().CurrentDirectory.DosPath);
        return directory.empty() ? Text(u"C:\\") : directory;
    }
    Text drive_directory(char16_t drive) const override {
        const char16_t name[] = {u'=', drive, u':'};
        Variable found;
        return EnvironmentView(parameters().Environment).find({name, 3}, found) ? found.value : Text();
    }
};

/// A full path in memory of the process heap.
class FullPath {
public:
    explicit FullPath(Text path) : m_buffer(bound(path)) {
        if (!m_buffer) return;
        const PebLockHold hold;
        m_size = full_path(path, ProcessContext(), m_buffer.get());
    }
    [[nodiscard]] bool has_memory() const { return static_cast<bool>(m_buffer); }
    [[nodiscard]] Text text() const { return {m_buffer.get(), m_size}; }

private:
    static std::size_t bound(Text path) {
        const PebLockHold hold;
        return full_path_bound(path, ProcessContext()) + 0x200; // the directory may change in between
    }
    MemoryBlock<char16_t> m_buffer;
    std::size_t m_size = 0;
};

/// Bytes without the NUL if it fits; otherwise bytes with it.
std::uint32_t answer_path(Text text, std::uint32_t room_bytes, char16_t* to) {
    const auto bytes = static_cast<std::uint32_t>(text.size() * sizeof(char16_t));
    if (bytes + sizeof(char16_t) > room_bytes) return bytes + 2;
    std::memcpy(to, text.data(), bytes);
    to[text.size()] = 0;
    return bytes;
}

std::uint32_t answer_full_path(Text path, std::uint32_t room_bytes, char16_t* to, char16_t** part) {
    if (part != nullptr) *part = nullptr;
    if (path.size() > longest_path) return 0;
    const FullPath full(path);
    if (!full.has_memory() || full.text().empty()) return 0;
    const std::uint32_t bytes = answer_path(full.text(), room_bytes, to);
    const std::size_t last = file_part(full.text());
    const bool device = path_type(full.text()) == PathType::LocalDevice && dos_device_name(path).found();
    if (part != nullptr && last != Text::npos && bytes < room_bytes && !device) *part = to + last;
    return bytes;
}

} // namespace

// ------------------------------------------------------------------------------------- judging

NT_EXPORT nt::RtlPathType NT_API RtlDetermineDosPathNameType_U(const char16_t* DosFileName) {
    return DosFileName == nullptr ? nt::RtlPathType::Unknown : path_type(Text(DosFileName));
}
NT_EXPORT nt::RtlPathType NT_API RtlDetermineDosPathNameType_Ustr(const NtUnicodeString* DosFileName) {
    return path_type(text_of(*DosFileName));
}

namespace {
std::uint32_t pack(DeviceName device) {
    return static_cast<std::uint32_t>(device.offset * 2 << 16 | device.length * 2);
}
} // namespace

NT_EXPORT std::uint32_t NT_API RtlIsDosDeviceName_U(const char16_t* DosFileName) {
    return DosFileName == nullptr ? 0 : pack(dos_device_name(Text(DosFileName)));
}
NT_EXPORT std::uint32_t NT_API RtlIsDosDeviceName_Ustr(const NtUnicodeString* DosFileName) {
    return pack(dos_device_name(text_of(*DosFileName)));
}

NT_EXPORT std::uint32_t NT_API RtlGetLongestNtPathLength() { return 269; } // observed on Windows

// ------------------------------------------------------------------------------------- full paths and NT names

NT_EXPORT std::uint32_t NT_API RtlGetFullPathName_U(const char16_t* FileName, std::uint32_t BufferLength,
                                                    char16_t* Buffer, char16_t** FilePart) {
    return answer_full_path(text_of(FileName), BufferLength, Buffer, FilePart);
}

NT_EXPORT Status NT_API RtlGetFullPathName_UEx(const char16_t* FileName, std::uint32_t BufferLength, char16_t* Buffer,
                                               char16_t** FilePart, std::uint32_t* BytesRequired) {
    const std::uint32_t bytes = answer_full_path(text_of(FileName), BufferLength, Buffer, FilePart);
    if (BytesRequired != nullptr) *BytesRequired = bytes;
    if (bytes == 0) return Status::ObjectNameInvalid;
    return bytes > BufferLength ? Status::BufferTooSmall : Status::Success;
}

namespace {

Status make_nt_name(Text prefix, Text rest, NtUnicodeString* name, char16_t** part, std::size_t part_at) {
    const std::size_t size = prefix.size() + rest.size();
    if (size > longest_path) return Status::NameTooLong;
    auto* const buffer = static_cast<char16_t*>(allocate_memory((size + 1) * sizeof(char16_t)));
    if (buffer == nullptr) return Status::NoMemory;
    std::memcpy(buffer, prefix.data(), prefix.size() * sizeof(char16_t));
    std::memcpy(buffer + prefix.size(), rest.data(), rest.size() * sizeof(char16_t));
    buffer[size] = 0;
    *name = counted({buffer, size});
    name->MaximumLength = static_cast<std::uint16_t>(name->Length + sizeof(char16_t));
    if (part != nullptr) *part = part_at == Text::npos ? nullptr : buffer + prefix.size() + part_at;
    return Status::Success;
}

} // namespace

NT_EXPORT Status NT_API RtlDosPathNameToNtPathName_U_WithStatus(const char16_t* DosFileName,
                                                                NtUnicodeString* NtFileName, char16_t** FilePart,
                                                                NtRelativeName* RelativeName) {
    if (RelativeName != nullptr) *RelativeName = {};
    const Text path = text_of(DosFileName);
    if (path.empty()) return Status::ObjectNameInvalid;
    if (path.size() > longest_path) return Status::NameTooLong;
    if (is_verbatim(path)) {
        const Text rest = path.substr(4);
        return make_nt_name(u"\\??\\", rest, NtFileName, FilePart, file_part(rest));
    }
    const FullPath full(path);
    if (!full.has_memory()) return Status::NoMemory;
    if (full.text().empty()) return Status::ObjectNameInvalid;
    const NtPrefix prefix = nt_prefix(full.text());
    const Text rest = full.text().substr(prefix.skip);
    return make_nt_name(prefix.prefix, rest, NtFileName, FilePart, file_part(rest));
}

NT_EXPORT std::uint8_t NT_API RtlDosPathNameToNtPathName_U(const char16_t* DosFileName, NtUnicodeString* NtFileName,
                                                           char16_t** FilePart, NtRelativeName* RelativeName) {
    return nt::is_success(RtlDosPathNameToNtPathName_U_WithStatus(DosFileName, NtFileName, FilePart, RelativeName));
}

// The relative form is optional: an answer without ContainingDirectory means "use the whole name".
NT_EXPORT Status NT_API RtlDosPathNameToRelativeNtPathName_U_WithStatus(const char16_t* DosFileName,
                                                                        NtUnicodeString* NtFileName,
                                                                        char16_t** FilePart,
                                                                        NtRelativeName* RelativeName) {
    return RtlDosPathNameToNtPathName_U_WithStatus(DosFileName, NtFileName, FilePart, RelativeName);
}
NT_EXPORT std::uint8_t NT_API RtlDosPathNameToRelativeNtPathName_U(const char16_t* DosFileName,
                                                                   NtUnicodeString* NtFileName, char16_t** FilePart,
                                                                   NtRelativeName* RelativeName) {
    return RtlDosPathNameToNtPathName_U(DosFileName, NtFileName, FilePart, RelativeName);
}
NT_EXPORT void NT_API RtlReleaseRelativeName(NtRelativeName*) {}

// ------------------------------------------------------------------------------------- the current directory

NT_EXPORT std::uint32_t NT_API RtlGetCurrentDirectory_U(std::uint32_t BufferLength, char16_t* Buffer) {
    const PebLockHold hold;
    Text directory = ProcessContext().current_directory();
    // Only a drive's root is shown with its backslash.
    const bool is_root = directory.size() == 3 && directory[1] == u':';
    if (!is_root && directory.back() == u'\\') directory.remove_suffix(1);
    return answer_path(directory, BufferLength, Buffer);
}

namespace {

constexpr std::uint32_t file_traverse = 0x20, synchronize = 0x100000;
constexpr std::uint32_t share_all = 7;
constexpr std::uint32_t file_directory_file = 0x1, file_synchronous_io_nonalert = 0x20,
                        file_open_for_backup_intent = 0x4000;

Status open_directory(const char16_t* path, void*& handle) {
    NtUnicodeString name;
    const Status named = RtlDosPathNameToNtPathName_U_WithStatus(path, &name, nullptr, nullptr);
    if (!nt::is_success(named)) return named;
    nt::OBJECT_ATTRIBUTES<nt::Native> attributes{};
    attributes.Length = sizeof attributes;
    attributes.ObjectName = &name;
    attributes.Attributes = nt::OBJ_CASE_INSENSITIVE | nt::OBJ_INHERIT;
    nt::IO_STATUS_BLOCK<nt::Native> io{};
    const Status opened =
        NtOpenFile(&handle, file_traverse | synchronize, &attributes, &io, share_all,
                   file_directory_file | file_synchronous_io_nonalert | file_open_for_backup_intent);
    RtlFreeUnicodeString(&name);
    return opened;
}

constinit bool directory_buffer_is_ours = false; ///< guarded by the PEB lock

/// Puts the path into the parameters' buffer, or into a new one if it is too long for it.
Status store_directory(Text full) {
    UnicodeString& stored = parameters().CurrentDirectory.DosPath;
    const bool add = full.empty() || full.back() != u'\\';
    const std::size_t bytes = (full.size() + (add ? 1 : 0)) * sizeof(char16_t);
    if (bytes + sizeof(char16_t) > stored.MaximumLength) {
        auto* const larger = static_cast<char16_t*>(allocate_memory(bytes + sizeof(char16_t)));
        if (larger == nullptr) return Status::NoMemory;
        if (directory_buffer_is_ours) free_memory(stored.Buffer);
        directory_buffer_is_ours = true;
        stored.Buffer = larger;
        stored.MaximumLength = static_cast<std::uint16_t>(bytes + sizeof(char16_t));
    }
    std::memcpy(stored.Buffer.get(), full.data(), full.size() * sizeof(char16_t));
    stored.Length = static_cast<std::uint16_t>(bytes);
    char16_t* end = stored.Buffer.get() + full.size();
    if (add) *end++ = u'\\';
    *end = 0;
    return Status::Success;
}

} // namespace

NT_EXPORT Status NT_API RtlSetCurrentDirectory_U(const NtUnicodeString* PathName) {
    const Text path = text_of(*PathName);
    if (path.empty()) return Status::ObjectNameInvalid;
    if (dos_device_name(path).found()) return Status::NotADirectory;
    const FullPath full(path);
    if (!full.has_memory()) return Status::NoMemory;
    if (full.text().empty() || full.text().size() + 1 > longest_path) return Status::ObjectNameInvalid;
    void* handle = nullptr;
    const Status opened = open_directory(full.text().data(), handle);
    if (!nt::is_success(opened)) return opened;

    const PebLockHold hold;
    const Status stored = store_directory(full.text());
    auto& kept = parameters().CurrentDirectory.Handle;
    void* const old = reinterpret_cast<void*>(static_cast<std::uintptr_t>(kept));
    if (stored == Status::Success) kept = reinterpret_cast<std::uintptr_t>(handle);
    void* const unused = stored == Status::Success ? old : handle;
    if (unused != nullptr) NtClose(unused);
    return stored;
}

// ------------------------------------------------------------------------------------- searching

NT_EXPORT std::uint8_t NT_API RtlDoesFileExists_U(const char16_t* FileName) {
    NtUnicodeString name;
    if (!RtlDosPathNameToNtPathName_U(FileName, &name, nullptr, nullptr)) return false;
    nt::OBJECT_ATTRIBUTES<nt::Native> attributes{};
    attributes.Length = sizeof attributes;
    attributes.ObjectName = &name;
    attributes.Attributes = nt::OBJ_CASE_INSENSITIVE;
    nt::FILE_BASIC_INFORMATION<nt::Native> information;
    const Status status = NtQueryAttributesFile(&attributes, &information);
    RtlFreeUnicodeString(&name);
    // A file that somebody has open without sharing exists all the same.
    return nt::is_success(status) || status == Status::SharingViolation || status == Status::AccessDenied;
}

NT_EXPORT std::uint32_t NT_API RtlDosSearchPath_U(const char16_t* Path, const char16_t* FileName,
                                                  const char16_t* Extension, std::uint32_t BufferLength,
                                                  char16_t* Buffer, char16_t** FilePart) {
    const Text file = text_of(FileName);
    const PathType type = path_type(file);
    // The extension counts only where the name has none.
    const std::size_t last = file.find_last_of(u"\\/.");
    const Text extension = last != Text::npos && file[last] == u'.' ? Text() : text_of(Extension);
    MemoryBlock<char16_t> candidate(text_of(Path).size() + file.size() + extension.size() + 3);
    if (!candidate) return 0;
    const auto try_in = [&](Text folder) {
        char16_t* end = candidate.get();
        for (const char16_t c : folder) *end++ = c;
        if (!folder.empty() && !is_separator(folder.back())) *end++ = u'\\';
        for (const char16_t c : file) *end++ = c;
        for (const char16_t c : extension) *end++ = c;
        *end = 0;
        return RtlDoesFileExists_U(candidate.get());
    };
    if (type != PathType::Relative || starts_with(file, u".\\", Case::Sensitive) ||
        starts_with(file, u"..\\", Case::Sensitive)) {
        return try_in({}) ? RtlGetFullPathName_U(candidate.get(), BufferLength, Buffer, FilePart) : 0;
    }
    for (Text folders = text_of(Path); !folders.empty();) {
        const std::size_t end = folders.find(u';');
        const Text folder = folders.substr(0, end);
        folders.remove_prefix(end == Text::npos ? folders.size() : end + 1);
        if (!folder.empty() && try_in(folder))
            return RtlGetFullPathName_U(candidate.get(), BufferLength, Buffer, FilePart);
    }
    return 0;
}
