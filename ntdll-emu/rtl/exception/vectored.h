// SPDX-License-Identifier: MIT
// vectored.h: the list of vectored handlers.
//
// A vectored handler sees every exception of the process before any frame does (exception handlers), or
// after one decided to continue (continue handlers). Each kind has its list; a new handler goes to the
// front or to the back. ("AddVectoredExceptionHandler function", Microsoft documentation.)
//
// Handlers run without the lock, for they may raise, add, and remove: also themselves, also the one that
// comes next. So a node counts its users: one for being registered, one for each thread in its handler.
// A removed node stays linked until the last user has gone, and is passed over meanwhile.
//
// The lock and the memory are template arguments: an SRW lock and the process heap in ntdll, other ones
// in native tests.
#pragma once

#include <nt/exception.h>
#include <ntdll-emu/rtl/exception/node_memory.h>

#include <atomic>
#include <new>

namespace oriel::rtl {

template<class Pointers, class Lock, NodeMemory Memory>
class VectoredHandlers {
public:
    using Handler = std::int32_t(NT_API*)(Pointers*);

    /// The registration, as RtlAddVectoredExceptionHandler returns it; null without memory.
    void* add(bool first, Handler handler) {
        void* block = Memory::allocate(sizeof(Node));
        if (block == nullptr) return nullptr;
        Node* node = new (block) Node{nullptr, nullptr, handler, 1, false};
        const Held held(m_lock);
        link(node, first);
        return node;
    }

    /// False if it is no registration, or was removed before.
    bool remove(void* registration) {
        Node* unused = nullptr;
        const bool found = mark_removed(registration, unused);
        if (unused != nullptr) Memory::free(unused);
        return found;
    }

    /// Calls the handlers in order until one answers "continue execution"; true if one did.
    bool call(Pointers* pointers) {
        if (m_first.load(std::memory_order_acquire) == nullptr) return false;
        bool handled = false;
        for (Node* node = begin(); node != nullptr && !handled; node = after(node, handled)) {
            handled = node->handler(pointers) == nt::filter_continue_execution;
        }
        return handled;
    }

    [[nodiscard]] bool empty() const { return m_first.load(std::memory_order_acquire) == nullptr; }

private:
    struct Node {
        Node* next;
        Node* previous;
        Handler handler;
        std::uint32_t users;
        bool removed;
    };

    void link(Node* node, bool first) {
        Node* const head = m_first.load(std::memory_order_relaxed);
        if (first || head == nullptr) {
            node->next = head;
            if (head != nullptr) head->previous = node;
            else m_last = node;
            m_first.store(node, std::memory_order_release);
            return;
        }
        node->previous = m_last;
        m_last->next = node;
        m_last = node;
    }

    bool mark_removed(void* registration, Node*& unused) {
        const Held held(m_lock);
        for (Node* node = m_first.load(std::memory_order_relaxed); node != nullptr; node = node->next) {
            if (node != registration || node->removed) continue;
            node->removed = true;
            unused = drop(node);
            return true;
        }
        return false;
    }

    /// One user less; the last one takes the node out. Called under the lock; what it answers is to be freed,
    /// but without the lock: freeing may raise.
    Node* drop(Node* node) {
        if (--node->users != 0) return nullptr;
        if (node->previous != nullptr) node->previous->next = node->next;
        else m_first.store(node->next, std::memory_order_release);
        if (node->next != nullptr) node->next->previous = node->previous;
        else m_last = node->previous;
        return node;
    }

    /// The first node at or behind `node` that is registered, used by the caller from now on.
    static Node* use(Node* node) {
        while (node != nullptr && node->removed) node = node->next;
        if (node != nullptr) ++node->users;
        return node;
    }
    Node* begin() {
        const Held held(m_lock);
        return use(m_first.load(std::memory_order_relaxed));
    }
    /// Lets go of `node`; the next to call, unless the exception is handled.
    Node* after(Node* node, bool handled) {
        Node* unused = nullptr;
        Node* const next = step(node, handled, unused);
        if (unused != nullptr) Memory::free(unused);
        return next;
    }
    Node* step(Node* node, bool handled, Node*& unused) {
        const Held held(m_lock);
        Node* const next = handled ? nullptr : use(node->next);
        unused = drop(node);
        return next;
    }

    Lock m_lock{};
    std::atomic<Node*> m_first{nullptr};
    Node* m_last = nullptr;
};

} // namespace oriel::rtl
