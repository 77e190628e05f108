// SPDX-License-Identifier: MIT
// object.h: what every NT object has in common.
//
// NT's object manager gives each kernel object a header: a type, a count of references, a count of
// handles, perhaps a name. The object lives as long as somebody refers to it. Its name lives only as
// long as somebody has a handle to it (unless it is permanent): a program that closes the last handle
// to the event "Ready" makes that name free, although a thread may still be waiting on the event.
//
// Here the header is a base class. `Ref<T>` holds a reference; handle_table.h holds handles;
// namespace.h holds names. An object that can be waited for lends its dispatcher header to ke.
//
// Always: handles() > 0 implies references() > 0; a named object without handles is permanent, or is
// about to lose its name.
// Source: "Windows Internals", part 2, chapter 8, "Object Manager".
#pragma once

#include <ntdll-emu/ob/ref.h>
#include <ntdll-emu/ob/type.h>
#include <oriel/nt_result.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace oriel::ke {
struct DispatcherHeader;
}

namespace oriel::ob {

class Directory;
class Namespace;
class ParseContext;

class Object {
public:
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    [[nodiscard]] virtual const Type& type() const = 0;

    /// What a wait on a handle to this object waits for; null if it cannot be waited for.
    [[nodiscard]] virtual ke::DispatcherHeader* dispatcher() { return nullptr; }

    /// NT's parse procedure: finds what `rest` names below this object. Called by Namespace with no lock
    /// held. `rest` is empty, or begins with a backslash; where this object is the RootDirectory it is the
    /// whole name, without one. The default: there is nothing below.
    /// Statuses: whatever the parser says; ObjectTypeMismatch from the default.
    [[nodiscard]] virtual NtResult<Ref<Object>> parse(std::u16string_view rest, ParseContext& context);
    /// Whether a path may go on below this object (and is then handed to parse, even with nothing left).
    [[nodiscard]] virtual bool has_parser() const { return false; }

    /// The name that NtQueryObject tells, for objects that are not in the object namespace (files, keys).
    /// Empty: where the object stands in the namespace is its name, if it has one.
    [[nodiscard]] virtual NtResult<std::u16string> query_name() const { return std::u16string(); }

    /// The last handle was closed (NT's cleanup for files). Called without any lock held.
    virtual void last_handle_closed() {}

    void reference() { m_references.fetch_add(1, std::memory_order_relaxed); }
    void release() {
        if (m_references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }
    [[nodiscard]] std::uint32_t references() const { return m_references.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint32_t handles() const { return m_handles.load(std::memory_order_relaxed); }
    [[nodiscard]] bool is_permanent() const { return m_permanent.load(std::memory_order_relaxed); }

    /// Counts a handle, or an opening that is about to become one. Pair with handle_gone().
    void handle_added() { m_handles.fetch_add(1, std::memory_order_relaxed); }
    /// The last one takes the name away and calls last_handle_closed(). No lock may be held.
    void handle_gone();

protected:
    Object();
    virtual ~Object();

private:
    friend class Namespace;

    std::atomic<std::uint32_t> m_references{1};
    std::atomic<std::uint32_t> m_handles{0};
    std::atomic<bool> m_permanent{false};
    std::atomic<Namespace*> m_names{nullptr}; ///< set once, when the object gets a name
    Ref<Directory> m_directory;               ///< under the namespace's lock
    std::u16string m_name;                    ///< the last component; under the namespace's lock
};

/// Keeps an object's name alive between finding it and having a handle to it.
class HandleCount {
public:
    HandleCount() = default;
    explicit HandleCount(Ref<Object> object) : m_object(std::move(object)) { m_object->handle_added(); }
    HandleCount(HandleCount&&) noexcept = default;
    HandleCount& operator=(HandleCount&& other) noexcept {
        std::swap(m_object, other.m_object);
        return *this;
    }
    ~HandleCount() {
        if (m_object) m_object->handle_gone();
    }

private:
    Ref<Object> m_object;
};

} // namespace oriel::ob
