// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/open_request.h>

#include <ntdll-emu/io/file.h>
#include <nt/file.h>

namespace oriel::io {

namespace {

constexpr std::uint32_t known_options = 0x00FFFFFF;

Sharing decode_sharing(std::uint32_t raw) {
    return {(raw & nt::FILE_SHARE_READ) != 0, (raw & nt::FILE_SHARE_WRITE) != 0, (raw & nt::FILE_SHARE_DELETE) != 0};
}

OpenOptions decode_options(std::uint32_t raw) {
    const auto has = [raw](std::uint32_t bit) { return (raw & bit) != 0; };
    OpenOptions options;
    options.directory = has(nt::FILE_DIRECTORY_FILE);
    options.non_directory = has(nt::FILE_NON_DIRECTORY_FILE);
    options.delete_on_close = has(nt::FILE_DELETE_ON_CLOSE);
    options.write_through = has(nt::FILE_WRITE_THROUGH);
    options.sequential_only = has(nt::FILE_SEQUENTIAL_ONLY);
    options.no_buffering = has(nt::FILE_NO_INTERMEDIATE_BUFFERING);
    options.random_access = has(nt::FILE_RANDOM_ACCESS);
    options.reparse_point = has(nt::FILE_OPEN_REPARSE_POINT);
    options.backup_intent = has(nt::FILE_OPEN_FOR_BACKUP_INTENT);
    options.alertable = has(nt::FILE_SYNCHRONOUS_IO_ALERT);
    options.synchronous = options.alertable || has(nt::FILE_SYNCHRONOUS_IO_NONALERT);
    return options;
}

/// NT looks at the rights as they were asked for: GENERIC_READ does not count as SYNCHRONIZE here.
bool contradicts_itself(const OpenRequest& request, std::uint32_t raw_options, std::uint32_t raw_access) {
    const auto& options = request.options;
    constexpr std::uint32_t both = nt::FILE_SYNCHRONOUS_IO_ALERT | nt::FILE_SYNCHRONOUS_IO_NONALERT;
    if (options.directory && options.non_directory) return true;
    if ((raw_options & both) == both) return true;
    if (options.synchronous && !(raw_access & ob::access::synchronize)) return true;
    if (options.delete_on_close && !(raw_access & ob::access::delete_object)) return true;
    const auto disposition = request.disposition;
    const bool directory_can =
        disposition == Disposition::Create || disposition == Disposition::Open || disposition == Disposition::OpenIf;
    return options.directory && !directory_can;
}

} // namespace

NtResult<OpenRequest> decode_open(const RawOpenArguments& raw) {
    if (raw.disposition > nt::FILE_OVERWRITE_IF || (raw.options & ~known_options) || (raw.sharing & ~7u))
        return Status::InvalidParameter;
    if (raw.options & nt::FILE_OPEN_BY_FILE_ID) return Status::NotSupported;
    OpenRequest request;
    request.access = File::object_type.granted(raw.desired_access);
    request.demanded = File::object_type.granted(raw.desired_access & ~ob::access::maximum_allowed);
    request.sharing = decode_sharing(raw.sharing);
    request.disposition = static_cast<Disposition>(raw.disposition);
    request.options = decode_options(raw.options);
    request.attributes = raw.attributes;
    request.allocation = raw.allocation;
    request.case_sensitive = raw.case_sensitive;
    if (contradicts_itself(request, raw.options, raw.desired_access)) return Status::InvalidParameter;
    return request;
}

std::uint32_t mode_bits(const OpenOptions& options) {
    std::uint32_t bits = 0;
    if (options.write_through) bits |= nt::FILE_WRITE_THROUGH;
    if (options.sequential_only) bits |= nt::FILE_SEQUENTIAL_ONLY;
    if (options.no_buffering) bits |= nt::FILE_NO_INTERMEDIATE_BUFFERING;
    if (options.alertable)
        bits |= nt::FILE_SYNCHRONOUS_IO_ALERT;
    else if (options.synchronous)
        bits |= nt::FILE_SYNCHRONOUS_IO_NONALERT;
    if (options.delete_on_close) bits |= nt::FILE_DELETE_ON_CLOSE;
    return bits;
}

} // namespace oriel::io
