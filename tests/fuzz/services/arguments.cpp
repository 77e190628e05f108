// SPDX-License-Identifier: MIT
#include "arguments.h"

#include <nt/basic.h>
#include <nt/memory.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace oriel::fuzz {
namespace {

using services::ArgumentKind;
using services::Direction;

/// Every argument has a page of its own for what it points to; a larger buffer reaches into the next ones.
Address page_of(std::size_t index) { return data_at + index * page_size; }
constexpr Address data_end = data_at + data_pages * page_size;

alignas(64) std::array<std::uint64_t, 64> host_memory;
constexpr std::uint64_t host_pattern = 0x5A5AA5A55A5AA5A5;

constexpr std::u16string_view texts[] = {
    u"\\??\\C:\\Users\\me\\a.txt", u"\\??\\C:\\Users\\me\\dir", u"\\??\\C:\\Users\\me\\dir\\new.txt", u"\\??\\C:\\Users\\me\\long.bin",
    u"\\??\\C:\\Users\\me\\image.dll", u"\\??\\C:\\", u"\\??\\C:\\Windows\\System32\\ntdll.dll", u"\\??\\NUL", u"\\??\\PIPE\\x", u"\\??\\UNC\\a\\b",
    u"\\BaseNamedObjects\\thing", u"\\KnownDlls\\ntdll.dll", u"\\??", u"\\Device", u"\\", u"", u"a.txt", u"dir\\below", u"new", u"*", u"?.t*", u"a.txt:stream",
    u"C:", u"..\\a", u"dir\\..\\dir", u"\xD800", u"\xF02A", u"thing", u"\\\\", u"a\\\\b", u"name ", u"very-long-name-that-goes-on-and-on-and-on-and-on-and-on"};

void store(Address to, const void* from, std::size_t bytes) { (void)copy_to_guest(to, from, bytes); }
template<class T>
void store(Address to, const T& value) {
    store(to, &value, sizeof value);
}

} // namespace

bool Arguments::host_memory_is_as_it_was() const {
    return std::ranges::all_of(host_memory, [](std::uint64_t word) { return word == host_pattern; });
}

std::uint64_t Arguments::handle() {
    static constexpr std::uint64_t strange[] = {0, ~0ULL, ~1ULL, ~2ULL, ~3ULL, ~4ULL, ~5ULL, 4, 5, 6, 8, 0x44, 0x1000, 0x7FFFFFFC, 0xFFFFFFFF80000004, 0x8000000000000000};
    if (m_handles.empty() || m_choices.pick(8) == 0) return m_choices.of(strange);
    return m_handles[m_choices.pick(m_handles.size())];
}

std::uint64_t Arguments::number() {
    static constexpr std::uint64_t odd[] = {0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x10001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, ~0ULL, 0xFFFFFFFFFFFF0000};
    switch (m_choices.pick(4)) {
    case 0: return m_choices.of(odd);
    case 1: return std::uint64_t{1} << m_choices.pick(64);
    case 2: return std::uint64_t{1} << m_choices.pick(32) | std::uint64_t{1} << m_choices.pick(32);
    default: return m_choices.take();
    }
}

std::uint64_t Arguments::size() {
    static constexpr std::uint64_t sizes[] = {0, 1, 2, 4, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 72, 80, 88, 100, 104, 128, 256, 520, 1024, 0xFFF, 0x1000, 0x1001,
                                              0x8000, 0xFFFF, 0x10000, 0x20000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, ~0ULL};
    return m_choices.of(sizes);
}

std::uint64_t Arguments::any_address(std::size_t index) {
    const std::uint64_t own = page_of(index).value();
    const std::uint64_t table[] = {own, own + 8, own + 1, data_end.value() - 1, data_end.value() - 4, data_end.value() - 8, data_end.value() - 16, data_end.value() - 24,
                                   read_only_at.value(), guard_at.value(), reserved_at.value(), reserved_at.value() - 8, 0x10000, 0, 1, 8, 0x7FFE0000, 0x7FFEFFF8, 0x7FFF0000,
                                   0x7FFFFFFF0000, 0x7FFFFFFFFFFF, 0x800000000000, 0xFFFF800000000000, 0xFFFFFFFFFFFFFFF8, ~0ULL, m_guest.thread().teb().value(),
                                   reinterpret_cast<std::uint64_t>(host_memory.data()), reinterpret_cast<std::uint64_t>(&m_guest)};
    return m_choices.of(table);
}

/// Never "for ever": nobody would end it.
void Arguments::write_timeout(Address place) {
    static constexpr std::int64_t timeouts[] = {0, -1, -10'000, -10'000'000, 1, 132'223'104'000'000'000, -(std::int64_t{1} << 40)};
    store(place, m_choices.of(timeouts));
}

void Arguments::write_string(Address place, Address text) {
    const std::u16string_view characters = m_choices.of(texts);
    store(text, characters.data(), characters.size() * sizeof(char16_t));
    nt::UNICODE_STRING<nt::Nt64> string{};
    string.Length = static_cast<std::uint16_t>(characters.size() * sizeof(char16_t));
    string.MaximumLength = string.Length;
    string.Buffer.value = text.value();
    switch (m_choices.pick(8)) {
    case 0: string.Length = static_cast<std::uint16_t>(number()); break;
    case 1: string.MaximumLength = static_cast<std::uint16_t>(number()); break;
    case 2: string.Buffer.value = any_address(0); break;
    default: break;
    }
    store(place, string);
}

void Arguments::write_attributes(Address place) {
    nt::OBJECT_ATTRIBUTES<nt::Nt64> attributes{};
    attributes.Length = m_choices.pick(8) == 0 ? static_cast<std::uint32_t>(number()) : sizeof attributes;
    if (m_choices.pick(3) == 0) attributes.RootDirectory = handle();
    if (m_choices.pick(6) != 0) attributes.ObjectName.value = m_choices.pick(8) == 0 ? any_address(1) : (place + 0x100).value();
    attributes.Attributes = m_choices.pick(2) == 0 ? nt::OBJ_CASE_INSENSITIVE : static_cast<std::uint32_t>(number());
    write_string(place + 0x100, place + 0x200);
    store(place, attributes);
}

/// A structure of small numbers, of handles, or of numbers and a text, as many classes of information have it.
void Arguments::fill(Address place) {
    std::array<std::uint64_t, 64> words{};
    switch (m_choices.pick(6)) {
    case 0: break;
    case 1:
        for (auto& word : words) word = m_handles.empty() ? 0 : m_handles[(&word - words.data()) % m_handles.size()];
        break;
    case 2:
        for (std::size_t i = 0; i < 6; ++i) words[i] = number();
        break;
    case 3: { // FILE_RENAME_INFORMATION and its like
        const std::u16string_view text = m_choices.of(texts);
        words[0] = m_choices.pick(2);
        words[1] = m_choices.pick(4) == 0 ? handle() : 0;
        const auto bytes = static_cast<std::uint32_t>(text.size() * sizeof(char16_t));
        store(place, words);
        store(place + 16, m_choices.pick(8) == 0 ? static_cast<std::uint32_t>(number()) : bytes);
        return store(place + 20, text.data(), bytes);
    }
    case 4:
        for (std::size_t i = 0; i < 16; ++i) words[i] = any_address(i % 8);
        break;
    default:
        for (std::size_t i = 0; i < 8; ++i) words[i] = m_choices.take();
        break;
    }
    store(place, words);
}

std::uint64_t Arguments::pointer_to(const services::Argument& argument, Address place) {
    const bool is_timeout = argument.name == "Timeout" || argument.name == "DelayInterval";
    if (is_timeout) write_timeout(place);
    else if (argument.kind == ArgumentKind::ObjectAttributes) write_attributes(place);
    else if (argument.kind == ArgumentKind::UnicodeString) write_string(place, place + 0x200);
    else if (argument.direction == Direction::Out) store(place, std::uint64_t{0});
    else if (argument.type == "CONTEXT" || argument.type == "CLIENT_ID") fill(place);
    else if (argument.type == "address" && m_choices.pick(2) == 0) store(place, any_address(0));
    else if (argument.type == "uptr" || argument.type == "i64") store(place, m_choices.pick(2) == 0 ? size() : number());
    else fill(place);
    if (is_timeout) return place.value();
    return m_choices.pick(8) == 0 ? any_address((place - data_at) / page_size) : place.value();
}

std::uint64_t Arguments::value_of(const services::Argument& argument, std::size_t index) {
    const Address place = page_of(index);
    if (argument.length_at >= 0) {
        fill(place);
        return m_choices.pick(6) == 0 ? any_address(index) : place.value();
    }
    switch (argument.kind) {
    case ArgumentKind::Handle: return handle();
    case ArgumentKind::Boolean: return m_choices.pick(2);
    case ArgumentKind::Address:
        fill(place);
        return m_choices.pick(3) != 0 ? place.value() : m_choices.pick(4) == 0 ? number() : any_address(index);
    case ArgumentKind::Flags:
    case ArgumentKind::Number:
    case ArgumentKind::Signed:
    case ArgumentKind::Status:
        if (argument.set.ends_with("Class") || argument.name.ends_with("Class")) return m_choices.pick(96);
        if (argument.set == "PageProtection" && m_choices.pick(3) != 0) return std::uint64_t{1} << m_choices.pick(9);
        if (argument.set == "AllocationType" && m_choices.pick(3) != 0) return nt::MEM_COMMIT | (m_choices.pick(2) ? nt::MEM_RESERVE : 0);
        if (argument.name == "DesiredAccess" && m_choices.pick(3) != 0) return 0x02000000; // MAXIMUM_ALLOWED
        if (argument.name.ends_with("Length") || argument.name.ends_with("Size") || argument.name.starts_with("NumberOf")) return size();
        return m_choices.pick(2) == 0 ? m_choices.pick(8) : number();
    default: return pointer_to(argument, place);
    }
}

services::Slots Arguments::make(const services::Description& service) {
    host_memory.fill(host_pattern);
    services::Slots slots{};
    for (std::size_t i = 0; i < service.arguments.size(); ++i) slots[i] = value_of(service.arguments[i], i);
    // As the gate would: a value has the width that its type has.
    for (std::size_t i = 0; i < service.arguments.size(); ++i)
        if (service.arguments[i].bytes < 8) slots[i] &= (std::uint64_t{1} << service.arguments[i].bytes * 8) - 1;
    return slots;
}

} // namespace oriel::fuzz
