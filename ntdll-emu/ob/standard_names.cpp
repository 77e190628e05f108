// SPDX-License-Identifier: MIT
// standard_names.cpp: the directories and links that are there before the first program, and their end.
//
// The picture, as WinObj shows it on a system with one logged-on user:
//   \BaseNamedObjects                 named objects of services, and of all sessions ("Global\")
//   \Sessions\1\BaseNamedObjects      named objects of the user's programs ("Local\")
//   \??, also called \DosDevices and \GLOBAL??   drive letters and DOS devices: links to \Device\...
//   \Device                           devices
//   \KnownDlls, \KnownDlls32          sections of the system's DLLs, 64 and 32 bits
// Source: "Windows Internals", part 2, chapter 8, table "Standard object directories".
#include <ntdll-emu/ob/namespace.h>
#include <nt/basic.h>

#include <cassert>
#include <mutex>

namespace oriel::ob {

Namespace::Namespace() : m_root(make<Directory>()) {
    for (const char16_t* path : {u"\\??", u"\\Device", u"\\KnownDlls", u"\\KnownDlls32", u"\\BaseNamedObjects",
                                 u"\\Sessions", u"\\Sessions\\1", u"\\Sessions\\1\\BaseNamedObjects",
                                 u"\\Sessions\\BNOLINKS", u"\\KernelObjects", u"\\RPC Control", u"\\Windows"}) {
        put(path, make<Directory>());
    }
    put_link(u"\\DosDevices", u"\\??");
    put_link(u"\\GLOBAL??", u"\\??");
    put_link(u"\\??\\GLOBALROOT", u"");
    put_link(u"\\??\\Global", u"\\??");
    put_link(u"\\Sessions\\BNOLINKS\\1", u"\\Sessions\\1\\BaseNamedObjects");
    for (const std::u16string bno : {u"\\BaseNamedObjects", u"\\Sessions\\1\\BaseNamedObjects"}) {
        put_link(bno + u"\\Global", u"\\BaseNamedObjects");
        put_link(bno + u"\\Local", u"\\Sessions\\1\\BaseNamedObjects");
        put_link(bno + u"\\Session", u"\\Sessions\\BNOLINKS");
    }
}

Namespace::~Namespace() { empty(*m_root); }

// Directories and what is in them refer to each other: takes the tree apart from its leaves.
void Namespace::empty(Directory& directory) {
    for (;;) {
        Ref<Object> child;
        {
            const std::lock_guard lock(m_lock);
            if (directory.m_entries.empty()) return;
            child = directory.m_entries.begin()->second;
            (void)leave(*child); // `directory` itself is kept by the caller
            child->m_names.store(nullptr, std::memory_order_release);
        }
        if (&child->type() == &Directory::object_type) empty(static_cast<Directory&>(*child));
    }
}

void Namespace::put(std::u16string_view path, Ref<Object> object) {
    const auto entered = insert({.name = path, .attributes = nt::OBJ_PERMANENT}, std::move(object));
    assert(entered.ok() && "a standard name's directory must be there, and the name be free");
    (void)entered;
}

void Namespace::put_link(std::u16string_view path, std::u16string_view target) {
    put(path, make<SymbolicLink>(std::u16string(target)));
}

} // namespace oriel::ob
