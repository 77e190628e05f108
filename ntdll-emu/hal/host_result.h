// SPDX-License-Identifier: MIT
// host_result.h: a value, or the errno that says why the host refused.
//
// hal never leaves its reasons in the thread's errno: a guest thread may continue on another host
// thread (fibers), so the number travels as a value (DESIGN 8).
#pragma once

#include <optional>
#include <utility>

namespace oriel::hal {

struct HostError {
    int number; ///< an errno value
};

template<class T = void>
class [[nodiscard]] HostResult {
public:
    HostResult(T value) : m_value(std::move(value)) {}
    HostResult(HostError error) : m_error(error.number) {}

    [[nodiscard]] bool ok() const { return m_value.has_value(); }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] int error() const { return m_error; }
    [[nodiscard]] T& value() & { return *m_value; }
    [[nodiscard]] const T& value() const& { return *m_value; }
    [[nodiscard]] T value() && { return std::move(*m_value); }

private:
    std::optional<T> m_value;
    int m_error = 0;
};

template<>
class [[nodiscard]] HostResult<void> {
public:
    HostResult() = default;
    HostResult(HostError error) : m_error(error.number) {}

    [[nodiscard]] bool ok() const { return m_error == 0; }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] int error() const { return m_error; }

private:
    int m_error = 0;
};

} // namespace oriel::hal
