// SPDX-License-Identifier: MIT
// open_request.h: NtCreateFile's arguments, read.
#pragma once

#include <ntdll-emu/ob/type.h>
#include <oriel/nt_result.h>

#include <cstdint>

namespace oriel::ke {
class Dispatcher;
}

namespace oriel::io {

enum class Disposition : std::uint8_t {
    Supersede,   ///< replace an existing file by a new one
    Open,        ///< it must exist
    Create,      ///< it must not exist
    OpenIf,      ///< open it, or create it
    Overwrite,   ///< it must exist, and becomes empty
    OverwriteIf, ///< becomes empty, or is created
};

constexpr bool may_create(Disposition disposition) {
    return disposition != Disposition::Open && disposition != Disposition::Overwrite;
}
constexpr bool empties(Disposition disposition) {
    return disposition == Disposition::Supersede || disposition == Disposition::Overwrite
           || disposition == Disposition::OverwriteIf;
}

/// What other handles may do at the same time.
struct Sharing {
    bool read = false;
    bool write = false;
    bool remove = false;
};

struct OpenOptions {
    bool directory = false;     ///< it must be a directory
    bool non_directory = false; ///< it must not be one
    bool delete_on_close = false;
    bool write_through = false;
    bool sequential_only = false;
    bool no_buffering = false;
    bool random_access = false;
    bool reparse_point = false; ///< the link itself
    bool backup_intent = false;
    bool synchronous = false; ///< the file has a position, and calls wait
    bool alertable = false;   ///< ... alertably
};

struct OpenRequest {
    ob::AccessMask access = 0; ///< without generic bits
    ob::AccessMask demanded = 0; ///< the same without what only MAXIMUM_ALLOWED asked for: no opening without these
    Sharing sharing;
    Disposition disposition = Disposition::Open;
    OpenOptions options;
    std::uint32_t attributes = 0; ///< FILE_ATTRIBUTE_* of a new file
    std::uint64_t allocation = 0; ///< bytes to reserve for a new file
    bool case_sensitive = false;
    ke::Dispatcher* dispatcher = nullptr; ///< of the process; a file without one cannot be waited for
};

/// What became of the name, as IoStatusBlock.Information tells it.
enum class OpenOutcome : std::uint32_t { Superseded = 0, Opened = 1, Created = 2, Overwritten = 3 };

struct RawOpenArguments {
    std::uint32_t desired_access = 0;
    std::uint32_t attributes = 0;
    std::uint32_t sharing = 0;
    std::uint32_t disposition = 0;
    std::uint32_t options = 0;
    std::uint64_t allocation = 0;
    bool case_sensitive = false;
};
/// Statuses: InvalidParameter for what contradicts itself, NotSupported for FILE_OPEN_BY_FILE_ID.
/// Source of the checks: "NtCreateFile function", Microsoft documentation.
NtResult<OpenRequest> decode_open(const RawOpenArguments& raw);

/// The FILE_* options again, as FILE_MODE_INFORMATION tells them.
std::uint32_t mode_bits(const OpenOptions& options);

} // namespace oriel::io
