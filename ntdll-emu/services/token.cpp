// SPDX-License-Identifier: MIT
// token.cpp: opening the one token, what can be asked of it, and its privileges.
// Sources: "NtQueryInformationToken", "AdjustTokenPrivileges function", "TOKEN_PRIVILEGES structure", Microsoft
// documentation.
#include "answer.h"
#include "process_handle.h"

#include <generated/services/decl.h>
#include <ntdll-emu/ps/token.h>

#include <array>
#include <cstring>
#include <vector>

namespace oriel::services {
namespace {

/// TOKEN_INFORMATION_CLASS, as far as it is answered.
enum class Class : std::uint32_t {
    User = 1, Privileges = 3, Type = 8, Statistics = 10, SessionId = 12, ElevationType = 18, Elevation = 20, IntegrityLevel = 25,
    IsAppContainer = 29
};

/// S-1-5-21-0-0-0-1000: the first account that a Windows installation makes.
struct Sid {
    std::uint8_t revision = 1;
    std::uint8_t count = 5;
    std::uint8_t authority[6] = {0, 0, 0, 0, 0, 5};
    std::uint32_t parts[5] = {21, 0, 0, 0, 1000};
};
static_assert(sizeof(Sid) == 28);

/// S-1-16-8192: medium integrity, as programs that are not elevated have.
struct LabelSid {
    std::uint8_t revision = 1;
    std::uint8_t count = 1;
    std::uint8_t authority[6] = {0, 0, 0, 0, 0, 16};
    std::uint32_t part = 0x2000;
};
static_assert(sizeof(LabelSid) == 12);

/// SID_AND_ATTRIBUTES with its SID behind it.
template<class Abi, class AnySid>
std::vector<std::byte> sid_answer(Address buffer, const AnySid& sid, std::uint32_t attributes) {
    struct {
        nt::uptr<Abi> sid;
        std::uint32_t attributes;
    } header = {static_cast<nt::uptr<Abi>>(buffer.value() + sizeof header), attributes};
    std::vector<std::byte> bytes(sizeof header + sizeof sid);
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + sizeof header, &sid, sizeof sid);
    return bytes;
}

/// LUID_AND_ATTRIBUTES.
struct LuidAndAttributes {
    std::uint32_t low, high, attributes;
};

/// TOKEN_PRIVILEGES.
std::vector<std::byte> privileges_answer(std::span<const ps::Privilege> privileges) {
    const auto count = static_cast<std::uint32_t>(privileges.size());
    std::vector<std::byte> bytes(sizeof count + privileges.size() * sizeof(LuidAndAttributes));
    std::memcpy(bytes.data(), &count, sizeof count);
    std::byte* to = bytes.data() + sizeof count;
    for (const ps::Privilege& privilege : privileges) {
        const LuidAndAttributes entry{privilege.number, 0, privilege.attributes};
        std::memcpy(to, &entry, sizeof entry);
        to += sizeof entry;
    }
    return bytes;
}

NtResult<std::vector<ps::Privilege>> capture_privileges(Address new_state) {
    constexpr std::uint32_t most = 64;
    constexpr std::uint32_t no_privilege = 0xFFFFFFFF; // a LUID with a high part is no privilege's
    const auto count = TRY(UserPtr<std::uint32_t>(new_state).capture());
    if (count > most) return Status::InvalidParameter;
    const UserPtr<LuidAndAttributes> entries(new_state + sizeof count);
    std::vector<ps::Privilege> wanted;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto entry = TRY((entries + i).capture());
        wanted.push_back({entry.high == 0 ? entry.low : no_privilege, entry.attributes});
    }
    return wanted;
}

/// What disabling everything asks for.
std::vector<ps::Privilege> all_disabled(const ps::Token& token) {
    const auto held = token.privileges();
    std::vector<ps::Privilege> wanted;
    for (const ps::Privilege& privilege : held.all()) wanted.push_back({privilege.number, 0});
    return wanted;
}

} // namespace

template<class Abi>
Status NtOpenProcessTokenEx(Call<Abi>& call, nt::Handle ProcessHandle, std::uint32_t DesiredAccess, std::uint32_t HandleAttributes,
                            UserPtr<nt::uptr<Abi>> TokenHandle) {
    TRY(process_from(call.process, ProcessHandle, ps::process_access::query_limited_information));
    const auto handle = TRY(call.process.handles.insert(call.process.token, ps::Token::object_type.granted(DesiredAccess), HandleAttributes));
    if (const auto stored = TokenHandle.store(static_cast<nt::uptr<Abi>>(handle)); !stored.ok()) {
        (void)call.process.handles.close(handle);
        return stored.error();
    }
    return Status::Success;
}

template<class Abi>
Status NtOpenProcessToken(Call<Abi>& call, nt::Handle ProcessHandle, std::uint32_t DesiredAccess, UserPtr<nt::uptr<Abi>> TokenHandle) {
    return NtOpenProcessTokenEx<Abi>(call, ProcessHandle, DesiredAccess, 0, TokenHandle);
}

template<class Abi>
Status NtOpenThreadTokenEx(Call<Abi>& call, nt::Handle ThreadHandle, std::uint32_t DesiredAccess, bool OpenAsSelf,
                           std::uint32_t HandleAttributes, UserPtr<nt::uptr<Abi>> TokenHandle) {
    (void)DesiredAccess;
    (void)OpenAsSelf;
    (void)HandleAttributes;
    (void)TokenHandle;
    TRY(thread_from(call.thread, ThreadHandle, ps::thread_access::query_information));
    return Status::NoToken; // a thread has one only while it impersonates, and none does
}

template<class Abi>
Status NtOpenThreadToken(Call<Abi>& call, nt::Handle ThreadHandle, std::uint32_t DesiredAccess, bool OpenAsSelf,
                         UserPtr<nt::uptr<Abi>> TokenHandle) {
    return NtOpenThreadTokenEx<Abi>(call, ThreadHandle, DesiredAccess, OpenAsSelf, 0, TokenHandle);
}

template<class Abi>
Status NtQueryInformationToken(Call<Abi>& call, nt::Handle TokenHandle, std::uint32_t TokenInformationClass, Address TokenInformation,
                               std::uint32_t TokenInformationLength, UserPtr<std::uint32_t> ReturnLength) {
    const auto token = TRY(call.process.handles.template lookup<ps::Token>(TokenHandle, ps::token_access::query));
    const AnswerBuffer answer{TokenInformation, TokenInformationLength, ReturnLength};
    const auto sized = [&](const std::vector<std::byte>& bytes) {
        const Status status = answer.bytes(bytes);
        return status == Status::InfoLengthMismatch ? Status::BufferTooSmall : status;
    };
    switch (static_cast<Class>(TokenInformationClass)) {
    case Class::User: return sized(sid_answer<Abi>(TokenInformation, Sid{}, 0));
    case Class::IntegrityLevel: return sized(sid_answer<Abi>(TokenInformation, LabelSid{}, 0x60));
    case Class::Privileges: return sized(privileges_answer(token->privileges().all()));
    case Class::Type: return answer.exactly(std::uint32_t{1});          // primary
    case Class::SessionId: return answer.exactly(std::uint32_t{1});
    case Class::ElevationType: return answer.exactly(std::uint32_t{1}); // default: no split token
    case Class::Elevation: return answer.exactly(std::uint32_t{0});
    case Class::IsAppContainer: return answer.exactly(std::uint32_t{0});
    default: return Status::InvalidInfoClass;
    }
}

template<class Abi>
Status NtAdjustPrivilegesToken(Call<Abi>& call, nt::Handle TokenHandle, bool DisableAllPrivileges, Address NewState,
                               std::uint32_t BufferLength, Address PreviousState, UserPtr<std::uint32_t> ReturnLength) {
    if (!DisableAllPrivileges && NewState.is_null()) return Status::InvalidParameter;
    const bool tells = !PreviousState.is_null();
    const ob::AccessMask access = ps::token_access::adjust_privileges | (tells ? ps::token_access::query : 0);
    const auto token = TRY(call.process.handles.template lookup<ps::Token>(TokenHandle, access));
    const auto wanted = DisableAllPrivileges ? all_disabled(*token) : TRY(capture_privileges(NewState));
    if (tells) {
        // Told before it is done: a buffer that is too small changes nothing.
        const auto before = privileges_answer(token->preview(wanted).changed.all());
        TRY(ReturnLength.store(static_cast<std::uint32_t>(before.size())));
        if (BufferLength < before.size()) return Status::BufferTooSmall;
        TRY(copy_to_guest(PreviousState, before.data(), before.size()));
    }
    return token->adjust(wanted).all ? Status::Success : Status::NotAllAssigned;
}

} // namespace oriel::services

#include <generated/services/token.inst.inc>
