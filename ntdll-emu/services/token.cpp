// SPDX-License-Identifier: MIT
// token.cpp: opening the one token, and what can be asked of it.
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

struct LuidAndAttributes {
    std::uint32_t low, high, attributes;
};
/// What an ordinary user has: shutdown, change notify (enabled), undock, increase working set, time zone.
constexpr std::uint32_t enabled = 3; // by default, and now
constexpr std::array<LuidAndAttributes, 5> privileges{{{19, 0, 0}, {23, 0, enabled}, {25, 0, 0}, {33, 0, 0}, {34, 0, 0}}};

std::vector<std::byte> privileges_answer() {
    const auto count = static_cast<std::uint32_t>(privileges.size());
    std::vector<std::byte> bytes(sizeof count + sizeof privileges);
    std::memcpy(bytes.data(), &count, sizeof count);
    std::memcpy(bytes.data() + sizeof count, privileges.data(), sizeof privileges);
    return bytes;
}

bool has_privilege(const LuidAndAttributes& wanted) {
    for (const auto& privilege : privileges) {
        if (privilege.low == wanted.low && privilege.high == wanted.high) return true;
    }
    return false;
}

} // namespace

template<class Abi>
Status NtOpenProcessTokenEx(Call<Abi>& call, nt::Handle ProcessHandle, std::uint32_t DesiredAccess, std::uint32_t HandleAttributes,
                            UserPtr<nt::uptr<Abi>> TokenHandle) {
    TRY(process_from(call.process, ProcessHandle, ps::process_access::query_limited_information));
    const auto handle = TRY(call.process.handles.insert(ob::make<ps::Token>(), ps::Token::object_type.granted(DesiredAccess), HandleAttributes));
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
    TRY(call.process.handles.template lookup<ps::Token>(TokenHandle, ps::token_access::query));
    const AnswerBuffer answer{TokenInformation, TokenInformationLength, ReturnLength};
    const auto sized = [&](const std::vector<std::byte>& bytes) {
        const Status status = answer.bytes(bytes);
        return status == Status::InfoLengthMismatch ? Status::BufferTooSmall : status;
    };
    switch (static_cast<Class>(TokenInformationClass)) {
    case Class::User: return sized(sid_answer<Abi>(TokenInformation, Sid{}, 0));
    case Class::IntegrityLevel: return sized(sid_answer<Abi>(TokenInformation, LabelSid{}, 0x60));
    case Class::Privileges: return sized(privileges_answer());
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
    TRY(call.process.handles.template lookup<ps::Token>(TokenHandle, ps::token_access::adjust_privileges));
    constexpr std::uint32_t most = 64;
    bool all = true;
    if (!DisableAllPrivileges) {
        const auto count = TRY(UserPtr<std::uint32_t>(NewState).capture());
        if (count > most) return Status::InvalidParameter;
        const UserPtr<LuidAndAttributes> wanted(NewState + sizeof count);
        for (std::uint32_t i = 0; i < count; ++i) all = has_privilege(TRY((wanted + i).capture())) && all;
    }
    // Nothing that was enabled is remembered as changed: the previous state is empty.
    if (!PreviousState.is_null()) {
        if (BufferLength < sizeof(std::uint32_t)) return Status::BufferTooSmall;
        TRY(UserPtr<std::uint32_t>(PreviousState).store(0));
        TRY(ReturnLength.store_if_present(sizeof(std::uint32_t)));
    }
    return all ? Status::Success : Status::NotAllAssigned;
}

} // namespace oriel::services

#include <generated/services/token.inst.inc>
