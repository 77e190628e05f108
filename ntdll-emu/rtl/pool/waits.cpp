// SPDX-License-Identifier: MIT
// waits.cpp: threads that wait for objects on behalf of others.
//
// A service can wait for 64 objects at once, so each thread here has up to 63 waits and an event that tells it that its
// set has changed. A wait is for once: when its object or its time has come, its callback is posted and it is over.
// A wait whose handle has become invalid is over too, without a callback.
//
// Always: a wait is in exactly one thread's set while its `object` is not null, and that set refers to it.
// Source: "SetThreadpoolWait function", "SetThreadpoolWaitEx function", Microsoft documentation.
#include <ntdll-emu/rtl/pool/waits.h>

#include <ntdll-emu/rtl/memory_block.h>

#include <generated/nt_services.h>
#include <nt/sync.h>

#include <cstring>

namespace oriel::rtl::pool {

namespace {

constexpr std::uint32_t room = 63;
constexpr std::int64_t linger = 50'000'000; // 5 s without a wait, and the thread leaves
constexpr std::uint32_t event_all_access = 0x1F0003;

struct Set {
    Set* next;
    void* changed; ///< an event
    NtTpMember* waits[room];
    std::uint32_t count;
};

constinit Set* sets = nullptr;

void remove(Set& set, std::uint32_t index) {
    NtTpMember& wait = *set.waits[index];
    set.waits[index] = set.waits[--set.count];
    wait.object = nullptr;
    wait.due = 0;
    let_go(wait);
}

void end(Set& set, std::uint32_t index, bool timed_out) {
    NtTpMember& wait = *set.waits[index];
    refer(wait);
    remove(set, index);
    if (timed_out) ++wait.times_out;
    post(wait);
    let_go(wait);
}

std::uint32_t find(const Set& set, const NtTpMember& wait) {
    std::uint32_t index = 0;
    while (index < set.count && set.waits[index] != &wait) ++index;
    return index;
}

/// Some handle of the set is no longer one that can be waited for.
void remove_invalid(Set& set) {
    for (std::uint32_t index = set.count; index-- > 0;) {
        if (index >= set.count) continue;
        NtTpMember* const wait = set.waits[index];
        const std::int64_t at_once = 0;
        const Status status = NtWaitForSingleObject(wait->object, false, const_cast<std::int64_t*>(&at_once));
        if (nt::is_error(status)) remove(set, index);
        else if (status != Status::Timeout) end(set, index, false);
    }
}

void end_those_due(Set& set, std::int64_t now) {
    for (std::uint32_t index = 0; index < set.count;) {
        if (set.waits[index]->due > now) ++index;
        else end(set, index, true);
    }
}

std::uint32_t NT_API wait_thread(void* argument) {
    auto& set = *static_cast<Set*>(argument);
    const Hold hold;
    std::int64_t idle_since = platform::monotonic_time();
    for (;;) {
        std::int64_t now = platform::monotonic_time();
        end_those_due(set, now);
        if (set.count) idle_since = now;
        else if (now - idle_since >= linger) break;
        void* handles[room + 1];
        NtTpMember* waits[room];
        const std::uint32_t count = set.count;
        std::int64_t until = count ? INT64_MAX : idle_since + linger;
        handles[0] = set.changed;
        for (std::uint32_t index = 0; index < count; ++index) {
            waits[index] = set.waits[index];
            handles[index + 1] = waits[index]->object;
            if (waits[index]->due < until) until = waits[index]->due;
        }
        Status status;
        {
            const Unhold unhold;
            std::int64_t left = until - now;
            left = left > 0 ? -left : 0;
            status = NtWaitForMultipleObjects(count + 1, handles, nt::WaitAny, false, until == INT64_MAX ? nullptr : &left);
        }
        if (nt::is_error(status)) {
            remove_invalid(set);
            continue;
        }
        std::uint32_t which = static_cast<std::uint32_t>(status);
        if (which >= 0x80 && which < 0x80 + 64) which -= 0x80; // an abandoned mutant ends a wait like another
        if (which == 0 || which > count) continue;
        // It may have been stopped in the meantime, or stopped and set anew: then this signal was the old one's.
        const std::uint32_t place = find(set, *waits[which - 1]);
        if (place < set.count && set.waits[place]->object == handles[which]) end(set, place, false);
    }
    Set** link = &sets;
    while (*link != &set) link = &(*link)->next;
    *link = set.next;
    {
        const Unhold unhold;
        NtClose(set.changed);
        free_memory(&set);
    }
    return 0;
}

/// With a thread, and empty. Gives the lock back in between.
Set* make_set() {
    const Unhold unhold;
    auto* const set = static_cast<Set*>(allocate_memory(sizeof(Set)));
    if (!set) return nullptr;
    std::memset(set, 0, sizeof *set);
    if (nt::is_success(NtCreateEvent(&set->changed, event_all_access, nullptr, nt::SynchronizationEvent, false))) {
        {
            const Hold hold;
            set->next = sets;
            sets = set;
        }
        if (nt::is_success(platform::start_thread(&wait_thread, set, 0, 0))) return set;
        const Hold hold;
        Set** link = &sets;
        while (*link != set) link = &(*link)->next;
        *link = set->next;
        NtClose(set->changed);
    }
    free_memory(set);
    return nullptr;
}

Set* set_with_room() {
    for (;;) {
        for (Set* set = sets; set; set = set->next)
            if (set->count < room) return set;
        if (!make_set()) return nullptr;
    }
}

} // namespace

bool start_wait(NtTpMember& wait, void* object, std::int64_t due) {
    (void)stop_wait(wait);
    refer(wait);
    Set* const set = set_with_room();
    if (!set) {
        let_go(wait);
        return false;
    }
    wait.object = object;
    wait.due = due;
    set->waits[set->count++] = &wait;
    NtSetEvent(set->changed, nullptr);
    return true;
}

bool stop_wait(NtTpMember& wait) {
    if (!wait.object) return false;
    for (Set* set = sets; set; set = set->next) {
        const std::uint32_t index = find(*set, wait);
        if (index == set->count) continue;
        NtSetEvent(set->changed, nullptr);
        remove(*set, index);
        return true;
    }
    return false;
}

} // namespace oriel::rtl::pool
