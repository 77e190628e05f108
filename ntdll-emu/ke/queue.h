// SPDX-License-Identifier: MIT
// queue.h: a queue of packets that threads wait to take: what a completion port is made of.
//
// Packets leave in the order in which they came. Of several waiting threads the one that came last is
// woken first: its caches are warm, and the others can stay asleep. A thread that only waits for the queue
// (NtWaitForSingleObject) is let through while there are packets, and takes none.
//
// NT also holds threads back while as many as the port's limit run already; that is left out, so a limit
// never delays anybody here.
// Source: "I/O Completion Ports", Microsoft documentation.
#pragma once

#include <ntdll-emu/ke/dispatcher.h>

#include <memory>

namespace oriel::ke {

/// A packet. Whoever makes it derives from it; it is made before the operation whose end it reports.
class Packet {
public:
    virtual ~Packet() = default;

private:
    friend class Queue;
    std::unique_ptr<Packet> m_next;
};

class Queue {
public:
    /// Throws std::bad_alloc.
    explicit Queue(Dispatcher& dispatcher)
        : m_dispatcher(dispatcher), m_body(dispatcher.create_body(ObjectKind::Queue, 0)) {}
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;
    /// Nobody waits for it. Packets that nobody took are dropped.
    ~Queue();

    [[nodiscard]] DispatcherHeader& header() const { return m_body; }
    /// Adds a packet and answers how many there were. From any host thread.
    std::int32_t insert(std::unique_ptr<Packet> packet);
    [[nodiscard]] std::int32_t depth() const;

    struct Removed {
        Status status; ///< Success, Timeout, UserApc, Alerted, ThreadIsTerminating
        std::unique_ptr<Packet> packet;
    };
    /// Takes the first packet; waits for one if there is none.
    Removed remove(Thread& self, Alertable alertable, Timeout timeout);
    /// Takes the first packet if there is one.
    std::unique_ptr<Packet> try_remove();

private:
    std::unique_ptr<Packet> pop();
    void wake_one(Dispatcher::Hold& hold);

    Dispatcher& m_dispatcher;
    DispatcherHeader& m_body;
    std::unique_ptr<Packet> m_first; ///< under the dispatcher lock
    Packet* m_last = nullptr;
};

} // namespace oriel::ke
