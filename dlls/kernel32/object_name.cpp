// SPDX-License-Identifier: MIT
// object_name.cpp: from a Win32 object name to OBJECT_ATTRIBUTES.
#include "object_name.h"

#include "text.h"

#include <algorithm>

namespace oriel::k32 {
namespace {

constexpr WCHAR global_directory[] = L"\\BaseNamedObjects\\";
constexpr WCHAR session_directory[] = L"\\Sessions\\1\\BaseNamedObjects\\";

bool starts_with(const WCHAR* text, std::size_t length, const WCHAR* prefix) {
    const std::size_t wanted = length_of(prefix);
    return length >= wanted && std::equal(prefix, prefix + wanted, text);
}

} // namespace

ObjectName::ObjectName(const WCHAR* name) {
    if (name) assign(name, length_of(name));
}

ObjectName::ObjectName(const char* name) {
    if (!name) return;
    WideText text(name);
    if (!text.ok())
        m_status = Status::NoMemory;
    else if (text.length() >= MAX_PATH)
        m_status = Status::NameTooLong; // the A functions go through a TEB buffer of MAX_PATH
    else
        assign(text.get(), text.length());
}

void ObjectName::assign(const WCHAR* name, std::size_t length) {
    // The prefixes are compared with their case ("Global", not "global"); see the documentation above.
    const WCHAR* directory = session_directory;
    if (starts_with(name, length, L"Global\\")) {
        directory = global_directory;
        name += 7;
        length -= 7;
    } else if (starts_with(name, length, L"Local\\")) {
        name += 6;
        length -= 6;
    }
    const std::size_t head = length_of(directory);
    if (length > 0x7FFE - head) {
        m_status = Status::NameTooLong;
        return;
    }
    if (!m_text.reserve(head + length + 1)) {
        m_status = Status::NoMemory;
        return;
    }
    std::copy_n(directory, head, m_text.data());
    std::copy_n(name, length, m_text.data() + head);
    m_text[head + length] = 0;
    m_name = counted(m_text.data(), head + length);
    m_named = length != 0; // an empty name is no name
}

ObjectAttributes ObjectName::base(std::uint32_t flags) const {
    ObjectAttributes result{};
    result.Length = sizeof result;
    result.ObjectName = m_named ? const_cast<UnicodeString*>(&m_name) : nullptr;
    result.Attributes = flags;
    return result;
}

ObjectAttributes ObjectName::attributes(const SECURITY_ATTRIBUTES* security) const {
    // Create functions open an object that is there already.
    ObjectAttributes result =
        base((m_named ? nt::OBJ_OPENIF : 0) | (security && security->bInheritHandle ? nt::OBJ_INHERIT : 0));
    result.SecurityDescriptor = security ? security->lpSecurityDescriptor : nullptr;
    return result;
}

ObjectAttributes ObjectName::attributes(BOOL inherit) const { return base(inherit ? nt::OBJ_INHERIT : 0); }

HANDLE ObjectName::created(Status status, HANDLE object) {
    if (!nt::is_success(status)) {
        set_last_error(status);
        return nullptr;
    }
    set_last_error(status == Status::ObjectNameExists ? DWORD{ERROR_ALREADY_EXISTS} : DWORD{ERROR_SUCCESS});
    return object;
}

} // namespace oriel::k32
