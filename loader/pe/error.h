// SPDX-License-Identifier: MIT
// error.h: which rule a file broke, and where; and a result that is a value or such an error.
#pragma once

#include <nt/status.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace oriel::pe {

enum class Rule : std::uint8_t {
#define PE_RULE(enumerator, status, sentence) enumerator,
#include <loader/pe/rules.inc>
#undef PE_RULE
};

struct Error {
    enum class Unit : std::uint8_t { FileOffset, Rva };

    Rule rule{};
    Unit unit = Unit::FileOffset;
    std::uint64_t where = 0;

    static Error at_offset(Rule rule, std::uint64_t offset) { return {rule, Unit::FileOffset, offset}; }
    static Error at_rva(Rule rule, std::uint64_t rva) { return {rule, Unit::Rva, rva}; }

    /// The rule as a sentence.
    [[nodiscard]] const char* sentence() const;
    /// The sentence and the place: "the section table leaves the headers (at file offset 0x1f0)".
    [[nodiscard]] std::string describe() const;
    /// What NT answers to such a file.
    [[nodiscard]] nt::Status status() const;
};

/// A T, or the rule that was broken on the way to it.
template<class T>
class [[nodiscard]] Parsed {
public:
    Parsed(T value) : m_content(std::in_place_index<0>, std::move(value)) {}
    Parsed(Error error) : m_content(std::in_place_index<1>, error) {}

    [[nodiscard]] bool ok() const { return m_content.index() == 0; }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] const Error& error() const { return std::get<1>(m_content); }
    [[nodiscard]] T& operator*() & { return std::get<0>(m_content); }
    [[nodiscard]] const T& operator*() const& { return std::get<0>(m_content); }
    T* operator->() { return &std::get<0>(m_content); }
    const T* operator->() const { return &std::get<0>(m_content); }
    [[nodiscard]] T value() && { return std::get<0>(std::move(m_content)); }

private:
    std::variant<T, Error> m_content;
};

/// For checks that yield nothing: no error means that the rules hold.
using Fault = std::optional<Error>;

} // namespace oriel::pe
