// SPDX-License-Identifier: MIT
// namespace.cpp: looking names up, entering and dropping them.
//
// Which failure is which, as NT says it:
//   no root, and the path is empty or does not begin with a backslash   STATUS_OBJECT_PATH_SYNTAX_BAD
//   a root, and the path begins with a backslash                        STATUS_OBJECT_PATH_SYNTAX_BAD
//   two backslashes together, or one at the end                         STATUS_OBJECT_NAME_INVALID
//   the last component is missing                                       STATUS_OBJECT_NAME_NOT_FOUND
//   another one is missing                                              STATUS_OBJECT_PATH_NOT_FOUND
//   the path goes on behind something that nothing is below             STATUS_OBJECT_TYPE_MISMATCH
#include <ntdll-emu/ob/namespace.h>

#include <ntdll-emu/ob/names.h>
#include <nt/basic.h>

#include <cassert>
#include <mutex>

namespace oriel::ob {

namespace {

/// A chain of links longer than this is a circle.
constexpr int most_links_followed = 32;

} // namespace

/// One look-up in progress.
struct Namespace::Walk {
    const NameRequest& request;
    ParseContext& context;
    Ref<Object> fresh;          ///< to be entered; null: the path is only opened
    Ref<Directory> at;          ///< where the next component is looked for
    std::u16string path;        ///< full, or relative to the root directory; changes when a link is followed
    std::size_t position = 0;   ///< of the next component in it
    Ref<Object> parser = {};    ///< AskParser: whom
    Found found = {};           ///< Done: what

    [[nodiscard]] bool folds() const {
        if (request.attributes & nt::OBJ_CASE_INSENSITIVE) return true;
        return context.wanted && context.wanted->case_insensitive;
    }
    [[nodiscard]] std::u16string_view rest() const { return std::u16string_view(path).substr(position); }
};

NtResult<Found> Namespace::open(const NameRequest& request, ParseContext& context) {
    return look_up(request, context, nullptr);
}

NtResult<Found> Namespace::insert(const NameRequest& request, Ref<Object> fresh) {
    if (request.name.empty()) return Found{fresh, HandleCount(fresh), false};
    ParseContext context(&fresh->type());
    return look_up(request, context, std::move(fresh));
}

NtResult<Found> Namespace::look_up(const NameRequest& request, ParseContext& context, Ref<Object> fresh) {
    Walk walk{request, context, std::move(fresh), m_root, std::u16string(request.name)};
    if (request.root) {
        if (&request.root->type() != &Directory::object_type) {
            if (!request.root->has_parser() || walk.fresh) return Status::ObjectTypeMismatch;
            Ref<Object> object = TRY(request.root->parse(walk.path, context));
            return Found{object, HandleCount(object)};
        }
        walk.at = ref_cast<Directory>(request.root);
        if (walk.path.empty()) return Found{walk.at, HandleCount(walk.at)};
        if (walk.path[0] == u'\\') return Status::ObjectPathSyntaxBad;
    } else {
        if (walk.path.empty() || walk.path[0] != u'\\') return Status::ObjectPathSyntaxBad;
        walk.position = 1;
    }

    for (int links = 0; links < most_links_followed; ++links) {
        switch (TRY(this->walk(walk))) {
        case Step::Done: return std::move(walk.found);
        case Step::FollowLink: continue;
        case Step::AskParser: {
            if (walk.fresh) return Status::ObjectTypeMismatch; // only the parser could make something there
            Ref<Object> object = TRY(walk.parser->parse(walk.rest(), context));
            return Found{object, HandleCount(object)};
        }
        }
    }
    return Status::ObjectPathNotFound;
}

// From walk.at along walk.path, under one hold of the lock, to the end or to a reason to leave.
NtResult<Namespace::Step> Namespace::walk(Walk& walk) {
    const std::lock_guard lock(m_lock);
    if (walk.path == u"\\") {
        if (walk.fresh && !(walk.request.attributes & nt::OBJ_OPENIF)) return Status::ObjectNameCollision;
        return arrive(walk, m_root);
    }
    for (;;) {
        const std::u16string_view rest = walk.rest();
        const std::u16string_view name = rest.substr(0, rest.find(u'\\'));
        const bool is_last = name.size() == rest.size();
        if (name.empty()) return Status::ObjectNameInvalid;

        Ref<Object> child = find(*walk.at, name, walk.folds());
        if (!child) {
            if (!is_last) return Status::ObjectPathNotFound;
            if (!walk.fresh) return Status::ObjectNameNotFound;
            TRY(enter(*walk.at, name, walk));
            return Step::Done;
        }
        walk.position += name.size(); // rest() is now empty, or begins with the backslash
        const bool wants_link = is_last && walk.context.wanted == &SymbolicLink::object_type;
        if (&child->type() == &SymbolicLink::object_type && !wants_link) {
            walk.path = static_cast<SymbolicLink&>(*child).target() + std::u16string(walk.rest());
            if (walk.path.empty()) walk.path = u"\\"; // the link to the root itself
            walk.at = m_root;
            walk.position = 1;
            return Step::FollowLink;
        }
        if (child->has_parser()) {
            walk.parser = std::move(child);
            return Step::AskParser;
        }
        if (is_last) return arrive(walk, std::move(child));
        if (&child->type() != &Directory::object_type) return Status::ObjectTypeMismatch;
        walk.at = ref_cast<Directory>(std::move(child));
        ++walk.position;
    }
}

// The last component exists.
NtResult<Namespace::Step> Namespace::arrive(Walk& walk, const Ref<Object>& last) {
    if (walk.fresh && !(walk.request.attributes & nt::OBJ_OPENIF)) return Status::ObjectNameCollision;
    if (walk.context.wanted && walk.context.wanted != &last->type()) return Status::ObjectTypeMismatch;
    walk.found = Found{last, HandleCount(last)};
    return Step::Done;
}

// The last component does not exist, and is to be made.
NtResult<> Namespace::enter(Directory& directory, std::u16string_view name, Walk& walk) {
    Object& object = *walk.fresh;
    std::u16string own_name(name);
    directory.m_entries.emplace(upcase(name), walk.fresh); // may throw: nothing has changed
    object.m_name = std::move(own_name);
    object.m_directory = Ref<Directory>(directory);
    object.m_names.store(this, std::memory_order_release);
    if (walk.request.attributes & nt::OBJ_PERMANENT) object.m_permanent.store(true, std::memory_order_relaxed);
    walk.found = Found{walk.fresh, HandleCount(walk.fresh), false};
    return {};
}

Ref<Object> Namespace::find(const Directory& directory, std::u16string_view name, bool fold) const {
    const auto [first, last] = directory.m_entries.equal_range(upcase(name));
    for (auto entry = first; entry != last; ++entry) {
        if (fold || entry->second->m_name == name) return entry->second;
    }
    return nullptr;
}

// Takes the object out of its directory; answers the directory, to be let go without the lock.
Ref<Directory> Namespace::leave(Object& object) {
    Ref<Directory> directory = std::move(object.m_directory);
    if (!directory) return nullptr;
    auto [entry, last] = directory->m_entries.equal_range(upcase(object.m_name));
    while (entry != last && entry->second.get() != &object) ++entry;
    assert(entry != last && "a named object is in the directory that it names as its own");
    (void)entry->second.leak(); // the caller holds a reference: this is not the last
    object.release();
    directory->m_entries.erase(entry);
    return directory;
}

void Namespace::drop_name_if_unused(Object& object) {
    Ref<Directory> left;
    const std::lock_guard lock(m_lock);
    if (object.handles() == 0 && !object.is_permanent()) left = leave(object);
}

void Namespace::set_permanent(Object& object, bool permanent) {
    Ref<Directory> left;
    const std::lock_guard lock(m_lock);
    object.m_permanent.store(permanent, std::memory_order_relaxed);
    if (!permanent && object.handles() == 0) left = leave(object);
}

std::u16string Namespace::path_of(const Object& object) const {
    const std::lock_guard lock(m_lock);
    if (&object == m_root.get()) return u"\\";
    if (!object.m_directory) return {};
    std::u16string path;
    for (const Object* at = &object; at != m_root.get() && at->m_directory; at = at->m_directory.get()) {
        path.insert(0, u"\\" + at->m_name);
    }
    return path;
}

std::vector<Namespace::DirectoryEntry> Namespace::list(const Directory& directory) const {
    const std::lock_guard lock(m_lock);
    std::vector<DirectoryEntry> entries;
    entries.reserve(directory.m_entries.size());
    for (const auto& [folded, object] : directory.m_entries) entries.push_back({object->m_name, &object->type()});
    return entries;
}

} // namespace oriel::ob
