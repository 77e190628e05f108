// SPDX-License-Identifier: MIT
// directory.cpp: NtQueryDirectoryFile: as many entries as fit, then the next, until there are none.
//
// Which status is which ("NtQueryDirectoryFile function"):
//   nothing matches at all, in the first call       STATUS_NO_SUCH_FILE
//   nothing more matches                            STATUS_NO_MORE_FILES
//   not even one entry's name fits                  STATUS_BUFFER_OVERFLOW, with the part that fits
//   not even an entry's fixed part                  STATUS_INFO_LENGTH_MISMATCH
#include <ntdll-emu/services/directory_entry.h>
#include <ntdll-emu/services/guest_output.h>

#include <ntdll-emu/io/directory_scan.h>
#include <ntdll-emu/services/capture.h>
#include <generated/services/decl.h>
#include <nt/file.h>

namespace oriel::services {

namespace {

/// What is put together at once at most; callers with larger buffers call again.
constexpr std::uint32_t most_bytes = 0x10000;
constexpr std::uint32_t entry_alignment = 8;

struct ListRequest {
    nt::FileInformationClass kind;
    std::uint32_t head_bytes;
    std::uint32_t length;
    bool single;
    bool restart;
    std::optional<std::u16string> pattern;
};

void set_next_offset(Answer& answer, std::size_t entry, std::uint32_t offset) {
    std::memcpy(answer.bytes.data() + entry, &offset, sizeof offset);
}

template<class Abi>
Answer list(io::DirectoryScan& scan, const ListRequest& request) {
    Answer answer;
    std::size_t last = 0;
    bool any = false;
    while (auto entry = scan.current()) {
        const std::size_t begin = align_up(answer.bytes.size(), entry_alignment);
        const std::size_t whole = request.head_bytes + entry->name.size() * sizeof(char16_t);
        const bool fits = begin + whole <= request.length;
        if (!fits && any) break;
        answer.bytes.resize(begin + (fits ? whole : request.length));
        write_entry<Abi>(request.kind, std::span(answer.bytes).subspan(begin), *entry);
        if (any) set_next_offset(answer, last, static_cast<std::uint32_t>(begin - last));
        last = begin;
        any = true;
        scan.advance();
        if (!fits) answer.status = Status::BufferOverflow;
        if (!fits || request.single) break;
    }
    if (!any) answer.status = scan.is_first_call() ? Status::NoSuchFile : Status::NoMoreFiles;
    scan.answered();
    return answer;
}

template<class Abi>
NtResult<Answer> query(io::File& file, const ListRequest& request) {
    io::DirectoryScan* scan = file.scan();
    if (scan == nullptr) return Status::InvalidParameter;
    return scan->with([&](io::DirectoryScan& held) -> NtResult<Answer> {
        const auto pattern = request.pattern ? std::optional<std::u16string_view>(*request.pattern) : std::nullopt;
        TRY(held.prepare(pattern, request.restart));
        return list<Abi>(held, request);
    });
}

template<class Abi>
Status query_directory(Call<Abi>& call, nt::Handle handle, const typename Completion<Abi>::Arguments& told,
                       Address to, ListRequest request, UserPtr<nt::UNICODE_STRING<Abi>> pattern) {
    auto file = TRY(file_from(call, handle, nt::FILE_LIST_DIRECTORY));
    const auto head_bytes = entry_head_bytes<Abi>(request.kind);
    if (!head_bytes) return Status::InvalidInfoClass;
    if (request.length < *head_bytes) return Status::InfoLengthMismatch;
    request.head_bytes = *head_bytes;
    request.length = std::min(request.length, most_bytes);
    if (!pattern.is_null()) request.pattern = TRY(capture_unicode_string<Abi>(pattern));
    auto completion = TRY(Completion<Abi>::prepare(call, *file, told));
    const Answer answer = TRY(query<Abi>(*file, request));
    if (answer.bytes.empty()) return answer.status;
    TRY(copy_to_guest(to, answer.bytes.data(), answer.bytes.size()));
    return completion.tell(call, {answer.status, answer.bytes.size()});
}

} // namespace

template<class Abi>
Status NtQueryDirectoryFile(Call<Abi>& call, nt::Handle FileHandle, nt::Handle Event, Address ApcRoutine,
                            Address ApcContext, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock,
                            Address FileInformation, std::uint32_t Length, std::uint32_t FileInformationClass,
                            bool ReturnSingleEntry, UserPtr<nt::UNICODE_STRING<Abi>> FileName, bool RestartScan) {
    const ListRequest request{static_cast<nt::FileInformationClass>(FileInformationClass),
                              0,
                              Length,
                              ReturnSingleEntry,
                              RestartScan,
                              std::nullopt};
    return query_directory<Abi>(call, FileHandle, {Event, ApcRoutine, ApcContext, IoStatusBlock}, FileInformation,
                                request, FileName);
}

template<class Abi>
Status NtQueryDirectoryFileEx(Call<Abi>& call, nt::Handle FileHandle, nt::Handle Event, Address ApcRoutine,
                              Address ApcContext, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock,
                              Address FileInformation, std::uint32_t Length, std::uint32_t FileInformationClass,
                              std::uint32_t QueryFlags, UserPtr<nt::UNICODE_STRING<Abi>> FileName) {
    const ListRequest request{static_cast<nt::FileInformationClass>(FileInformationClass),
                              0,
                              Length,
                              (QueryFlags & nt::FILE_QUERY_RETURN_SINGLE_ENTRY) != 0,
                              (QueryFlags & nt::FILE_QUERY_RESTART_SCAN) != 0,
                              std::nullopt};
    return query_directory<Abi>(call, FileHandle, {Event, ApcRoutine, ApcContext, IoStatusBlock}, FileInformation,
                                request, FileName);
}

} // namespace oriel::services

#include <generated/services/directory.inst.inc>
