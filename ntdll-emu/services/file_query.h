// SPDX-License-Identifier: MIT
// file_query.h: the information classes that NtQueryInformationFile answers, and what each needs.
#pragma once

#include <ntdll-emu/io/file.h>
#include <ntdll-emu/services/guest_output.h>
#include <nt/file.h>
#include <nt/file_information.h>

#include <optional>

namespace oriel::services {

/// What NT checks before it asks the file system.
struct QueryRule {
    std::uint32_t least_bytes; ///< shorter buffers: STATUS_INFO_LENGTH_MISMATCH
    ob::AccessMask access;     ///< the handle must grant it
};

/// None: STATUS_INVALID_INFO_CLASS.
template<class Abi>
std::optional<QueryRule> query_rule(nt::FileInformationClass kind) {
    using Class = nt::FileInformationClass;
    switch (kind) {
    case Class::Basic: return QueryRule{sizeof(nt::FILE_BASIC_INFORMATION<Abi>), nt::FILE_READ_ATTRIBUTES};
    case Class::Standard: return QueryRule{sizeof(nt::FILE_STANDARD_INFORMATION<Abi>), 0};
    case Class::Internal: return QueryRule{sizeof(nt::FILE_INTERNAL_INFORMATION<Abi>), 0};
    case Class::Ea: return QueryRule{sizeof(nt::FILE_EA_INFORMATION<Abi>), 0};
    case Class::Access: return QueryRule{sizeof(nt::FILE_ACCESS_INFORMATION<Abi>), 0};
    case Class::Position: return QueryRule{sizeof(nt::FILE_POSITION_INFORMATION<Abi>), 0};
    case Class::Mode: return QueryRule{sizeof(nt::FILE_MODE_INFORMATION<Abi>), 0};
    case Class::Alignment: return QueryRule{sizeof(nt::FILE_ALIGNMENT_INFORMATION<Abi>), 0};
    case Class::Name:
    case Class::NormalizedName:
    case Class::VolumeName: return QueryRule{sizeof(nt::FILE_NAME_INFORMATION<Abi>), 0};
    case Class::All: return QueryRule{sizeof(nt::FILE_ALL_INFORMATION<Abi>), nt::FILE_READ_ATTRIBUTES};
    case Class::NetworkOpen:
        return QueryRule{sizeof(nt::FILE_NETWORK_OPEN_INFORMATION<Abi>), nt::FILE_READ_ATTRIBUTES};
    case Class::AttributeTag:
        return QueryRule{sizeof(nt::FILE_ATTRIBUTE_TAG_INFORMATION<Abi>), nt::FILE_READ_ATTRIBUTES};
    case Class::StandardLink: return QueryRule{sizeof(nt::FILE_STANDARD_LINK_INFORMATION<Abi>), 0};
    case Class::Id: return QueryRule{sizeof(nt::FILE_ID_INFORMATION<Abi>), 0};
    case Class::Stream: return QueryRule{sizeof(nt::FILE_STREAM_INFORMATION<Abi>), 0};
    case Class::IoCompletionNotification:
        return QueryRule{sizeof(nt::FILE_IO_COMPLETION_NOTIFICATION_INFORMATION<Abi>), 0};
    case Class::IsRemoteDevice: return QueryRule{sizeof(nt::FILE_IS_REMOTE_DEVICE_INFORMATION<Abi>), 0};
    case Class::Pipe: return QueryRule{sizeof(nt::FILE_PIPE_INFORMATION<Abi>), nt::FILE_READ_ATTRIBUTES};
    case Class::PipeLocal: return QueryRule{sizeof(nt::FILE_PIPE_LOCAL_INFORMATION<Abi>), nt::FILE_READ_ATTRIBUTES};
    default: return std::nullopt;
    }
}

template<class Abi>
nt::FILE_BASIC_INFORMATION<Abi> basic_information(const io::FileFacts& facts) {
    return {facts.created, facts.accessed, facts.written, facts.changed, facts.attributes};
}

template<class Abi>
nt::FILE_STANDARD_INFORMATION<Abi> standard_information(const io::FileFacts& facts) {
    return {static_cast<std::int64_t>(facts.allocated), static_cast<std::int64_t>(facts.size), facts.links,
            facts.delete_pending, facts.directory};
}

template<class Abi>
nt::FILE_NETWORK_OPEN_INFORMATION<Abi> network_open_information(const io::FileFacts& facts) {
    return {facts.created,
            facts.accessed,
            facts.written,
            facts.changed,
            static_cast<std::int64_t>(facts.allocated),
            static_cast<std::int64_t>(facts.size),
            facts.attributes};
}

} // namespace oriel::services
