// SPDX-License-Identifier: MIT
// nt_result.h: a value, or the NTSTATUS that says why there is none.
//
// NT functions answer with a status; a C++ function wants to answer with what it made. NtResult<T>
// holds one of the two. It cannot be ignored (`[[nodiscard]]`), and TRY passes a failure on unchanged:
//
//     auto placed = TRY(space.reserve(request));      // returns from this function on failure
//
// A failing status is made where its reason is known, and nowhere else (STYLE 4). Success statuses that
// carry news (STATUS_TIMEOUT, STATUS_WAIT_1, ...) are values: NtResult<Status>.
//
// Freestanding: used by guest code (ntdll-emu/rtl, dlls) and by the host.
#pragma once

#include <nt/status.h>

#include <type_traits>
#include <utility>

namespace oriel {

using nt::Status;

/// Wraps a failing status on its way into an NtResult<T>; needed only where T is itself Status.
struct Failure {
    Status status;
};

template<class T = void>
class [[nodiscard]] NtResult {
    static_assert(!std::is_reference_v<T>, "return a pointer or std::reference_wrapper");

public:
    template<class U = T>
        requires(std::is_constructible_v<T, U> && !std::is_same_v<std::remove_cvref_t<U>, NtResult>
                 && !std::is_same_v<std::remove_cvref_t<U>, Failure>
                 && (std::is_same_v<T, Status> || !std::is_same_v<std::remove_cvref_t<U>, Status>))
    NtResult(U&& value) : m_value(std::forward<U>(value)), m_ok(true) {}

    NtResult(Failure failure) : m_error(failure.status), m_ok(false) {}

    NtResult(Status failure)
        requires(!std::is_same_v<T, Status>)
        : m_error(failure), m_ok(false) {}

    NtResult(NtResult&& other) noexcept : m_ok(other.m_ok) {
        if (m_ok) new (&m_value) T(std::move(other.m_value));
        else m_error = other.m_error;
    }
    NtResult(const NtResult& other)
        requires std::is_copy_constructible_v<T>
        : m_ok(other.m_ok) {
        if (m_ok) new (&m_value) T(other.m_value);
        else m_error = other.m_error;
    }
    NtResult& operator=(NtResult&& other) noexcept {
        if (this != &other) {
            this->~NtResult();
            new (this) NtResult(std::move(other));
        }
        return *this;
    }
    ~NtResult() {
        if (m_ok) m_value.~T();
    }

    [[nodiscard]] bool ok() const { return m_ok; }
    explicit operator bool() const { return m_ok; }
    /// Only for a result that is not ok().
    [[nodiscard]] Status error() const { return m_error; }
    /// The failure, or Status::Success.
    [[nodiscard]] Status status() const { return m_ok ? Status::Success : m_error; }
    [[nodiscard]] Failure failure() const { return Failure{m_error}; }

    [[nodiscard]] T& value() & { return m_value; }
    [[nodiscard]] const T& value() const& { return m_value; }
    [[nodiscard]] T value() && { return std::move(m_value); }
    T* operator->() { return &m_value; }
    const T* operator->() const { return &m_value; }
    T& operator*() & { return m_value; }
    const T& operator*() const& { return m_value; }

private:
    union {
        T m_value;
        Status m_error;
    };
    bool m_ok;
};

template<>
class [[nodiscard]] NtResult<void> {
public:
    NtResult() = default;
    NtResult(Status status) : m_error(status) {}
    NtResult(Failure failure) : m_error(failure.status) {}

    [[nodiscard]] bool ok() const { return m_error == Status::Success; }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] Status error() const { return m_error; }
    [[nodiscard]] Status status() const { return m_error; }
    [[nodiscard]] Failure failure() const { return Failure{m_error}; }
    void value() const {}

private:
    Status m_error = Status::Success;
};

/// What TRY returns: converts to a Status and to an NtResult of any type.
class TryFailure {
public:
    explicit TryFailure(Failure failure) : m_failure(failure) {}
    operator Status() const { return m_failure.status; }
    operator Failure() const { return m_failure; }
    template<class T>
    operator NtResult<T>() const { return NtResult<T>(m_failure); }

private:
    Failure m_failure;
};

} // namespace oriel

// The value of an NtResult expression; on failure, returns the failure from the enclosing function,
// which may answer a Status or any NtResult.
#define TRY(expression)                                                                                     \
    ({                                                                                                      \
        auto try_result = (expression);                                                                     \
        if (!try_result.ok()) return ::oriel::TryFailure(try_result.failure());                             \
        std::move(try_result).value();                                                                      \
    })
