// SPDX-License-Identifier: MIT
// guest_output.h: an information structure on its way to the guest.
//
// It is put together here and copied out once. Structures that end in a text of any length follow one
// rule: as much of the text as fits is given, its full length is told, and if not all fitted the status is
// the warning STATUS_BUFFER_OVERFLOW.
#pragma once

#include <ntdll-emu/services/io_call.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

namespace oriel::services {

/// What a query answers, before it is copied out.
struct Answer {
    std::vector<std::byte> bytes;
    Status status = Status::Success;
};

template<class T>
Answer answer_of(const T& structure) {
    Answer answer;
    answer.bytes.resize(sizeof structure);
    std::memcpy(answer.bytes.data(), &structure, sizeof structure);
    return answer;
}

/// `head` up to `text_offset`, then the text, at most `length` bytes in all.
template<class T>
Answer answer_with_text(const T& head, std::size_t text_offset, std::u16string_view text, std::uint32_t length) {
    const std::size_t text_bytes = text.size() * sizeof(char16_t);
    const std::size_t fitting = std::min<std::size_t>(text_bytes, length - text_offset);
    Answer answer;
    answer.bytes.resize(text_offset + fitting);
    std::memcpy(answer.bytes.data(), &head, text_offset);
    std::memcpy(answer.bytes.data() + text_offset, text.data(), fitting);
    if (fitting < text_bytes) answer.status = Status::BufferOverflow;
    return answer;
}

template<class Abi>
Status store_answer(const Answer& answer, Address to, UserPtr<nt::IO_STATUS_BLOCK<Abi>> block) {
    TRY(copy_to_guest(to, answer.bytes.data(), answer.bytes.size()));
    return store_ended<Abi>(block, {answer.status, answer.bytes.size()});
}

} // namespace oriel::services
