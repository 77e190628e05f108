// SPDX-License-Identifier: MIT
// nt_path.h: a DOS path as NT's object name: C:\x is \??\C:\x, \\server\x is \??\UNC\server\x, \\?\x is \??\x,
// CON and NUL are devices wherever they stand. ntdll does it (RtlDosPathNameToNtPathName_U_WithStatus), and this
// class holds what it gives.
#pragma once

#include "buffer.h"

namespace oriel::k32 {

class NtPath {
public:
    explicit NtPath(const WCHAR* dos_path) {
        m_status = dos_path ? RtlDosPathNameToNtPathName_U_WithStatus(u16(dos_path), &m_name, nullptr, nullptr)
                            : Status::ObjectPathSyntaxBad;
    }
    ~NtPath() {
        if (m_name.Buffer) RtlFreeUnicodeString(&m_name);
    }
    NtPath(const NtPath&) = delete;
    NtPath& operator=(const NtPath&) = delete;

    [[nodiscard]] bool ok() const { return nt::is_success(m_status); }
    [[nodiscard]] Status status() const { return m_status; }
    UnicodeString& name() { return m_name; }

    /// For opening by this name; names of files do not know case.
    ObjectAttributes attributes(const SECURITY_ATTRIBUTES* security = nullptr) {
        ObjectAttributes result{};
        result.Length = sizeof result;
        result.ObjectName = &m_name;
        result.Attributes = nt::OBJ_CASE_INSENSITIVE | (security && security->bInheritHandle ? nt::OBJ_INHERIT : 0);
        result.SecurityDescriptor = security ? security->lpSecurityDescriptor : nullptr;
        return result;
    }

private:
    UnicodeString m_name{};
    Status m_status;
};

} // namespace oriel::k32
