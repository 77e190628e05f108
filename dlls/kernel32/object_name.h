// SPDX-License-Identifier: MIT
// object_name.h: the names of events, mutexes, semaphores, timers and file mappings.
//
// Win32 puts them all into one directory of the object manager, so an event and a mutex cannot have the same
// name. "Global\x" means \BaseNamedObjects, "Local\x" and plain names mean the session's directory; after
// that a backslash is an error ("Kernel object namespaces", Microsoft documentation).
#pragma once

#include "buffer.h"

namespace oriel::k32 {

class ObjectName {
public:
    explicit ObjectName(const WCHAR* name);
    explicit ObjectName(const char* name); ///< in the ANSI code page

    /// False: the name was too long, or there was no memory. failed() tells which.
    [[nodiscard]] bool ok() const { return m_status == Status::Success; }
    /// Sets the last error, answers null.
    HANDLE failed() const {
        set_last_error(m_status);
        return nullptr;
    }

    [[nodiscard]] ObjectAttributes attributes(const SECURITY_ATTRIBUTES* security) const;
    [[nodiscard]] ObjectAttributes attributes(BOOL inherit) const;

    /// The end of a Create function: STATUS_OBJECT_NAME_EXISTS is success with ERROR_ALREADY_EXISTS; plain
    /// success sets the last error to 0, as Windows does; failure answers null.
    static HANDLE created(Status status, HANDLE object);
    /// The end of an Open function: success leaves the last error alone.
    static HANDLE opened(Status status, HANDLE object) { return finish(status) ? object : nullptr; }

private:
    void assign(const WCHAR* name, std::size_t length);
    [[nodiscard]] ObjectAttributes base(std::uint32_t flags) const;

    Buffer<WCHAR, MAX_PATH + 40> m_text;
    UnicodeString m_name{};
    bool m_named = false;
    Status m_status = Status::Success;
};

} // namespace oriel::k32
