// SPDX-License-Identifier: MIT
// reference_dispatcher.h: waiting as the documentation tells it, with no regard for speed.
//
// Every object is a few plain fields; every waiting thread stands in one list, in order of arrival.
// Whatever happens, the list is searched from its begin for somebody who can go on. There are no wait
// blocks, no per-object lists and no locks, so it shares no mistakes with ke.
#pragma once

#include <ntdll-emu/ke/dispatcher.h>

#include <algorithm>
#include <cstdint>
#include <list>
#include <optional>
#include <vector>

namespace oriel::ke::model {

enum class Kind { NotificationEvent, SynchronizationEvent, Mutant, Semaphore };

struct ReferenceObject {
    Kind kind;
    std::int32_t state; ///< event 0 or 1, semaphore units, mutant times owned
    std::int32_t limit = 0;
    int owner = -1;
    bool abandoned = false;
};

struct ReferenceWait {
    std::vector<std::size_t> objects;
    WaitType type = WaitType::Any;
    bool alertable = false;
    bool poll = false;
};

struct ReferenceThread {
    std::optional<ReferenceWait> waiting;
    std::optional<Status> result; ///< of the wait that ended last
    std::vector<std::size_t> owned; ///< mutants, the newest last
    int apcs = 0;
    bool alerted = false;
    int suspended = 0;
    bool ended = false;
};

class ReferenceDispatcher {
public:
    std::vector<ReferenceObject> objects;
    std::vector<ReferenceThread> threads;

    void wait(int thread, const ReferenceWait& wait) {
        ReferenceThread& self = threads[static_cast<std::size_t>(thread)];
        self.result.reset();
        if (const auto status = try_wait(thread, wait)) {
            self.result = status;
            return;
        }
        self.waiting = wait;
        m_arrivals.push_back(thread);
    }
    void set_event(std::size_t object) {
        objects[object].state = 1;
        serve(object);
    }
    void reset_event(std::size_t object) { objects[object].state = 0; }
    void pulse_event(std::size_t object) {
        set_event(object);
        objects[object].state = 0;
    }
    bool release_semaphore(std::size_t object, std::int32_t units) {
        ReferenceObject& semaphore = objects[object];
        if (semaphore.state + units > semaphore.limit) return false;
        semaphore.state += units;
        serve(object);
        return true;
    }
    bool release_mutant(int thread, std::size_t object) {
        ReferenceObject& mutant = objects[object];
        if (mutant.owner != thread) return false;
        if (--mutant.state == 0) free_mutant(object);
        return true;
    }
    void queue_apc(int target) {
        ReferenceThread& thread = threads[static_cast<std::size_t>(target)];
        if (stands_in_line(target) && thread.waiting->alertable) end_wait(target, Status::UserApc);
        else ++thread.apcs;
    }
    void alert(int target) {
        ReferenceThread& thread = threads[static_cast<std::size_t>(target)];
        if (stands_in_line(target) && thread.waiting->alertable) end_wait(target, Status::Alerted);
        else thread.alerted = true;
    }
    void suspend(int target) {
        ++threads[static_cast<std::size_t>(target)].suspended;
        m_arrivals.remove(target);
    }
    void resume(int target) {
        ReferenceThread& thread = threads[static_cast<std::size_t>(target)];
        if (thread.suspended == 0 || --thread.suspended > 0 || !thread.waiting) return;
        const ReferenceWait again = *std::exchange(thread.waiting, std::nullopt);
        wait(target, again);
    }
    void terminate(int target) {
        ReferenceThread& thread = threads[static_cast<std::size_t>(target)];
        m_arrivals.remove(target);
        thread.waiting.reset();
        thread.ended = true;
        while (!thread.owned.empty()) {
            const std::size_t mutant = thread.owned.back();
            objects[mutant].abandoned = true;
            free_mutant(mutant);
        }
    }

private:
    bool stands_in_line(int thread) const {
        return std::find(m_arrivals.begin(), m_arrivals.end(), thread) != m_arrivals.end();
    }
    bool can_take(int thread, std::size_t object) const {
        const ReferenceObject& wanted = objects[object];
        if (wanted.kind == Kind::Mutant) return wanted.owner == -1 || wanted.owner == thread;
        return wanted.state > 0;
    }
    bool take(int thread, std::size_t object) {
        ReferenceObject& taken = objects[object];
        switch (taken.kind) {
        case Kind::NotificationEvent: return false;
        case Kind::SynchronizationEvent: taken.state = 0; return false;
        case Kind::Semaphore: --taken.state; return false;
        case Kind::Mutant: break;
        }
        ++taken.state;
        if (taken.owner == thread) return false;
        taken.owner = thread;
        threads[static_cast<std::size_t>(thread)].owned.push_back(object);
        return std::exchange(taken.abandoned, false);
    }
    std::optional<Status> try_objects(int thread, const ReferenceWait& wait) {
        if (wait.type == WaitType::All) {
            for (const std::size_t object : wait.objects) {
                if (!can_take(thread, object)) return std::nullopt;
            }
            bool abandoned = false;
            for (const std::size_t object : wait.objects) abandoned |= take(thread, object);
            return wait_status(0, abandoned);
        }
        for (std::uint32_t i = 0; i < wait.objects.size(); ++i) {
            if (can_take(thread, wait.objects[i])) return wait_status(i, take(thread, wait.objects[i]));
        }
        return std::nullopt;
    }
    std::optional<Status> try_wait(int thread, const ReferenceWait& wait) {
        if (const auto status = try_objects(thread, wait)) return status;
        ReferenceThread& self = threads[static_cast<std::size_t>(thread)];
        if (wait.alertable && std::exchange(self.alerted, false)) return Status::Alerted;
        if (wait.alertable && std::exchange(self.apcs, 0) > 0) return Status::UserApc; // the thread runs them all
        if (wait.poll) return Status::Timeout;
        return std::nullopt;
    }
    void end_wait(int thread, Status status) {
        m_arrivals.remove(thread);
        threads[static_cast<std::size_t>(thread)].waiting.reset();
        threads[static_cast<std::size_t>(thread)].result = status;
    }
    /// `changed` became signalled: as long as somebody who waits for it can go on, the first one does.
    void serve(std::size_t changed) {
        for (bool again = true; again;) {
            again = false;
            for (const int thread : m_arrivals) {
                const ReferenceWait& wait = *threads[static_cast<std::size_t>(thread)].waiting;
                if (std::find(wait.objects.begin(), wait.objects.end(), changed) == wait.objects.end()) continue;
                const auto status = objects_now(thread, wait, changed);
                if (!status) continue;
                end_wait(thread, *status);
                again = true;
                break;
            }
        }
    }
    /// A thread that waits already for any could take none of the others: only the changed one counts.
    std::optional<Status> objects_now(int thread, const ReferenceWait& wait, std::size_t changed) {
        if (wait.type == WaitType::Any && !can_take(thread, changed)) return std::nullopt;
        return try_objects(thread, wait);
    }
    void free_mutant(std::size_t object) {
        std::erase(threads[static_cast<std::size_t>(objects[object].owner)].owned, object);
        objects[object].owner = -1;
        objects[object].state = 0;
        serve(object);
    }

    std::list<int> m_arrivals; ///< threads that wait and are not suspended
};

} // namespace oriel::ke::model
