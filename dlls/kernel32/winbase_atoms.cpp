// SPDX-License-Identifier: MIT
// winbase_atoms.cpp: atoms: strings with a number, from 16-bit Windows.
//
// A process has a table of its own; the global one, which all processes of a session share on Windows, is one more
// table here, because nothing shares it yet. An atom of 0xC000 and up is an entry; below that it is the number that
// "#123" spells. Programs made by old mingw compilers keep their exception state behind one.
// Sources: "AddAtomW function", "About Atom Tables" (Microsoft documentation).
#include "buffer.h"
#include "fileapi.h"
#include "kernel32.h"
#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

constexpr std::size_t longest = 255;
constexpr ATOM first_atom = 0xC000;
constexpr std::size_t most_atoms = 1024;

class AtomTable {
public:
    ATOM add(const WCHAR* name, std::size_t length) {
        const Lock lock(m_lock);
        std::size_t free_slot = most_atoms;
        for (std::size_t i = 0; i < most_atoms; ++i) {
            if (!m_entries[i].name)
                free_slot = std::min(free_slot, i);
            else if (equal_ignoring_case(m_entries[i].name, name)) {
                ++m_entries[i].references;
                return static_cast<ATOM>(first_atom + i);
            }
        }
        if (free_slot == most_atoms) return 0;
        auto* const copy = static_cast<WCHAR*>(allocate((length + 1) * sizeof(WCHAR)));
        if (!copy) return 0;
        std::copy_n(name, length + 1, copy);
        m_entries[free_slot] = {copy, 1};
        return static_cast<ATOM>(first_atom + free_slot);
    }
    ATOM find(const WCHAR* name) {
        const Lock lock(m_lock);
        for (std::size_t i = 0; i < most_atoms; ++i)
            if (m_entries[i].name && equal_ignoring_case(m_entries[i].name, name))
                return static_cast<ATOM>(first_atom + i);
        return 0;
    }
    bool remove(ATOM atom) {
        const Lock lock(m_lock);
        Entry* const entry = at(atom);
        if (!entry) return false;
        if (--entry->references == 0) {
            release(entry->name);
            entry->name = nullptr;
        }
        return true;
    }
    /// Copies the name; false if there is no such atom.
    bool name_of(ATOM atom, WCHAR (&to)[longest + 1]) {
        const Lock lock(m_lock);
        const Entry* const entry = at(atom);
        if (!entry) return false;
        std::copy_n(entry->name, length_of(entry->name) + 1, to);
        return true;
    }

private:
    struct Entry {
        WCHAR* name;
        unsigned references;
    };
    class Lock {
    public:
        explicit Lock(NtSrwLock& lock) : m_lock(lock) { RtlAcquireSRWLockExclusive(&m_lock); }
        ~Lock() { RtlReleaseSRWLockExclusive(&m_lock); }

    private:
        NtSrwLock& m_lock;
    };
    Entry* at(ATOM atom) {
        const unsigned index = static_cast<unsigned>(atom) - first_atom;
        return index < most_atoms && m_entries[index].name ? &m_entries[index] : nullptr;
    }

    NtSrwLock m_lock{};
    Entry m_entries[most_atoms]{};
};

constinit AtomTable local_atoms;
constinit AtomTable global_atoms;

/// The number of "#123" or of a pointer that is a small number; 0 if the name is a real one.
ATOM integer_atom(const WCHAR* name) {
    if (reinterpret_cast<std::uintptr_t>(name) <= 0xFFFF)
        return static_cast<ATOM>(reinterpret_cast<std::uintptr_t>(name));
    if (name[0] != L'#' || !name[1]) return 0;
    unsigned number = 0;
    for (++name; *name; ++name) {
        if (*name < L'0' || *name > L'9' || number >= first_atom) return 0;
        number = number * 10 + static_cast<unsigned>(*name - L'0');
    }
    return number < first_atom ? static_cast<ATOM>(number) : 0;
}

ATOM add_atom(AtomTable& table, const WCHAR* name) {
    if (const ATOM number = integer_atom(name))
        return number < first_atom ? number : static_cast<ATOM>(fail(ERROR_INVALID_PARAMETER));
    if (reinterpret_cast<std::uintptr_t>(name) <= 0xFFFF || !*name)
        return static_cast<ATOM>(fail(ERROR_INVALID_NAME));
    const std::size_t length = length_of(name);
    if (length > longest) return static_cast<ATOM>(fail(ERROR_INVALID_PARAMETER));
    const ATOM atom = table.add(name, length);
    return atom ? atom : static_cast<ATOM>(fail(ERROR_NOT_ENOUGH_MEMORY));
}
ATOM find_atom(AtomTable& table, const WCHAR* name) {
    if (const ATOM number = integer_atom(name)) return number < first_atom ? number : 0;
    const ATOM atom = *name ? table.find(name) : ATOM{0};
    return atom ? atom : static_cast<ATOM>(fail(ERROR_FILE_NOT_FOUND));
}
/// The A functions' names: small numbers pass as they are.
template<class Act>
ATOM with_wide_name(const char* name, Act act) {
    if (reinterpret_cast<std::uintptr_t>(name) <= 0xFFFF) return act(reinterpret_cast<const WCHAR*>(name));
    const WideText text(name);
    return text.ok() ? act(text.get()) : static_cast<ATOM>(fail(ERROR_NOT_ENOUGH_MEMORY));
}
ATOM delete_atom(AtomTable& table, ATOM atom) {
    if (atom < first_atom || table.remove(atom)) return 0;
    set_last_error(ERROR_INVALID_HANDLE);
    return atom;
}

/// The name in characters; integer atoms are spelled "#123". 0 with the last error set on failure.
std::size_t atom_name(AtomTable& table, ATOM atom, WCHAR (&to)[longest + 1]) {
    if (atom >= first_atom)
        return table.name_of(atom, to) ? length_of(to) : static_cast<std::size_t>(fail(ERROR_INVALID_HANDLE));
    if (!atom) return static_cast<std::size_t>(fail(ERROR_INVALID_PARAMETER));
    WCHAR digits[6];
    std::size_t count = 0, length = 0;
    for (unsigned rest = atom; rest; rest /= 10) digits[count++] = static_cast<WCHAR>(L'0' + rest % 10);
    to[length++] = L'#';
    while (count) to[length++] = digits[--count];
    to[length] = 0;
    return length;
}
UINT give_name(AtomTable& table, ATOM atom, WCHAR* to, int size) {
    WCHAR name[longest + 1];
    if (size <= 0) return static_cast<UINT>(fail(ERROR_MORE_DATA));
    const std::size_t length =
        std::min<std::size_t>(atom_name(table, atom, name), static_cast<std::size_t>(size) - 1);
    if (!length) return 0;
    std::copy_n(name, length, to);
    to[length] = 0;
    return static_cast<UINT>(length);
}
UINT give_name(AtomTable& table, ATOM atom, char* to, int size) {
    WCHAR name[longest + 1];
    if (size <= 0) return static_cast<UINT>(fail(ERROR_MORE_DATA));
    const std::size_t length = atom_name(table, atom, name);
    if (!length) return 0;
    char bytes[longest + 1];
    const std::size_t count =
        std::min<std::size_t>(narrow(name, length, bytes, longest, CP_ACP), static_cast<std::size_t>(size) - 1);
    std::copy_n(bytes, count, to);
    to[count] = 0;
    return static_cast<UINT>(count);
}

} // namespace
} // namespace oriel::k32

using namespace oriel::k32;

K32_EXPORT BOOL WINAPI InitAtomTable(DWORD) { return TRUE; } // ours has its size
K32_EXPORT ATOM WINAPI AddAtomW(LPCWSTR name) { return add_atom(local_atoms, name); }
K32_EXPORT ATOM WINAPI AddAtomA(LPCSTR name) {
    return with_wide_name(name, [](const WCHAR* text) { return add_atom(local_atoms, text); });
}
K32_EXPORT ATOM WINAPI FindAtomW(LPCWSTR name) { return find_atom(local_atoms, name); }
K32_EXPORT ATOM WINAPI FindAtomA(LPCSTR name) {
    return with_wide_name(name, [](const WCHAR* text) { return find_atom(local_atoms, text); });
}
K32_EXPORT ATOM WINAPI DeleteAtom(ATOM atom) { return delete_atom(local_atoms, atom); }
K32_EXPORT UINT WINAPI GetAtomNameW(ATOM atom, LPWSTR to, int size) { return give_name(local_atoms, atom, to, size); }
K32_EXPORT UINT WINAPI GetAtomNameA(ATOM atom, LPSTR to, int size) { return give_name(local_atoms, atom, to, size); }
K32_EXPORT ATOM WINAPI GlobalAddAtomW(LPCWSTR name) { return add_atom(global_atoms, name); }
K32_EXPORT ATOM WINAPI GlobalAddAtomA(LPCSTR name) {
    return with_wide_name(name, [](const WCHAR* text) { return add_atom(global_atoms, text); });
}
K32_EXPORT ATOM WINAPI GlobalFindAtomW(LPCWSTR name) { return find_atom(global_atoms, name); }
K32_EXPORT ATOM WINAPI GlobalFindAtomA(LPCSTR name) {
    return with_wide_name(name, [](const WCHAR* text) { return find_atom(global_atoms, text); });
}
K32_EXPORT ATOM WINAPI GlobalDeleteAtom(ATOM atom) { return delete_atom(global_atoms, atom); }
K32_EXPORT UINT WINAPI GlobalGetAtomNameW(ATOM atom, LPWSTR to, int size) {
    return give_name(global_atoms, atom, to, size);
}
K32_EXPORT UINT WINAPI GlobalGetAtomNameA(ATOM atom, LPSTR to, int size) {
    return give_name(global_atoms, atom, to, size);
}
