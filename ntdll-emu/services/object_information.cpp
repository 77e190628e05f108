// SPDX-License-Identifier: MIT
// object_information.cpp: NtQueryObject.
//
// Only ObjectBasicInformation has a length that must fit exactly. Answers with a name say in ReturnLength
// what they need, and a shorter buffer is a STATUS_INFO_LENGTH_MISMATCH. Where the object has a name of its
// own (a file), a buffer that holds the structure but not the name is a STATUS_BUFFER_OVERFLOW.
// Source: "NtQueryObject function", "ZwQueryObject function", Microsoft documentation.
#include <ntdll-emu/services/guest_strings.h>
#include <ntdll-emu/services/object_handle.h>
#include <nt/object.h>

namespace oriel::services {

namespace {

struct Query {
    Address buffer;
    std::uint32_t length;
    UserPtr<std::uint32_t> return_length;
};

Status basic_information(const ob::HandleTable::Entry& entry, const Query& query) {
    nt::OBJECT_BASIC_INFORMATION information{};
    if (query.length != sizeof information) return Status::InfoLengthMismatch;
    information.Attributes = (entry.flags & ob::handle_inherit ? nt::OBJ_INHERIT : 0)
                           | (entry.flags & ob::handle_protect_from_close ? 1u : 0)
                           | (entry.object->is_permanent() ? nt::OBJ_PERMANENT : 0);
    information.GrantedAccess = entry.access;
    information.HandleCount = entry.object->handles();
    information.PointerCount = entry.object->references();
    return answer_query(query.buffer, query.length, query.return_length, information);
}

template<class Abi>
Status name_information(Call<Abi>& call, const ob::Object& object, const Query& query) {
    using Information = nt::OBJECT_NAME_INFORMATION<Abi>;
    std::u16string path = TRY(object.query_name());
    const bool names_itself = !path.empty();
    if (!names_itself) path = call.process.names.path_of(object);

    PackedAnswer answer(query.buffer, sizeof(Information));
    Information information{};
    if (!path.empty()) information.Name = answer.add_text<Abi>(path);
    answer.put(0, information);
    TRY(query.return_length.store_if_present(answer.size()));
    if (query.length < answer.size()) {
        return names_itself && query.length >= sizeof(Information) ? Status::BufferOverflow
                                                                   : Status::InfoLengthMismatch;
    }
    TRY(answer.store());
    return Status::Success;
}

template<class Abi>
Status type_information(const ob::Object& object, const Query& query) {
    using Information = nt::OBJECT_TYPE_INFORMATION<Abi>;
    const ob::Type& type = object.type();
    PackedAnswer answer(query.buffer, sizeof(Information));
    Information information{};
    information.TypeName = answer.add_text<Abi>(type.name);
    information.GenericMapping = {type.generic.read, type.generic.write, type.generic.execute, type.generic.all};
    information.ValidAccessMask = type.valid;
    answer.put(0, information);
    answer.align(sizeof(nt::uptr<Abi>));
    TRY(query.return_length.store_if_present(answer.size()));
    if (query.length < answer.size()) return Status::InfoLengthMismatch;
    TRY(answer.store());
    return Status::Success;
}

Status handle_flag_information(const ob::HandleTable::Entry& entry, const Query& query) {
    return answer_query(query.buffer, query.length, query.return_length,
                        nt::OBJECT_HANDLE_FLAG_INFORMATION{(entry.flags & ob::handle_inherit) != 0,
                                                           (entry.flags & ob::handle_protect_from_close) != 0});
}

} // namespace

template<class Abi>
Status NtQueryObject(Call<Abi>& call, nt::Handle Handle, std::uint32_t ObjectInformationClass,
                     Address ObjectInformation, std::uint32_t ObjectInformationLength,
                     UserPtr<std::uint32_t> ReturnLength) {
    const Query query{ObjectInformation, ObjectInformationLength, ReturnLength};
    if (ObjectInformationClass == nt::ObjectTypesInformation) return Status::NotImplemented;
    if (ObjectInformationClass > nt::ObjectHandleFlagInformation) return Status::InvalidInfoClass;
    const auto entry = TRY(entry_from(call, call.process, Handle));
    switch (ObjectInformationClass) {
    case nt::ObjectBasicInformation: return basic_information(entry, query);
    case nt::ObjectNameInformation: return name_information(call, *entry.object, query);
    case nt::ObjectTypeInformation: return type_information<Abi>(*entry.object, query);
    default: return handle_flag_information(entry, query);
    }
}

} // namespace oriel::services

#include "generated/services/object_information.inst.inc"
