// SPDX-License-Identifier: MIT
// object_directory.cpp: directories and symbolic links of the object namespace.
// Source: "NtOpenDirectoryObject function", "NtQueryDirectoryObject function",
// "NtQuerySymbolicLinkObject function", Microsoft documentation.
#include <ntdll-emu/services/guest_strings.h>
#include <ntdll-emu/services/object_handle.h>
#include <nt/object.h>

namespace oriel::services {

template<class Abi>
Status NtCreateDirectoryObject(Call<Abi>& call, UserPtr<nt::uptr<Abi>> DirectoryHandle, std::uint32_t DesiredAccess,
                               UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    return create_object(call, DirectoryHandle, DesiredAccess, ObjectAttributes,
                         [] { return ob::make<ob::Directory>(); });
}

template<class Abi>
Status NtCreateDirectoryObjectEx(Call<Abi>& call, UserPtr<nt::uptr<Abi>> DirectoryHandle, std::uint32_t DesiredAccess,
                                 UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes,
                                 nt::Handle ShadowDirectoryHandle, std::uint32_t Flags) {
    if (ShadowDirectoryHandle != nt::null_handle || Flags != 0) return Status::NotImplemented;
    return NtCreateDirectoryObject<Abi>(call, DirectoryHandle, DesiredAccess, ObjectAttributes);
}

template<class Abi>
Status NtOpenDirectoryObject(Call<Abi>& call, UserPtr<nt::uptr<Abi>> DirectoryHandle, std::uint32_t DesiredAccess,
                             UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    return open_object<ob::Directory>(call, DirectoryHandle, DesiredAccess, ObjectAttributes);
}

// The answer is an array of structures, closed by one of zeros, and the texts behind it. As many entries
// as fit are given; Context counts those that were given so far.
template<class Abi>
Status NtQueryDirectoryObject(Call<Abi>& call, nt::Handle DirectoryHandle, Address Buffer, std::uint32_t Length,
                              bool ReturnSingleEntry, bool RestartScan, UserPtr<std::uint32_t> Context,
                              UserPtr<std::uint32_t> ReturnLength) {
    using Entry = nt::OBJECT_DIRECTORY_INFORMATION<Abi>;
    const auto directory =
        TRY(call.process.handles.template lookup<ob::Directory>(DirectoryHandle, ob::access::directory_query));
    const std::uint32_t begin = RestartScan ? 0 : TRY(Context.capture());
    const auto entries = call.process.names.list(*directory);
    if (begin >= entries.size()) {
        TRY(ReturnLength.store_if_present(sizeof(Entry)));
        return Status::NoMoreEntries;
    }

    const auto bytes_of = [](const auto& entry) {
        return sizeof(Entry) + (entry.name.size() + entry.type->name.size() + 2) * sizeof(char16_t);
    };
    std::size_t end = begin;
    std::size_t needed = sizeof(Entry); // the zeros that close the array
    while (end < entries.size() && needed + bytes_of(entries[end]) <= Length) {
        needed += bytes_of(entries[end++]);
        if (ReturnSingleEntry) break;
    }
    if (end == begin) {
        TRY(ReturnLength.store_if_present(static_cast<std::uint32_t>(needed + bytes_of(entries[begin]))));
        return ReturnSingleEntry ? Status::BufferTooSmall : Status::MoreEntries;
    }

    PackedAnswer answer(Buffer, (end - begin + 1) * sizeof(Entry));
    for (std::size_t i = begin; i < end; ++i) {
        Entry entry{};
        entry.Name = answer.add_text<Abi>(entries[i].name);
        entry.TypeName = answer.add_text<Abi>(entries[i].type->name);
        answer.put((i - begin) * sizeof(Entry), entry);
    }
    TRY(answer.store());
    TRY(Context.store(static_cast<std::uint32_t>(end)));
    TRY(ReturnLength.store_if_present(answer.size()));
    return end < entries.size() && !ReturnSingleEntry ? Status::MoreEntries : Status::Success;
}

template<class Abi>
Status NtCreateSymbolicLinkObject(Call<Abi>& call, UserPtr<nt::uptr<Abi>> LinkHandle, std::uint32_t DesiredAccess,
                                  UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes,
                                  UserPtr<nt::UNICODE_STRING<Abi>> LinkTarget) {
    auto target = TRY(capture_unicode_string<Abi>(LinkTarget));
    if (target.empty()) return Status::InvalidParameter;
    return create_object(call, LinkHandle, DesiredAccess, ObjectAttributes,
                         [&] { return ob::make<ob::SymbolicLink>(std::move(target)); });
}

template<class Abi>
Status NtOpenSymbolicLinkObject(Call<Abi>& call, UserPtr<nt::uptr<Abi>> LinkHandle, std::uint32_t DesiredAccess,
                                UserPtr<nt::OBJECT_ATTRIBUTES<Abi>> ObjectAttributes) {
    return open_object<ob::SymbolicLink>(call, LinkHandle, DesiredAccess, ObjectAttributes);
}

// ReturnedLength includes a closing NUL, Length does not; the NUL is stored only where there is room.
template<class Abi>
Status NtQuerySymbolicLinkObject(Call<Abi>& call, nt::Handle LinkHandle, UserPtr<nt::UNICODE_STRING<Abi>> LinkTarget,
                                 UserPtr<std::uint32_t> ReturnedLength) {
    auto string = TRY(LinkTarget.capture());
    const auto link =
        TRY(call.process.handles.template lookup<ob::SymbolicLink>(LinkHandle, ob::access::symbolic_link_query));
    const std::u16string& target = link->target();
    const auto length = static_cast<std::uint32_t>(target.size() * sizeof(char16_t));
    const std::uint32_t with_nul = length + sizeof(char16_t);

    TRY(ReturnedLength.store_if_present(with_nul));
    if (length > string.MaximumLength) return Status::BufferTooSmall;
    const std::uint32_t copied = with_nul <= string.MaximumLength ? with_nul : length;
    TRY(copy_to_guest(Address(string.Buffer.value), target.c_str(), copied));
    string.Length = static_cast<std::uint16_t>(length);
    TRY(LinkTarget.store(string));
    return Status::Success;
}

} // namespace oriel::services

#include "generated/services/object_directory.inst.inc"
