// SPDX-License-Identifier: MIT
// file_information.cpp: NtQueryInformationFile. What can be asked stands in file_query.h; changes are in
// file_set_information.cpp.
#include <ntdll-emu/services/file_query.h>

#include <generated/services/decl.h>
#include <nt/device_control.h>
#include <nt/volume_information.h>

namespace oriel::services {

namespace {

template<class Abi>
Answer name_answer(std::u16string_view name, std::uint32_t length) {
    nt::FILE_NAME_INFORMATION<Abi> head{};
    head.FileNameLength = static_cast<std::uint32_t>(name.size() * sizeof(char16_t));
    return answer_with_text(head, offsetof(nt::FILE_NAME_INFORMATION<Abi>, FileName), name, length);
}

template<class Abi>
NtResult<Answer> all_answer(io::File& file, ob::AccessMask access, std::uint32_t length) {
    const io::FileFacts facts = TRY(file.facts());
    const std::u16string name = file.path();
    nt::FILE_ALL_INFORMATION<Abi> all{};
    all.BasicInformation = basic_information<Abi>(facts);
    all.StandardInformation = standard_information<Abi>(facts);
    all.InternalInformation.IndexNumber = static_cast<std::int64_t>(facts.id);
    all.AccessInformation.AccessFlags = access;
    all.PositionInformation.CurrentByteOffset = static_cast<std::int64_t>(file.position());
    all.ModeInformation.Mode = io::mode_bits(file.options());
    all.NameInformation.FileNameLength = static_cast<std::uint32_t>(name.size() * sizeof(char16_t));
    constexpr std::size_t text =
        offsetof(nt::FILE_ALL_INFORMATION<Abi>, NameInformation) + offsetof(nt::FILE_NAME_INFORMATION<Abi>, FileName);
    return answer_with_text(all, text, name, length);
}

/// The one stream that every file has and no directory.
template<class Abi>
NtResult<Answer> stream_answer(io::File& file, std::uint32_t length) {
    const io::FileFacts facts = TRY(file.facts());
    if (facts.directory) return Answer{};
    constexpr std::u16string_view name = u"::$DATA";
    nt::FILE_STREAM_INFORMATION<Abi> head{};
    head.StreamNameLength = name.size() * sizeof(char16_t);
    head.StreamSize = static_cast<std::int64_t>(facts.size);
    head.StreamAllocationSize = static_cast<std::int64_t>(facts.allocated);
    return answer_with_text(head, offsetof(nt::FILE_STREAM_INFORMATION<Abi>, StreamName), name, length);
}

template<class Abi>
NtResult<Answer> id_answer(io::File& file) {
    const io::FileFacts facts = TRY(file.facts());
    nt::FILE_ID_INFORMATION<Abi> id{};
    id.VolumeSerialNumber = TRY(file.volume()).serial;
    std::memcpy(id.FileId, &facts.id, sizeof facts.id);
    std::memcpy(id.FileId + 8, &facts.volume, sizeof facts.volume);
    return answer_of(id);
}

template<class Abi>
Answer pipe_answer(const io::File& file) {
    nt::FILE_PIPE_LOCAL_INFORMATION<Abi> pipe{};
    pipe.MaximumInstances = pipe.CurrentInstances = 1;
    pipe.InboundQuota = pipe.OutboundQuota = pipe.WriteQuotaAvailable = 65536;
    pipe.NamedPipeState = nt::FILE_PIPE_CONNECTED_STATE;
    const bool reads = file.access() & nt::FILE_READ_DATA;
    pipe.NamedPipeConfiguration = nt::FILE_PIPE_INBOUND;
    pipe.NamedPipeEnd = reads ? nt::FILE_PIPE_SERVER_END : nt::FILE_PIPE_CLIENT_END;
    return answer_of(pipe);
}

template<class Abi>
NtResult<Answer> facts_answer(io::File& file, nt::FileInformationClass kind) {
    using Class = nt::FileInformationClass;
    const io::FileFacts facts = TRY(file.facts());
    switch (kind) {
    case Class::Basic: return answer_of(basic_information<Abi>(facts));
    case Class::Standard: return answer_of(standard_information<Abi>(facts));
    case Class::NetworkOpen: return answer_of(network_open_information<Abi>(facts));
    case Class::Internal: return answer_of(nt::FILE_INTERNAL_INFORMATION<Abi>{static_cast<std::int64_t>(facts.id)});
    case Class::AttributeTag:
        return answer_of(nt::FILE_ATTRIBUTE_TAG_INFORMATION<Abi>{facts.attributes, facts.reparse_tag});
    case Class::StandardLink:
        return answer_of(
            nt::FILE_STANDARD_LINK_INFORMATION<Abi>{facts.links, facts.links, facts.delete_pending, facts.directory});
    default: return Status::InvalidInfoClass;
    }
}

template<class Abi>
NtResult<Answer> query(io::File& file, ob::AccessMask access, nt::FileInformationClass kind, std::uint32_t length) {
    using Class = nt::FileInformationClass;
    const bool is_pipe = file.device_type() == nt::FILE_DEVICE_NAMED_PIPE;
    switch (kind) {
    case Class::Ea: return answer_of(nt::FILE_EA_INFORMATION<Abi>{});
    case Class::Access: return answer_of(nt::FILE_ACCESS_INFORMATION<Abi>{access});
    case Class::Position:
        return answer_of(nt::FILE_POSITION_INFORMATION<Abi>{static_cast<std::int64_t>(file.position())});
    case Class::Mode: return answer_of(nt::FILE_MODE_INFORMATION<Abi>{io::mode_bits(file.options())});
    case Class::Alignment: return answer_of(nt::FILE_ALIGNMENT_INFORMATION<Abi>{});
    case Class::Name:
    case Class::NormalizedName: return name_answer<Abi>(file.path(), length);
    case Class::VolumeName: return name_answer<Abi>(file.device_name(), length);
    case Class::All: return all_answer<Abi>(file, access, length);
    case Class::Stream: return stream_answer<Abi>(file, length);
    case Class::Id: return id_answer<Abi>(file);
    case Class::IoCompletionNotification: return answer_of(nt::FILE_IO_COMPLETION_NOTIFICATION_INFORMATION<Abi>{file.completion().modes()});
    case Class::IsRemoteDevice: return answer_of(nt::FILE_IS_REMOTE_DEVICE_INFORMATION<Abi>{});
    case Class::Pipe:
        return is_pipe ? NtResult<Answer>(answer_of(nt::FILE_PIPE_INFORMATION<Abi>{}))
                       : NtResult<Answer>(Status::InvalidParameter);
    case Class::PipeLocal:
        return is_pipe ? NtResult<Answer>(pipe_answer<Abi>(file)) : NtResult<Answer>(Status::InvalidParameter);
    default: return facts_answer<Abi>(file, kind);
    }
}

} // namespace

template<class Abi>
Status NtQueryInformationFile(Call<Abi>& call, nt::Handle FileHandle, UserPtr<nt::IO_STATUS_BLOCK<Abi>> IoStatusBlock,
                              Address FileInformation, std::uint32_t Length, std::uint32_t FileInformationClass) {
    const auto kind = static_cast<nt::FileInformationClass>(FileInformationClass);
    const auto rule = query_rule<Abi>(kind);
    if (!rule) return Status::InvalidInfoClass;
    if (Length < rule->least_bytes) return Status::InfoLengthMismatch;
    auto file = TRY(file_from(call, FileHandle, rule->access));
    const auto access = TRY(call.process.handles.entry(FileHandle)).access;
    return store_answer<Abi>(TRY(query<Abi>(*file, access, kind, Length)), FileInformation, IoStatusBlock);
}

} // namespace oriel::services

#include <generated/services/file_information.inst.inc>
