// SPDX-License-Identifier: MIT
// member.cpp: a member's life, waiting for its callbacks, cleanup groups.
#include <ntdll-emu/rtl/pool/pool.h>

#include <ntdll-emu/rtl/memory_block.h>

#include <algorithm>
#include <cstring>

namespace oriel::rtl::pool {

namespace {

/// Callbacks of the member that the calling thread itself is in: 0 or 1.
std::uint32_t own_callbacks(const NtTpMember& member) {
    const NtTpInstance* const instance = current_instance();
    return instance && instance->member == &member && instance->counted ? 1 : 0;
}

void read_environment(NtTpMember& member, const NtTpEnvironment& environment) {
    member.pool = static_cast<NtTpPool*>(environment.Pool.get());
    member.group = static_cast<NtTpGroup*>(environment.CleanupGroup.get());
    member.cancelled = reinterpret_cast<void(NT_API*)(void*, void*)>(environment.CleanupGroupCancelCallback.get());
    member.dll = environment.RaceDll.get();
    member.finalization = reinterpret_cast<NtTpSimpleCallback>(environment.FinalizationCallback.get());
    member.may_run_long = (environment.Flags & 1) != 0;
    member.priority =
        environment.Version >= 3 ? static_cast<std::uint8_t>(std::min(environment.CallbackPriority, 2u)) : 1;
}

} // namespace

NtTpMember* make_member(Kind kind, void* callback, void* context, const NtTpEnvironment* environment) {
    auto* const member = static_cast<NtTpMember*>(allocate_memory(sizeof(NtTpMember)));
    if (!member) return nullptr;
    std::memset(static_cast<void*>(member), 0, sizeof *member);
    member->kind = kind;
    member->callback = callback;
    member->context = context;
    member->priority = 1;
    member->references = 1;
    if (environment) read_environment(*member, *environment);
    if (!member->pool) member->pool = default_pool();
    if (!member->pool) {
        free_memory(member);
        return nullptr;
    }
    if (member->dll) platform::reference_dll(member->dll);
    const Hold hold;
    ++member->pool->references;
    if (member->group) join_group(*member);
    return member;
}

void refer(NtTpMember& member) { ++member.references; }

void let_go(NtTpMember& member) {
    if (--member.references) return;
    leave_group(member);
    NtTpPool& pool = *member.pool;
    {
        const Unhold unhold;
        if (member.gone) member.gone(member);
        if (member.dll) platform::dereference_dll(member.dll);
        free_memory(&member);
    }
    drop_pool(pool);
}

bool is_settled(const NtTpMember& member) {
    return member.pending == 0 && member.running == 0 && member.outstanding == 0;
}

void disarm(NtTpMember& member) {
    if (member.kind == Kind::Timer) (void)disarm_timer(member);
    if (member.kind == Kind::Wait) (void)stop_wait(member);
}

void release(NtTpMember& member) {
    if (member.released) return;
    member.released = true;
    refer(member);
    disarm(member);
    let_go(member);
    let_go(member);
}

void wait_for_callbacks(NtTpMember& member, bool cancel) {
    refer(member);
    if (cancel) (void)cancel_pending(member);
    const auto busy = [&] { return member.pending || member.outstanding || member.running > own_callbacks(member); };
    while (busy()) (void)sleep(member.settled, lock, SrwMode::Exclusive, nullptr);
    let_go(member);
}

void join_group(NtTpMember& member) {
    NtTpGroup& group = *member.group;
    member.group_previous = nullptr;
    member.group_next = group.first;
    if (group.first) group.first->group_previous = &member;
    group.first = &member;
}

void leave_group(NtTpMember& member) {
    if (!member.group) return;
    (member.group_previous ? member.group_previous->group_next : member.group->first) = member.group_next;
    if (member.group_next) member.group_next->group_previous = member.group_previous;
    member.group = nullptr;
}

} // namespace oriel::rtl::pool

using namespace oriel::rtl;
using namespace oriel::rtl::pool;

/// Members whose program had let go of them already are waited for too, but not told that they are cancelled.
NT_EXPORT void NT_API TpReleaseCleanupGroupMembers(NtTpGroup* Group, std::uint32_t CancelPending, void* CleanupContext) {
    const Hold hold;
    for (NtTpMember* member = Group->first; member; member = member->group_next) disarm(*member);
    while (NtTpMember* const member = Group->first) {
        refer(*member);
        leave_group(*member);
        wait_for_callbacks(*member, CancelPending != 0);
        if (!member->released && member->kind != Kind::Simple) {
            if (CancelPending && member->cancelled) {
                const Unhold unhold;
                member->cancelled(member->context, CleanupContext);
            }
            release(*member);
        }
        let_go(*member);
    }
}

NT_EXPORT nt::Status NT_API TpAllocCleanupGroup(NtTpGroup** Group) {
    *Group = static_cast<NtTpGroup*>(allocate_memory(sizeof(NtTpGroup)));
    if (!*Group) return nt::Status::NoMemory;
    **Group = {};
    return nt::Status::Success;
}

/// Members that are left lose their group.
NT_EXPORT void NT_API TpReleaseCleanupGroup(NtTpGroup* Group) {
    {
        const Hold hold;
        while (Group->first) leave_group(*Group->first);
    }
    free_memory(Group);
}
