// SPDX-License-Identifier: MIT
// message_text.cpp: definitions of messages: the system's, and those of a module's message table.
#include "message_text.h"

#include "text.h"

#include <algorithm>
#include <iterator>

namespace oriel::k32 {
namespace {

struct SystemMessage {
    std::uint32_t number;
    const WCHAR* text;
};
constexpr SystemMessage system_messages[] = {
#define WINERROR_MESSAGE(number, text) {number, text},
#include "winerror_messages.inc"
#undef WINERROR_MESSAGE
};

const WCHAR* find_system_message(std::uint32_t number) {
    const auto* const found = std::ranges::lower_bound(system_messages, number, {}, &SystemMessage::number);
    return found != std::end(system_messages) && found->number == number ? found->text : nullptr;
}

/// The blocks of a message table: the identifiers low..high, one entry behind the other from `offset` on.
struct MessageBlock {
    std::uint32_t low;
    std::uint32_t high;
    std::uint32_t offset;
};
struct MessageEntry {
    std::uint16_t length; ///< of the whole entry, in bytes
    std::uint16_t flags;  ///< bit 0: UTF-16
    char text[1];
};

void append_entry(const MessageEntry& entry, MessageText& to) {
    const std::size_t bytes = entry.length - offsetof(MessageEntry, text);
    if (entry.flags & 1) {
        const auto* const text = reinterpret_cast<const WCHAR*>(entry.text);
        to.append(text, static_cast<std::size_t>(std::find(text, text + bytes / sizeof(WCHAR), L'\0') - text));
    } else {
        const WideText text(entry.text,
                            static_cast<std::size_t>(std::find(entry.text, entry.text + bytes, '\0') - entry.text),
                            CP_ACP);
        to.append(text.get(), text.length());
    }
}

} // namespace

Status system_message(DWORD id, DWORD language, MessageText& to) {
    const DWORD primary = language & 0x3FF;
    if (primary != LANG_NEUTRAL && primary != LANG_ENGLISH) return Status::ResourceLangNotFound;
    const WCHAR* text = find_system_message(id);
    if (!text && HRESULT_FACILITY(id) == FACILITY_WIN32 && (id & 0x80000000))
        text = find_system_message(HRESULT_CODE(id));
    if (!text) return Status::MessageNotFound;
    to.append(text, length_of(text));
    to.append(L"\r\n", 2);
    return Status::Success;
}

Status module_message(HMODULE module, DWORD id, DWORD language, MessageText& to) {
    const std::uintptr_t path[3] = {reinterpret_cast<std::uintptr_t>(RT_MESSAGETABLE), 1, language};
    const nt::IMAGE_RESOURCE_DATA_ENTRY* entry = nullptr;
    Status status = LdrFindResource_U(module, path, 3, &entry);
    if (!nt::is_success(status)) return status;
    void* table = nullptr;
    status = LdrAccessResource(module, entry, &table, nullptr);
    if (!nt::is_success(status)) return status;

    const auto* const base = static_cast<const char*>(table);
    const std::uint32_t count = *static_cast<const std::uint32_t*>(table);
    const auto* const blocks = reinterpret_cast<const MessageBlock*>(base + sizeof count);
    for (std::uint32_t i = 0; i < count; ++i) {
        if (id < blocks[i].low || id > blocks[i].high) continue;
        const char* at = base + blocks[i].offset;
        for (std::uint32_t skip = id - blocks[i].low; skip > 0; --skip)
            at += reinterpret_cast<const MessageEntry*>(at)->length;
        append_entry(*reinterpret_cast<const MessageEntry*>(at), to);
        return Status::Success;
    }
    return Status::MessageNotFound;
}

} // namespace oriel::k32
