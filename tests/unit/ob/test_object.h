// SPDX-License-Identifier: MIT
// test_object.h: two types of object, and one with a parser.
#pragma once

#include <ntdll-emu/ob/namespace.h>

#include <atomic>
#include <string>

namespace oriel::ob::test {

inline constexpr GenericMapping fruit_mapping{0x00020001, 0x00020002, 0x00120000, 0x001F0003};

class Apple : public Object {
public:
    explicit Apple(int* alive = nullptr) : m_alive(alive) {
        if (m_alive) ++*m_alive;
    }
    ~Apple() override {
        if (m_alive) --*m_alive;
    }
    inline static const Type object_type{u"Apple", fruit_mapping, 0x001F0003};
    [[nodiscard]] const Type& type() const override { return object_type; }
    void last_handle_closed() override { ++last_closes; }

    std::atomic<int> last_closes{0};

private:
    int* m_alive;
};

class Pear : public Object {
public:
    inline static const Type object_type{u"Pear", fruit_mapping, 0x001F0003};
    [[nodiscard]] const Type& type() const override { return object_type; }
};

/// Remembers what it was asked to parse, and answers a pear.
class Tree : public Object {
public:
    inline static const Type object_type{u"Tree", fruit_mapping, 0x001F0003};
    [[nodiscard]] const Type& type() const override { return object_type; }
    [[nodiscard]] bool has_parser() const override { return true; }
    [[nodiscard]] NtResult<Ref<Object>> parse(std::u16string_view rest, ParseContext&) override {
        asked = rest;
        if (rest == u"\\none") return Status::NoSuchFile;
        return Ref<Object>(make<Pear>());
    }

    std::u16string asked;
};

} // namespace oriel::ob::test
