// SPDX-License-Identifier: MIT
// user_ptr.h: a pointer that the guest passed to a service.
//
// The guest may pass any number, and may change what lies there while we look. So host code captures:
// it takes one copy, checks the copy, and works on the copy (DESIGN 6). A bad address ends in
// STATUS_ACCESS_VIOLATION (or STATUS_DATATYPE_MISALIGNMENT where NT probes alignment), never in a crash.
//
// Always: no lock is held while capturing or storing, because the copy may fault into mm (guard pages,
// stack growth, write watch), which takes locks of its own.
#pragma once

#include <oriel/address.h>
#include <oriel/nt_result.h>

#include <cstddef>
#include <type_traits>

namespace oriel {

/// Copies from guest memory; all or nothing is not promised on failure. Implemented by hal (fault-safe
/// copy); unit tests supply their own. Statuses: AccessViolation.
NtResult<> copy_from_guest(void* to, Address from, std::size_t bytes);
/// Copies to guest memory. Statuses: AccessViolation.
NtResult<> copy_to_guest(Address to, const void* from, std::size_t bytes);

/// A guest address that should hold a T (a structure of include/nt, or a scalar).
template<class T>
class UserPtr {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    constexpr UserPtr() = default;
    constexpr explicit UserPtr(Address address) : m_address(address) {}

    [[nodiscard]] constexpr Address address() const { return m_address; }
    [[nodiscard]] constexpr bool is_null() const { return m_address.is_null(); }
    [[nodiscard]] constexpr UserPtr operator+(std::uint64_t count) const { return UserPtr(m_address + count * sizeof(T)); }

    /// One copy of what lies there now.
    [[nodiscard]] NtResult<T> capture() const {
        T copy;
        TRY(copy_from_guest(&copy, m_address, sizeof copy));
        return copy;
    }
    [[nodiscard]] NtResult<> store(const T& value) const { return copy_to_guest(m_address, &value, sizeof value); }
    /// Optional out parameter: stores only where the guest gave a pointer.
    [[nodiscard]] NtResult<> store_if_present(const T& value) const {
        return is_null() ? NtResult<>() : store(value);
    }

private:
    Address m_address;
};

} // namespace oriel
