// SPDX-License-Identifier: MIT
// namespace.h: from names to objects.
//
// A path is looked up component by component, from the root or from a directory that the caller has a
// handle to. Three kinds of object lead on: a directory, to what is in it; a symbolic link, to another
// path; and an object with a parser, which takes the rest of the path into its own hands. The third is
// how \??\C:\Windows\notepad.exe becomes a file: \??\C: is a link to a device, and the device's parser, in
// io, is given "\Windows\notepad.exe".
//
// A program that opens its events by name from several places relies on three rules kept here: creating
// finds an object that exists if it says OBJ_OPENIF; a name lives as long as there are handles; and of two
// threads that create the same name at once, one makes the object and the other finds it.
//
// Always: a named object is in the directory that it names as its own, under its own name.
// Lock: one for the whole tree, LockRank::Namespace. Parsers run without it.
// Source: "Windows Internals", part 2, chapter 8, "Object names"; "OBJECT_ATTRIBUTES structure".
#pragma once

#include <ntdll-emu/ke/lock_rank.h>
#include <ntdll-emu/ob/directory.h>
#include <ntdll-emu/ob/symbolic_link.h>

#include <string>
#include <string_view>
#include <vector>

namespace oriel::ob {

/// What a parser is told besides the path. io derives its own, with all that opening a file needs.
class ParseContext {
public:
    explicit ParseContext(const Type* wanted_type) : wanted(wanted_type) {}
    virtual ~ParseContext() = default;

    const Type* wanted; ///< the type that the caller opens; null: any
};

/// A name and where it starts.
struct NameRequest {
    std::u16string_view name;
    Ref<Object> root = {};        ///< RootDirectory; null: the name is a full path
    std::uint32_t attributes = 0; ///< nt::OBJ_*; of these, names care for CASE_INSENSITIVE, OPENIF and PERMANENT
};

/// An object that was found, and its name kept alive until there is a handle.
struct Found {
    Ref<Object> object;
    HandleCount keep;
    bool existed = true; ///< false: it was inserted just now
};

class Namespace {
public:
    /// Makes the directories and links that every NT system has. Throws std::bad_alloc.
    Namespace();
    Namespace(const Namespace&) = delete;
    Namespace& operator=(const Namespace&) = delete;
    /// All handles have been closed.
    ~Namespace();

    [[nodiscard]] Directory& root() const { return *m_root; }

    /// Statuses: ObjectNameInvalid, ObjectNameNotFound, ObjectPathNotFound, ObjectPathSyntaxBad,
    /// ObjectTypeMismatch, and what a parser answers.
    NtResult<Found> open(const NameRequest& request, ParseContext& context);
    NtResult<Found> open(const NameRequest& request, const Type* wanted) {
        ParseContext context(wanted);
        return open(request, context);
    }
    /// Gives `fresh` a name; or answers the object that has it, if OBJ_OPENIF allows and the type is the
    /// same. Without a name, `fresh` comes back as it is.
    /// Statuses: as open(), and ObjectNameCollision.
    NtResult<Found> insert(const NameRequest& request, Ref<Object> fresh);

    /// For the host: makes a permanent entry at a full path whose directory exists; stops if it cannot.
    void put(std::u16string_view path, Ref<Object> object);
    void put_link(std::u16string_view path, std::u16string_view target);

    /// OBJ_PERMANENT given or taken; a name without handles goes with it.
    void set_permanent(Object& object, bool permanent);
    /// The full path; empty for an object without a name.
    [[nodiscard]] std::u16string path_of(const Object& object) const;

    struct DirectoryEntry {
        std::u16string name;
        const Type* type;
    };
    [[nodiscard]] std::vector<DirectoryEntry> list(const Directory& directory) const;

private:
    friend class Object;

    struct Walk;
    enum class Step { Done, FollowLink, AskParser };

    NtResult<Found> look_up(const NameRequest& request, ParseContext& context, Ref<Object> fresh);
    NtResult<Step> walk(Walk& walk);
    NtResult<Step> arrive(Walk& walk, const Ref<Object>& last);
    NtResult<> enter(Directory& directory, std::u16string_view name, Walk& walk);
    [[nodiscard]] Ref<Object> find(const Directory& directory, std::u16string_view name, bool fold) const;
    Ref<Directory> leave(Object& object);
    void drop_name_if_unused(Object& object);
    void empty(Directory& directory);

    mutable ke::RankedLock<ke::LockRank::Namespace> m_lock;
    Ref<Directory> m_root;
};

} // namespace oriel::ob
